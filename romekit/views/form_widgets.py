"""The parts of a form beside its fields: the Send button, the request, a box to paste curl into, and the status."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from shlex import quote
from tempfile import mkstemp
from typing import Any, Final
from weakref import finalize

from anywidget import AnyWidget
from ipywidgets import widget_serialization
from traitlets import Bool, List, Unicode

from romekit.core.errors import BadInput, RomeError
from romekit.core.model import Order
from romekit.core.status import MEANING, as_status, is_final, is_success
from romekit.views.assets import CODE, TEXT, asset
from romekit.views.curl import without_tokens
from romekit.views.fields import Control
from romekit.views.snippets import SERVED, SNIPPETS, as_romekit


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
            written = escape(json.dumps(dict(self.answer), indent=2, ensure_ascii=False))
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
