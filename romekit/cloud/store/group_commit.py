"""Group commit: one thread that writes, and whatever was handed over while it wrote is the next group.

An fsync takes as long for a hundred requests as for one. So nobody hops to another thread for a request of their own:
handing over puts events on a list, and the group says when it is over. The busier it gets, the larger the groups.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from threading import Condition, Thread, current_thread
from typing import Final

from romekit.cloud.engine.events import Event
from romekit.cloud.store.contract import Conflict, Group, NotKept, Telling, Told, UncommittedReads, Written
from romekit.cloud.store.notifier import Notifier, done_or_logged, end_of
from romekit.core.errors import RomeError

#: The most that waits to be written. Beyond it a request is told to come back rather than to wait.
MOST: Final = 20_000
#: Seconds without anything to write, after which there is time for what nobody waits for.
QUIET: Final = 1.0


class GroupCommit(ABC):
    """The half of a store that is the same wherever it keeps things; `_write` and `_check` are the other half."""

    outlives = True
    is_shared = False

    def __init__(self) -> None:
        self.doubts = UncommittedReads()
        self._telling = Telling()
        self._teller = Notifier()
        self._changed = Condition()
        self._next = Group()
        self._writing: Group | None = None
        self._lengths: dict[str, int] = {}  # how long streams are with all that was handed over
        self._chores: list[Callable[[], object]] = []
        self._quiet: list[Callable[[], object]] = []
        self._thread: Thread | None = None
        self._is_closed = False

    # ── for the other half ──────────────────────────────────────────────────────────────────────────────────────────

    @abstractmethod
    def _write(self, written: Sequence[Written]) -> None:
        """Commit all of them, or set the `problem` of those that cannot be; NotKept when none is kept."""

    @abstractmethod
    def _check(self, stream: str, at: int) -> None:
        """Conflict, if it is known before a commit that a stream is not so long."""

    # ── the contract ────────────────────────────────────────────────────────────────────────────────────────────────

    def append(self, stream: str, at: int, events: Sequence[Event], relies_on: Written | None = None) -> Written:
        with self._changed:
            if self._is_closed:
                raise NotKept("The server is being stopped.", status=503, code="serviceNotAvailable")
            if len(self._next.written) >= MOST:
                raise NotKept("More is asked than can be written down.", status=503, code="serviceNotAvailable")
            if relies_on is not None and relies_on.problem is not None:
                raise Conflict(f"What {stream!r} was built on is lost.", hint="Read on, decide again.")
            self._check(stream, at)
            written = Written(self._next, stream, at, tuple(events))
            self._next.written.append(written)
            self._lengths[stream] = written.end
            self._start()
            self._changed.notify()
        return written

    def changes(self, stream: str, told: Told) -> Callable[[], None]:
        return self._telling.changes(stream, told)

    def refresh(self) -> Group | None:
        return None

    def when_quiet(self, chore: Callable[[], object]) -> None:
        with self._changed:
            if not self._is_closed:
                self._quiet.append(chore)
                self._start()
                self._changed.notify()  # the thread may be waiting for something to write, and for nothing else

    def soon(self, told: Callable[[], object]) -> None:
        self._teller.soon(told)

    def flush(self) -> None:
        """Return when everything handed over until now is kept or lost."""
        with self._changed:
            groups = [group for group in (self._writing, self._next) if group is not None and group.written]
        for group in groups:
            if group.written:
                _wait(group)

    def _flush_for(self, stream: str) -> None:
        """Flush, if anything is handed over for this stream; the thread that writes itself need not wait."""
        with self._changed:
            in_hand = [*(self._writing.written if self._writing else ()), *self._next.written]
        if current_thread() is not self._thread and any(each.stream == stream for each in in_hand):
            self.flush()

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        end_of(self._thread, 30)
        self._teller.close()

    # ── the thread that writes ──────────────────────────────────────────────────────────────────────────────────────

    def _later(self, chore: Callable[[], object]) -> None:
        """Let the writing thread do something when it has nothing to write."""
        with self._changed:
            if not self._is_closed:
                self._chores.append(chore)
                self._start()
                self._changed.notify()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._work, daemon=True, name="romekit store")
            self._thread.start()

    def _work(self) -> None:
        while (todo := self._todo()) is not None:
            if isinstance(todo, Group):
                self._commit(todo)
            else:
                done_or_logged(todo)

    def _todo(self) -> Group | Callable[[], object] | None:
        with self._changed:
            while not (self._next.written or self._chores or self._is_closed):
                if not self._changed.wait(QUIET if self._quiet else None) and self._quiet:
                    return self._quiet.pop(0)
            if self._next.written:
                self._writing, self._next = self._next, Group()
                return self._writing
            return self._chores.pop(0) if self._chores else None

    def _commit(self, group: Group) -> None:
        try:
            self._write([each for each in group.written if each.problem is None])
        except RomeError as problem:
            self._lose(group, problem)
        except Exception as problem:  # noqa: BLE001 (whoever waits must be told, and the thread must live on)
            why = NotKept(f"The store failed: {type(problem).__name__}: {problem}.", status=503)
            self._lose(group, why)
        else:
            self._part(group)
        with self._changed:
            self._writing = None
        group.end()
        for written in group.written:
            if written.problem is None:
                done_or_logged(partial(self._telling.tell, written.stream, written.at, written.events))

    def _lose(self, group: Group, problem: RomeError) -> None:
        """Nothing of it is kept, nor of what was handed over since: it may rest on it."""
        with self._changed:
            for written in (*group.written, *self._next.written):
                written.problem = written.problem or problem
                self._lengths.pop(written.stream, None)
            late, self._next = self._next, Group()
        late.end()

    def _part(self, group: Group) -> None:
        """Most is kept; what was handed over since for a stream that had a conflict rests on something lost."""
        lost = {written.stream: written.problem for written in group.written if written.problem is not None}
        if not lost:
            return
        with self._changed:
            for stream in lost:
                self._lengths.pop(stream, None)
            for written in self._next.written:
                written.problem = lost.get(written.stream)


def _wait(group: Group) -> None:
    from threading import Event as Flag

    flag = Flag()
    group.when_over(flag.set)
    flag.wait()
