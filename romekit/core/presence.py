"""Where a device really is, and what that is called wherever a person sees it: in notebooks, on pages, in scripts."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Final, NamedTuple


class Presence(StrEnum):
    """Where a device really is. What the list shows of it may be stale."""

    ONLINE = "online"
    ASLEEP = "asleep"  # Connected Standby: reachable, drops commands
    OFFLINE = "offline"


class PresenceWords(NamedTuple):
    """A sign, the word that always stands beside it, and the label of the button that brings it about."""

    sign: str
    word: str
    wish: str


PRESENCE: Final = {
    Presence.ONLINE: PresenceWords("●", "Awake", "Wake"),
    Presence.ASLEEP: PresenceWords("☾", "Asleep", "Put to sleep"),
    Presence.OFFLINE: PresenceWords("○", "Offline", "Take offline"),
}


def as_script() -> str:
    """The words for a script that stands behind this: `PRESENCE.asleep` is `["☾", "Asleep", "Put to sleep"]`."""
    words = {presence.value: list(each) for presence, each in PRESENCE.items()}
    return f"const PRESENCE = {json.dumps(words, ensure_ascii=False)};\n"
