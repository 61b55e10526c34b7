"""The events of a space: small frozen records, one JSON line each. A space is nothing but the fold of its list.

Every event has `at`, in seconds since 1970 UTC. Events that change a command or a device say **who** caused it
(service, device, client, clock or fault) and **why**, in a sentence a person can read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final

from romekit.errors import WorldError
from romekit.model import AppService, Call, Launch, Order


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
class AppsChanged(Event):
    """An app was installed on a device or removed from it; `apps` is the whole list afterwards."""

    kind: ClassVar[str] = "apps_changed"
    device: str
    apps: tuple[str, ...]
    who: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAccepted(Event):
    """The service took a command and gave it an id."""

    kind: ClassVar[str] = "command_accepted"
    command: str
    device: str
    order: Order
    who: str
    why: str


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


KINDS: Final[dict[str, type[Event]]] = {
    event.kind: event
    for event in (
        SpaceOpened,
        DeviceAdded,
        PresenceChanged,
        AppsChanged,
        CommandAccepted,
        CommandMoved,
        CommandAnswered,
    )
}


def as_line(event: Event) -> str:
    """One event as one line of JSON."""
    written: dict[str, Any] = {"kind": event.kind}
    for each in fields(event):
        value = getattr(event, each.name)
        written[each.name] = _order_as_data(value) if isinstance(value, Launch | Call) else value
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


def from_line(line: str) -> Event:
    """The event a line holds; WorldError says what is wrong with one that holds none."""
    try:
        data = json.loads(line)
        kind = KINDS[data.pop("kind")]
        if "order" in data:
            data["order"] = _order_from_data(data["order"])
        if "apps" in data:
            data["apps"] = tuple(data["apps"])
        return kind(**data)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise WorldError(
            f"This line is not an event: {line[:60]!r} ({problem}).", hint=f"Known kinds: {', '.join(sorted(KINDS))}."
        ) from None


def as_text(events: Iterable[Event]) -> str:
    """A whole space as a text file."""
    return "".join(as_line(event) + "\n" for event in events)


def from_text(text: str) -> list[Event]:
    """The events of a text file."""
    return [from_line(line) for line in text.splitlines() if line.strip()]


def _order_as_data(order: Order) -> dict[str, Any]:
    if isinstance(order, Launch):
        return {"uri": order.uri, "post_back_uri": order.post_back_uri}
    return {
        "service": order.service.name,
        "package": order.service.package,
        "payload": order.payload,
        "post_back_uri": order.post_back_uri,
    }


def _order_from_data(data: dict[str, Any]) -> Order:
    if "uri" in data:
        return Launch(**data)
    return Call(AppService(data["service"], data["package"]), data["payload"], data["post_back_uri"])
