"""A stream of events kept as a space: read at any moment, asked one request at a time.

Reading applies what is due in memory and writes nothing; a decision stores what was due before it and what it brought
about, in one append. Time never goes back here: a clock that jumps back is held at the latest moment seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock
from typing import Any, Generic, TypeVar

from romekit.store.memory import Store
from romekit.world import decide as deciding
from romekit.world.decide import Decision
from romekit.world.due import due, next_due
from romekit.world.events import Event
from romekit.world.evolve import evolve
from romekit.world.space import EMPTY, Space

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Rules(Generic[S]):
    """An engine: the three pure functions, the space they begin with, and when something is due next."""

    empty: S
    decide: Callable[[S, Any, float], Decision]
    due: Callable[[S, float], tuple[S, list[Event]]]
    evolve: Callable[[S, Event], S]
    next_due: Callable[[S], float | None]


DEVICE_RULES: Rules[Space] = Rules(EMPTY, deciding.decide, due, evolve, next_due)


class Ledger(Generic[S]):
    """One stream, its rules, and the space it makes."""

    def __init__(self, store: Store, stream: str, rules: Rules[S]) -> None:
        self.stream = stream
        self._store = store
        self._rules = rules
        self._lock = RLock()
        self._length = 0
        self._space = rules.empty
        self._unstored: list[Event] = []
        self._latest = 0.0
        self._watchers: list[Callable[[], object]] = []
        self._read_on()

    def at(self, now: float) -> S:
        """The space at `now`."""
        with self._lock:
            self._latest = max(self._latest, now)
            self._space, events = self._rules.due(self._space, self._latest)
            self._unstored += events
            return self._space

    def ask(self, request: object, now: float) -> Decision:
        """Decide a request at `now` and keep what came of it."""
        with self._lock:
            space = self.at(now)
            decision = self._rules.decide(space, request, self._latest)
            if decision.events:
                fresh = [*self._unstored, *decision.events]
                self._length = self._store.append(self.stream, self._length, fresh)
                self._unstored.clear()
                for event in decision.events:
                    space = self._rules.evolve(space, event)
                self._space = space
        if decision.events:
            for told in list(self._watchers):
                told()
        return decision

    def events(self, now: float, after: int = 0) -> list[Event]:
        """Everything that has happened until `now`, stored or due, behind the first `after`."""
        with self._lock:
            self.at(now)
            return [*self._store.read(self.stream, after), *self._unstored[max(0, after - self._length) :]]

    def count(self, now: float) -> int:
        """How many events there are until `now`."""
        with self._lock:
            self.at(now)
            return self._length + len(self._unstored)

    def watch(self, told: Callable[[], object]) -> Callable[[], None]:
        """Call `told` after each decision, until what is returned is called."""
        self._watchers.append(told)
        return lambda: self._watchers.remove(told)

    def next_due(self) -> float | None:
        """When something happens next by itself."""
        with self._lock:
            return self._rules.next_due(self._space)

    def _read_on(self) -> None:
        events = self._store.read(self.stream, self._length)
        for event in events:
            self._space = self._rules.evolve(self._space, event)
            self._latest = max(self._latest, event.at)
        self._length += len(events)
