"""Snapshots: what a long stream comes to, written down so that it need not be folded again.

A snapshot is a cache of the fold and never the truth. It carries the version of the code that folded it, which is the
hash of that code itself: nobody can forget to raise it. One of another version is not looked at, and one that cannot be
read is none.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Generic, TypeVar

from romekit import __version__
from romekit.cloud.store.contract import Store

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Coding(Generic[S]):
    """How a space becomes text and a space again."""

    as_text: Callable[[S], str]
    from_text: Callable[[str], S]


def load(store: Store, stream: str, coding: Coding[S]) -> tuple[int, S] | None:
    """The newest snapshot that can be used: behind how many events it was taken, and the space."""
    found = store.snapshot(stream, version())
    if found is None:
        return None
    with _no_collecting():
        try:
            return found[0], coding.from_text(found[1])
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def save(store: Store, stream: str, coding: Coding[S], length: int, space: S) -> None:
    """Keep a snapshot; it is written down where nobody waits for it."""
    store.keep_snapshot(stream, version(), length, lambda: coding.as_text(space))


@cache
def version() -> str:
    """A hash of the code that folds."""
    house = Path(__file__).parents[2]
    sources = [*house.glob("cloud/engine/**/*.py"), house / "core/model.py", house / "core/status.py"]
    whole = sha256(__version__.encode())
    for source in sorted(sources):
        whole.update(source.read_bytes() if source.exists() else b"")
    return whole.hexdigest()[:16]


@contextmanager
def _no_collecting() -> Iterator[None]:
    """A hundred thousand new objects, none of them garbage: looking through them again and again doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
