"""The device wall in a notebook: a card per device, with what is on its screen and what is on the way to it.

It is given cards and shows them, and calls back for what a button asks; it knows no lab. The drawing is share/wall.js,
the same as on the page of `romekit serve`, with a few lines of its own behind it (static/wall.js): nothing is fetched
from a network. All cards go over in one piece: a hundred of them are 90 kB, which a kernel sends in a few milliseconds,
and the drawing touches only the cards that have changed. Where no widget runs the same cards are HTML or a table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Final

from anywidget import AnyWidget
from traitlets import Float, List, Unicode

import romekit
from romekit.core.errors import RomeError
from romekit.core.presence import as_script
from romekit.core.screens import Card
from romekit.views.assets import shipped
from romekit.views.wall_words import as_html, as_text, counted

SHARE: Final = Path(romekit.__file__).parent / "share"
#: The seconds a button lets pass.
PASSES: Final = (1, 10)


class DeviceWall(AnyWidget):
    """Every device as a card: kind, presence, screen, what is on its way, and buttons.

    `set_presence(device, word)`, `set_app(device, app, installed)` and `let_pass(seconds)` are called for the buttons,
    in whatever thread Jupyter delivers a click; each kind of button is there only when its callback is given. `show`
    may be called from any thread.
    """

    _esm = as_script() + (SHARE / "wall.js").read_text("utf-8") + shipped("tell.js", "wall.js")
    _css = (SHARE / "wall.css").read_text("utf-8")

    title = Unicode("Devices").tag(sync=True)
    cards: List[Any] = List().tag(sync=True)
    at = Float(0.0).tag(sync=True)
    trouble = Unicode("").tag(sync=True)
    buttons: List[Any] = List().tag(sync=True)
    passes: List[Any] = List().tag(sync=True)

    def __init__(
        self,
        cards: Sequence[Card] = (),
        at: float = 0.0,
        *,
        title: str = "Devices",
        set_presence: Callable[[str, str], object] | None = None,
        set_app: Callable[[str, str, bool], object] | None = None,
        let_pass: Callable[[float], object] | None = None,
    ) -> None:
        self._set_presence, self._set_app, self._let_pass = set_presence, set_app, let_pass
        self._seen: tuple[Card, ...] = ()
        self._lock = Lock()
        buttons = [name for name, given in (("presence", set_presence), ("apps", set_app)) if given is not None]
        super().__init__(title=title, buttons=buttons, passes=list(PASSES) if let_pass is not None else [])
        self.show(cards, at)
        self.add_class("rk-device-wall")
        self.on_msg(self._told)

    def show(self, cards: Sequence[Card], at: float, title: str = "") -> None:
        """Bring the wall up to date: the cards, what time it is for them (seconds since 1970 UTC), whose they are."""
        with self._lock, self.hold_sync():  # one message, so that no page ever shows half of it
            if (fresh := tuple(cards)) != self._seen:
                self._seen = fresh
                self.cards = [card.as_wire() for card in fresh]
            self.at, self.title = at, title or self.title

    def press(self, wish: Mapping[str, Any]) -> None:
        """What a click does: a `device` with a `presence`, or with an `app` and `installed`; or seconds to `pass`.

        Words of a refusal are shown on the wall; a button that is not there does nothing.
        """
        self.trouble = ""
        device, app, seconds = str(wish.get("device", "")), wish.get("app"), wish.get("pass")
        try:
            if seconds is not None:
                if self._let_pass is not None and seconds in PASSES:
                    self._let_pass(float(seconds))
            elif app is not None:
                if self._set_app is not None:
                    self._set_app(device, str(app), wish.get("installed") is True)
            elif self._set_presence is not None:
                self._set_presence(device, str(wish.get("presence")))
        except RomeError as error:
            self.trouble = str(error)

    def _told(self, _: object, content: Mapping[str, Any], buffers: object) -> None:
        self.press(content)

    def __repr__(self) -> str:
        return f"Device wall, {counted(self._seen)}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        head = f"{self.title} at {datetime.fromtimestamp(self.at, UTC):%H:%M:%S} UTC, {counted(self._seen)}"
        return {
            **data,
            "text/plain": f"{head}\n{as_text(self._seen)}",
            "text/html": as_html(head, self._seen),
        }, metadata
