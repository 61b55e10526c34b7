"""How each event changes a space (`CHANGES`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from romekit.cloud.engine import events
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.life import appointment
from romekit.cloud.engine.rules import replace, rescheduled
from romekit.cloud.engine.space import EMPTY, LIFETIME, CommandNow, DeviceNow, Space
from romekit.core.presence import Presence
from romekit.core.status import FINAL, Status

#: The statuses by their words; asking the enum takes ten times as long.
STATUSES: Final = {status.value: status for status in Status}


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


def _with_device(space: Space, device: DeviceNow) -> Space:
    return replace(space, devices=space.devices.insert(device.id, device))


def _device(space: Space, id_: str, **changes: Any) -> Space:
    return _with_device(space, replace(space.devices[id_], **changes))


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
        expires_at=round(event.at + LIFETIME, 3),
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
    command.__dict__.update(next_at=next_at, ends_at=ends_at)  # it is new, so nobody has seen it without them
    return _with_command(space, before, command, **changes)


def _with_command(space: Space, before: CommandNow | None, command: CommandNow, **changes: Any) -> Space:
    agenda = rescheduled(space.agenda, before.planned if before else None, command.planned)
    return replace(space, commands=space.commands.insert(command.id, command), agenda=agenda, **changes)


def counted(space: Space, device: str) -> tuple[int, ...]:
    """How many commands each fault could have hit, after one more to this device."""
    pairs = zip(space.faults, space.met, strict=True)
    return tuple(met + (fault.kind.side == "device" and fault.concerns(device)) for fault, met in pairs)


def _did(space: Space, event: events.DeviceDid) -> Space:
    deeds = space.devices[event.device].deeds + 1
    return _device(space, event.device, deeds=deeds, screen=event.deed, did=event.command, did_at=event.at)


def _answered(space: Space, event: events.CommandAnswered) -> Space:
    command = replace(space.commands[event.command], answer=event.content)
    return replace(space, commands=space.commands.insert(command.id, command))


def _ran_out_of_plans(space: Space, event: events.NothingCame | events.ResultCameLate) -> Space:
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
                space = _device(space, device.id, stale=device.as_listed().status)
    return space


def _no_faults(space: Space, event: events.FaultsCleared) -> Space:
    for device in space.listed():
        if device.stale is not None:
            space = _device(space, device.id, stale=None)
    return replace(space, faults=(), met=(), era=space.era + 1)


CHANGES: Final[dict[type[Event], Callable[[Space, Any], Space]]] = {
    events.SpaceOpened: lambda space, event: replace(EMPTY, seed=event.seed, account=event.account),
    events.DeviceAdded: _added,
    events.PresenceChanged: lambda space, event: _device(
        space, event.device, presence=Presence(event.presence), since=event.at
    ),
    events.PersonalityChanged: lambda space, event: _device(space, event.device, personality=event.personality),
    events.AppsChanged: lambda space, event: _device(space, event.device, apps=event.apps),
    events.CommandAccepted: _accepted,
    events.CommandMoved: _moved,
    events.CommandAnswered: _answered,
    events.DeviceDid: _did,
    events.ResultCameLate: _ran_out_of_plans,
    events.NothingCame: _ran_out_of_plans,
    events.FaultSet: _fault,
    events.FaultsCleared: _no_faults,
}
