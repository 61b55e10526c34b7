"""`evolve`: the only way a space ever changes, and `fold`, many of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from romekit.errors import WorldError
from romekit.status import Status, is_final
from romekit.world.agenda import Entry, put
from romekit.world.devices import Presence
from romekit.world.events import (
    AppsChanged,
    CommandAccepted,
    CommandAnswered,
    CommandMoved,
    DeviceAdded,
    Event,
    PresenceChanged,
    SpaceOpened,
)
from romekit.world.life import next_at
from romekit.world.space import EMPTY, CommandNow, DeviceNow, Space


def evolve(space: Space, event: Event) -> Space:
    """The space after `event`."""
    match event:
        case CommandMoved():
            return _moved(space, event)
        case CommandAccepted():
            return _accepted(space, event)
        case CommandAnswered():
            command = replace(space.commands[event.command], answer=event.content)
            return replace(space, at=event.at, commands=space.commands.insert(command.id, command))
        case SpaceOpened():
            return replace(EMPTY, seed=event.seed, account=event.account, at=event.at)
        case DeviceAdded():
            return _with_device(space, event.at, _device(event, len(space.devices)))
        case PresenceChanged():
            changed = replace(space.devices[event.device], presence=Presence(event.presence))
            return _with_device(space, event.at, changed)
        case AppsChanged():
            return _with_device(space, event.at, replace(space.devices[event.device], apps=event.apps))
    raise WorldError(f"No space knows the event {event.kind!r}.")


def fold(events: Iterable[Event], space: Space = EMPTY) -> Space:
    """The space after all the events."""
    for event in events:
        space = evolve(space, event)
    return space


def _device(event: DeviceAdded, number: int) -> DeviceNow:
    return DeviceNow(
        event.device,
        number,
        event.name,
        event.manufacturer,
        event.model,
        event.device_kind,
        event.platform,
        event.personality,
        Presence(event.presence),
        event.apps,
        event.listed,
    )


def _with_device(space: Space, at: float, device: DeviceNow) -> Space:
    return replace(space, at=at, devices=space.devices.insert(device.id, device))


def _accepted(space: Space, event: CommandAccepted) -> Space:
    number = space.sent + 1
    command = CommandNow(event.command, number, event.device, event.order, Status.REQUESTING, event.at, event.at)
    return _planned(replace(space, at=event.at, sent=number), command)


def _moved(space: Space, event: CommandMoved) -> Space:
    before = space.commands[event.command]
    command = replace(
        before, status=Status(event.to_status), moved_at=event.at, moves=before.moves + 1, error=event.error
    )
    return _planned(replace(space, at=event.at), command)


def _planned(space: Space, command: CommandNow) -> Space:
    """The space with this command in it and, unless it is final, an appointment for its next move."""
    if is_final(command.status):
        command = replace(command, next_at=None)
        return replace(space, commands=space.commands.insert(command.id, command))
    at = next_at(space, command)
    command = replace(command, next_at=at)
    return replace(
        space,
        commands=space.commands.insert(command.id, command),
        agenda=put(space.agenda, Entry(at, command.number, command.id)),
    )
