"""A space as text and back, for snapshots: the same space, to the last bit.

It is not the history: that is the events (lines.py). Nor is what is planned written, because it follows from the
commands: each has at most one appointment, at its `next_at`. The first line is what may still change; each line
behind it holds commands that are over, which is most of them, and is read only when somebody asks for one (older.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import reduce
from itertools import islice
from typing import Any, Final, cast

from rpds import HashTrieMap

from romekit.cloud.engine.agenda import Agenda, Entry, put
from romekit.cloud.engine.codec import order_as_data, order_from_data
from romekit.cloud.engine.columns import Columns, Ways, as_columns, by_id, from_columns
from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.older import Layered, Older
from romekit.cloud.engine.space import CommandNow, DeviceNow, Space
from romekit.core.presence import Presence
from romekit.core.status import Status, is_final

Data = dict[str, Any]

#: How many commands or requests are read at once when somebody asks for one that is over.
PORTION: Final = 500

_STATUSES: Final = {status.value: status for status in Status}
_PRESENCES: Final = {presence.value: presence for presence in Presence}
_DEVICE: Final[Ways] = {"presence": _PRESENCES.__getitem__, "apps": tuple}
_WRITTEN: Final[Ways] = {"order": order_as_data, "faults": lambda faults: [asdict(each) for each in faults]}


def as_text(space: Space) -> str:
    """The space, as some lines of JSON."""
    commands, requests = _layers(space.commands), _layers(space.requests)
    newer = sorted(commands[0].values(), key=lambda command: command.number)
    head = {
        "seed": space.seed,
        "account": space.account,
        "at": space.at,
        "sent": space.sent,
        "devices": as_columns(DeviceNow, space.listed()),
        "commands": as_columns(CommandNow, (each for each in newer if not _is_over(each)), _WRITTEN),
        "faults": [asdict(fault) for fault in space.faults],
        "met": space.met,
        "era": space.era,
    }
    over = [each for each in newer if _is_over(each)]
    pieces = [_line({"commands": as_columns(CommandNow, some, _WRITTEN)}) for some in _portions(over)]
    asked = [_line({"requests": [*zip(*some, strict=True)]}) for some in _portions(requests[0].items())]
    return "\n".join([_line(head), *commands[1], *requests[1], *pieces, *asked])


def from_text(text: str) -> Space:
    """The space that was written."""
    first, *rest = text.split("\n")
    head = json.loads(first)
    commands = _commands(head["commands"])
    older = tuple(piece for piece in rest if piece.startswith('{"commands"'))
    requests = tuple(piece for piece in rest if piece.startswith('{"requests"'))
    return Space(
        seed=head["seed"],
        account=head["account"],
        at=head["at"],
        sent=head["sent"],
        devices=by_id(from_columns(DeviceNow, head["devices"], _DEVICE)),
        commands=_layered(by_id(commands), Older(older, _old_commands)),
        requests=_layered(HashTrieMap(), Older(requests, _old_requests)),
        faults=_faults(head["faults"]),
        met=tuple(head["met"]),
        era=head["era"],
        agenda=_planned(commands),
    )


def _portions(things: Iterable[Any]) -> Iterator[list[Any]]:
    """What is read at once when somebody asks for one of it."""
    left = iter(things)
    while some := list(islice(left, PORTION)):
        yield some


def _is_over(command: CommandNow) -> bool:
    return is_final(command.status) and command.next_at is None


def _layers(table: Any) -> tuple[HashTrieMap[str, Any], tuple[str, ...]]:
    """What is not text yet, and what is."""
    return (table.newer, table.older.pieces) if isinstance(table, Layered) else (table, ())


def _layered(newer: HashTrieMap[str, Any], older: Older[Any]) -> HashTrieMap[str, Any]:
    return cast("HashTrieMap[str, Any]", Layered(newer, older))  # it does what a space asks of its maps


def _old_commands(piece: str) -> dict[str, CommandNow]:
    return {command.id: command for command in _commands(json.loads(piece)["commands"])}


def _old_requests(piece: str) -> dict[str, str]:
    return dict(zip(*json.loads(piece)["requests"], strict=True))


def _commands(columns: Columns) -> list[CommandNow]:
    return from_columns(
        CommandNow, columns, {"status": _STATUSES.__getitem__, "order": order_from_data, "faults": _faults}
    )


def _faults(written: list[Data]) -> tuple[Fault, ...]:
    return tuple([Fault(**each) for each in written]) if written else ()


def _planned(commands: Iterable[CommandNow]) -> Agenda | None:
    entries = [Entry(each.next_at, each.number, each.id) for each in commands if each.next_at is not None]
    return reduce(put, entries, None)


def _line(data: Data) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
