"""What a space is at one moment: its devices, its commands, and what is planned.

The maps are hash tries (rpds), which share almost everything with the map before. Their order means nothing: whoever
lists things sorts them by `number`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from rpds import HashTrieMap

from romekit.cloud.engine.devices import LISTED, PERSONALITIES, Personality
from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.rules import Agenda, Entry
from romekit.core.model import Device, Order
from romekit.core.presence import Presence
from romekit.core.status import Status

#: Seconds after which a command that is not done expires. Ours: the real one is not documented (dossier 5.2).
LIFETIME: Final = 60.0


@dataclass(frozen=True)
class DeviceNow:
    """A device at one moment."""

    id: str
    number: int
    name: str
    manufacturer: str
    model: str | None
    kind: str
    platform: str
    personality: str
    presence: Presence
    apps: tuple[str, ...]
    listed: str | None
    stale: str | None = None  # what a fault makes the list go on showing
    deeds: int = 0  # how many things it has really done
    screen: str = ""  # the last of them
    did: str = ""  # the command it was done for
    did_at: float = 0.0
    ended: str = ""  # the command to it that became final last
    since: float = 0.0  # when it joined or its presence changed last

    @property
    def manner(self) -> Personality:
        return PERSONALITIES[self.personality]

    def as_listed(self) -> Device:
        """As the device list shows it, which may be stale or unsure."""
        status = self.stale or self.listed or LISTED[self.presence]
        return Device(self.id, self.name, self.manufacturer, self.model, self.kind, status, self.platform)


@dataclass(frozen=True)
class CommandNow:
    """A command at one moment. `next_at` is when something happens to it next; None once it is final."""

    id: str
    number: int
    device: str
    order: Order
    status: Status
    accepted_at: float
    moved_at: float
    expires_at: float
    moves: int = 0
    error: str | None = None
    answer: dict[str, Any] | None = None
    next_at: float | None = None
    ends_at: float | None = None  # when the device will be done with it, whatever the service calls it by then
    faults: tuple[Fault, ...] = ()

    def fault(self, what: str, where: str = "") -> Fault | None:
        for fault in self.faults:
            if fault.what == what and fault.where in ("", where):
                return fault
        return None

    @property
    def planned(self) -> Entry | None:
        """Its entry in the agenda; None when nothing more happens to it."""
        return None if self.next_at is None else Entry(self.next_at, self.number, self.id)


@dataclass(frozen=True)
class Space:
    """Everything of one person: devices, commands, and what is planned."""

    seed: str = ""
    account: str = ""
    sent: int = 0
    devices: HashTrieMap[str, DeviceNow] = HashTrieMap()  # noqa: RUF009 (immutable, so one empty map serves all)
    commands: HashTrieMap[str, CommandNow] = HashTrieMap()  # noqa: RUF009 (as above)
    requests: HashTrieMap[str, str] = HashTrieMap()  # noqa: RUF009 (as above)
    faults: tuple[Fault, ...] = ()
    met: tuple[int, ...] = ()  # how many commands each fault could have hit
    era: int = 0  # how often the faults were cleared
    agenda: Agenda = ()

    def listed(self) -> list[DeviceNow]:
        return sorted(self.devices.values(), key=lambda device: device.number)

    def in_order(self) -> list[CommandNow]:
        return sorted(self.commands.values(), key=lambda command: command.number)


EMPTY: Final = Space()
