"""What happens next, and when: a heap that is never changed, only built upon.

A leftist heap: every version of a space keeps its own agenda and shares almost all of it with the version before, so
that a space can be rewound or branched for nothing. `put` and `rest` cost O(log n).
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """Something planned: at what time, for which command; `number` settles ties in the order of sending."""

    at: float
    number: int
    command: str


class Agenda(NamedTuple):
    """A heap with its earliest entry on top; None is the empty one."""

    first: Entry
    left: Agenda | None
    right: Agenda | None
    rank: int


def put(agenda: Agenda | None, entry: Entry) -> Agenda:
    """The agenda with one more entry."""
    return _merged(agenda, Agenda(entry, None, None, 1))  # type: ignore[return-value]  # never None: one side is not


def rest(agenda: Agenda) -> Agenda | None:
    """The agenda without its first entry."""
    return _merged(agenda.left, agenda.right)


def _merged(one: Agenda | None, other: Agenda | None) -> Agenda | None:
    if one is None:
        return other
    if other is None:
        return one
    if other.first < one.first:
        one, other = other, one
    merged = _merged(one.right, other)
    left, right = one.left, merged
    if (left.rank if left else 0) < (right.rank if right else 0):
        left, right = right, left
    return Agenda(one.first, left, right, (right.rank if right else 0) + 1)
