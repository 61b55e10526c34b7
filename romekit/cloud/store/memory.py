"""The simplest store: a list per stream, kept at once and gone with the process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final

from romekit.cloud.engine.events import Event
from romekit.cloud.store.contract import Conflict, Group, Telling, Told, UncommittedReads, Written

_DONE: Final = Group()
_DONE.end()


class Memory:
    """Streams in memory."""

    outlives = False
    is_shared = False

    def __init__(self) -> None:
        self.doubts = UncommittedReads()
        self._streams: dict[str, list[Event]] = {}
        self._telling = Telling()
        self._lock = Lock()

    def append(self, stream: str, at: int, events: Sequence[Event], relies_on: Written | None = None) -> Written:
        with self._lock:
            kept = self._streams.setdefault(stream, [])
            if len(kept) != at:
                raise Conflict(
                    f"The stream {stream!r} is {len(kept)} events long, not {at}.", hint="Read on, decide again."
                )
            kept.extend(events)
        self._telling.tell(stream, at, events)
        return Written(_DONE, stream, at, events)

    def read(self, stream: str, after: int = 0) -> list[Event]:
        return self._streams.get(stream, [])[after:]

    def changes(self, stream: str, told: Told) -> Callable[[], None]:
        return self._telling.changes(stream, told)

    def streams(self) -> list[str]:
        return sorted(self._streams)

    def refresh(self) -> None:
        return None

    def snapshot(self, stream: str, version: str) -> None:
        return None

    def keep_snapshot(self, stream: str, version: str, at: int, write: Callable[[], str]) -> None:
        """Nothing is ever opened again here."""

    def when_quiet(self, chore: Callable[[], object]) -> None:
        """Nothing is ever written here."""

    def soon(self, told: Callable[[], object]) -> None:
        told()  # whoever comes here waits for nobody

    def close(self) -> None:
        """Nothing to let go of."""
