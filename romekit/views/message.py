"""The message to an app service: controls from its JSON Schema beside the JSON itself, each in step with the other.

The JSON is what counts. A control writes its property into it and leaves the rest alone; what is typed into the JSON is
read back into the controls. While the JSON is broken they show the last message that was not, and wait.

Drawn are texts, numbers, yes or no, and a choice of values, one level deep. All else (lists, objects inside, several
shapes) belongs to the JSON editor. The jsonschema library does the checking; each finding names its property. Of the
libraries that draw, ipywidgets-jsonschema refuses a list of types, clamps numbers that the service should refuse, and
ties no help text to a control.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from html import escape
from math import isfinite
from typing import Any, Final

from ipywidgets import HTML, HBox, Layout
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError

from romekit.core.errors import BadInput
from romekit.core.model import AppService
from romekit.views.assets import TEXT
from romekit.views.form_widgets import Control, Field, choice, line, message_of, stack, tick
from romekit.views.snippets import as_json, json_object

Schema = Mapping[str, Any]

DRAWN: Final = {"string": "line", "integer": "number", "number": "number", "boolean": "check"}
#: What a control cannot do justice to.
TOO_MUCH: Final = {"$ref", "$dynamicRef", "oneOf", "anyOf", "allOf", "not", "if", "properties", "items"}


@dataclass(frozen=True, slots=True)
class SchemaPart:
    """One property of a message that has a control of its own."""

    name: str
    kind: str
    rule: Schema
    required: bool

    def control(self) -> Control:
        label, words = self.name, self._help()
        if self.kind == "number":
            rules = {"step": 1 if _the_type(self.rule) == "integer" else "any"}
            ends = {"min": "minimum", "max": "maximum"}
            rules |= {end: self.rule[key] for end, key in ends.items() if key in self.rule}
            made = Control(kind="number", description=label, help=words, rules=rules)
        elif self.kind == "check":
            made = tick(label, words)
        elif self.kind == "choice":
            texts = [json.dumps(each, ensure_ascii=False) for each in self.rule["enum"]]
            made = choice(label, words, {"(left out)": "", **{text.strip('"'): text for text in texts}})
        else:
            made = line(label, words, suggestions=[str(each) for each in self.rule.get("examples", [])])
        made.rules = {**made.rules, "required": self.required}
        made.add_class("rk-part")
        return made

    def shown(self, message: Mapping[str, Any]) -> Any:
        """What its control holds for a message; nothing for a value it cannot show."""
        value = message.get(self.name)
        if self.kind == "check":
            return value is True
        if self.kind == "choice":
            is_offered = self.name in message and value in self.rule["enum"]
            return json.dumps(value, ensure_ascii=False) if is_offered else ""
        if self.kind == "number":
            return json.dumps(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
        return value if isinstance(value, str) else ""

    def put(self, message: dict[str, Any], held: Any) -> None:
        """Write into a message what its control holds; BadInput when that is no number."""
        if self.kind == "check" or (self.kind == "line" and (held or self.required)):
            message[self.name] = held
        elif held == "":
            message.pop(self.name, None)
        else:
            message[self.name] = json.loads(held) if self.kind == "choice" else self._number(str(held))

    def _number(self, typed: str) -> int | float:
        with suppress(ValueError):
            return int(typed)
        with suppress(ValueError):
            if isfinite(found := float(typed)):
                return found
        raise BadInput(f"{self.name} is not a number.", field=self.name, hint="Write digits, such as 7 or -1.")

    def _help(self) -> str:
        """What the schema says of it, and the bounds, which a screen reader would not tell otherwise."""
        said = str(self.rule.get("description", "")).rstrip(".")
        low, high = self.rule.get("minimum"), self.rule.get("maximum")
        bounds = f"from {low} to {high}"
        if low is None or high is None:
            bounds = f"at least {low}" if low is not None else f"at most {high}" if high is not None else ""
        kind = TYPES[_the_type(self.rule)] if self.kind == "number" else ""
        needed = "needed" if self.required else "may be left out"
        facts = ", ".join(word for word in (f"{kind} {bounds}".strip(), needed) if word)
        return f"{said} ({facts})" if said else f"{facts[0].upper()}{facts[1:]}"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A schema as a form sees it: the parts it draws, and the names of the rest."""

    schema: Schema
    parts: tuple[SchemaPart, ...]
    rest: tuple[str, ...]

    def problems(self, message: Mapping[str, Any]) -> list[BadInput]:
        """What the schema finds wrong with a message, each with the property it is about as its field."""
        errors = Draft202012Validator(self.schema).iter_errors(message)
        found = sorted(errors, key=lambda each: list(map(str, each.path)))
        return [problem for error in found for problem in _problems_of(error)]


def drawing_of(schema: Schema) -> Drawing:
    """What to draw of a schema; BadInput at once when it is none."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        said = f"The schema is no JSON Schema: {error.message}."
        raise BadInput(said, field="schemas", hint="See json-schema.org.") from None
    properties = schema.get("properties", {})
    needed = schema.get("required", [])
    drawn = {name: kind for name, rule in properties.items() if (kind := _kind_of(rule))}
    parts = tuple(SchemaPart(name, kind, properties[name], name in needed) for name, kind in drawn.items())
    return Drawing(schema, parts, tuple(name for name in properties if name not in drawn))


def _kind_of(rule: Any) -> str:
    """The kind of control for a property; an empty text when there is none."""
    if not isinstance(rule, Mapping) or TOO_MUCH & rule.keys():
        return ""
    values = rule.get("enum")
    if values is not None:
        return "choice" if all(isinstance(each, str | int | float | bool | None) for each in values) else ""
    return DRAWN.get(_the_type(rule), "")


def _the_type(rule: Schema) -> str:
    """The one type beside null, or an empty text."""
    types = [each for each in _types(rule.get("type", "")) if each != "null"]
    return types[0] if len(types) == 1 else ""


def _types(said: str | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else said


#: A type in a reader's words; the other findings are in jsonschema's own.
TYPES: Final = {
    "integer": "a whole number", "number": "a number", "string": "a text", "boolean": "true or false",
    "object": "an object", "array": "a list",
}  # fmt: skip


def _problems_of(error: ValidationError) -> Iterator[BadInput]:
    path = [str(each) for each in error.absolute_path]
    if error.validator == "required" and not path:
        for name in error.validator_value:
            if error.message.startswith(repr(name)):
                yield BadInput(f"{name} is missing.", field=name, hint="Fill it in.")
        return
    name = ".".join(path) or "The message"
    said = f"{name}: {error.message.rstrip('.')}."
    if error.validator == "type":
        wanted = " or ".join(TYPES.get(each, each) for each in _types(error.validator_value))
        found = json.dumps(error.instance, ensure_ascii=False)
        said = f"{name} must be {wanted}, not {found if len(found) <= 40 else f'{found[:39]}…'}."
    yield BadInput(said, field=path[0] if path else "payload", hint="Change it here or in the JSON.")


class Message(Field):
    """The payload of a call. `parts` are the controls drawn from the schema in use, by the names of the properties."""

    def __init__(self, schemas: Mapping[AppService, Schema]) -> None:
        self._drawings = {service: drawing_of(schema) for service, schema in schemas.items()}
        self._drawing: Drawing | None = None
        self._good: dict[str, Any] = {}
        self._unreadable: dict[str, BadInput] = {}
        self._writing = False
        self.parts: dict[str, Control] = {}
        self._on_change: Callable[[object], object] = lambda _: None
        about = "The message to the app service: a JSON object"
        editor = Control(kind="lines", description="Payload (JSON)", help=about, value="{}", rules={"rows": 8})
        super().__init__("payload", editor, lambda: None)
        self.checked = tick("Check the message", "Unticked, it is sent even if it does not fit the schema", value=True)
        self.checked.add_class("rk-checked")
        self._about = HTML()
        self._left = stack()
        self._both = HBox([self._left, stack(editor)], layout=Layout(flex_flow="row wrap", overflow="visible"))
        editor.observe(self._typed_json, "value")
        self.checked.observe(lambda _: self._changed(), "value")

    def watch(self, changed: Callable[[object], object]) -> None:
        self._on_change = changed

    def as_box(self) -> Any:
        return self._both

    def controls(self) -> list[Control]:
        return [self.control, *self.parts.values(), self.checked]

    def use(self, service: AppService) -> None:
        drawing = self._drawings.get(service)
        if drawing is self._drawing:
            return
        self._drawing, self._unreadable = drawing, {}
        self.parts = {part.name: part.control() for part in drawing.parts} if drawing else {}
        for part in drawing.parts if drawing else ():
            self.parts[part.name].observe(partial(self._typed_into, part), "value")
        self._about.value = self._about_text()
        self._left.children = (self._about, *self.parts.values(), self.checked) if drawing else ()
        self._left.layout.display = "flex" if drawing else "none"
        self._fill_parts()

    def fill(self, service: AppService, example: Mapping[str, Any] | None) -> None:
        """Put in an example for a service; without one, what its schema has as defaults."""
        drawing = self._drawings.get(service)
        properties = drawing.schema.get("properties", {}) if drawing else {}
        defaults = {name: rule["default"] for name, rule in properties.items() if "default" in rule}
        self.control.value = as_json(defaults if example is None else example)

    def value(self) -> dict[str, Any]:
        return json_object(self.control.value, "payload", "payload")

    def problem(self) -> BadInput | None:
        return next(iter(self._problems()), None)

    def complain(self, problem: BadInput | None) -> None:
        """Show what is wrong, each at its control; what has none, and broken JSON, at the JSON."""
        found = [] if problem is None else self._problems()
        if problem is not None and problem.field not in {self.name, *self.parts}:
            found = [problem]  # somebody else found it, such as whoever read a pasted command
        for name, control in self.parts.items():
            control.problem = message_of(next((each for each in found if each.field == name), None))
        self.control.problem = message_of(next((each for each in found if each.field not in self.parts), None))

    @property
    def is_complaining(self) -> bool:
        return any(control.problem[0] for control in (self.control, *self.parts.values()))

    def keep(self) -> object:
        return [self.control.value, self.checked.value]

    def restore(self, kept: Any) -> None:
        self.control.value, self.checked.value = kept

    def _problems(self) -> list[BadInput]:
        try:
            message = self.value()
        except BadInput as error:
            return [error]
        if self._unreadable:
            return list(self._unreadable.values())
        return self._drawing.problems(message) if self._drawing and self.checked.value else []

    def _typed_json(self, _: object) -> None:
        """Somebody, or we ourselves, changed the JSON: read it, and say at once when that cannot be done."""
        broken: BadInput | None = None
        try:
            self._good = self.value()
        except BadInput as error:
            broken = error
        self.control.problem = message_of(broken)
        for control in self.parts.values():
            control.disabled = broken is not None
        self._about.value = self._about_text(broken is not None)
        if broken is None and not self._writing:
            self._fill_parts()
        self._changed()

    def _typed_into(self, part: SchemaPart, change: Any) -> None:
        if self._writing:
            return
        self._unreadable.pop(part.name, None)
        message = dict(self._good)
        try:
            part.put(message, change["new"])
        except BadInput as error:
            self._unreadable[part.name] = error
        else:
            with self._not_typing():
                self.control.value = as_json(message)
        self._changed()

    def _fill_parts(self) -> None:
        self._unreadable.clear()
        with self._not_typing():
            for part in self._drawing.parts if self._drawing else ():
                self.parts[part.name].value = part.shown(self._good)

    @contextmanager
    def _not_typing(self) -> Iterator[None]:
        """Whatever changes a control now is us, and not somebody who types."""
        self._writing = True
        try:
            yield
        finally:
            self._writing = False

    def _changed(self) -> None:
        if self.is_complaining:
            self.complain(self.problem())
        self._on_change(self)

    def _about_text(self, broken: bool = False) -> str:
        rest = self._drawing.rest if self._drawing else ()
        said = "The message, from its JSON Schema. It is the same as the JSON beside it."
        if broken:
            said = "Mend the JSON first: these fields show the last message that could be read."
        elif rest:
            said += f" Only in the JSON, because it has no simple field: {', '.join(rest)}."
        return f'<div style="{TEXT}" role="status">{escape(said)}</div>'
