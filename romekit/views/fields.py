"""The controls of a form: each with a label, a help text, a class to find it by, and room for a message under it.

They are our own and not those of ipywidgets, which ties no help text and no message to a control: somebody who listens
to the page instead of seeing it would hear neither (static/control.js does with `aria-describedby`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from anywidget import AnyWidget
from ipywidgets import Layout, VBox
from traitlets import Any as Anything, Bool, Dict, Int, List, Unicode

from romekit.core.errors import BadInput
from romekit.views.assets import asset

NOTHING: Final = ["", ""]


def message_of(problem: BadInput | None) -> list[str]:
    """What stands under a control."""
    return NOTHING if problem is None else [problem.message, problem.hint]


class Control(AnyWidget):
    """One control. `value` is a text, but for a tick (True or False) and a choice (one of its options, or None).

    A number is a text as well: what was typed, so that nothing is rounded or cut off on the way. `rules` are for the
    page: a number's min, max and step, the rows of several lines. `edits` counts what a
    person has done to it on the page; `on_state` is called when the kernel has heard of it (form_widgets.py).
    """

    _esm = asset("parts.js", "control.js")
    _css = asset("form.css")

    kind = Unicode("line").tag(sync=True)
    value = Anything("").tag(sync=True)
    description = Unicode("").tag(sync=True)
    help = Unicode("").tag(sync=True)
    options: List[Any] = List().tag(sync=True)
    suggestions: List[Any] = List().tag(sync=True)
    rules = Dict().tag(sync=True)
    disabled = Bool(False).tag(sync=True)
    problem = List(NOTHING).tag(sync=True)
    note = Unicode("").tag(sync=True)
    edits = Int(0).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self.on_state: Callable[[], object] = lambda: None
        super().__init__(**traits)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what the page says, and call `on_state` when all that follows from it has happened."""
        super().set_state(sync_data)
        self.on_state()

    @property
    def label(self) -> str:
        """What a person sees in it: the label of a choice, the text of a line."""
        if self.kind == "choice":
            return next((label for label, value in self.options if value == self.value), "")
        return str(self.value)

    def __repr__(self) -> str:
        return f"{self.description}: {self.label}"


class Field:
    """A control, the check that what it holds can be sent, and the message shown under it when it cannot."""

    def __init__(self, name: str, control: Control, check: Callable[[], object], wire_name: str = "") -> None:
        self.name, self.control, self._check, self._wire_name = name, control, check, wire_name
        control.add_class(f"rk-{name.replace('_', '-')}")
        control.observe(lambda _: setattr(control, "note", ""), "value")

    def problem(self) -> BadInput | None:
        """What is wrong with it, if anything, in the words on its label."""
        try:
            self._check()
        except BadInput as error:
            message = error.message.replace(self._wire_name, self.control.description) if self._wire_name else ""
            return BadInput(message or error.message, field=error.field, hint=error.hint)
        return None

    def complain(self, problem: BadInput | None) -> None:
        self.control.problem = message_of(problem)

    @property
    def is_complaining(self) -> bool:
        return bool(self.control.problem[0])

    def watch(self, changed: Callable[[object], object]) -> None:
        self.control.observe(changed, "value")

    def as_box(self) -> Any:
        return self.control

    def controls(self) -> list[Control]:
        return [self.control]

    def keep(self) -> object:
        """What is to be there again when the cell has run again."""
        return [self.control.label, self.control.value, bool(self.control.options)]

    def restore(self, kept: Any) -> None:
        """Put back what was kept; a choice that is no longer offered stays as it is, and says so."""
        label, value, was_offered = kept
        offered = [each for _, each in self.control.options]
        is_open = was_offered and value is None  # there was a choice, and nobody had made it
        if self.control.kind != "choice" or value in offered or is_open:
            self.control.value = value
        elif label:
            self.control.note = f"{label} was chosen before and is no longer there; this is {self.control.label} now."


def choice(label: str, help_text: str, options: Mapping[str, str] | Iterable[str]) -> Control:
    """One of a list; the first, to begin with."""
    pairs = options.items() if isinstance(options, Mapping) else [(each, each) for each in options]
    listed = [list(pair) for pair in pairs]
    value = listed[0][1] if listed else None
    return Control(kind="choice", description=label, help=help_text, options=listed, value=value)


def line(label: str, help_text: str, value: str = "", *, suggestions: Iterable[str] = ()) -> Control:
    """A line of text, perhaps with suggestions."""
    return Control(kind="line", description=label, help=help_text, value=value, suggestions=list(suggestions))


def tick(label: str, help_text: str, value: bool = False) -> Control:
    return Control(kind="check", description=label, help=help_text, value=value)


def stack(*boxes: Any) -> VBox:
    """Things one above the other, as narrow as the page makes them."""
    return VBox(list(boxes), layout=Layout(flex="1 1 20em", min_width="0", overflow="visible"))
