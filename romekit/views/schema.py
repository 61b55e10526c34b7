"""A JSON Schema of a message as parts of a form: what can be drawn, what cannot, and what a message has wrong.

Drawn are texts, numbers, yes or no, and a choice of values, one level deep. All else (lists, objects inside, several
shapes) belongs to the JSON editor. The jsonschema library does the checking; each finding names its property. Of the
libraries that draw, ipywidgets-jsonschema refuses a list of types, clamps numbers that the service should refuse, and
ties no help text to a control.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError

from romekit.core.errors import BadInput
from romekit.views.form_widgets import Control, choice, line, tick

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
