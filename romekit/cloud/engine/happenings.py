"""What happened on the devices themselves, told in sentences: the other side of every status the service reports."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened on a device, `at` seconds since 1970 UTC.

    `command` is the id of the command it was for, or empty; `presence` is what the device is from now on, where that
    is what changed. A device that joined did nothing, so there are no words for it.
    """

    at: float
    device: str
    words: str
    command: str = ""
    presence: str = ""


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
