"""The device-code sign-in card: a link, a code, what is happening now, and no code any more once it is over.

The code lives in the widget's state only while it is good for something. Every end wipes it together with the link
and the buttons, so a saved notebook holds none, and what is printed or exported never had one. The page behind it is
static/signin_card.js, which comes with the package: nothing is fetched from a network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from html import escape
from typing import Any, Final

from anywidget import AnyWidget
from traitlets import Bool, Float, Unicode

from romekit.core.errors import RomeError
from romekit.views.assets import asset

Action = Callable[[], None]
#: How a sign-in ends, and what is said then.
ENDS: Final = {
    "signed_in": "Signed in as {}.",
    "declined": "Declined. Start a new sign-in if that was a mistake.",
    "expired": "The code has expired. Get a new one, or run the cell again.",
    "cancelled": "Cancelled. Run the cell again to start a new sign-in.",
}


class SignInCard(AnyWidget):
    """A card that shows a device code until somebody has typed it, said no, or let it run out.

    `expires_in` and `waiting(seconds_left)` are in seconds. The buttons call `approve`, `cancel` and, after the code
    has run out, `new_code`; each is there only when it is given. Whoever polls tells the card how it went; `run_out`
    is called when the card has counted down to nothing, in case nobody polls. `kernel` is where the notebook's kernel
    runs: `here`, or on a `hub` or in a `tab`, whose pages the reader's browser cannot open, so that approving is the
    way. The card also sees by itself that a link leads to another machine's loopback. Then `below`, if it is given, is
    called with the address of the notebook server as the browser sees it, and answers with a link below that.
    """

    _esm = asset("parts.js", "tell.js", "signin_card.js")
    _css = asset("signin_card.css")

    stage = Unicode("waiting").tag(sync=True)
    message = Unicode("").tag(sync=True)
    badge = Unicode("").tag(sync=True)
    seconds_left = Float(0.0).tag(sync=True)
    code = Unicode("").tag(sync=True)
    link = Unicode("").tag(sync=True)
    approve = Unicode("").tag(sync=True)
    cancel = Unicode("").tag(sync=True)
    new_code = Unicode("").tag(sync=True)
    kernel = Unicode("here").tag(sync=True)
    proxied = Bool(False).tag(sync=True)

    def __init__(
        self,
        user_code: str,
        verification_uri: str,
        expires_in: float,
        *,
        simulated: bool,
        approve: Action | None = None,
        approve_label: str = "Approve as Alex",
        cancel: Action | None = None,
        new_code: Action | None = None,
        run_out: Action = lambda: None,
        kernel: str = "here",
        below: Callable[[str], str] | None = None,
    ) -> None:
        actions = {"approve": approve, "cancel": cancel, "new_code": new_code}
        self._actions: dict[str, Action] = {name: action for name, action in actions.items() if action is not None}
        self._labels = {"approve": approve_label, "cancel": "Cancel", "new_code": "New code"}
        self._run_out, self._below = run_out, below
        badge = "Simulated sign-in" if simulated else ""
        super().__init__(badge=badge, kernel=kernel, proxied=below is not None)
        self.begin(user_code, verification_uri, expires_in)
        self.add_class("rk-sign-in-card")
        self.on_msg(self._on_message)

    def begin(self, user_code: str, verification_uri: str, expires_in: float) -> None:
        """Show a code and wait; also for another code on the same card, after the first has expired."""
        self._show("waiting", "", ("approve", "cancel"), user_code, verification_uri, expires_in)

    def waiting(self, seconds_left: float) -> None:
        """Still nobody has answered; the code is good for so many seconds more."""
        if self.stage == "waiting":
            self.seconds_left = max(0.0, float(seconds_left))

    def end(self, stage: str, message: str = "") -> None:
        """It is over, in one of the ways of ENDS, or `failed`; `message` is a sentence or a name for it."""
        self._show(stage, ENDS.get(stage, "{}").format(message), ("new_code",) if stage == "expired" else ())

    def press(self, button: str) -> None:
        """What a click does: `approve`, `cancel` or `new_code`. A button that is not on the card does nothing."""
        action = self._actions.get(button)
        if action is None or not getattr(self, button):
            return
        try:
            action()
        except RomeError as error:
            if button == "new_code":  # it can be pressed again
                self._show("expired", str(error), ("new_code",))
            else:
                self.end("failed", str(error))

    def _on_message(self, _: object, content: Mapping[str, Any], buffers: object) -> None:
        if content.get("ran_out") and self.stage == "waiting":
            self._run_out()
        if (server := content.get("server")) and self._below and self.stage == "waiting":
            with suppress(RomeError):  # then approving is the way
                self.link = self._below(str(server))
        self.press(str(content.get("press")))

    def _show(
        self, stage: str, message: str, buttons: tuple[str, ...] = (), code: str = "", link: str = "", left: float = 0.0
    ) -> None:
        with self.hold_sync():  # one message, so that no page ever shows half of it
            for name, label in self._labels.items():
                setattr(self, name, label if name in buttons and name in self._actions else "")
            self.code, self.link, self.seconds_left = code, link, float(left)
            self.stage, self.message = stage, message

    def __repr__(self) -> str:
        return "Sign-in card"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        said = self.message or "Run the cell to get a link and a code."
        html = f"<div><b>Sign in</b> {escape(self.badge and f'({self.badge})')}<br>{escape(said)}</div>"
        return {**data, "text/plain": repr(self), "text/html": html}, metadata
