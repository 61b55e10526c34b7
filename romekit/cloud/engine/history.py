"""A space's events told as status changes with their causes: what timelines and histories are drawn from."""

from __future__ import annotations

from collections.abc import Iterable

from romekit.cloud.engine.events import CommandAccepted, CommandMoved, DeviceAdded, Event
from romekit.core.model import in_words
from romekit.core.status import Status
from romekit.core.transition import Transition


def transitions(events: Iterable[Event]) -> list[Transition]:
    """Every status change in the events, in their order."""
    names: dict[str, str] = {}
    sent: dict[str, tuple[int, str, str]] = {}
    told: list[Transition] = []
    for event in events:
        match event:
            case DeviceAdded():
                names[event.device] = event.name
            case CommandAccepted():
                sent[event.command] = (len(sent) + 1, event.device, in_words(event.order))
                told.append(_told(event, sent, names, None, Status.REQUESTING.value))
            case CommandMoved():
                told.append(_told(event, sent, names, event.from_status, event.to_status))
    return told


def _told(
    event: CommandAccepted | CommandMoved,
    sent: dict[str, tuple[int, str, str]],
    names: dict[str, str],
    before: str | None,
    after: str,
) -> Transition:
    number, device, words = sent[event.command]
    return Transition(
        event.command, number, device, names[device], words, event.at, before, after, event.who, event.why
    )
