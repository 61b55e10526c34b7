"""Many records of one kind as columns, and back: how a whole space becomes text quickly, for a snapshot.

A hundred thousand small objects cost their time where each is handled by itself. So each field is one list, and records
are made by `map`, which calls the constructor without a step of Python in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any, Final, TypeVar

from rpds import HashTrieMap

T = TypeVar("T")

Columns = dict[str, list[Any]]
#: How the values of a field are written or read, for fields that JSON does not know.
Ways = Mapping[str, Callable[[Any], Any]]
_NONE: Final[Ways] = {}


def as_columns(kind: type, things: Iterable[Any], ways: Ways = _NONE) -> Columns:
    """The records, field by field."""
    rows = list(things)
    columns: Columns = {}
    for each in fields(kind):
        values = [getattr(row, each.name) for row in rows]
        columns[each.name] = [*map(ways[each.name], values)] if each.name in ways else values
    return columns


def from_columns(kind: Callable[..., T], columns: Columns, ways: Ways = _NONE) -> list[T]:
    """The records again."""
    return list(map(kind, *(map(ways[name], values) if name in ways else values for name, values in columns.items())))


def as_pairs(table: HashTrieMap[Any, Any]) -> list[list[Any]]:
    """A map as two lists."""
    return [list(table.keys()), list(table.values())]


def from_pairs(pairs: list[list[Any]]) -> HashTrieMap[Any, Any]:
    """The map again."""
    return HashTrieMap(dict(zip(*pairs, strict=True)))


def by_id(things: Iterable[Any], name: str = "id") -> HashTrieMap[str, Any]:
    """A map from each record's id to the record."""
    return HashTrieMap({getattr(thing, name): thing for thing in things})
