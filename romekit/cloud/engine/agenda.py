"""What happens next, and when: a queue that is never changed, only built upon.

Every version of a space keeps its own agenda and shares almost all of it with the version before, so that a space can
be rewound or branched for nothing. It is a few sorted runs, each several times as long as the next one: `put` adds to
the shortest and merges runs that have come too close, `rest` steps over the head of one. Both cost O(log n), nearly all
of it in slices and sorts of tuples; a leftist heap, which was here before, made ten times as many steps in Python.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from math import inf
from typing import Final, NamedTuple, overload

#: How many times as long a run is as the next one, and how long the last one grows before it counts as a run.
RATIO: Final = 4
SHORT: Final = 32


class Entry(NamedTuple):
    """Something planned: at what time, for which command; `number` settles ties in the order of sending."""

    at: float
    number: int
    command: str


class Run(NamedTuple):
    """Sorted entries, of which those before `start` are over."""

    entries: tuple[Entry, ...]
    start: int


class Agenda(NamedTuple):
    """Its earliest entry, and all of them in runs; None is the empty agenda."""

    first: Entry
    runs: tuple[Run, ...]


class Underway:
    """An agenda while time passes until `now`: what is due by then in a heap, what is planned for later beside it."""

    __slots__ = ("_later", "_now", "_rest", "due")

    def __init__(self, agenda: Agenda, now: float) -> None:
        self._now = now
        self._later: list[Entry] = []
        self.due, self._rest = _split(agenda.runs, now)

    def put(self, entry: Entry) -> Underway:
        """One more entry."""
        if entry.at <= self._now:
            heappush(self.due, entry)
        else:
            self._later.append(entry)
        return self

    def take(self) -> Entry:
        """The earliest entry that is due, which is over then."""
        return heappop(self.due)

    def finished(self) -> Agenda | None:
        """The agenda of what is still to come."""
        runs = _with(self._rest, sorted(self._later)) if self._later else self._rest
        return Agenda(min([entries[start] for entries, start in runs]), runs) if runs else None


@overload
def put(agenda: Agenda | None, entry: Entry) -> Agenda: ...
@overload
def put(agenda: Underway, entry: Entry) -> Underway: ...
def put(agenda: Agenda | Underway | None, entry: Entry) -> Agenda | Underway:
    """The agenda with one more entry."""
    if agenda is None:
        return Agenda(entry, (Run((entry,), 0),))
    if isinstance(agenda, Underway):
        return agenda.put(entry)
    return Agenda(min(entry, agenda.first), _with(agenda.runs, (entry,)))


def rest(agenda: Agenda) -> Agenda | None:
    """The agenda without its first entry."""
    first, runs = agenda
    for index, (entries, start) in enumerate(runs):
        if entries[start] == first:
            runs = (*runs[:index], *_stepped(entries, start + 1), *runs[index + 1 :])
            break
    if not runs:
        return None
    return Agenda(min([entries[start] for entries, start in runs]), runs)


def entries(agenda: Agenda | None) -> Iterator[Entry]:
    """All that is planned, in no order."""
    for run, start in agenda.runs if agenda is not None else ():
        yield from run[start:]


def _split(runs: tuple[Run, ...], now: float) -> tuple[list[Entry], tuple[Run, ...]]:
    """What is planned until `now`, sorted, and the runs without it."""
    due: list[Entry] = []
    rest: list[Run] = []
    for entries, start in runs:
        if entries[start].at > now:
            rest.append(Run(entries, start))
            continue
        end = bisect_right(entries, (now, inf), start)
        due += entries[start:end]
        rest += _stepped(entries, end)
    due.sort()
    return due, tuple(rest)


def _with(runs: tuple[Run, ...], more: Sequence[Entry]) -> tuple[Run, ...]:
    """The runs with more sorted entries."""
    if not runs:
        return (Run(tuple(more), 0),)
    entries, start = runs[-1]
    if len(entries) - start >= SHORT:
        return _merged((*runs, Run(tuple(more), 0)))
    if len(more) == 1:
        here = bisect_right(entries, more[0], start)
        return (*runs[:-1], Run((*entries[start:here], more[0], *entries[here:]), 0))
    return (*runs[:-1], Run(tuple(sorted((*entries[start:], *more))), 0))


def _stepped(entries: tuple[Entry, ...], start: int) -> tuple[Run, ...]:
    """The run from `start`, without what is over when that is half of it; nothing if all of it is over."""
    if start == len(entries):
        return ()
    return (Run(entries[start:], 0) if start * 2 > len(entries) else Run(entries, start),)


def _merged(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs with a new short one behind them; those before it that have become too short are merged."""
    *longer, one, short = runs
    while longer and _length(longer[-1]) < RATIO * _length(one):
        (others, since), (entries, start) = longer.pop(), one
        one = Run(tuple(sorted((*others[since:], *entries[start:]))), 0)
    return (*longer, one, short)


def _length(run: Run) -> int:
    return len(run.entries) - run.start
