"""How each status looks: always a colour and a pattern or a shape, and always beside its name.

The colours are Okabe and Ito's, which people with every kind of colour vision can tell apart. A status that lasts is a
bar with a pattern; a final one has no length and is a marker. A word we do not know gets a look of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from romekit.core.status import Status, as_status


@dataclass(frozen=True, slots=True)
class Look:
    """`fill` and `ink` (the text on it) are colours, `pattern` and `symbol` Plotly's words, `block` a character."""

    fill: str
    ink: str
    block: str
    pattern: str = ""
    symbol: str = ""


DARK: Final = "#1f1f1f"
WHITE: Final = "#ffffff"
GREY, SKY, BLUE, YELLOW = "#d0d0d0", "#9bd3f5", "#0072b2", "#f0e442"
ORANGE, GREEN, RED, PURPLE = "#f2b53a", "#007a5a", "#c44e00", "#dda4c4"

LOOKS: Final[dict[Status, Look]] = {
    Status.REQUESTING: Look(GREY, DARK, "░"),
    Status.RETRY: Look(ORANGE, DARK, "≈", pattern="\\"),
    Status.SENT_TO_TARGET: Look(SKY, DARK, "▒", pattern="/"),
    Status.EXECUTING: Look(BLUE, WHITE, "█"),
    Status.CUSTOM: Look(PURPLE, DARK, "▓", pattern="."),
    Status.CANCEL: Look(YELLOW, DARK, "-", pattern="-"),
    Status.CANCELLING: Look(YELLOW, DARK, "=", pattern="x"),
    Status.COMPLETED: Look(GREEN, WHITE, "✓", symbol="circle"),
    Status.FAILED_TO_SEND: Look(RED, WHITE, "✗", symbol="triangle-left"),
    Status.EXECUTION_FAILED: Look(RED, WHITE, "✗", symbol="x"),
    Status.COMMAND_DROPPED: Look(RED, WHITE, "↓", symbol="triangle-down"),
    Status.CANCELED: Look(DARK, WHITE, "■", symbol="square"),
    Status.EXPIRED: Look(DARK, WHITE, "×", symbol="hourglass"),
    Status.ERROR: Look(RED, WHITE, "!", symbol="diamond"),
}
UNKNOWN: Final = Look(WHITE, DARK, "?", pattern="+")


def look_of(word: str) -> Look:
    """The look of a status word."""
    status = as_status(word)
    return UNKNOWN if status is None else LOOKS[status]


def in_order(words: set[str]) -> list[str]:
    """Status words in the order of LOOKS, then those we do not know, by alphabet."""
    order = list(LOOKS)
    known = {word: as_status(word) for word in words}
    return sorted(words, key=lambda word: (len(order) if known[word] is None else order.index(known[word]), word))  # type: ignore[arg-type]  # None is handled
