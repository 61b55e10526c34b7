"""A whole store as a text file, and back: the same events, in the same order, to the last byte.

    {"romekit":"export","format":1,"streams":2,"events":9}      what it is, and how much must be there
    {"stream":"identity","events":1}                            a stream, and how many lines of it follow
    {"kind":"device_code_issued","at":…}                        its events, as everywhere (romekit.cloud.engine.codec)

The keys are left out, so no token from before is accepted where a copy was brought in: a store that was filled from one
makes keys of its own, and apps get new tokens with their refresh tokens, of which a copy has the digests only. A copy
of a class holds its code and the hashes of rejoin words, which are short; so it is as private as the store.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from functools import partial
from itertools import chain
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeGuard

from romekit.cloud.engine.classroom.decide import CLASS_RULES
from romekit.cloud.engine.codec import as_line, from_line
from romekit.cloud.engine.decide import DEVICE_RULES
from romekit.cloud.engine.events import Event, UpdatesPromised, UpdatesTaken
from romekit.cloud.engine.faults import Fault, checked
from romekit.cloud.engine.history import transitions
from romekit.cloud.engine.identity.events import KEYS
from romekit.cloud.engine.identity.state import IDENTITY_RULES
from romekit.cloud.engine.rules import Rules
from romekit.cloud.engine.screens import cards
from romekit.cloud.store.contract import Streams
from romekit.core.errors import BadInput, RomeError, WorldError
from romekit.core.model import Call, Launch, check_depth
from romekit.core.private_files import put

FORMAT: Final = 1
#: The engine of each stream, by the word before the colon of its name.
RULES: Final[dict[str, Rules[Any]]] = {"space": DEVICE_RULES, "identity": IDENTITY_RULES, "class": CLASS_RULES}
#: The stream of what the webhook queue has promised, which no engine folds.
WEBHOOKS: Final = "webhooks"
#: What Python makes of the values of an event's fields, by the annotation of the field.
TYPES: Final[dict[object, Any]] = {
    "str": str,
    "str | None": str | None,
    "int": int,
    "float": int | float,
    "bool": bool,
    "tuple[str, ...]": tuple,
    "tuple[int, ...]": tuple,
    "dict[str, Any]": dict,
    "dict[str, int]": dict,
    "Order": Launch | Call,
    "Fault": Fault,
}


def written(streams: Streams) -> Iterator[str]:
    copied = [(name, events) for name, events in streams if name != KEYS and events]
    total = sum(len(events) for _, events in copied)
    as_text = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    yield as_text({"romekit": "export", "format": FORMAT, "streams": len(copied), "events": total})
    for name, events in copied:
        yield as_text({"stream": name, "events": len(events)})
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
    if left or found != (head.get("streams"), head.get("events")):
        raise _wrong(f"The copy is not whole: it has {found[1]} of {head.get('events')} events.")
    if len({name for name, _ in streams}) < len(streams) or any(name == KEYS for name, _ in streams):
        raise _wrong("The copy names a stream twice, or one that no copy has.")
    for name, events in streams:
        _check_stream(name, events)
    return streams


def save(lines: Iterable[str], file: Path) -> None:
    """Write a copy for its owner only: the whole of it, or nothing."""
    file = file.resolve()  # a link goes on leading to the copy
    if file.exists() and not file.is_file():
        raise BadInput(f"{file} is no file.", field="file", hint="Name a file, or - for standard output.")
    try:
        put(file, "".join(f"{line}\n" for line in lines))
    except OSError as problem:
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
    try:
        with file.open("rb") as copy:
            return drawn(copy, str(file))
    except OSError as problem:
        raise BadInput(f"{file} cannot be read: {problem.strerror or problem}.", field="file") from None


def drawn(source: BinaryIO, named: str = "Standard input") -> Streams:
    """The streams of a copy that somebody writes; some editors put a byte order mark before the first line."""
    first = source.readline().removeprefix(BOM_UTF8)
    try:
        return read(line.decode() for line in chain((first,), source))
    except UnicodeDecodeError as problem:
        raise BadInput(f"{named} cannot be read: {problem}.", field="file") from None


def _head(line: str) -> dict[str, Any]:
    head = _data(line)
    if head.get("romekit") != "export" or not _is_count(made := head.get("format")) or made < 1:
        raise _wrong("This is not a copy of a romekit store.")
    if made > FORMAT:
        raise _wrong("This copy was made by a newer romekit.")
    return head


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
    for field in fields(event):
        value: object = getattr(event, field.name)
        if not isinstance(value, TYPES[field.type]) or (isinstance(value, bool) and field.type != "bool"):
            raise _wrong(f"Line {number}: {field.name} cannot be {value!r}.")
    if not isfinite(event.at):
        raise _wrong(f"Line {number}: at is {event.at!r}, which is no time.")
    try:
        as_line(event).encode()
    except UnicodeEncodeError:  # JSON can say half of a pair of surrogates, no file can hold it
        raise _wrong(f"Line {number}: there is half a character in it.") from None
    return event


def _check_stream(name: str, events: Sequence[Event]) -> None:
    """BadInput for a stream that no engine can read; a server would stumble over it each time somebody looks."""
    if name == WEBHOOKS and all(isinstance(event, UpdatesPromised | UpdatesTaken) for event in events):
        return
    rules = RULES.get(name.partition(":")[0])
    if rules is None:
        raise _wrong(f"The copy has a stream {name!r}, which no server reads.")
    state, number = rules.empty, 0
    try:
        for number, event in enumerate(events, 1):  # noqa: B007 (the message names the last one)
            state = rules.evolve(state, event)
        state, _ = rules.due(state, events[-1].at)
        if rules is DEVICE_RULES:
            transitions(events)
            cards(state)
            sorted(device.manner.story for device in state.devices.values())
            [checked(fault) for fault in state.faults]
    except Exception as problem:  # noqa: BLE001 (it was written by hand, so anything may be wrong)
        where = f"event {number}" if number < len(events) else "its end"
        why = problem if isinstance(problem, RomeError) else repr(problem)
        raise _wrong(f"The stream {name!r} tells no story that can be: at {where}, {why}") from None


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
