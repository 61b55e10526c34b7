"""One status change of one command, with its cause: what histories, tables and timelines are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


_TRANSITION_NAMES: Final = {
    "command": "command",
    "number": "number",
    "device": "device",
    "device_name": "deviceName",
    "order": "order",
    "at": "at",
    "from_status": "from",
    "to_status": "to",
    "who": "who",
    "why": "why",
}
