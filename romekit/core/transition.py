"""What histories, tables and timelines are made of: status changes of commands, and what happened on devices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Transition:
    """One status change of one command, with its cause: `who` did it, and `why` in a sentence.

    `at` is in seconds since 1970 UTC; `from_status` is None for the change that created the command. `who` is one of
    service, device, client, clock and fault; a client that can only poll writes `client` and what it saw.
    """

    command: str
    number: int
    device: str
    device_name: str
    order: str
    at: float
    from_status: str | None
    to_status: str
    who: str
    why: str

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Transition:
        return cls(**{name: data.get(camel) for name, camel in _TRANSITION_NAMES.items()})  # type: ignore[arg-type]  # our own server's answer

    def as_wire(self) -> dict[str, Any]:
        return {camel: getattr(self, name) for name, camel in _TRANSITION_NAMES.items()}


_RENAMED: Final = {"device_name": "deviceName", "from_status": "from", "to_status": "to"}
_TRANSITION_NAMES: Final = {each.name: _RENAMED.get(each.name, each.name) for each in fields(Transition)}


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened on a device, `at` seconds since 1970 UTC.

    `command` is the id of the command it was for, or empty; `presence` is what the device is from now on, where that
    is what changed. A device that joined did nothing, so there are no words for it.
    """

    at: float
    device: str
    words: str
    command: str = ""
    presence: str = ""
