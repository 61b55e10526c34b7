"""The records a wall is made of: one card per device, with what is on its screen and which commands it has.

The cloud makes them from a space (cloud/engine/screens.py), and a page or a widget shows them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from romekit.core.presence import Presence


@dataclass(frozen=True, slots=True)
class Screen:
    """What is on a screen: a page (`text` is its address), a toast, an answer, or why there is nothing to see.

    `at` is since when, in seconds since 1970 UTC; None for a screen on which nothing has happened.
    """

    kind: Literal["page", "toast", "answer", "asleep", "offline", "nothing yet"]
    title: str = ""
    text: str = ""
    at: float | None = None


@dataclass(frozen=True, slots=True)
class CardCommand:
    """A command as a card tells it: its number, what it is to do, its status word and since when it has that."""

    id: str
    number: int
    order: str
    status: str
    error: str | None
    at: float


@dataclass(frozen=True, slots=True)
class CardApp:
    """An app that is on a device or could be."""

    package: str
    name: str
    installed: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A device at one moment, as the wall shows it. `commands` are the first of the `waiting` on their way."""

    device: str
    name: str
    kind: str
    platform: str
    presence: Presence
    listed: str | None
    personality: str
    story: str
    deeds: int
    waiting: int
    screen: Screen
    commands: tuple[CardCommand, ...]
    last: CardCommand | None
    apps: tuple[CardApp, ...]

    def as_wire(self) -> dict[str, Any]:
        """The card as JSON, for a page or a widget."""
        written = asdict(self)
        return {**written, "commands": [*written["commands"]], "apps": [*written["apps"]]}  # JSON has no tuples
