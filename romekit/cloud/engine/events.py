"""The events of a space: small frozen records, one JSON line each. A space is nothing but the fold of its list.

Every event has `at`, in seconds since 1970 UTC. Events that change a command or a device say **who** caused it
(service, device, client, clock or fault) and **why**, in a sentence a person can read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from romekit.cloud.engine.faults import Fault
from romekit.core.model import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened."""

    kind: ClassVar[str]
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceOpened(Event):
    """A person's space begins. All its chance comes from `seed`."""

    kind: ClassVar[str] = "space_opened"
    seed: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAdded(Event):
    """A device joined the space."""

    kind: ClassVar[str] = "device_added"
    device: str
    name: str
    manufacturer: str
    model: str | None
    device_kind: str
    platform: str
    personality: str
    presence: str
    apps: tuple[str, ...] = ()
    listed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Event):
    """A device woke, fell asleep, or came or went."""

    kind: ClassVar[str] = "presence_changed"
    device: str
    presence: str
    who: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalityChanged(Event):
    """A device was given another character."""

    kind: ClassVar[str] = "personality_changed"
    device: str
    personality: str
    who: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppsChanged(Event):
    """An app was installed on a device or removed from it; `apps` is the whole list afterwards."""

    kind: ClassVar[str] = "apps_changed"
    device: str
    apps: tuple[str, ...]
    who: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAccepted(Event):
    """The service took a command and gave it an id.

    `request` is the client's own id for its request, if it sent one; `faults` are the numbers of those that hit it.
    """

    kind: ClassVar[str] = "command_accepted"
    command: str
    device: str
    order: Order
    who: str
    why: str
    request: str = ""
    faults: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandMoved(Event):
    """A command went from one status to the next; `signal` is what moved it, `error` what the device reported."""

    kind: ClassVar[str] = "command_moved"
    command: str
    from_status: str
    to_status: str
    signal: str
    who: str
    why: str
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAnswered(Event):
    """A device's app service answered."""

    kind: ClassVar[str] = "command_answered"
    command: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceDid(Event):
    """A device really did something for a command. Whoever counts these counts what happened, not what was reported."""

    kind: ClassVar[str] = "device_did"
    device: str
    command: str
    deed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultCameLate(Event):
    """A device reported after its command had ended. The rule: a final status stays, the report is only noted."""

    kind: ClassVar[str] = "result_came_late"
    command: str
    who: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingCame(Event):
    """The moment at which a device should have reported has passed in silence; only the clock can end its command now.

    It is an event because what the device is like later must not change what it was like then.
    """

    kind: ClassVar[str] = "nothing_came"
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSet(Event):
    """Something will go wrong on purpose from now on."""

    kind: ClassVar[str] = "fault_set"
    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultsCleared(Event):
    """Nothing goes wrong on purpose any more."""

    kind: ClassVar[str] = "faults_cleared"


KINDS: Final[dict[str, type[Event]]] = {
    event.kind: event
    for event in (
        SpaceOpened,
        DeviceAdded,
        PresenceChanged,
        PersonalityChanged,
        AppsChanged,
        CommandAccepted,
        CommandMoved,
        CommandAnswered,
        DeviceDid,
        ResultCameLate,
        NothingCame,
        FaultSet,
        FaultsCleared,
    )
}
