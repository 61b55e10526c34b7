"""How each event changes a space (`CHANGES`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from romekit.cloud.engine import events
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.life import appointment
from romekit.cloud.engine.rules import rescheduled
from romekit.cloud.engine.space import EMPTY, CommandNow, DeviceNow, Space
from romekit.core.presence import Presence
from romekit.core.status import FINAL, Status

#: The statuses by their words; asking the enum takes ten times as long.
STATUSES: Final = {status.value: status for status in Status}


def _opened(space: Space, event: events.SpaceOpened) -> Space:
    return replace(EMPTY, seed=event.seed, account=event.account)


def _added(space: Space, event: events.DeviceAdded) -> Space:
    device = DeviceNow(
        event.device,
        len(space.devices),
        event.name,
        event.manufacturer,
        event.model,
        event.device_kind,
        event.platform,
        event.personality,
        Presence(event.presence),
        event.apps,
        event.listed,
        since=event.at,
    )
    return _with_device(space, device)


def _present(space: Space, event: events.PresenceChanged) -> Space:
    device = replace(space.devices[event.device], presence=Presence(event.presence), since=event.at)
    return _with_device(space, device)


def _personality(space: Space, event: events.PersonalityChanged) -> Space:
    return _with_device(space, replace(space.devices[event.device], personality=event.personality))


def _apps(space: Space, event: events.AppsChanged) -> Space:
    return _with_device(space, replace(space.devices[event.device], apps=event.apps))


def _with_device(space: Space, device: DeviceNow) -> Space:
    return replace(space, devices=space.devices.insert(device.id, device))


def _accepted(space: Space, event: events.CommandAccepted) -> Space:
    number = space.sent + 1
    command = CommandNow(
        id=event.command,
        number=number,
        device=event.device,
        order=event.order,
        status=Status.REQUESTING,
        accepted_at=event.at,
        moved_at=event.at,
        faults=tuple([space.faults[each] for each in event.faults]),
    )
    requests = space.requests.insert(event.request, event.command) if event.request else space.requests
    met = counted(space, event.device) if space.faults else space.met
    return _planned(space, None, command, sent=number, requests=requests, met=met)


def _moved(space: Space, event: events.CommandMoved) -> Space:
    before, status = space.commands[event.command], STATUSES[event.to_status]
    command = replace(before, status=status, moved_at=event.at, moves=before.moves + 1, error=event.error)
    if status not in FINAL:
        return _planned(space, before, command)
    device = replace(space.devices[command.device], ended=command.id)
    return _planned(space, before, command, devices=space.devices.insert(device.id, device))


def _planned(space: Space, before: CommandNow | None, command: CommandNow, **changes: Any) -> Space:
    """The space with this command, which has just moved, and an entry for what happens to it next."""
    next_at, ends_at = appointment(space, command)
    return _with_command(space, before, replace(command, next_at=next_at, ends_at=ends_at), **changes)


def _with_command(space: Space, before: CommandNow | None, command: CommandNow, **changes: Any) -> Space:
    agenda = rescheduled(space.agenda, before, command)
    return replace(space, commands=space.commands.insert(command.id, command), agenda=agenda, **changes)


def counted(space: Space, device: str) -> tuple[int, ...]:
    """How many commands each fault could have hit, after one more to this device."""
    pairs = zip(space.faults, space.met, strict=True)
    return tuple(met + (fault.kind.side == "device" and fault.concerns(device)) for fault, met in pairs)


def _did(space: Space, event: events.DeviceDid) -> Space:
    device = space.devices[event.device]
    done = replace(device, deeds=device.deeds + 1, screen=event.deed, did=event.command, did_at=event.at)
    return _with_device(space, done)


def _answered(space: Space, event: events.CommandAnswered) -> Space:
    command = replace(space.commands[event.command], answer=event.content)
    return replace(space, commands=space.commands.insert(command.id, command))


def _late(space: Space, event: events.ResultCameLate) -> Space:
    command = space.commands[event.command]
    return _with_command(space, command, replace(command, next_at=None))


def _left_to_the_clock(space: Space, event: events.NothingCame) -> Space:
    """Nothing more is planned for the command than the end of its time, if that is still to come."""
    command = space.commands[event.command]
    next_at = None if command.status in FINAL else command.expires_at
    return _with_command(space, command, replace(command, next_at=next_at))


def _fault(space: Space, event: events.FaultSet) -> Space:
    fault = event.fault
    space = replace(space, faults=(*space.faults, fault), met=(*space.met, 0))
    if fault.what == "stale presence":
        for device in space.listed():
            if fault.concerns(device.id):
                space = _with_device(space, replace(device, stale=device.as_listed().status))
    return space


def _no_faults(space: Space, event: events.FaultsCleared) -> Space:
    for device in space.listed():
        if device.stale is not None:
            space = _with_device(space, replace(device, stale=None))
    return replace(space, faults=(), met=(), era=space.era + 1)


CHANGES: Final[dict[type[Event], Callable[[Space, Any], Space]]] = {
    events.SpaceOpened: _opened,
    events.DeviceAdded: _added,
    events.PresenceChanged: _present,
    events.PersonalityChanged: _personality,
    events.AppsChanged: _apps,
    events.CommandAccepted: _accepted,
    events.CommandMoved: _moved,
    events.CommandAnswered: _answered,
    events.DeviceDid: _did,
    events.ResultCameLate: _late,
    events.NothingCame: _left_to_the_clock,
    events.FaultSet: _fault,
    events.FaultsCleared: _no_faults,
}
