"""The contract of a store, two verbs, and the simplest one that keeps it: a list per stream, gone with the process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from romekit.errors import WorldError
from romekit.world.events import Event


class Conflict(WorldError):
    """Somebody else appended first; read on and decide again."""


class Store(Protocol):
    """Streams of events that only ever grow."""

    def append(self, stream: str, at: int, events: Sequence[Event]) -> int:
        """Add events to a stream that is `at` events long, and tell its new length; Conflict if it is not."""
        ...

    def read(self, stream: str, after: int = 0) -> list[Event]:
        """The events of a stream behind the first `after`."""
        ...


class Memory:
    """Streams in memory."""

    def __init__(self) -> None:
        self._streams: dict[str, list[Event]] = {}

    def append(self, stream: str, at: int, events: Sequence[Event]) -> int:
        kept = self._streams.setdefault(stream, [])
        if len(kept) != at:
            raise Conflict(
                f"The stream {stream!r} is {len(kept)} events long, not {at}.", hint="Read on, decide again."
            )
        kept.extend(events)
        return len(kept)

    def read(self, stream: str, after: int = 0) -> list[Event]:
        return self._streams.get(stream, [])[after:]
