"""The widgets of a form: its controls, the Send button, the request, a box to paste curl into, and the status.

The controls are our own and not those of ipywidgets, which ties no help text and no message to a control: somebody who
listens to the page instead of seeing it would hear neither (static/control.js does with `aria-describedby`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from shlex import quote
from tempfile import mkstemp
from typing import Any, Final
from weakref import finalize

from anywidget import AnyWidget
from ipywidgets import Layout, VBox, widget_serialization
from traitlets import Any as Anything, Bool, Dict, Int, List, Unicode

from romekit.core.errors import BadInput, RomeError
from romekit.core.model import Order
from romekit.core.status import MEANING, as_status, is_final, is_success
from romekit.views.assets import CODE, TEXT, asset
from romekit.views.curl import without_tokens
from romekit.views.snippets import SERVED, SNIPPETS, as_json, as_romekit

NOTHING: Final = ["", ""]


def message_of(problem: BadInput | None) -> list[str]:
    """What stands under a control."""
    return NOTHING if problem is None else [problem.message, problem.hint]


class Control(AnyWidget):
    """One control. `value` is a text, but for a tick (True or False) and a choice (one of its options, or None).

    A number is a text as well: what was typed, so that nothing is rounded or cut off on the way. `rules` are for the
    page: a number's min, max and step, the rows of several lines. `edits` counts what a
    person has done to it on the page; `on_state` is called when the kernel has heard of it.
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


class SendButton(AnyWidget):
    """A button that calls `pressed`, once the kernel has the values that its `controls` showed when it was clicked.

    ipywidgets holds back a field's newest value while an earlier one is under way (one at a time, in WidgetModel.sync),
    but sends a click at once: who types fast and presses Enter would send `C` for `Ciao`. So each control counts a
    person's changes (`edits`), a click names each control's count on the page, and the kernel waits for those.
    """

    _esm = asset("parts.js", "tell.js", "send.js")
    _css = asset("form.css")

    description = Unicode("Send").tag(sync=True)
    tooltip = Unicode("").tag(sync=True)
    disabled = Bool(False).tag(sync=True)
    controls: List[Any] = List().tag(sync=True, **widget_serialization)

    def __init__(self, pressed: Callable[[], None], tooltip: str) -> None:
        self._pressed = pressed
        self._edits: Mapping[str, int] | None = None
        super().__init__(tooltip=tooltip)
        self.add_class("rk-send")
        self.on_msg(self._on_message)

    def wait_for(self, controls: Sequence[Control]) -> None:
        """Set the controls whose values a click means."""
        if self.controls != list(controls):
            self.controls = list(controls)
            for control in controls:
                control.on_state = self._click_when_complete

    def click(self) -> None:
        """What a click does, for code: the kernel has every value that code has put into the controls."""
        self._edits = None
        self._pressed()

    def _on_message(self, _: object, content: Mapping[str, Any], buffers: object) -> None:
        self._edits = content.get("edits", {})
        self._click_when_complete()

    def _click_when_complete(self) -> None:
        edits = self._edits
        if edits is not None and all(each.edits >= edits.get(each.model_id, 0) for each in self.controls):
            self.click()

    def __repr__(self) -> str:
        return self.description


#: What is said where no other program reaches the cloud: in a browser tab, on a hub, outside of a notebook.
UNREACHED: Final = "No terminal of yours reaches this cloud; the address is that of romekit serve on your own machine."


class RequestPreview(AnyWidget):
    """The request as HTTP, curl, Python or Microsoft's SDK, with a button that copies it; or why there is none yet.

    With a `token` it has another one, that copies the curl command for a terminal. No token comes to the page.
    """

    _esm = asset("parts.js", "tell.js", "preview.js")
    _css = asset("form.css")

    snippets: List[Any] = List().tag(sync=True)
    chosen = Unicode(SNIPPETS[0][0]).tag(sync=True)
    problem = Unicode("").tag(sync=True)
    terminal = Bool(False).tag(sync=True)
    note = Unicode("").tag(sync=True)

    def __init__(self, address: str = "", token: Callable[[], str] | None = None) -> None:
        self._address, self._token = address or SERVED, token
        snippets = [[name, "", note] for name, _, note in SNIPPETS]
        super().__init__(snippets=snippets, terminal=token is not None, note="" if address else UNREACHED)
        self.add_class("rk-preview")
        self.on_msg(self._on_message)

    def token_line(self) -> str:
        """A line for a shell that takes a token once: from a file that only its owner can read, and no longer."""
        assert self._token is not None
        handle, name = mkstemp(prefix="romekit-token-")  # mode 0600
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(self._token())
        finalize(self, Path(name).unlink, missing_ok=True)
        return f"export TOKEN=$(cat {quote(name)}; rm {quote(name)})"

    def _on_message(self, _: object, content: Mapping[str, Any], buffers: object) -> None:
        try:
            self.send({"line": self.token_line()})
        except (RomeError, OSError) as problem:
            self.send({"trouble": str(problem)})

    def show(self, device: str, order: Order, device_name: str = "") -> None:
        """Show an order to a device, which romekit's own Python calls by its name, if that is known."""
        with self.hold_sync():
            self.snippets = [
                [name, write((device_name if write is as_romekit else "") or device, order, self._address), note]
                for name, write, note in SNIPPETS
            ]
            self.problem = ""

    def show_problem(self, problem: str) -> None:
        self.problem = f"No request yet. {problem}"

    def snippet(self, name: str) -> str:
        """What is shown under that name, or the problem."""
        return self.problem or next((text for each, text, _ in self.snippets if each == name), "")

    def as_html(self) -> str:
        """For readers without a kernel: the request as HTTP, without the host, which is another one each time."""
        label = "The request that will be sent"
        text = re.sub(r"(?m)^Host: .*\n", "", self.snippet("HTTP"))
        return f'<pre aria-label="{label}" style="{CODE}">{escape(text)}</pre>'

    def __repr__(self) -> str:
        return f"The request as {self.chosen}"


class PasteBox(AnyWidget):
    """Hands a pasted curl command to `fill`, which gives back the message to show or raises BadInput.

    Nothing that is pasted is kept: it may hold a token.
    """

    _esm = asset("parts.js", "tell.js", "paste.js")
    _css = asset("form.css")

    message = Unicode("").tag(sync=True)
    refused = Bool(False).tag(sync=True)

    def __init__(self, fill: Callable[[str], str]) -> None:
        self._fill = fill
        super().__init__()
        self.add_class("rk-paste-box")
        self.on_msg(lambda _, content, buffers: self.fill(str(content.get("curl", ""))))

    def fill(self, text: str) -> None:
        """What a click on Fill in does. The text is taken out of the box; one that is refused stays, without tokens."""
        try:
            self.message, self.refused, rest = self._fill(text), False, ""
        except BadInput as error:
            self.message, self.refused, rest = f"{error.message} {error.hint}", True, without_tokens(text)
        self.send({"text": rest})

    def forget(self) -> None:
        """The form has been changed since. What was refused still stands in the box, and so does the reason."""
        if not self.refused:
            self.message = ""

    def __repr__(self) -> str:
        return "Fill in from a curl command"


#: Red beside the words and not in them: no red of JupyterLab's is readable as text on light and on dark.
ALARM: Final = (
    "border-left:4px solid var(--jp-error-color1, #d32f2f);padding-left:8px;"
    "font-size:var(--jp-ui-font-size1, 13px);line-height:1.4;"
)


@dataclass(frozen=True, slots=True)
class FormStatus:
    """What a form says of its last sending: a sentence or an error, the statuses so far, and what the app answered.

    Each text is escaped, and a screen reader reads out each change.
    """

    message: str | RomeError
    trail: tuple[str, ...] = ()
    answer: Mapping[str, Any] | None = None

    def as_html(self) -> str:
        passed, said = " → ".join(self.trail), self.message
        shown = f'<div class="rk-trail" style="{TEXT}">{escape(passed)}</div>' if passed else ""
        if isinstance(said, RomeError):
            shown += f'<div role="alert" style="{ALARM}"><b>{escape(said.message)}</b> {escape(said.hint)}</div>'
        else:
            shown += f'<div role="status" aria-live="polite" style="{TEXT}">{escape(said)}</div>'
        if self.answer is not None:
            written = escape(as_json(dict(self.answer)))
            shown += f'<div style="{TEXT}">The app service answered:</div>'
            shown += f'<pre class="rk-answer" tabindex="0" aria-label="The answer" style="{CODE}">{written}</pre>'
        return shown


def sentence_of(status: str, error: str | None) -> str:
    """A status with its meaning, and what the device reported."""
    word = as_status(status)
    mark = "" if not is_final(status) else "✓ " if is_success(status) else "✗ "
    reason = f" Reported: {error}." if error else ""
    meaning = f"{MEANING[word]}." if word else "a word this romekit does not know."
    return f"{mark}{status}: {meaning}{reason}"
