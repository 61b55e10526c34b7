"""The events of a space: small frozen records, one JSON line each. A space is nothing but the fold of its list.

Every event has `at`, in seconds since 1970 UTC. Events that change a command or a device say **who** caused it
(service, device, client, clock or fault) and **why**, in a sentence a person can read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final, dataclass_transform

from romekit.cloud.engine.faults import Fault
from romekit.core.model import Order

#: Every kind of event that has been imported, by the word it is stored under.
KINDS: Final[dict[str, type[Event]]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened: each kind of it is a frozen dataclass, made with the names of its fields.

    `kind` is the word it is stored under, which a new name of the class does not change.
    """

    kind: ClassVar[str]
    at: float

    def __init_subclass__(cls, kind: str) -> None:
        cls.kind = kind
        KINDS[kind] = dataclass(frozen=True, kw_only=True)(cls)


class SpaceOpened(Event, kind="space_opened"):
    """A person's space begins. All its chance comes from `seed`."""

    seed: str
    account: str


class DeviceAdded(Event, kind="device_added"):
    """A device joined the space."""

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


class PresenceChanged(Event, kind="presence_changed"):
    """A device woke, fell asleep, or came or went."""

    device: str
    presence: str
    who: str
    why: str


class PersonalityChanged(Event, kind="personality_changed"):
    """A device was given another character."""

    device: str
    personality: str
    who: str
    why: str


class AppsChanged(Event, kind="apps_changed"):
    """An app was installed on a device or removed from it; `apps` is the whole list afterwards."""

    device: str
    apps: tuple[str, ...]
    who: str
    why: str


class CommandAccepted(Event, kind="command_accepted"):
    """The service took a command and gave it an id.

    `request` is the client's own id for its request, if it sent one; `faults` are the numbers of those that hit it.
    """

    command: str
    device: str
    order: Order
    who: str
    why: str
    request: str = ""
    faults: tuple[int, ...] = ()


class CommandMoved(Event, kind="command_moved"):
    """A command went from one status to the next; `signal` is what moved it, `error` what the device reported."""

    command: str
    from_status: str
    to_status: str
    signal: str
    who: str
    why: str
    error: str | None = None


class CommandAnswered(Event, kind="command_answered"):
    """A device's app service answered."""

    command: str
    content: dict[str, Any]


class DeviceDid(Event, kind="device_did"):
    """A device really did something for a command. Whoever counts these counts what happened, not what was reported."""

    device: str
    command: str
    deed: str


class ResultCameLate(Event, kind="result_came_late"):
    """A device reported after its command had ended. The rule: a final status stays, the report is only noted."""

    command: str
    who: str
    why: str


class NothingCame(Event, kind="nothing_came"):
    """The moment at which a device should have reported has passed in silence; only the clock can end its command now.

    It is an event because what the device is like later must not change what it was like then.
    """

    command: str


class FaultSet(Event, kind="fault_set"):
    """Something will go wrong on purpose from now on."""

    fault: Fault


class FaultsCleared(Event, kind="faults_cleared"):
    """Nothing goes wrong on purpose any more."""


class UpdatesPromised(Event, kind="updates_promised"):
    """A command was sent with a `postBackUri`: its updates are signed with the secret of `app`."""

    account: str
    command: str
    app: str
    request: str


class UpdatesTaken(Event, kind="updates_taken"):
    """The first `number` updates of a command have arrived; `is_over` when none is posted any more."""

    command: str
    number: int
    is_over: bool
