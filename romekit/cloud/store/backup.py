"""A whole store as a text file, and back: the same events, in the same order, to the last byte.

    {"romekit":"export","format":1,"streams":2,"events":9}      what it is, and how much must be there
    {"stream":"identity","events":1}                            a stream, and how many lines of it follow
    {"kind":"device_code_issued","at":…}                        its events, as everywhere (romekit.cloud.engine.codec)

The keys are left out: a copy that lies about must open nothing. A store that was filled from a copy makes keys of its
own; access tokens from before are refused there, and apps get new ones with their refresh tokens, of which a copy has
the digests only.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, TypeGuard

from romekit.cloud.engine.codec import as_line, from_line
from romekit.cloud.engine.decide import DEVICE_RULES
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.history import transitions
from romekit.cloud.engine.identity.events import KEYS
from romekit.cloud.engine.screens import cards
from romekit.cloud.store.contract import StoreRefused
from romekit.core.errors import BadInput, WorldError
from romekit.core.json_depth import check_depth

FORMAT: Final = 1
#: What the names of streams begin with in which devices live.
SPACE: Final = "space:"

Streams = Sequence[tuple[str, Sequence[Event]]]


class Whole(Protocol):
    """A store that can be copied as a whole."""

    def everything(self) -> Streams:
        """All streams as they are at one moment, sorted by name."""
        ...

    def restore(self, streams: Streams, *, replace: bool) -> None:
        """Be filled with these, all at once. StoreRefused when there is something already, unless it is to go."""
        ...


def written(streams: Streams) -> Iterator[str]:
    """The lines of a copy."""
    copied = [(name, events) for name, events in streams if name != KEYS and events]
    total = sum(len(events) for _, events in copied)
    yield _line({"romekit": "export", "format": FORMAT, "streams": len(copied), "events": total})
    for name, events in copied:
        yield _line({"stream": name, "events": len(events)})
        yield from map(as_line, events)


def read(lines: Iterable[str]) -> Streams:
    """The streams of a copy; BadInput says which line is wrong, or that some are missing."""
    numbered = enumerate((line.rstrip("\n") for line in lines), 1)
    head = _head(next(numbered, (1, ""))[1])
    streams: list[tuple[str, list[Event]]] = []
    left = 0
    for number, line in numbered:
        if left:
            streams[-1][1].append(_event(number, line))
            left -= 1
        else:
            name, left = _stream(number, line)
            streams.append((name, []))
    found = (len(streams), sum(len(events) for _, events in streams))
    if left or found != (head["streams"], head["events"]):
        raise _wrong(f"The copy is not whole: it has {found[1]} of {head['events']} events.")
    if len({name for name, _ in streams}) < len(streams) or any(name == KEYS for name, _ in streams):
        raise _wrong("The copy names a stream twice, or one that no copy has.")
    for name, events in streams:
        if name.startswith(SPACE):
            _check_story(name, events)
    return streams


def save(lines: Iterable[str], file: Path) -> None:
    """Write a copy for its owner only: the whole of it, or nothing."""
    file = file.resolve()  # a link goes on leading to the copy
    if file.exists() and not file.is_file():
        raise BadInput(f"{file} is no file.", field="file", hint="Name a file, or - for standard output.")
    beside = file.with_name(f".{file.name}.part")
    try:
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as part:
            part.writelines(f"{line}\n" for line in lines)
            part.flush()
            os.fsync(part.fileno())
        beside.replace(file)
    except OSError as problem:
        beside.unlink(missing_ok=True)
        raise BadInput(f"{file} cannot be written: {problem.strerror or problem}.", field="file") from None


def pour(lines: Iterable[str], out: BinaryIO) -> None:
    """Write a copy to somebody who reads it. One who stops reading needs no explanation."""
    try:
        out.writelines(f"{line}\n".encode() for line in lines)
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise BadInput(f"The copy cannot be written: {problem.strerror or problem}.", field="file") from None


def load(file: Path) -> Streams:
    """The streams of a file."""
    try:
        with file.open("rb") as copy:
            return drawn(copy, str(file))
    except OSError as problem:
        raise BadInput(f"{file} cannot be read: {problem.strerror or problem}.", field="file") from None


def drawn(source: BinaryIO, named: str = "Standard input") -> Streams:
    """The streams of a copy that somebody writes."""
    try:
        return read(line.decode() for line in source)
    except UnicodeDecodeError as problem:
        raise BadInput(f"{named} cannot be read: {problem}.", field="file") from None


def not_empty(shown: str) -> StoreRefused:
    """A store that is not to be filled."""
    hint = "Name an empty one. With --replace everything in it is thrown away first."
    return StoreRefused(f"There is something in {shown} already.", hint=hint)


def _line(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _head(line: str) -> dict[str, Any]:
    head = _data(line)
    if head.get("romekit") != "export" or not _is_count(made := head.get("format")) or made < 1:
        raise _wrong("This is not a copy of a romekit store.")
    if made > FORMAT:
        raise _wrong("This copy was made by a newer romekit.")
    return {"streams": head.get("streams"), "events": head.get("events")}


def _stream(number: int, line: str) -> tuple[str, int]:
    data = _data(line)
    name, events = data.get("stream"), data.get("events")
    if isinstance(name, str) and name.isprintable() and _is_count(events) and events > 0:
        return name, events
    raise _wrong(f"Line {number} should name a stream.")


def _event(number: int, line: str) -> Event:
    try:
        event = from_line(line)
    except WorldError as problem:
        raise _wrong(f"Line {number}: {problem.message}") from None
    at: object = event.at
    if isinstance(at, bool) or not isinstance(at, int | float) or not isfinite(at):
        raise _wrong(f"Line {number}: at is {at!r}, which is no time.")
    try:
        as_line(event).encode()
    except UnicodeEncodeError:  # JSON can say half of a pair of surrogates, no file can hold it
        raise _wrong(f"Line {number}: there is half a character in it.") from None
    return event


def _check_story(name: str, events: Sequence[Event]) -> None:
    """BadInput for a story that no space can have; a server would stumble over it each time somebody looks."""
    space, number = DEVICE_RULES.empty, 0
    try:
        for number, event in enumerate(events, 1):  # noqa: B007 (the last one is told)
            space = DEVICE_RULES.evolve(space, event)
        transitions(events)
        cards(DEVICE_RULES.due(space, events[-1].at)[0])
        sorted(device.manner.story for device in space.devices.values())
    except Exception as problem:  # noqa: BLE001 (it was written by hand, so anything may be wrong)
        where = f"event {number}" if number < len(events) else "its end"
        raise _wrong(f"The stream {name!r} tells no story that can be: at {where}, {problem!r}.") from None


def _data(line: str) -> dict[str, Any]:
    try:
        check_depth(line)
        data = json.loads(line)
    except ValueError:
        data = None
    return data if isinstance(data, dict) else {}


def _is_count(number: object) -> TypeGuard[int]:
    return isinstance(number, int) and not isinstance(number, bool)


def _wrong(message: str) -> BadInput:
    return BadInput(message, field="file", hint="Make a new one with: romekit export FILE")
