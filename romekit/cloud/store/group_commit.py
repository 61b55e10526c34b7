"""Group commit: one thread that writes, and whatever was handed over while it wrote is the next group.

An fsync takes as long for a hundred requests as for one. So no request waits for a thread of its own: handing over
puts events on a list, and the group says when it is over. The busier the server gets, the larger the groups.
"""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby
from threading import Condition, Lock, Thread, current_thread, get_ident
from typing import Any, ClassVar, Final

from romekit.cloud.engine.codec import from_line
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.identity.events import KEYS
from romekit.cloud.store.contract import Conflict, Group, NotKept, Store, StoreRefused, Streams, Written, end_of, logged
from romekit.core.errors import RomeError

#: The most that waits to be written. Beyond it a request is refused, so that its client comes back later.
MOST: Final = 20_000


class Notifier:
    """Calls watchers in a thread of its own, one after another; once, however often that is asked for until it begins.

    What a watcher looks at may have to wait for the store. So it can be neither the thread that writes nor the one that
    hears what others wrote, and no lock may be held meanwhile that a watcher could want.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: set[Callable[[], object]] = set()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="romekit notifier")  # its thread begins with a call
        self._running_in = 0
        self._is_idle = threading.Event()
        self._is_idle.set()
        self._is_closed = False

    def soon(self, call: Callable[[], object]) -> None:
        with self._lock:
            if not self._is_closed and call not in self._waiting:
                self._waiting.add(call)
                self._pool.submit(self._run, call)

    def close(self) -> None:
        """Call nobody any more. A call that runs is waited for, unless it is the one that closes."""
        with self._lock:
            self._is_closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        if get_ident() != self._running_in:
            self._is_idle.wait(10)

    def _run(self, call: Callable[[], object]) -> None:
        with self._lock:
            self._waiting.discard(call)
            self._is_idle.clear()
        self._running_in = get_ident()
        logged(call)
        self._is_idle.set()


class GroupCommit(Store):
    """The half of a store that is the same wherever it keeps things; the abstract methods are the other half."""

    #: The lines of a stream behind a number, the names of all streams in order, and all names and lines in order.
    READ: ClassVar[str]
    NAMES: ClassVar[str]
    EVERYTHING: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._notifier = Notifier()
        self._changed = Condition()
        self._next = Group()
        self._writing: Group | None = None
        self._lengths: dict[str, int] = {}  # how long streams are with all that was handed over
        self._thread: Thread | None = None
        self._is_closed = False

    @abstractmethod
    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What is found by a query; NotKept when there is no answer."""

    @abstractmethod
    def restore(self, streams: Streams, *, replace: bool) -> None:
        """Be filled with these, all at once. StoreRefused when there is something already, unless it is to go."""

    @abstractmethod
    def _write(self, written: Sequence[Written]) -> None:
        """Commit all of them, or set the `problem` of those that cannot be; NotKept when none is kept."""

    @abstractmethod
    def _check(self, stream: str, at: int) -> None:
        """Conflict, if it is known before a commit that a stream is not so long."""

    def read(self, stream: str, after: int = 0) -> list[Event]:
        self.flush(stream)
        return [from_line(line) for (line,) in self._rows(self.READ, stream, after)]

    def streams(self) -> list[str]:
        self.flush()
        return [name for (name,) in self._rows(self.NAMES)]

    def everything(self) -> Streams:
        """All streams as they are at one moment, but for the keys."""
        self.flush()
        return in_streams(self._rows(self.EVERYTHING))

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
            if self._thread is None:
                self._thread = Thread(target=self._work, daemon=True, name="romekit store")
                self._thread.start()
            self._changed.notify()
        return written

    def soon(self, call: Callable[[], object]) -> None:
        self._notifier.soon(call)

    def flush(self, stream: str | None = None) -> None:
        """Return when everything handed over until now, for this stream or for all, is kept or lost."""
        if current_thread() is self._thread:
            return
        with self._changed:
            groups = [group for group in (self._writing, self._next) if group is not None]
        for group in groups:
            if any(stream in (None, each.stream) for each in group.written):
                group.ended.result()

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        end_of(self._thread, 30)
        self._notifier.close()

    # ── the thread that writes ──────────────────────────────────────────────────────────────────────────────────────

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._next.written or self._is_closed)
                if not self._next.written:
                    return
                group, self._next = self._next, Group()
                self._writing = group
            self._commit(group)

    def _commit(self, group: Group) -> None:
        try:
            self._write([each for each in group.written if each.problem is None])
        except RomeError as problem:
            self._lose(group, problem)
        except Exception as problem:  # noqa: BLE001 (whoever waits must hear of it, and the thread must live on)
            why = NotKept(f"The store failed: {type(problem).__name__}: {problem}.", status=503)
            self._lose(group, why)
        else:
            self._keep(group)
        with self._changed:
            self._writing = None
        group.end()
        for each in group.written:
            if each.problem is None:
                logged(partial(self._subscriptions.publish, each.stream, each.at, each.events))

    def _lose(self, group: Group, problem: RomeError) -> None:
        """Nothing of it is kept, nor of what was handed over since: it may rest on it."""
        with self._changed:
            for written in (*group.written, *self._next.written):
                written.problem = written.problem or problem
                self._lengths.pop(written.stream, None)
            late, self._next = self._next, Group()
        late.end()

    def _keep(self, group: Group) -> None:
        """Most is kept; what was handed over since for a stream that had a conflict rests on something lost."""
        lost = {written.stream: written.problem for written in group.written if written.problem is not None}
        if not lost:
            return
        with self._changed:
            for stream in lost:
                self._lengths.pop(stream, None)
            for written in self._next.written:
                written.problem = lost.get(written.stream)


def in_streams(rows: Iterable[tuple[Any, ...]]) -> Streams:
    """The streams that rows of a name and a line make, without the keys."""
    return [
        (name, [from_line(line) for _, line in lines])
        for name, lines in groupby(rows, key=lambda row: str(row[0]))
        if name != KEYS
    ]


def not_empty(shown: str) -> StoreRefused:
    hint = "Name an empty one. With --replace everything in it is thrown away first."
    return StoreRefused(f"There is something in {shown} already.", hint=hint)
