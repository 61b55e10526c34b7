"""What `romekit export` and `romekit import` do: a store as a text file, and a text file as a store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from romekit.cloud.store import backup
from romekit.cloud.store.contract import Streams
from romekit.cloud.store.url import StoreUrl, store_url
from romekit.core.errors import BadInput

Say = Callable[[str], object]


def export(*, target: Path | BinaryIO, store: str | None, replace: bool, say: Say) -> int:
    """Copy a store into a file, or to what comes next in a pipe. A server may go on using it meanwhile."""
    place = _lasting(store)
    if isinstance(target, Path) and target.exists() and not replace:
        raise BadInput(f"{target} is there already.", field="file", hint="Name another file, or add --replace.")
    streams = place.everything()
    lines, named = backup.written(streams), target if isinstance(target, Path) else "standard output"
    if isinstance(target, Path):
        backup.save(lines, target)
    else:
        backup.pour(lines, target)
    say(f"Copied {_amount(streams)} from {place.shown} to {named}.")
    say("Left out: the keys. A store that is filled from it makes its own, and people's apps get new tokens there.")
    if any(name.startswith("class:") for name, _ in streams):
        say("Keep it as private as the store: it holds the code of the class, and hashes of short rejoin words.")
    return 0


def bring_in(*, source: Path | BinaryIO, store: str | None, replace: bool, say: Say) -> int:
    """Fill a store from a file, or from what comes out of a pipe: all of it, or nothing."""
    place = _lasting(store)
    streams = backup.load(source) if isinstance(source, Path) else backup.drawn(source)
    place.restore(streams, replace=replace)
    named = source if isinstance(source, Path) else "standard input"
    say(f"Brought {_amount(streams)} from {named} into {place.shown}.")
    return 0


def _lasting(store: str | None) -> StoreUrl:
    place = store_url(store)
    if place.is_memory:
        raise BadInput("What is in memory is gone with its server.", field="store", hint="Name a file or a database.")
    return place


def _amount(streams: Streams) -> str:
    copied = [events for _, events in streams]
    return f"{sum(map(len, copied)):,} events in {len(copied)} streams"
