"""The engine of devices: what can be asked of a space, and what comes of it; and the rules of a space.

A request is refused, with an error that names the field it concerns, or events come of it. Nothing here changes the
space.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from functools import lru_cache
from hashlib import sha256
from random import Random
from typing import Final

from romekit.cloud.engine import events
from romekit.cloud.engine.devices import PERSONALITIES, Personality
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.evolve import CHANGES
from romekit.cloud.engine.faults import Fault, checked
from romekit.cloud.engine.life import CANCELS, happen, moved
from romekit.cloud.engine.rules import Decision, Rules, as_request
from romekit.cloud.engine.services import APPS
from romekit.cloud.engine.space import EMPTY, CommandNow, DeviceNow, Space
from romekit.core.errors import NotFound, Rejected, WorldError
from romekit.core.model import Order
from romekit.core.names import normal
from romekit.core.presence import Presence
from romekit.core.status import Signal, is_final


def device_of(space: Space, device: str) -> DeviceNow:
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


@as_request
def open_space(space: Space, now: float, seed: str, account: str) -> Decision:
    """Begin a space for an account."""
    return Decision(account, (events.SpaceOpened(at=now, seed=seed, account=account),))


@dataclass(frozen=True, slots=True)
class AddDevice:
    """Put a device into the space; its id comes from the seed unless one is given."""

    name: str
    manufacturer: str
    model: str | None
    kind: str
    platform: str
    personality: str
    presence: Presence = Presence.ONLINE
    _: KW_ONLY
    apps: tuple[str, ...] = ()
    listed: str | None = None
    id: str | None = None

    def __call__(self, space: Space, now: float) -> Decision:
        manner = PERSONALITIES[known_personality(self.personality)]
        if self.id is not None and self.id in space.devices:
            raise WorldError(
                f"There is a device with the id {self.id!r} already.", field="id", hint="Leave the id out."
            )
        presence = self.presence if self.presence is not Presence.ONLINE else manner.presence or Presence.ONLINE
        device = self.id or _uuid(Random(f"{space.seed}:{space.account}:device:{len(space.devices)}"))
        added = events.DeviceAdded(
            at=now,
            device=device,
            name=normal(self.name),
            manufacturer=self.manufacturer,
            model=self.model,
            device_kind=self.kind,
            platform=self.platform,
            personality=self.personality,
            presence=presence.value,
            apps=() if manner.bare else self.apps,
            listed=self.listed,
        )
        return Decision(device, (added,))


@as_request
def send(space: Space, now: float, device: str, order: Order, request: str = "") -> Decision:
    """Send an order to a device. The same `request` id again means the same command, not a second one."""
    target = device_of(space, device)
    if request and (known := space.requests.get(request)) is not None:
        return _sent_before(space.commands[known], device, order)
    command = command_id(space, target, space.sent + 1)
    accepted = events.CommandAccepted(
        at=now,
        command=command,
        device=device,
        order=order,
        who="service",
        why=f"The service accepted the command for {target.name}.",
        request=request,
        faults=_faults_for(space, device) if space.faults else (),
    )
    return Decision(command, (accepted,))


def _sent_before(command: CommandNow, device: str, order: Order) -> Decision:
    if (command.device, command.order) == (device, order):
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


@as_request
def set_presence(space: Space, now: float, device: str, presence: Presence) -> Decision:
    """Wake a device, put it to sleep, take it offline."""
    target = device_of(space, device)
    changed = _presence_changed(target, presence, now)
    return Decision(device, (changed,) if target.presence is not presence else ())


def _presence_changed(device: DeviceNow, presence: Presence, now: float) -> Event:
    why = f"{device.name} is {presence.value} now."
    return events.PresenceChanged(at=now, device=device.id, presence=presence.value, who="device", why=why)


@as_request
def set_personality(space: Space, now: float, device: str, personality: str) -> Decision:
    """Give a device another character; commands on their way meet it from their next leg on."""
    target, word = device_of(space, device), known_personality(personality)
    why = f"{target.name} is {word} now: {PERSONALITIES[word].story}."
    changed = events.PersonalityChanged(at=now, device=device, personality=word, who="device", why=why)
    if target.personality == word:
        return Decision(device, ())
    return Decision(device, (changed, *_what_comes_with(target, PERSONALITIES[word], now)))


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


@as_request
def set_app(space: Space, now: float, device: str, app: str, installed: bool) -> Decision:
    """Install one app on a device, or remove it; the others stay as they are at that moment."""
    target = device_of(space, device)
    if app not in APPS and app not in target.apps:
        raise WorldError(f"No app is called {app!r}.", field="app", hint=f"There are: {_words(APPS)}.")
    apps = tuple(each for each in target.apps if each != app)
    apps = (*apps, app) if installed else apps
    why = f"{app} was {'installed on' if installed else 'removed from'} {target.name}."
    changed = _apps_changed(target, apps, now, why)
    return Decision(device, (changed,) if set(apps) != set(target.apps) else ())


@as_request
def cancel(space: Space, now: float, device: str, command: str) -> Decision:
    """Ask for a command to be stopped. An extension of ours: the API has no documented way (dossier 5.1)."""
    found = command_of(space, device, command)
    if is_final(found.status):
        words = f"The command is {found.status.value!r} already, too late to cancel it."
        raise Rejected(words, field="command", code="notAllowed")
    if found.status in CANCELS:
        return Decision(found.id, ())
    return Decision(found.id, (moved(found, now, Signal.ASK_CANCEL, "client", "The client asked for a stop."),))


@as_request
def set_fault(space: Space, now: float, fault: Fault) -> Decision:
    """Let something go wrong on purpose."""
    if fault.device and fault.device not in space.devices:
        hint = "Take the id of a device from the list, or leave it out for all."
        raise WorldError(f"No device has the id {fault.device!r}.", field="device", hint=hint)
    return Decision(str(len(space.faults)), (events.FaultSet(at=now, fault=checked(fault)),))


@as_request
def clear_faults(space: Space, now: float) -> Decision:
    """Let nothing go wrong on purpose any more."""
    return Decision("", (events.FaultsCleared(at=now),) if space.faults else ())


DEVICE_RULES: Final = Rules("space", EMPTY, CHANGES, happen)


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
