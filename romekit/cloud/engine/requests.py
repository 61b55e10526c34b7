"""What can be asked of a space: small records, which `decide` answers."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from romekit.cloud.engine.faults import Fault
from romekit.core.model import Order
from romekit.core.presence import Presence


@dataclass(frozen=True, slots=True)
class Open:
    """Begin a space for an account."""

    seed: str
    account: str


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


@dataclass(frozen=True, slots=True)
class Send:
    """Send an order to a device. The same `request` id again means the same command, not a second one."""

    device: str
    order: Order
    request: str = ""


@dataclass(frozen=True, slots=True)
class SetPresence:
    """Wake a device, put it to sleep, take it offline."""

    device: str
    presence: Presence


@dataclass(frozen=True, slots=True)
class SetPersonality:
    """Give a device another character; commands on their way meet it from their next leg on."""

    device: str
    personality: str


@dataclass(frozen=True, slots=True)
class SetApp:
    """Install one app on a device, or remove it; the others stay as they are at that moment."""

    device: str
    app: str
    installed: bool


@dataclass(frozen=True, slots=True)
class Cancel:
    """Ask for a command to be stopped. An extension of ours: the API has no documented way (dossier 5.1)."""

    device: str
    command: str


@dataclass(frozen=True, slots=True)
class SetFault:
    """Let something go wrong on purpose."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class ClearFaults:
    """Let nothing go wrong on purpose any more."""
