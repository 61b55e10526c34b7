"""A ledger makes a state of a stream of events: it is read at any moment, and decides one request at a time.

A decision stores what was due before it and what it brought about, in one append. Time never goes back here: a clock
that jumps back is held at the latest moment seen. Three states are held, each built on the one before: what is
**kept** for sure, what was **handed over** to the store, and what is due **now**. When the store loses what was
handed over, or somebody else was faster, the ledger goes back to what is kept, reads on, and decides again.

**What is shown is stored.** `due` needs no storing to be true for one reader whose time only grows. With two servers,
one whose clock is ahead would show `completed`, the other would then take a cancel for the moment before, and the
status would go back; so would a server that starts again after its clock was put back. So where a store outlives its
reader, what time has brought about is handed over before it is shown. In memory nobody comes later: reading writes
nothing.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock, RLock, get_ident
from typing import Final, Generic, NamedTuple, TypeVar

from romekit.cloud.engine.decide import DEVICE_RULES, AddDevice, open_space
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.people import DEMO_DEVICES
from romekit.cloud.engine.rules import Asked, Decision, Rules, State, next_due
from romekit.cloud.engine.space import Space
from romekit.cloud.store.contract import Conflict, NotKept, Store, StoreRefused, Written, logged
from romekit.core.clock import Clock
from romekit.core.errors import Busy

S = TypeVar("S", bound=State)
T = TypeVar("T")

#: How often a request is decided again because somebody else was faster.
TRIES: Final = 20
#: How many events have to be over before a stream is written anew without them.
MANY: Final = 200

log = logging.getLogger(__name__)


class Point(NamedTuple, Generic[S]):
    """How long a stream is, and the state it makes up to there."""

    length: int
    state: S


class Ledger(Generic[S]):
    """One stream, its rules, and the state it makes."""

    def __init__(self, store: Store, stream: str, rules: Rules[S]) -> None:
        self.store = store
        self.stream = stream
        self._rules = rules
        self._lock = RLock()
        self._kept = Point(0, rules.empty)
        self._handed: deque[tuple[Written, Point[S]]] = deque()
        self._heard: deque[tuple[int, Sequence[Event]]] = deque()
        self._state = rules.empty
        self._unstored: list[Event] = []
        self.latest = 0.0  # the latest moment seen here, whoever wrote: for a clock that is behind to reach
        self._watchers: list[Callable[[], object]] = []
        self._asking = 0
        self._is_behind = False
        forget = store.changes(stream, self._hear)
        try:
            self._open(store.read(stream))
        except Exception as problem:
            forget()
            if isinstance(problem, NotKept | StoreRefused):
                raise
            log.exception("the stream %r is damaged", stream)
            hint = "Nothing of it is lost by this. Whoever runs the server finds more in its log."
            words = f"What is kept of {stream!r} is damaged: {problem}"
            raise StoreRefused(words, hint=hint, status=500, code="generalException") from None

    def at(self, now: float) -> S:
        with self._lock:
            return self._until_nobody_is_faster(self._at, now)

    def ask(self, request: Asked[S], now: float) -> Decision:
        """Decide a request at `now` and hand over what came of it."""
        return self.ask_all([request], now)[0][0]

    def ask_all(self, requests: Sequence[Asked[S]], now: float) -> tuple[list[Decision], S]:
        """Decide requests one after another, hand over what came of them in one piece; and the state afterwards.

        The watchers are called when the lock is released: they look at the ledger, or wait for who does.
        """
        with self._lock:
            before, self._asking = self._asking, get_ident()
            heard, length = len(self._heard), self._kept.length
            try:
                answer = self._until_nobody_is_faster(self._decided, now, requests), self._state
            finally:
                self._asking = before
            has_news = not before and (len(self._heard) > heard or self._kept.length > length)
        if has_news:
            self._notify()
        return answer

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
        return self._kept.length

    def count(self, now: float) -> int:
        with self._lock:
            self.at(now)
            return self._end.length + len(self._unstored)

    def watch(self, watcher: Callable[[], object]) -> Callable[[], None]:
        """Call the watcher after each decision that is kept, until what is returned is called."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def next_due(self) -> float | None:
        with self._lock:
            return next_due(self._state)

    # ── deciding ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _until_nobody_is_faster(self, answer: Callable[..., T], now: float, *requests: Sequence[Asked[S]]) -> T:
        for _ in range(TRIES):
            try:
                return answer(now, *requests)
            except Conflict:
                self._go_back()
        raise Busy("Others write here faster than this request can be decided.", retry_after=1.0, status=503)

    @property
    def _end(self) -> Point[S]:
        return self._handed[-1][1] if self._handed else self._kept

    def _at(self, now: float) -> S:
        if self._handed or self._heard or self._is_behind:
            self._settle()
            self._note_uncommitted()
        if now > self.latest:
            self.latest = now
        state, events = self._rules.due(self._state, self.latest)
        if events:
            if self.store.outlives:
                self._hand_over(events, state)
            else:
                self._unstored += events
            self._state = state
            self._note_uncommitted()
        return self._state

    def _note_uncommitted(self) -> None:
        """Whoever shows what is read here waits until it is kept."""
        if self._handed:
            self.store.uncommitted.note(self._handed[-1][0])

    def _decided(self, now: float, requests: Sequence[Asked[S]]) -> list[Decision]:
        state, events, decisions = self._at(now), [*self._unstored], []
        for request in requests:
            decision = request(state, self.latest)
            state = self._rules.fold(decision.events, state)
            events += decision.events
            decisions.append(decision)
        if state is not self._state:
            self._hand_over(events, state)
            self._unstored.clear()
            self._state = state
            self._note_uncommitted()
        return decisions

    def _hand_over(self, events: Sequence[Event], state: S) -> None:
        relies_on = self._handed[-1][0] if self._handed else None
        written = self.store.append(self.stream, self._end.length, events, relies_on)
        point = Point(written.end, state)
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
            if at + len(events) <= self._end.length:
                continue
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

    def _open(self, events: Sequence[Event]) -> None:
        self._take(events)
        needed = [event for event in events if self._rules.is_needed(self._state, event, self.latest)]
        if len(needed) + MANY <= len(events) and self.store.rewrite(self.stream, needed):
            self._kept = Point(len(needed), self._state)

    def _take(self, events: Sequence[Event]) -> None:
        self.latest = max([self.latest, *(event.at for event in events)])
        self._state = self._rules.fold(events, self._kept.state)
        self._kept = Point(self._kept.length + len(events), self._state)
        self._unstored.clear()

    def _hear(self, at: int, events: Sequence[Event]) -> None:
        """The stream has grown for good; called by whichever thread knows it."""
        self._heard.append((at, events))
        if self._asking != get_ident() and self._watchers:
            self.store.soon(self._notify)

    def _notify(self) -> None:
        for watcher in list(self._watchers):
            logged(watcher)  # the request is answered, whatever becomes of its watchers


class Spaces:
    """The ledgers of all accounts, on one clock, in one store: each is opened with its devices when it is first read.

    Where others have written, or this server before its clock was put back, a space may be ahead of the time of day.
    Then the clock goes on from there: otherwise everything in the space would stand still until the time of day has
    caught up.
    """

    def __init__(
        self, store: Store, clock: Clock, seed: str = "romekit", devices: Sequence[AddDevice] = DEMO_DEVICES
    ) -> None:
        self.clock = clock
        self.store = store
        self._seed = seed
        self._devices = devices
        self._ledgers: dict[str, Ledger[Space]] = {}
        self._damaged: dict[str, StoreRefused] = {}
        self._lock = Lock()
        #: What an account's space begins with: its seed, and its devices.
        self.plan: Callable[[str], tuple[str, Sequence[AddDevice]]] = self._as_everybody

    def now(self, account: str) -> Space:
        ledger, now = self._present(account)
        return ledger.at(now)

    def seen(self, account: str) -> Space:
        """The account's space at the latest moment that anybody has looked at it: what a decision sets is in it."""
        ledger = self.ledger(account)
        return ledger.at(ledger.latest)

    def ask(self, account: str, request: Asked[Space]) -> Decision:
        return self.ask_and_look(account, request)[0]

    def ask_and_look(self, account: str, request: Asked[Space]) -> tuple[Decision, Space]:
        """Decide a request in the account's space, now; the decision, and the space in which it is so."""
        ledger, now = self._present(account)
        decisions, space = ledger.ask_all([request], now)
        return decisions[0], space

    def events(self, account: str) -> list[Event]:
        ledger, now = self._present(account)
        return ledger.events(now)

    def ledger(self, account: str) -> Ledger[Space]:
        ledger = self._ledgers.get(account)
        if ledger is None or not ledger.kept:
            with self._lock:
                ledger = self._opened(account)
        return ledger

    def _present(self, account: str) -> tuple[Ledger[Space], float]:
        """The account's ledger, and the time it is there: never before what was seen in it."""
        ledger = self.ledger(account)
        return ledger, self.clock.reach(ledger.latest)

    def _opened(self, account: str) -> Ledger[Space]:
        """Until its beginning is kept for good a space may be lost, and then it is opened once more."""
        if account in self._damaged:
            raise self._damaged[account]
        try:
            ledger = self._ledgers.get(account) or Ledger(self.store, f"space:{account}", DEVICE_RULES)
        except StoreRefused as problem:
            self._damaged[account] = problem
            raise
        now = self.clock.reach(ledger.latest)
        if not ledger.at(now).account:
            seed, devices = self.plan(account)
            ledger.ask_all([open_space(seed, account), *devices], now)
        self._ledgers[account] = ledger
        return ledger

    def _as_everybody(self, account: str) -> tuple[str, Sequence[AddDevice]]:
        owner = account.partition("@")[0].capitalize()
        return self._seed, [replace(each, name=each.name.replace("Alex", owner)) for each in self._devices]
