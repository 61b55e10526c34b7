"""What `romekit export` and `romekit import` do: a store as a text file, and a text file as a store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from romekit.errors import BadInput
from romekit.store import backup
from romekit.store.places import Place, place_at

Say = Callable[[str], object]


def export(*, file: Path, store: str | None, replace: bool, say: Say) -> int:
    """Copy a store into a file. A server may go on using it meanwhile."""
    place = _lasting(store)
    if file.exists() and not replace:
        raise BadInput(f"{file} is there already.", field="file", hint="Name another file, or add --replace.")
    streams = place.everything()
    backup.save(backup.written(streams), file)
    say(f"Copied {_amount(streams)} from {place.shown} to {file}.")
    say("Left out: the keys. A store that is filled from it makes its own, and people's apps get new tokens there.")
    return 0


def bring_in(*, file: Path, store: str | None, replace: bool, say: Say) -> int:
    """Fill a store from a file: all of it, or nothing."""
    place = _lasting(store)
    streams = backup.load(file)
    place.restore(streams, replace=replace)
    say(f"Brought {_amount(streams)} from {file} into {place.shown}.")
    return 0


def _lasting(store: str | None) -> Place:
    place = place_at(store)
    if place.is_memory:
        raise BadInput("What is in memory is gone with its server.", field="store", hint="Name a file or a database.")
    return place


def _amount(streams: backup.Streams) -> str:
    copied = [events for _, events in streams]
    return f"{sum(map(len, copied)):,} events in {len(copied)} streams"
