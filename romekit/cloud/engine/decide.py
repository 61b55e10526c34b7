"""The engine of devices: the answer to each request, and with it the rules of a space (`DEVICE_RULES`).

A request is a small record (requests.py). Either it is refused, with an error that names the field it concerns, or
events come of it. Nothing here changes the space.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import sha256
from random import Random
from typing import Any, Final

from romekit.cloud.engine import events, requests
from romekit.cloud.engine.devices import PERSONALITIES, Personality
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.evolve import CHANGES
from romekit.cloud.engine.faults import checked
from romekit.cloud.engine.life import CANCELS, happen, moved
from romekit.cloud.engine.rules import Decision, Rules
from romekit.cloud.engine.services import APPS
from romekit.cloud.engine.space import EMPTY, CommandNow, DeviceNow, Space
from romekit.core.errors import NotFound, Rejected, WorldError
from romekit.core.names import normal
from romekit.core.presence import Presence
from romekit.core.status import Signal, is_final


def device_of(space: Space, device: str) -> DeviceNow:
    """The device with this id, or NotFound."""
    found = space.devices.get(device)
    if found is None:
        raise NotFound(f"No device has the id {device!r}.", field="device", code="itemNotFound")
    return found


def command_of(space: Space, device: str, command: str) -> CommandNow:
    """The command with this id on this device, or NotFound."""
    device_of(space, device)
    found = space.commands.get(command.upper())
    if found is None or found.device != device:
        hint = "Its id is in the answer to the request that sent it."
        words = f"This device has no command with the id {command!r}."
        raise NotFound(words, field="command", code="itemNotFound", hint=hint)
    return found


def _open(space: Space, request: requests.Open, now: float) -> Decision:
    return Decision(request.account, (events.SpaceOpened(at=now, seed=request.seed, account=request.account),))


def _add(space: Space, request: requests.AddDevice, now: float) -> Decision:
    manner = PERSONALITIES[known_personality(request.personality)]
    if request.id is not None and request.id in space.devices:
        raise WorldError(f"There is a device with the id {request.id!r} already.", field="id", hint="Leave the id out.")
    presence = request.presence if request.presence is not Presence.ONLINE else manner.presence or Presence.ONLINE
    device = request.id or _uuid(Random(f"{space.seed}:{space.account}:device:{len(space.devices)}"))
    added = events.DeviceAdded(
        at=now,
        device=device,
        name=normal(request.name),
        manufacturer=request.manufacturer,
        model=request.model,
        device_kind=request.kind,
        platform=request.platform,
        personality=request.personality,
        presence=presence.value,
        apps=() if manner.bare else request.apps,
        listed=request.listed,
    )
    return Decision(device, (added,))


def _send(space: Space, request: requests.Send, now: float) -> Decision:
    device = device_of(space, request.device)
    if request.request and (known := space.requests.get(request.request)) is not None:
        return _sent_before(space.commands[known], request)
    command = command_id(space, device, space.sent + 1)
    accepted = events.CommandAccepted(
        at=now,
        command=command,
        device=device.id,
        order=request.order,
        who="service",
        why=f"The service accepted the command for {device.name}.",
        request=request.request,
        faults=_faults_for(space, device.id) if space.faults else (),
    )
    return Decision(command, (accepted,))


def _sent_before(command: CommandNow, request: requests.Send) -> Decision:
    if (command.device, command.order) == (request.device, request.order):
        return Decision(command.id, ())
    hint = "Make a new id for each new command, and repeat it only when you repeat the request."
    words = "Another command was sent with this client-request-id."
    raise Rejected(words, field="client-request-id", code="nameAlreadyExists", hint=hint)


def _faults_for(space: Space, device: str) -> tuple[int, ...]:
    """The numbers of the device faults that hit the next command to this device."""
    pairs = enumerate(zip(space.faults, space.met, strict=True))
    return tuple(
        number
        for number, (fault, met) in pairs
        if fault.kind.side == "device" and fault.concerns(device) and fault.strikes(space.seed, number, met)
    )


def _presence(space: Space, request: requests.SetPresence, now: float) -> Decision:
    device = device_of(space, request.device)
    changed = _presence_changed(device, request.presence, now)
    return Decision(device.id, (changed,) if device.presence is not request.presence else ())


def _presence_changed(device: DeviceNow, presence: Presence, now: float) -> Event:
    why = f"{device.name} is {presence.value} now."
    return events.PresenceChanged(at=now, device=device.id, presence=presence.value, who="device", why=why)


def _personality(space: Space, request: requests.SetPersonality, now: float) -> Decision:
    device = device_of(space, request.device)
    word = known_personality(request.personality)
    why = f"{device.name} is {word} now: {PERSONALITIES[word].story}."
    changed = events.PersonalityChanged(at=now, device=device.id, personality=word, who="device", why=why)
    if device.personality == word:
        return Decision(device.id, ())
    return Decision(device.id, (changed, *_what_comes_with(device, PERSONALITIES[word], now)))


def _what_comes_with(device: DeviceNow, manner: Personality, now: float) -> Iterator[Event]:
    """A character may say where the device is, and that it has no apps; whoever loses such a one wakes up."""
    woken = Presence.ONLINE if device.presence is device.manner.presence else device.presence
    if (presence := manner.presence or woken) is not device.presence:
        yield _presence_changed(device, presence, now)
    if manner.bare and device.apps:
        yield _apps_changed(device, (), now)


def _apps_changed(device: DeviceNow, apps: tuple[str, ...], now: float, why: str = "") -> Event:
    why = why or f"The apps on {device.name} changed."
    return events.AppsChanged(at=now, device=device.id, apps=apps, who="device", why=why)


def _app(space: Space, request: requests.SetApp, now: float) -> Decision:
    device = device_of(space, request.device)
    if request.app not in APPS and request.app not in device.apps:
        raise WorldError(f"No app is called {request.app!r}.", field="app", hint=f"There are: {_words(APPS)}.")
    apps = tuple(app for app in device.apps if app != request.app)
    apps = (*apps, request.app) if request.installed else apps
    why = f"{request.app} was {'installed on' if request.installed else 'removed from'} {device.name}."
    changed = _apps_changed(device, apps, now, why)
    return Decision(device.id, (changed,) if set(apps) != set(device.apps) else ())


def _cancel(space: Space, request: requests.Cancel, now: float) -> Decision:
    command = command_of(space, request.device, request.command)
    if is_final(command.status):
        words = f"The command is {command.status.value!r} already, too late to cancel it."
        raise Rejected(words, field="command", code="notAllowed")
    if command.status in CANCELS:
        return Decision(command.id, ())
    return Decision(command.id, (moved(command, now, Signal.ASK_CANCEL, "client", "The client asked for a stop."),))


def _fault(space: Space, request: requests.SetFault, now: float) -> Decision:
    if request.fault.device and request.fault.device not in space.devices:
        hint = "Take the id of a device from the list, or leave it out for all."
        raise WorldError(f"No device has the id {request.fault.device!r}.", field="device", hint=hint)
    return Decision(str(len(space.faults)), (events.FaultSet(at=now, fault=checked(request.fault)),))


ANSWERS: Final[dict[type, Callable[[Space, Any, float], Decision]]] = {
    requests.Open: _open,
    requests.AddDevice: _add,
    requests.Send: _send,
    requests.SetPresence: _presence,
    requests.SetPersonality: _personality,
    requests.SetApp: _app,
    requests.Cancel: _cancel,
    requests.SetFault: _fault,
    requests.ClearFaults: lambda space, request, now: Decision(
        "", (events.FaultsCleared(at=now),) if space.faults else ()
    ),
}

DEVICE_RULES: Final = Rules("space", EMPTY, ANSWERS, CHANGES, happen)


def known_personality(word: object) -> str:
    """The word itself, or WorldError with those there are."""
    if isinstance(word, str) and word in PERSONALITIES:
        return word
    hint = f"There are: {_words(PERSONALITIES)}."
    raise WorldError(f"No personality is called {word!r}.", field="personality", hint=hint)


def command_id(space: Space, device: DeviceNow, number: int) -> str:
    """32 hex digits for person and device, 32 for the command, as the documented ids suggest (dossier 4.8)."""
    suffix = sha256(f"{space.seed}:{space.account}:{device.id}:{number}".encode()).hexdigest()[:32]
    return _id_prefix(space.account, device.id) + suffix.upper()


@lru_cache(maxsize=1024)
def _id_prefix(account: str, device: str) -> str:
    return sha256(f"{account}:{device}".encode()).hexdigest()[:32].upper()


def _uuid(chance: Random) -> str:
    digits = f"{chance.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], f"4{digits[13:16]}", f"a{digits[17:20]}", digits[20:]))


def _words(names: object) -> str:
    return ", ".join(sorted(names))  # type: ignore[call-overload]  # any mapping of strings
