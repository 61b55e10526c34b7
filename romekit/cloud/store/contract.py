"""What a store promises: streams of events that only ever grow, and never lose what they said they had kept.

    append(stream, at, events)    hand events over for a stream that is `at` events long
    read(stream, after)           what is kept of a stream
    changes(stream, told)         be told whenever it has grown, whoever wrote

Handing over is not keeping. `append` returns at once with a `Written`, which knows later whether the events are on
disk, so that one commit can carry what many requests brought. Whoever shows anything that rests on those events waits
for it first (`Written.wait`, or `doubts` for all that the present thread has looked at); until then nothing has
happened. When a commit fails, everything that rested on it is lost, and whoever holds it in memory goes back to what
is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event as Flag
from threading import Lock, local
from typing import Protocol

from romekit.cloud.engine.events import Event
from romekit.core.errors import RomeError, WorldError

#: Told how long a stream was, and what has been added to it.
Told = Callable[[int, Sequence[Event]], object]


class Conflict(WorldError):
    """Somebody else appended first; read on and decide again."""


class NotKept(RomeError):
    """The store could not keep something: nothing of it happened."""

    default_hint = "Nothing was done. Try again later."


class StoreRefused(RomeError):
    """A store cannot be opened: it is in use, not ours, or newer than this romekit."""


class Group:
    """What is committed together, or learned together; `problem` says why nothing was learned."""

    __slots__ = ("_lock", "_waiting", "is_over", "problem", "written")

    def __init__(self) -> None:
        self.problem: RomeError | None = None
        self.written: list[Written] = []
        self.is_over = False
        self._waiting: list[Callable[[], object]] = []
        self._lock = Lock()

    def when_over(self, told: Callable[[], object]) -> None:
        """Call `told` when the commit has ended, well or badly; at once if it has."""
        with self._lock:
            if not self.is_over:
                self._waiting.append(told)
                return
        told()

    def end(self) -> None:
        """It has ended."""
        with self._lock:
            self.is_over = True
            waiting, self._waiting = self._waiting, []
        for told in waiting:
            told()


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
        """How long the stream is with them."""
        return self.at + len(self.events)

    def wait(self) -> None:
        """Return when they are kept; Conflict or NotKept when they are lost."""
        if not self.is_over:
            flag = Flag()
            self.group.when_over(flag.set)
            flag.wait()
        if self.problem is not None:
            raise self.problem


class UncommittedReads(local):
    """What the present thread has looked at that is not known to be kept: for each stream the latest of it."""

    def __init__(self) -> None:
        self.found: dict[str, Written] = {}

    def note(self, written: Written) -> None:
        self.found[written.stream] = written

    def taken(self) -> dict[str, Written]:
        """All of them, and none any more."""
        found, self.found = self.found, {}
        return found

    def settle(self) -> None:
        """Wait in this thread until everything it has looked at is kept; Conflict or NotKept if it is not."""
        for written in self.taken().values():
            written.wait()


class Store(Protocol):
    """Streams of events that only ever grow.

    `outlives`: somebody may go on from here who has not seen what was shown (another server, or this one after a
    restart with its clock put back), so what time brought about is stored before it is shown. `is_shared`: others may
    write at any moment, so `refresh` before an answer.
    """

    outlives: bool
    is_shared: bool
    doubts: UncommittedReads

    def append(self, stream: str, at: int, events: Sequence[Event], relies_on: Written | None = None) -> Written:
        """Hand over events for a stream that is `at` events long.

        Conflict, now or from `Written.wait`, if it is not, or if `relies_on` was lost.
        """
        ...

    def read(self, stream: str, after: int = 0) -> list[Event]:
        """What is kept of a stream, behind its first `after` events."""
        ...

    def changes(self, stream: str, told: Told) -> Callable[[], None]:
        """Call `told` whenever a stream has grown for good, until what is returned is called."""
        ...

    def streams(self) -> list[str]:
        """The names of all streams, sorted."""
        ...

    def refresh(self) -> Group | None:
        """Begin to learn what others wrote until now, told through `changes`; None where there are no others."""
        ...

    def snapshot(self, stream: str, version: str) -> tuple[int, str] | None:
        """The newest snapshot of a stream made by this version of the code: behind how many events, and its text."""
        ...

    def keep_snapshot(self, stream: str, version: str, at: int, write: Callable[[], str]) -> None:
        """Keep a snapshot some time soon. It is a cache: losing it costs time and nothing else."""
        ...

    def when_quiet(self, chore: Callable[[], object]) -> None:
        """Do this some time when there is nothing to write."""
        ...

    def soon(self, told: Callable[[], object]) -> None:
        """Call this soon, in a thread that may wait for the store."""
        ...

    def close(self) -> None:
        """Keep what was handed over, and let go of everything."""
        ...


class Telling:
    """Whom to tell about which stream."""

    def __init__(self) -> None:
        self._told: dict[str, list[Told]] = {}
        self._lock = Lock()
        #: The streams somebody wants to know of: another tuple whenever there are others.
        self.heard: tuple[str, ...] = ()

    def changes(self, stream: str, told: Told) -> Callable[[], None]:
        with self._lock:
            self._told.setdefault(stream, []).append(told)
            self._heard_anew()
        return lambda: self._forget(stream, told)

    def tell(self, stream: str, at: int, events: Sequence[Event]) -> None:
        for told in tuple(self._told.get(stream, ())):
            told(at, events)

    def _forget(self, stream: str, told: Told) -> None:
        with self._lock:
            listening = self._told.get(stream, [])
            if told in listening:
                listening.remove(told)
            if not listening:
                self._told.pop(stream, None)
                self._heard_anew()

    def _heard_anew(self) -> None:
        if len(self._told) != len(self.heard):
            self.heard = tuple(self._told)
