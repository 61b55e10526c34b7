"""The device wall in a notebook: a card per device, with what is on its screen and what is on the way to it.

It is given cards and shows them, and calls back when a button is pressed; it knows no lab. The drawing is
share/wall.js, the same as on the page of `romekit serve`, followed by static/wall.js: nothing is fetched from a
network. All cards are sent at once: a hundred of them are 90 kB, which a kernel sends in a few milliseconds, and the
drawing touches only the cards that have changed. Where no widget runs the same cards are HTML or a table of plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from threading import Lock
from typing import Any, Final

from anywidget import AnyWidget
from traitlets import Bool, Float, List, Unicode

import romekit
from romekit.core.errors import RomeError
from romekit.core.presence import PRESENCE, as_script
from romekit.core.screens import Card
from romekit.views.assets import asset

SHARE: Final = Path(romekit.__file__).parent / "share"
#: The seconds a button lets pass.
PASSES: Final = (1, 10)

#: The columns of the plain text, and the widest of them.
HEAD: Final = ("device", "kind", "is", "screen", "on its way", "last")
WIDEST: Final = 44
BOX: Final = (
    "display:inline-block;vertical-align:top;width:230px;margin:0 8px 8px 0;padding:8px 10px;font-size:12px;"
    "border-width:1px;border-style:solid;border-color:#8b929b;border-radius:8px;"
)
GLASS: Final = (
    "height:66px;overflow:hidden;margin:6px 0;padding:6px 8px;border-width:6px;border-style:solid;border-color:#2b3038;"
    "border-radius:6px;text-align:center;"
)
PAPER: Final = "background-color:#ffffff;color:#1b1f24;"
PAINT: Final = {
    "page": PAPER,
    "toast": PAPER,
    "asleep": "background-color:#0d0f1c;color:#c9c6f0;",
    "offline": "background-color:#2c2f33;color:#d5d8dc;",
}


class DeviceWall(AnyWidget):
    """Every device as a card: kind, presence, screen, what is on its way, and buttons.

    `set_presence(device, word)`, `set_app(device, app, installed)` and `let_pass(seconds)` are called for the buttons,
    in whatever thread Jupyter delivers a click; each kind of button is there only when its callback is given. `show`
    may be called from any thread. A `compact` wall is a row of tiles. Where the page is a JupyterLab or a Notebook a
    button keeps a compact copy beside the notebook; static/wall.js says how, and why so.
    """

    _esm = as_script() + (SHARE / "wall.js").read_text("utf-8") + asset("tell.js", "wall.js")
    _css = (SHARE / "wall.css").read_text("utf-8")

    title = Unicode("Devices").tag(sync=True)
    cards: List[Any] = List().tag(sync=True)
    at = Float(0.0).tag(sync=True)
    trouble = Unicode("").tag(sync=True)
    buttons: List[Any] = List().tag(sync=True)
    passes: List[Any] = List().tag(sync=True)
    compact = Bool(False).tag(sync=True)
    own = Unicode("").tag(sync=True)  # its own id, by which the page makes a second view of it

    def __init__(
        self,
        cards: Sequence[Card] = (),
        at: float = 0.0,
        *,
        title: str = "Devices",
        compact: bool = False,
        set_presence: Callable[[str, str], object] | None = None,
        set_app: Callable[[str, str, bool], object] | None = None,
        let_pass: Callable[[float], object] | None = None,
    ) -> None:
        self._set_presence, self._set_app, self._let_pass = set_presence, set_app, let_pass
        self._seen: tuple[Card, ...] = ()
        self._lock = Lock()
        buttons = [name for name, callback in (("presence", set_presence), ("apps", set_app)) if callback]
        super().__init__(title=title, compact=compact, buttons=buttons, passes=list(PASSES) if let_pass else [])
        self.own = self.model_id or ""
        self.show(cards, at)
        self.add_class("rk-device-wall")
        self.on_msg(lambda _, content, buffers: self.press(content))

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
            if seconds is not None and self._let_pass and seconds in PASSES:
                self._let_pass(float(seconds))
            elif app is not None and self._set_app:
                self._set_app(device, str(app), wish.get("installed") is True)
            elif "presence" in wish and self._set_presence:
                self._set_presence(device, str(wish["presence"]))
        except RomeError as error:
            self.trouble = str(error)

    def __repr__(self) -> str:
        return f"Device wall, {_counted(self._seen)}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        head = f"{self.title} at {datetime.fromtimestamp(self.at, UTC):%H:%M:%S} UTC, {_counted(self._seen)}"
        return {
            **data,
            "text/plain": f"{head}\n{_text(self._seen)}",
            "text/html": '<div style="font-family:sans-serif;"><div style="margin-bottom:8px;">'
            f"<b>{escape(head)}</b></div>{''.join(map(_box, self._seen))}</div>",
        }, metadata


def _counted(cards: Sequence[Card]) -> str:
    """How many devices there are, and how many of them are awake, asleep and offline."""
    devices = "1 device" if len(cards) == 1 else f"{len(cards)} devices"
    parts = (f"{sum(card.presence is each for card in cards)} {said.word.lower()}" for each, said in PRESENCE.items())
    return f"{devices}: {', '.join(parts)}"


def _text(cards: Sequence[Card]) -> str:
    """One line per device, in columns."""
    rows = [HEAD, *map(_row, cards)]
    wide = [min(WIDEST, max(map(len, column))) for column in zip(*rows, strict=True)]
    lines = ("  ".join(_fitted(word, room) for word, room in zip(row, wide, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _screen_words(card: Card) -> str:
    """What is on the screen, in a line."""
    kind, title, text = card.screen.kind, card.screen.title, card.screen.text
    words = {"page": text, "toast": f"toast: {title}, {text}", "answer": f"answer: {text}"}
    return words.get(kind, "dark" if kind in ("asleep", "offline") else kind)


def _row(card: Card) -> tuple[str, ...]:
    return card.name, card.kind, PRESENCE[card.presence].word.lower(), _screen_words(card), _way(card), _last(card)


def _last(card: Card) -> str:
    return f"#{card.last.number} {card.last.status}" if card.last else ""


def _way(card: Card) -> str:
    more = card.waiting - len(card.commands)
    said = [f"#{command.number} {command.status}" for command in card.commands]
    return ", ".join([*said, *([f"{more} more"] if more else [])])


def _box(card: Card) -> str:
    said, screen = PRESENCE[card.presence], card.screen
    paint = PAINT.get(screen.kind, "background-color:#1f4f82;color:#ffffff;")
    title = "" if screen.kind == "answer" else screen.title or screen.kind
    way = escape(_way(card)) or "nothing on its way"
    last = escape(f"last: {_last(card)}") if card.last else "&nbsp;"
    return (
        f'<div style="{BOX}"><div><b>{escape(card.name)}</b> {said.sign} {said.word.lower()}</div>'
        f"<div>{escape(card.kind)}, {escape(card.platform)}. Listed {escape(card.listed or 'as nothing')}.</div>"
        f'<div style="{GLASS}{paint}"><b>{escape(title)}</b><br>{escape(screen.text)}</div>'
        f"<div>{way}</div><div>{last}</div></div>"
    )


def _fitted(text: str, room: int) -> str:
    return (text if len(text) <= room else f"{text[: room - 1]}…").ljust(room)
