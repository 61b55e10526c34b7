"""Changing frozen records: `dataclasses.replace` in a third of its time, which was a quarter of every command's cost.

What it saves is `__init__`, where a frozen record sets each field through a check. So it is for records without slots
and without a `__post_init__`, as those of a space are.

Many changes one after another make one record each, and nobody looks at those in between. `drafted` gives a copy that
`replace` changes in place, and `finished` the record in the end; a draft must not leave the function that made it. The
same for a map: a `DraftMap` keeps what is new in a dict, which the map takes in at one go.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar

T = TypeVar("T")
V = TypeVar("V")


class Draft:
    """What marks a record as one that is being made, and of what kind it will be."""

    kind: ClassVar[type]


class Growing(Protocol[V]):
    """What a DraftMap can be made of."""

    def __getitem__(self, key: str, /) -> V: ...
    def update(self, more: dict[str, V], /) -> Growing[V]:
        """A map with more in it."""
        ...


class DraftMap(dict[str, V]):
    """A map that `insert` changes in place, and the one it becomes in the end.

    As a dict it holds what is new; only `[]` sees what was there before.
    """

    __slots__ = ("_before",)

    def __init__(self, before: Growing[V]) -> None:
        super().__init__()
        self._before = before

    def insert(self, key: str, value: V) -> DraftMap[V]:
        self[key] = value
        return self

    def __missing__(self, key: str) -> V:
        return self._before[key]

    def finished(self) -> Growing[V]:
        """The map with what is new."""
        return self._before.update(self) if self else self._before


def replace(record: T, /, **changes: Any) -> T:
    """The record with some fields changed; TypeError for a field it has not."""
    kind = type(record)
    if issubclass(kind, Draft):
        return completed(record, **changes)
    changed: T = object.__new__(kind)
    state = changed.__dict__
    state.update(record.__dict__)
    known = len(state)
    state.update(changes)
    if len(state) != known:
        raise _unknown(kind, changes)
    return changed


def completed(record: T, /, **changes: Any) -> T:
    """The record itself, with some fields changed: only for one that nobody has seen yet."""
    state = record.__dict__
    known = len(state)
    state.update(changes)
    if len(state) != known:
        raise _unknown(type(record), changes)
    return record


def drafted(record: T) -> T:
    """A copy that `replace` changes in place."""
    return _copy(record, _draft_of(type(record)))  # type: ignore[arg-type]  # a class is hashable, whatever mypy thinks


def finished(draft: T) -> T:
    """The record that a draft has become."""
    return _copy(draft, draft.kind) if isinstance(draft, Draft) else draft


def _copy(record: T, kind: Any) -> T:
    copy: T = object.__new__(kind)
    copy.__dict__.update(record.__dict__)
    return copy


def _unknown(kind: type, changes: dict[str, Any]) -> TypeError:
    names = {field.name for field in fields(kind)}
    return TypeError(f"A {kind.__name__} has no {', '.join(changes.keys() - names)}.")


@cache
def _draft_of(kind: type) -> type:
    return type(f"Draft{kind.__name__}", (Draft, kind), {"kind": kind})
