"""What a store promises: streams of events that only ever grow, and never lose what they said they had kept.

    append(stream, at, events)    hand events over for a stream that is `at` events long
    read(stream, after)           what is kept of a stream
    changes(stream, listener)     be called whenever it has grown, whoever wrote

Handing over is not keeping. `append` returns at once with a `Written`, which knows later whether the events are on
disk, so that one commit can carry what many requests brought. Whoever shows anything that rests on those events waits
for it first (`Written.wait`, or `uncommitted` for all that the present thread has read). When a commit fails,
everything that rested on it is lost, and whoever holds it in memory goes back to what is kept.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Lock, Thread, current_thread, local
from typing import Final

from romekit.cloud.engine.events import Event
from romekit.core.errors import RomeError, WorldError

log = logging.getLogger(__name__)

#: All streams of a store, sorted by name.
Streams = Sequence[tuple[str, Sequence[Event]]]
#: Called with how long a stream was, and what has been added to it.
Listener = Callable[[int, Sequence[Event]], object]


class Conflict(WorldError):
    """Somebody else appended first; read on and decide again."""


class NotKept(RomeError, hint="Nothing was done. Try again later."):
    """The store could not keep something: nothing of it happened."""


class StoreRefused(RomeError):
    """A store cannot be opened: it is in use, not ours, or newer than this romekit."""


class Group:
    """What is committed or learned together. `ended` is done when that is over; `problem` is why nothing came of it."""

    __slots__ = ("ended", "problem", "written")

    def __init__(self) -> None:
        self.problem: RomeError | None = None
        self.written: list[Written] = []
        self.ended: Future[None] = Future()

    @property
    def is_over(self) -> bool:
        return self.ended.done()

    def end(self) -> None:
        self.ended.set_result(None)


class Written:
    """Events that were handed over for a stream, and what became of them: `is_over`, and `problem` if they are lost."""

    __slots__ = ("at", "events", "group", "problem", "stream")

    def __init__(self, group: Group, stream: str, at: int, events: Sequence[Event]) -> None:
        self.group = group
        self.stream = stream
        self.at = at
        self.events = events
        self.problem: RomeError | None = None

    @property
    def is_over(self) -> bool:
        return self.group.is_over or self.problem is not None

    @property
    def end(self) -> int:
        return self.at + len(self.events)

    def wait(self) -> None:
        if not self.is_over:
            self.group.ended.result()
        if self.problem is not None:
            raise self.problem


class UncommittedReads(local):
    """What the present thread has read that is not known to be kept: for each stream the latest of it."""

    def __init__(self) -> None:
        self.found: dict[str, Written] = {}

    def note(self, written: Written) -> None:
        """What is lost stays noted: whatever is handed over after it may be kept all the same."""
        before = self.found.get(written.stream)
        if before is None or before.problem is None:
            self.found[written.stream] = written

    def taken(self) -> dict[str, Written]:
        found, self.found = self.found, {}
        return found

    def settle(self) -> None:
        """Wait in this thread until everything it has read is kept; Conflict or NotKept if it is not."""
        for written in self.taken().values():
            written.wait()


class Subscriptions:
    """Who is called when which stream grows."""

    def __init__(self) -> None:
        self._of: dict[str, list[Listener]] = {}
        self._lock = Lock()

    @property
    def streams(self) -> list[str]:
        with self._lock:
            return list(self._of)

    def subscribe(self, stream: str, listener: Listener) -> Callable[[], None]:
        with self._lock:
            self._of.setdefault(stream, []).append(listener)
        return lambda: self._remove(stream, listener)

    def publish(self, stream: str, at: int, events: Sequence[Event]) -> None:
        for listener in tuple(self._of.get(stream, ())):
            listener(at, events)

    def _remove(self, stream: str, listener: Listener) -> None:
        with self._lock:
            listening = self._of.get(stream, [])
            if listener in listening:
                listening.remove(listener)
            if not listening:
                self._of.pop(stream, None)


class Store(ABC):
    """Streams of events that only ever grow.

    `outlives`: somebody may go on from here who has not seen what was shown (another server, or this one after a
    restart with its clock put back), so what time brought about is stored before it is shown.
    """

    outlives = True

    def __init__(self) -> None:
        self.uncommitted = UncommittedReads()
        self._subscriptions = Subscriptions()

    @abstractmethod
    def append(self, stream: str, at: int, events: Sequence[Event], relies_on: Written | None = None) -> Written:
        """Hand over events for a stream that is `at` events long.

        Conflict, now or from `Written.wait`, if it is not, or if `relies_on` was lost.
        """

    @abstractmethod
    def read(self, stream: str, after: int = 0) -> list[Event]:
        """What is kept of a stream, behind its first `after` events."""

    def rewrite(self, stream: str, events: Sequence[Event]) -> bool:
        """Keep only these events of a stream, if nobody else uses the store; whether that was done."""
        return False

    @abstractmethod
    def streams(self) -> list[str]:
        """The names of all streams, sorted."""

    def changes(self, stream: str, listener: Listener) -> Callable[[], None]:
        """Call the listener whenever a stream has grown for good, until what is returned is called."""
        return self._subscriptions.subscribe(stream, listener)

    def refresh(self) -> Group | None:
        """Begin to read what others wrote until now, for the listeners; None where there are no others."""
        return None

    def soon(self, call: Callable[[], object]) -> None:
        """Call this soon, where it may wait for the store."""
        call()

    def close(self) -> None:  # noqa: B027 (a store in memory holds nothing open)
        """Keep what was handed over, and close everything."""


_DONE: Final = Group()
_DONE.end()


class Memory(Store):
    """Streams in memory, a list for each: kept at once, and gone with the process."""

    outlives = False

    def __init__(self) -> None:
        super().__init__()
        self._streams: dict[str, list[Event]] = {}
        self._lock = Lock()

    def append(self, stream: str, at: int, events: Sequence[Event], relies_on: Written | None = None) -> Written:
        with self._lock:
            kept = self._streams.setdefault(stream, [])
            if len(kept) != at:
                raise too_late(stream, len(kept), at)
            kept.extend(events)
        self._subscriptions.publish(stream, at, events)
        return Written(_DONE, stream, at, events)

    def read(self, stream: str, after: int = 0) -> list[Event]:
        return self._streams.get(stream, [])[after:]

    def streams(self) -> list[str]:
        return sorted(self._streams)


def too_late(stream: str, length: int, at: int) -> Conflict:
    """The conflict of a stream that has another length than it was thought to have."""
    return Conflict(f"The stream {stream!r} is {length} events long, not {at}.", hint="Read on, decide again.")


def end_of(thread: Thread | None, seconds: float) -> None:
    """Wait for a thread's end, for so many seconds at most; for one's own it would never come."""
    if thread is not None and thread is not current_thread():
        thread.join(timeout=seconds)


def logged(call: Callable[[], object]) -> None:
    """Call it. A failure is logged, and the caller goes on."""
    try:
        call()
    except Exception:
        log.exception("a watcher or listener failed")
