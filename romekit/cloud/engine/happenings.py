"""What happened on the devices themselves, told in sentences: the other side of every status the service reports."""

from __future__ import annotations

import json
from collections.abc import Iterable

from romekit.cloud.engine.events import (
    AppsChanged,
    CommandAccepted,
    CommandAnswered,
    DeviceAdded,
    DeviceDid,
    Event,
    PersonalityChanged,
    PresenceChanged,
    ResultCameLate,
)
from romekit.core.transition import Happening


def happenings(events: Iterable[Event]) -> list[Happening]:
    """What happened on devices, in the order of the events."""
    target: dict[str, str] = {}
    told: list[Happening] = []
    for event in events:
        match event:
            case CommandAccepted():
                target[event.command] = event.device
            case DeviceAdded():
                told.append(Happening(event.at, event.device, "", presence=event.presence))
            case PresenceChanged():
                told.append(Happening(event.at, event.device, event.why, presence=event.presence))
            case AppsChanged() | PersonalityChanged():
                told.append(Happening(event.at, event.device, event.why))
            case DeviceDid():
                told.append(Happening(event.at, event.device, _sentence(event.deed), event.command))
            case CommandAnswered():
                words = f"The answer was {json.dumps(event.content, ensure_ascii=False)}."
                told.append(Happening(event.at, target[event.command], words, event.command))
            case ResultCameLate():
                told.append(Happening(event.at, target[event.command], event.why, event.command))
    return told


def _sentence(words: str) -> str:
    return words if words.endswith(".") else f"{words}."
