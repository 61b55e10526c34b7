"""What a presence is called wherever a person sees it: in notebooks, on pages, and in the scripts of both."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from romekit.cloud.engine.devices import Presence


class Said(NamedTuple):
    """A sign, the word that always stands beside it, and what a button is for that brings it about."""

    sign: str
    word: str
    wish: str


PRESENCE: Final = {
    Presence.ONLINE: Said("●", "Awake", "Wake"),
    Presence.ASLEEP: Said("☾", "Asleep", "Put to sleep"),
    Presence.OFFLINE: Said("○", "Offline", "Take offline"),
}


def as_script() -> str:
    """The same for a script: `PRESENCE.asleep` is `["☾", "Asleep", "Put to sleep"]`. Stands before what uses it."""
    told = {presence.value: list(said) for presence, said in PRESENCE.items()}
    return f"const PRESENCE = {json.dumps(told, ensure_ascii=False)};\n"
