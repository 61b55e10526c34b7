"""A form that builds an order, shows the request it becomes, sends it and follows what happens.

It knows a callback, never a client. Everything runs in the thread that pressed the button: ipykernel's versions do not
agree on which that is, or which loop it has, so nothing here needs one. A problem is shown at the field and nothing is
sent; what was typed always stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from html import escape
from time import monotonic
from typing import Any, Final, Protocol

from ipywidgets import HTML, Button, Layout, VBox

from romekit.errors import BadInput, RomeError
from romekit.model import Command, Order
from romekit.status import MEANING, as_status, is_final, is_success
from romekit.views.fields import Field, alarm
from romekit.views.request import as_http

TEXT: Final = "font-size:var(--jp-ui-font-size1, 13px);line-height:1.5;"
CODE: Final = (
    "font-family:var(--jp-code-font-family, monospace);font-size:var(--jp-code-font-size, 13px);line-height:1.35;"
    "white-space:pre-wrap;overflow-wrap:anywhere;margin:0;padding:8px;max-width:52em;"
    "background:var(--jp-layout-color2, #f0f0f0);color:var(--jp-content-font-color1, #1f1f1f);"
)

#: Seconds within which a click after a sending is taken for the second half of a double click.
AT_ONCE = 0.3


class Sent(Protocol):
    """What `send` gives back: a command that can be followed."""

    @property
    def status(self) -> str:
        """The status seen last."""
        ...

    def follow(self, *, progress: Callable[[Command], None] | None = None) -> object:
        """Wait until the status is final; `progress` is called with each answer."""
        ...

    def payload(self) -> Mapping[str, Any]:
        """What the app service answered."""
        ...


class Form(VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """Fields, the request they make, a Send button, and what became of it.

    Each field is an attribute by its name (`form.device`, `form.uri` …): an ipywidgets control with a `value`.
    `command` is what the last sending gave back.
    """

    def __init__(
        self, title: str, fields: list[Field], build: Callable[[], Order], send: Callable[[str, Order], Sent]
    ) -> None:
        self.title = title
        self.fields = {field.name: field for field in fields}
        self.command: Sent | None = None
        self._build, self._hand_over, self._trail = build, send, list[str]()
        self._done_at = 0.0
        self.preview = _told("rk-preview")
        self.status = _told("rk-status")
        self.button = Button(description="Send", tooltip="Send the request shown above", button_style="primary")
        self.button.add_class("rk-send").on_click(self._clicked)
        heading = HTML(f'<div style="{TEXT}font-weight:bold;">{escape(title)}</div>')
        boxes = [field.as_box() for field in fields]
        super().__init__([heading, *boxes, self.preview, self.button, self.status], layout=Layout(padding="4px"))
        self.add_class("rk-form")
        for field in fields:
            setattr(self, field.name, field.control)
            field.control.observe(self._typed, "value")
        self._say("Nothing has been sent yet.")
        self._typed(None)

    def order(self) -> Order:
        """What the fields say, or BadInput with the first thing that is wrong."""
        for field in self.fields.values():
            if problem := field.problem():
                raise problem
        return self._build()

    def press_send(self) -> None:
        """What a click on Send does: check, send, follow. A refusal is shown in the form, not raised."""
        for field in self.fields.values():
            field.complain(field.problem())
        if any(field.is_complaining for field in self.fields.values()):
            return self._say("Nothing was sent: see the message at the field.")
        self.button.disabled = True
        try:
            self._send_and_follow()
        except RomeError as error:
            self.status.value = self._passed() + alarm(error)
        except BaseException as error:
            self._say(f"Stopped by {type(error).__name__}. A command that was sent goes on.")
            raise
        finally:
            self.button.disabled = False
        return None

    def _clicked(self, _: object) -> None:
        """A click. One made while the last sending ran arrives right after it, and means no second command."""
        if monotonic() - self._done_at > AT_ONCE:
            self.press_send()
        self._done_at = monotonic()

    def _send_and_follow(self) -> None:
        self._trail.clear()
        self._say("Sending…")
        self.command = self._hand_over(self.device.value, self.order())
        self._seen(self.command.status)
        self.command.follow(progress=lambda command: self._seen(command.status))
        self._seen(self.command.status)
        if self._answers and is_success(self.command.status):
            self._show_answer(self.command.payload())

    @property
    def _answers(self) -> bool:
        return "payload" in self.fields

    def _seen(self, status: str) -> None:
        if self._trail[-1:] != [status]:
            self._trail.append(status)
        word = as_status(status)
        mark = "" if not is_final(status) else "✓ " if is_success(status) else "✗ "
        error = getattr(self.command, "error", None)
        reason = f" Reported: {error}." if error else ""
        meaning = f"{MEANING[word]}." if word else "a word this romekit does not know."
        self._say(f"{mark}{status}: {meaning}{reason}", before=self._passed())

    def _passed(self) -> str:
        passed = " → ".join(self._trail)
        return f'<div class="rk-trail" style="{TEXT}">{escape(passed)}</div>' if passed else ""

    def _say(self, text: str, before: str = "") -> None:
        self.status.value = f'{before}<div role="status" aria-live="polite" style="{TEXT}">{escape(text)}</div>'

    def _show_answer(self, answer: Mapping[str, Any]) -> None:
        written = escape(json.dumps(dict(answer), indent=2, ensure_ascii=False))
        self.status.value += f'<div style="{TEXT}">The app service answered:</div>'
        self.status.value += f'<pre class="rk-answer" style="{CODE}">{written}</pre>'

    def _typed(self, _: object) -> None:
        """Show the request as it would be now; a field that was complained about is looked at again."""
        for field in self.fields.values():
            if field.is_complaining:
                field.complain(field.problem())
        try:
            shown = as_http(self.device.value, self.order())
        except BadInput as error:
            shown = f"No request yet. {error}"
        self.preview.value = f'<pre aria-label="The request that will be sent" style="{CODE}">{escape(shown)}</pre>'

    def __repr__(self) -> str:
        return f"Form: {self.title}"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super()._repr_mimebundle_(**kwargs)
        return {**shown, "text/plain": repr(self), "text/html": self._as_html()}

    def _as_html(self) -> str:
        """What readers without a kernel see: the fields as they are, the request, and what became of it."""
        rows = "".join(
            f"<tr><th>{escape(field.control.description)}</th><td>{escape(str(_shown(field.control)))}</td></tr>"
            for field in self.fields.values()
        )
        return f"<div><b>{escape(self.title)}</b><table>{rows}</table>{self.preview.value}{self.status.value}</div>"


def _shown(control: Any) -> object:
    """What a person sees in a control: the label of a choice, the text of a line."""
    return getattr(control, "label", control.value) or "(nothing)"


def _told(name: str) -> HTML:
    return HTML(layout=Layout(overflow="visible")).add_class(name)
