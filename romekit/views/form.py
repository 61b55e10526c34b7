"""A form that builds an order, shows the request it becomes, sends it and follows what happens.

It knows a callback, never a client. A problem is shown at the field and nothing is sent; what was typed always stays,
also when the cell runs again. `press_send` does all of it before it returns. A click does the same beside the kernel,
so that the page stays usable and a long wait can be stopped (following.py).

Drafts, what people have typed, belong to the whole kernel and not to an object somebody holds: the form of the last run
is gone when its cell runs again. JupyterLab names the cell with each execution; a draft is found by that name, the
form's title, and which form of the run it is. Where no cell has a name (a script, nbval, an export) nothing is kept, so
that what comes out is the same each time. What was pasted is never kept: it may hold a token.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Mapping
from functools import partial
from html import escape
from threading import Thread
from time import monotonic
from typing import Any, Final, Protocol

from ipywidgets import HTML, Button, HBox, Layout, VBox

from romekit.core.errors import BadInput, RomeError, TimedOut
from romekit.core.model import Command, Order
from romekit.core.status import is_final, is_success
from romekit.views.assets import TEXT
from romekit.views.following import FollowDisplay, Interrupts, Stopped, in_thread
from romekit.views.form_widgets import Field, FormStatus, PasteBox, RequestPreview, SendButton, sentence_of
from romekit.views.progress_line import running_cell

#: Seconds within which a click after a sending is taken for the second half of a double click.
DOUBLE_CLICK: Final = 0.3
STOP, GO_ON = "Stop waiting", "Follow on"
STOPPED: Final = "Stopped waiting; the command goes on."
REFUSED: Final = "Nothing was sent: see the message at the field."
NOTHING_YET: Final = "Nothing has been sent yet."
READY: Final = "Ready to send."

DraftKey = tuple[str, str, int]
MOST_DRAFTS: Final = 64
_DRAFTS: Final[OrderedDict[DraftKey, dict[str, Any]]] = OrderedDict()  # the oldest goes first
_MADE: Final[Counter[str]] = Counter()  # forms of each title in the run that is under way
_RUN: Final = ["", ""]  # the cell, and the execution of it


class Sent(Protocol):
    """What `send` gives back: a command that can be followed. `status` was seen last, `payload` is the answer."""

    @property
    def status(self) -> str: ...

    def follow(self, *, progress: Callable[[Command], None] | None = None) -> object:
        """Wait until the status is final; `progress` is called with each answer."""
        ...

    def payload(self) -> Mapping[str, Any]: ...


class Form(VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """Fields, the request they make, a Send button, and what became of it.

    Each field is an attribute by its name (`form.device`, `form.uri` …): a control with a `value`. `command` is what
    the last sending gave back; after Stop waiting it can be followed on, here or in code. `device_names` are the labels
    by which rome finds a device.
    """

    def __init__(
        self,
        title: str,
        fields: list[Field],
        build: Callable[[], Order],
        send: Callable[[str, Order], Sent],
        *,
        fill: Callable[[Form, str], str],
        preview: RequestPreview,
        device_names: Collection[str] = (),
    ) -> None:
        self.title, self._device_names = title, device_names
        self.fields = {field.name: field for field in fields}
        self.command: Sent | None = None
        self._build, self._hand_over, self._trail = build, send, list[str]()
        self._draft = _draft_key(title)
        self._following: FollowDisplay | None = None
        self._thread: Thread | None = None
        self._is_busy, self._done_at = False, 0.0
        self._interrupts = Interrupts(self.press_stop)
        self._status = FormStatus(NOTHING_YET)
        self.preview, self.paste = preview, PasteBox(lambda text: fill(self, text))
        self.status, self.progress = _html("rk-status"), _html("rk-progress")
        self.button = SendButton(self._clicked, "Send the request shown above")
        self.stop = Button(description=STOP, tooltip="The command goes on without us", disabled=True)
        self.stop.add_class("rk-stop").on_click(self._stop_or_go_on)
        self._heading = HTML(_heading(title))
        boxes = [field.as_box() for field in fields]
        buttons = HBox([self.button, self.stop], layout=Layout(flex_flow="row wrap", overflow="visible"))
        super().__init__(
            [self._heading, *boxes, self.paste, self.preview, buttons, self.progress, self.status],
            layout=Layout(padding="4px", overflow="visible"),
        )
        self.add_class("rk-form")
        self._show(self._status)
        for name, kept in _DRAFTS.get(self._draft, {}).items() if self._draft else ():
            self.fields[name].restore(kept)
        for field in fields:
            setattr(self, field.name, field.control)
            field.watch(self.typed)
        self.typed(None)

        if (views := getattr(getattr(send, "__self__", None), "views", None)) is not None:
            views.add(self)

    def mark_as_earlier(self) -> None:
        """Say that whoever sends for this form belongs to a lab that is no longer in use."""
        self._heading.value = _heading(f"{self.title}, in an earlier lab: run this cell again")

    # ── what is in it ───────────────────────────────────────────────────────────────────────────────────────────────

    def order(self) -> Order:
        """What the fields say, or BadInput with the first thing that is wrong."""
        for field in self.fields.values():
            if problem := field.problem():
                raise problem
        return self._build()

    def complain(self) -> bool:
        """Show at every field what is wrong with it; whether anything is."""
        for field in self.fields.values():
            field.complain(field.problem())
        return self.is_complaining

    @property
    def is_complaining(self) -> bool:
        return any(field.is_complaining for field in self.fields.values())

    def show_readiness(self) -> None:
        """Where nothing else is to be said, say whether the form can be sent."""
        if self._status.message in (REFUSED, READY):
            self._show(FormStatus(REFUSED if self.is_complaining else READY))

    def typed(self, change: object) -> None:
        """Show the request as it would be now, and check what was changed and what was wrong before."""
        self.paste.forget()
        self.button.wait_for([control for field in self.fields.values() for control in field.controls()])
        for field in self.fields.values():
            is_changed = change is field or getattr(change, "owner", None) is field.control
            if is_changed or field.is_complaining:
                field.complain(field.problem())
        self.show_readiness()
        try:
            device = self.fields["device"].control
            self.preview.show(device.value, self.order(), device.label if device.label in self._device_names else "")
        except BadInput as error:
            self.preview.show_problem(str(error))
        if change is not None and self._draft:
            _DRAFTS[self._draft] = {name: field.keep() for name, field in self.fields.items()}
            _DRAFTS.move_to_end(self._draft)
            if len(_DRAFTS) > MOST_DRAFTS:
                _DRAFTS.popitem(last=False)

    # ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def press_send(self) -> None:
        """What a click on Send does: check, send, follow. A refusal is shown in the form, not raised."""
        if self._is_right():
            self._carry_out(self._post, FollowDisplay(self._seen, self._tick))

    def press_stop(self) -> None:
        """What a click on Stop waiting does, and the kernel's interrupt."""
        if self._following is not None and self.command is not None and self._following.stop():
            self._end(STOPPED)

    def wait(self, seconds: float | None = None) -> None:
        """Wait until what a click began has come to its end: for code that clicks."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _clicked(self) -> None:
        """A click. One made while the last sending ran, or right after it, means no second command."""
        if not self._is_busy and monotonic() - self._done_at > DOUBLE_CLICK and self._is_right():
            self._carry_out_beside(self._post)

    def _stop_or_go_on(self, _: object) -> None:
        if self._is_busy:
            self.press_stop()
        else:
            self._carry_out_beside(self._follow)

    def _is_right(self) -> bool:
        self.paste.forget()
        if self.complain():
            self._show(FormStatus(REFUSED))
            return False
        return True

    def _carry_out_beside(self, work: Callable[[FollowDisplay], None]) -> None:
        following = FollowDisplay(self._seen, self._tick)
        self._is_busy = True
        self._interrupts.begin()
        following.tick_beside()
        self._thread = in_thread(partial(self._carry_out, work, following))

    def _carry_out(self, work: Callable[[FollowDisplay], None], following: FollowDisplay) -> None:
        """Send or follow. After Stop waiting nothing is shown any more: the next press may have begun already."""
        self._following, self._is_busy, self.button.disabled = following, True, True
        message: str | RomeError = STOPPED
        is_done = False
        try:
            work(following)
            message, is_done = self._status.message, True
        except Stopped:
            return
        except RomeError as error:
            message, is_done = error, not isinstance(error, TimedOut)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            message = f"Stopped by {type(error).__name__}. A command that was sent goes on."
            raise
        finally:
            if following.claim_end():
                self._end(message, is_done=is_done)

    def _post(self, following: FollowDisplay) -> None:
        self.command = None
        self._trail.clear()
        self._show(FormStatus("Sending…"))
        self.command = self._hand_over(self.fields["device"].control.value, self.order())
        self._follow(following)

    def _follow(self, following: FollowDisplay) -> None:
        command = self.command
        assert command is not None
        self.stop.description, self.stop.disabled = STOP, False
        self._seen(command.status)
        following.follow(command)
        self._seen(command.status)
        if "payload" in self.fields and is_success(command.status):
            answer = command.payload()
            following.check_stopped()
            self._show(FormStatus(self._status.message, tuple(self._trail), answer))

    def _end(self, message: str | RomeError, *, is_done: bool = False) -> None:
        """Nobody waits any more: show the message, and let the buttons do the next thing."""
        self._show(FormStatus(message, tuple(self._trail), self._status.answer))
        self._tick()
        self._interrupts.end()
        is_open = not is_done and self.command is not None and not is_final(self.command.status)
        self.stop.description, self.stop.disabled = (GO_ON if is_open else STOP), not is_open
        self._is_busy, self.button.disabled, self._done_at = False, False, monotonic()

    # ── what is shown ───────────────────────────────────────────────────────────────────────────────────────────────

    def _show(self, status: FormStatus) -> None:
        """Show a status. A widget leaves a value that it has alone, so no screen reader says it again."""
        self._status, self.status.value = status, status.as_html()

    def _seen(self, status: str) -> None:
        if self._trail[-1:] != [status]:
            self._trail.append(status)
        sentence = sentence_of(status, getattr(self.command, "error", None))
        self._show(FormStatus(sentence, tuple(self._trail)))

    def _tick(self) -> None:
        if self._following is not None and self.command is not None:
            self.progress.value = self._following.as_html(self.command.status)

    def __repr__(self) -> str:
        return f"Form: {self.title}"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super()._repr_mimebundle_(**kwargs)
        return {**shown, "text/plain": repr(self), "text/html": self._as_html()}

    def _as_html(self) -> str:
        """What readers without a kernel see: the fields as they are, the request, and what became of it."""
        held = ((field.control.description, field.control.label or "(nothing)") for field in self.fields.values())
        rows = "".join(f"<tr><th>{escape(label)}</th><td>{escape(words)}</td></tr>" for label, words in held)
        shown = f"<table>{rows}</table>{self.preview.as_html()}{self._status.as_html()}"
        return f"<div><b>{escape(self.title)}</b>{shown}</div>"


def _html(name: str) -> HTML:
    return HTML(layout=Layout(overflow="visible")).add_class(name)


def _heading(words: str) -> str:
    return f'<div role="heading" aria-level="3" style="{TEXT}font-weight:bold;">{escape(words)}</div>'


def _draft_key(title: str) -> DraftKey | None:
    """Where the form that is being made keeps its draft; None where cells have no names."""
    cell, execution = running_cell()
    if not cell:
        return None
    if [cell, execution] != _RUN:
        _RUN[:] = [cell, execution]
        _MADE.clear()
    _MADE[title] += 1
    return cell, title, _MADE[title]
