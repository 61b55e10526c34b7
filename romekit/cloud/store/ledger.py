"""A stream of events kept as a space: read at any moment, asked one request at a time.

A decision stores what was due before it and what it brought about, in one append. Time never goes back here: a clock
that jumps back is held at the latest moment seen. Three spaces are held, each built on the one before: what is
**kept** for sure, what was **handed over** to the store, and what is due **now**. When the store loses what was
handed over, or somebody else was faster, the ledger goes back to what is kept, reads on, and decides again.

**What is shown is stored.** `due` needs no storing to be true for one reader whose time only grows. It is not enough
for two servers: one whose clock is a little ahead shows `completed`, the other, a little behind, then takes a cancel
for the moment before, and the status goes back. Nor for a server that starts again after its clock was put back. So
where a store outlives its reader, what time has brought about is handed over before it is shown, once for each event;
whoever comes later, on any clock, goes on from there. In memory nobody comes later, and reading writes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import RLock, get_ident
from typing import Generic, NamedTuple, TypeVar

from romekit.cloud.engine.decide import Decision
from romekit.cloud.engine.events import Event
from romekit.cloud.store.contract import Conflict, Store, Written
from romekit.cloud.store.notifier import done_or_logged
from romekit.cloud.store.rules import Rules
from romekit.cloud.store.snapshots import load, save
from romekit.core.errors import Busy, RomeError

S = TypeVar("S")
T = TypeVar("T")

#: How often a request is decided again because somebody else was faster.
TRIES = 20
#: How many events are folded so quickly that no snapshot is needed.
WORTH = 500


class Point(NamedTuple, Generic[S]):
    """How long a stream is, and the space it makes up to there."""

    length: int
    space: S


class Ledger(Generic[S]):
    """One stream, its rules, and the space it makes."""

    def __init__(self, store: Store, stream: str, rules: Rules[S]) -> None:
        self.store = store
        self.stream = stream
        self._rules = rules
        self._lock = RLock()
        self._kept = Point(0, rules.empty)
        self._handed: deque[tuple[Written, Point[S]]] = deque()
        self._heard: deque[tuple[int, Sequence[Event]]] = deque()
        self._space = rules.empty
        self._unstored: list[Event] = []
        self.latest = 0.0  # the latest moment seen here, whoever wrote: for a clock that is behind to reach
        self._watchers: list[Callable[[], object]] = []
        self._asking = 0
        self._is_behind = False
        self._is_waiting_for_quiet = False
        self._snapshot_at = 0
        store.changes(stream, self._hear)
        self._open()

    def at(self, now: float) -> S:
        """The space at `now`."""
        with self._lock:
            return self._until_nobody_is_faster(lambda: self._at(now))

    def seen(self) -> S:
        """The space as it was seen last: right for everything that time alone does not change."""
        with self._lock:
            return self._until_nobody_is_faster(self._seen)

    def ask(self, request: object, now: float) -> Decision:
        """Decide a request at `now` and hand over what came of it."""
        return self.ask_all([request], now)[0]

    def ask_and_look(self, request: object, now: float) -> tuple[Decision, S]:
        """What `ask` answers, and the space in which it is so."""
        with self._telling():
            return self._agreed([request], now)[0], self._space

    def ask_all(self, requests: Sequence[object], now: float) -> list[Decision]:
        """Decide requests one after another and hand over what came of them in one piece."""
        with self._telling():
            return self._agreed(requests, now)

    def events(self, now: float, after: int = 0) -> list[Event]:
        """Everything that has happened until `now`, stored or due, behind the first `after`."""
        with self._lock:
            self.at(now)
            kept = self._kept.length
            stored = self.store.read(self.stream, after)[: max(0, kept - after)] if after < kept else []
            later = [event for written, _ in self._handed for event in written.events] + self._unstored
            return [*stored, *later[max(0, after - kept) :]]

    @property
    def kept(self) -> int:
        """How many events the store has for sure."""
        with self._lock:
            return self._kept.length

    def count(self, now: float) -> int:
        """How many events there are until `now`."""
        with self._lock:
            self.at(now)
            return self._end.length + len(self._unstored)

    def watch(self, told: Callable[[], object]) -> Callable[[], None]:
        """Call `told` after each decision that is kept, until what is returned is called."""
        self._watchers.append(told)
        return lambda: self._watchers.remove(told)

    def next_due(self) -> float | None:
        """When something happens next by itself."""
        with self._lock:
            return self._rules.next_due(self._space)

    def save(self) -> None:
        """Let the store keep a snapshot, if there is enough to make it worth while."""
        with self._lock, suppress(RomeError):  # a cache, and the server is about to stop
            self._settle()
            if self._kept.length - self._snapshot_at >= WORTH:
                self._save(self._kept)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Hold the ledger, and tell the watchers when it is let go of: they look at it, or wait for who does."""
        with self._lock:
            before, self._asking = self._asking, get_ident()
            heard, length = len(self._heard), self._kept.length
            try:
                yield
            finally:
                self._asking = before
            has_news = not before and (len(self._heard) > heard or self._kept.length > length)
        if has_news:
            self._tell()

    # ── deciding ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _agreed(self, requests: Sequence[object], now: float) -> list[Decision]:
        return self._until_nobody_is_faster(lambda: self._decided(requests, now))

    def _until_nobody_is_faster(self, answer: Callable[[], T]) -> T:
        for _ in range(TRIES):
            try:
                return answer()
            except Conflict:
                self._go_back()
        raise Busy("Others write here faster than this request can be decided.", retry_after=1.0, status=503)

    @property
    def _end(self) -> Point[S]:
        return self._handed[-1][1] if self._handed else self._kept

    def _at(self, now: float) -> S:
        self._seen()
        if now > self.latest:
            self.latest = now
        space, events = self._rules.due(self._space, self.latest)
        if events:
            if self.store.outlives:
                self._hand_over(events, space)
            else:
                self._unstored += events
            self._space = space
            self._doubt()
        return self._space

    def _seen(self) -> S:
        if self._handed or self._heard or self._is_behind:
            self._settle()
            self._doubt()
        return self._space

    def _doubt(self) -> None:
        """Whoever shows what is seen here waits until it is kept."""
        if self._handed:
            self.store.doubts.note(self._handed[-1][0])

    def _decided(self, requests: Sequence[object], now: float) -> list[Decision]:
        space, events, decisions = self._at(now), [*self._unstored], []
        for request in requests:
            decision = self._rules.decide(space, request, self.latest)
            for event in decision.events:
                space = self._rules.evolve(space, event)
            events += decision.events
            decisions.append(decision)
        if space is not self._space:
            self._hand_over(events, space)
            self._unstored.clear()
            self._space = space
            self._doubt()
        return decisions

    def _hand_over(self, events: Sequence[Event], space: S) -> None:
        relies_on = self._handed[-1][0] if self._handed else None
        written = self.store.append(self.stream, self._end.length, events, relies_on)
        point = Point(written.end, space)
        if written.is_over and written.problem is None and not self._handed:  # at once, as in memory
            self._kept = point
        else:  # what is lost already stands here as well, so that whoever shows it hears of that
            self._handed.append((written, point))

    # ── what the store says ─────────────────────────────────────────────────────────────────────────────────────────

    def _settle(self) -> None:
        """Take note of what has become of what was handed over, and of what others wrote."""
        if self._is_behind:
            self._go_back()
        while self._handed and self._handed[0][0].is_over:
            if self._handed[0][0].problem is not None:
                self._go_back()
                return
            self._kept = self._handed.popleft()[1]
        while self._heard:
            at, events = self._heard.popleft()
            if at + len(events) > self._end.length:
                self._read_on(at, events)
        self._consider_snapshot()

    def _read_on(self, at: int, events: Sequence[Event]) -> None:
        """Others wrote on from where the stream stood, or from somewhere behind it."""
        if self._handed or at != self._kept.length:
            self._go_back()
        else:
            self._take(events)

    def _go_back(self) -> None:
        """To what is kept, and on from there. What is being written just now is waited for by the store."""
        self._is_behind = True
        self._handed.clear()
        self._heard.clear()
        self._take(self.store.read(self.stream, self._kept.length))
        self._is_behind = False

    def _take(self, events: Sequence[Event]) -> None:
        space = self._kept.space
        for event in events:
            space = self._rules.evolve(space, event)
        self.latest = max([self.latest, *(event.at for event in events)])
        self._kept = Point(self._kept.length + len(events), space)
        self._space = space
        self._unstored.clear()

    def _hear(self, at: int, events: Sequence[Event]) -> None:
        """The stream has grown for good: told by whichever thread knows it."""
        self._heard.append((at, events))
        if self._asking != get_ident() and self._watchers:
            self.store.soon(self._tell)

    def _tell(self) -> None:
        for told in list(self._watchers):
            done_or_logged(told)  # whoever asked is told what came of that, whatever became of the others

    # ── snapshots ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _consider_snapshot(self) -> None:
        """Soon after a burst, when the store is quiet; during one seldom: the larger a space, the more it costs."""
        more = self._kept.length - self._snapshot_at
        if more >= max(5000, self._snapshot_at // 2):
            self._save(self._kept)
        elif more >= WORTH and not self._is_waiting_for_quiet and self._rules.coding is not None:
            self._is_waiting_for_quiet = True
            self.store.when_quiet(self._when_quiet)

    def _when_quiet(self) -> None:
        """The store's own thread comes here, which must not wait for somebody who waits for it."""
        if self._lock.acquire(blocking=False):
            try:
                self._is_waiting_for_quiet = False
                self.save()
            finally:
                self._lock.release()
        else:
            self.store.when_quiet(self._when_quiet)

    def _open(self) -> None:
        found = load(self.store, self.stream, self._rules.coding) if self._rules.coding else None
        if found is not None:
            self._kept = Point(*found)
            self._space, self._snapshot_at = self._kept.space, self._kept.length
            self.latest = getattr(self._space, "at", 0.0)
        self._take(self.store.read(self.stream, self._kept.length))

    def _save(self, point: Point[S]) -> None:
        if self._rules.coding is not None and point.length > self._snapshot_at:
            self._snapshot_at = point.length
            save(self.store, self.stream, self._rules.coding, point.length, point.space)
