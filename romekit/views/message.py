"""The message to an app service: controls from its JSON Schema beside the JSON itself, each in step with the other.

The JSON is what counts. A control writes its property into it and leaves the rest alone; what is typed into the JSON is
read back into the controls. While the JSON is broken they show the last message that was not, and wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from html import escape
from typing import Any

from ipywidgets import HTML, HBox, Layout

from romekit.core.errors import BadInput
from romekit.core.model import AppService
from romekit.views.assets import TEXT
from romekit.views.form_widgets import Control, Field, message_of, stack, tick
from romekit.views.schema import Drawing, Schema, SchemaPart, drawing_of
from romekit.views.snippets import as_json, json_object


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
