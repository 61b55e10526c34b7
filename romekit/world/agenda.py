"""What happens next, and when: a queue that is never changed, only built upon.

Every version of a space keeps its own agenda and shares almost all of it with the version before, so that a space can
be rewound or branched for nothing. It is a few sorted runs, each several times as long as the next one: `put` adds to
the shortest and merges runs that have come too close, `rest` steps over the head of one. Both cost O(log n), nearly all
of it in slices and sorts of tuples; a leftist heap, which was here before, made ten times as many steps in Python.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

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


def put(agenda: Agenda | None, entry: Entry) -> Agenda:
    """The agenda with one more entry."""
    if agenda is None:
        return Agenda(entry, (Run((entry,), 0),))
    runs = agenda.runs
    entries, start = runs[-1]
    if len(entries) - start >= SHORT:
        runs = _merged((*runs, Run((entry,), 0)))
    else:
        here = bisect_right(entries, entry, start)
        runs = (*runs[:-1], Run((*entries[start:here], entry, *entries[here:]), 0))
    return Agenda(min(entry, agenda.first), runs)


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
