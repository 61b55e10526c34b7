"""How each status styles: always a colour and a pattern or a shape, and always beside its name.

The colours are Okabe and Ito's, which people with every kind of colour vision can tell apart. A status that lasts is a
bar with a pattern; a final one has no length and is a marker. A word we do not know gets a look of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from romekit.core.status import Status, as_status


@dataclass(frozen=True, slots=True)
class StatusStyle:
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

STYLES: Final[dict[Status, StatusStyle]] = {
    Status.REQUESTING: StatusStyle(GREY, DARK, "░"),
    Status.RETRY: StatusStyle(ORANGE, DARK, "≈", pattern="\\"),
    Status.SENT_TO_TARGET: StatusStyle(SKY, DARK, "▒", pattern="/"),
    Status.EXECUTING: StatusStyle(BLUE, WHITE, "█"),
    Status.CUSTOM: StatusStyle(PURPLE, DARK, "▓", pattern="."),
    Status.CANCEL: StatusStyle(YELLOW, DARK, "-", pattern="-"),
    Status.CANCELLING: StatusStyle(YELLOW, DARK, "=", pattern="x"),
    Status.COMPLETED: StatusStyle(GREEN, WHITE, "✓", symbol="circle"),
    Status.FAILED_TO_SEND: StatusStyle(RED, WHITE, "✗", symbol="triangle-left"),
    Status.EXECUTION_FAILED: StatusStyle(RED, WHITE, "✗", symbol="x"),
    Status.COMMAND_DROPPED: StatusStyle(RED, WHITE, "↓", symbol="triangle-down"),
    Status.CANCELED: StatusStyle(DARK, WHITE, "■", symbol="square"),
    Status.EXPIRED: StatusStyle(DARK, WHITE, "×", symbol="hourglass"),
    Status.ERROR: StatusStyle(RED, WHITE, "!", symbol="diamond"),
}
UNKNOWN: Final = StatusStyle(WHITE, DARK, "?", pattern="+")
#: A client that has been told no status yet.
NOT_TOLD: Final = "not told"
UNTOLD: Final = StatusStyle("transparent", "inherit", "?", "none")


def cut_in_middle(text: str, most: int) -> str:
    """A text of at most so many characters; what tells two of them apart often stands at the end."""
    if len(text) <= most:
        return text
    head = most // 2
    return f"{text[:head]}…{text[len(text) - (most - head - 1) :]}"


def style_of(word: str) -> StatusStyle:
    """The style of a status word, or of none."""
    if word in ("", NOT_TOLD):
        return UNTOLD
    status = as_status(word)
    return UNKNOWN if status is None else STYLES[status]


def sorted_statuses(words: set[str]) -> list[str]:
    """Status words in the order of STYLES, then those we do not know, by alphabet."""
    order: list[str] = list(STYLES)
    places = {word: order.index(status) if (status := as_status(word)) else len(order) for word in words}
    return sorted(words, key=lambda word: (places[word], word))
