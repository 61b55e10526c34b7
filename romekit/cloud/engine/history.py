"""A space's events in words: the status changes with their causes, and beside them what happened on the devices."""

from __future__ import annotations

import json
from collections.abc import Iterable

from romekit.cloud.engine import events as kinds
from romekit.cloud.engine.events import CommandAccepted, CommandMoved, DeviceAdded, Event
from romekit.core.model import in_words
from romekit.core.status import Status
from romekit.core.transition import Happening, Transition


def transitions(events: Iterable[Event], after: int = 0) -> list[Transition]:
    """Every status change in the events behind the first `after`, in their order."""
    names: dict[str, str] = {}
    sent: dict[str, tuple[int, str, str]] = {}
    found: list[Transition] = []
    for place, event in enumerate(events):
        if isinstance(event, DeviceAdded):
            names[event.device] = event.name
        elif isinstance(event, CommandAccepted | CommandMoved):
            before, to_status = None, Status.REQUESTING.value
            if isinstance(event, CommandMoved):
                before, to_status = event.from_status, event.to_status
            else:
                sent[event.command] = (len(sent) + 1, event.device, in_words(event.order))
            if place >= after:
                number, device, words = sent[event.command]
                change = (event.at, before, to_status, event.who, event.why)
                found.append(Transition(event.command, number, device, names[device], words, *change))
    return found


def happenings(events: Iterable[Event]) -> list[Happening]:
    """What happened on devices, in the order of the events."""
    target: dict[str, str] = {}
    found: list[Happening] = []
    for event in events:
        match event:
            case CommandAccepted():
                target[event.command] = event.device
            case DeviceAdded():
                found.append(Happening(event.at, event.device, "", presence=event.presence))
            case kinds.PresenceChanged():
                found.append(Happening(event.at, event.device, event.why, presence=event.presence))
            case kinds.AppsChanged() | kinds.PersonalityChanged():
                found.append(Happening(event.at, event.device, event.why))
            case kinds.DeviceDid():
                found.append(Happening(event.at, event.device, f"{event.deed.removesuffix('.')}.", event.command))
            case kinds.CommandAnswered():
                words = f"The answer was {json.dumps(event.content, ensure_ascii=False)}."
                found.append(Happening(event.at, target[event.command], words, event.command))
            case kinds.ResultCameLate():
                found.append(Happening(event.at, target[event.command], event.why, event.command))
    return found
