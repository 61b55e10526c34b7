"""A map whose older part is still text: it is read when somebody asks for something in it, and usually nobody does.

A space of a hundred thousand events has some twenty thousand commands, all but a handful of them over. Making objects
of them takes longer than opening a space may take, and the next request is about one of the handful.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Generic, TypeVar

from rpds import HashTrieMap

V = TypeVar("V")

Read = Callable[[str], Mapping[str, V]]


class Older(Generic[V]):
    """Pieces of text, and how to read them. No key is in two of them, and each is read when it is needed, once."""

    def __init__(self, pieces: tuple[str, ...], read: Read[V]) -> None:
        self.pieces = pieces
        self._read = read
        self._tables: dict[str, Mapping[str, V]] = {}

    def get(self, key: str, default: V | None = None) -> V | None:
        """The value of a key. What is in no text is not there: a command nobody sent, a request that is new."""
        written = json.dumps(key, ensure_ascii=False)
        for piece in self.pieces:
            if written in piece and (found := self._table(piece).get(key)) is not None:
                return found
        return default

    @cached_property
    def table(self) -> dict[str, V]:
        """All that they hold."""
        found: dict[str, V] = {}
        for piece in self.pieces:
            found.update(self._table(piece))
        return found

    def _table(self, piece: str) -> Mapping[str, V]:
        table = self._tables.get(piece)
        if table is None:
            table = self._tables[piece] = self._read(piece)
        return table


class Layered(Generic[V]):
    """An immutable map of two layers, in place of a HashTrieMap: what is newer hides what is older."""

    __slots__ = ("newer", "older")

    def __init__(self, newer: HashTrieMap[str, V], older: Older[V]) -> None:
        self.newer = newer
        self.older = older

    def insert(self, key: str, value: V) -> Layered[V]:
        return Layered(self.newer.insert(key, value), self.older)

    def update(self, more: Mapping[str, V]) -> Layered[V]:
        return Layered(self.newer.update(more), self.older)

    def get(self, key: str, default: V | None = None) -> V | None:
        found = self.newer.get(key)
        return found if found is not None else self.older.get(key, default)

    def items(self) -> Iterator[tuple[str, V]]:
        yield from self.newer.items()
        yield from ((key, value) for key, value in self.older.table.items() if key not in self.newer)

    def keys(self) -> Iterator[str]:
        return (key for key, _ in self.items())

    def values(self) -> Iterator[V]:
        return (value for _, value in self.items())

    __iter__ = keys

    def __getitem__(self, key: str) -> V:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __len__(self) -> int:
        return sum(1 for _ in self.items())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Layered | HashTrieMap) and dict(self.items()) == dict(other.items())

    def __hash__(self) -> int:
        return hash(frozenset(self.keys()))
