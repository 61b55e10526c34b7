"""A wall of devices where no widget runs: HTML that needs nothing but itself, and a table of plain text.

JupyterLab cleans the output of a notebook it does not trust, and GitHub cleans harder: what is left still reads as
lines of text (see twin.py). Every word that comes from data is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from romekit.core.presence import PRESENCE
from romekit.core.screens import Card

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


def counted(cards: Sequence[Card]) -> str:
    """How many devices there are, and how many of them are awake, asleep and offline."""
    devices = "1 device" if len(cards) == 1 else f"{len(cards)} devices"
    parts = (f"{sum(card.presence is each for card in cards)} {said.word.lower()}" for each, said in PRESENCE.items())
    return f"{devices}: {', '.join(parts)}"


def as_html(head: str, cards: Sequence[Card]) -> str:
    """The cards, each a box that says its own size."""
    boxes = "".join(map(_box, cards))
    return (
        f'<div style="font-family:sans-serif;"><div style="margin-bottom:8px;"><b>{escape(head)}</b></div>{boxes}</div>'
    )


def as_text(cards: Sequence[Card]) -> str:
    """One line per device, in columns."""
    rows = [HEAD, *map(_row, cards)]
    wide = [min(WIDEST, max(len(row[place]) for row in rows)) for place in range(len(HEAD))]
    lines = ("  ".join(_fitted(word, room) for word, room in zip(row, wide, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def screen_words(card: Card) -> str:
    """What is on the screen, in a line."""
    screen = card.screen
    match screen.kind:
        case "page":
            return screen.text
        case "toast":
            return f"toast: {screen.title}, {screen.text}"
        case "answer":
            return f"answer: {screen.text}"
        case "asleep" | "offline":
            return "dark"
        case _:
            return screen.kind


def _row(card: Card) -> tuple[str, ...]:
    word = PRESENCE[card.presence].word.lower()
    last = f"#{card.last.number} {card.last.status}" if card.last else ""
    return card.name, card.kind, word, screen_words(card), _way(card), last


def _way(card: Card) -> str:
    more = card.waiting - len(card.commands)
    said = [f"#{command.number} {command.status}" for command in card.commands]
    return ", ".join([*said, *([f"{more} more"] if more else [])])


def _box(card: Card) -> str:
    said = PRESENCE[card.presence]
    paint = PAINT.get(card.screen.kind, "background-color:#1f4f82;color:#ffffff;")
    screen = card.screen
    title = screen.title if screen.kind != "answer" else ""
    shown = f"<b>{escape(title or (screen.kind if screen.kind != 'answer' else ''))}</b><br>{escape(screen.text)}"
    way = escape(_way(card)) or "nothing on its way"
    last = escape(f"last: #{card.last.number} {card.last.status}") if card.last else "&nbsp;"
    return (
        f'<div style="{BOX}"><div><b>{escape(card.name)}</b> {said.sign} {said.word.lower()}</div>'
        f"<div>{escape(card.kind)}, {escape(card.platform)}. Listed {escape(card.listed or 'as nothing')}.</div>"
        f'<div style="{GLASS}{paint}">{shown}</div><div>{way}</div><div>{last}</div></div>'
    )


def _fitted(text: str, room: int) -> str:
    return (text if len(text) <= room else f"{text[: room - 1]}…").ljust(room)
