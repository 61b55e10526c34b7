"""A space as plain data and back, for snapshots: the same space, to the last bit.

It is not the history: that is the events (lines.py). What is planned is not written, because it follows from the
commands: each has at most one appointment, at its `next_at`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from functools import reduce
from json import dumps, loads
from typing import Any, Final

from romekit.model import Order
from romekit.status import Status
from romekit.world.agenda import Agenda, Entry, put
from romekit.world.columns import Ways, as_columns, as_pairs, by_id, from_columns, from_pairs
from romekit.world.devices import Presence
from romekit.world.faults import Fault
from romekit.world.lines import order_as_data, order_from_data
from romekit.world.space import CommandNow, DeviceNow, Space

Data = dict[str, Any]

_STATUSES: Final = {status.value: status for status in Status}
_PRESENCES: Final = {presence.value: presence for presence in Presence}
_DEVICE: Final[Ways] = {"presence": _PRESENCES.__getitem__, "apps": tuple}


def as_data(space: Space) -> Data:
    """The space, ready for JSON."""
    commands = sorted(space.commands.values(), key=lambda command: command.number)
    orders: dict[str, int] = {}
    ways: Ways = {
        "order": lambda order: orders.setdefault(dumps(order_as_data(order), ensure_ascii=False), len(orders)),
        "faults": lambda faults: [asdict(fault) for fault in faults],
    }
    written = as_columns(CommandNow, commands, ways)
    return {
        "seed": space.seed,
        "account": space.account,
        "at": space.at,
        "sent": space.sent,
        "devices": as_columns(DeviceNow, space.listed()),
        "orders": list(orders),
        "commands": written,
        "requests": as_pairs(space.requests),
        "faults": [asdict(fault) for fault in space.faults],
        "met": space.met,
        "era": space.era,
    }


def from_data(data: Data) -> Space:
    """The space that was written."""
    orders = [_order(each) for each in data["orders"]]
    ways: Ways = {"status": _STATUSES.__getitem__, "order": orders.__getitem__, "faults": _faults}
    commands = from_columns(CommandNow, data["commands"], ways)
    return Space(
        seed=data["seed"],
        account=data["account"],
        at=data["at"],
        sent=data["sent"],
        devices=by_id(from_columns(DeviceNow, data["devices"], _DEVICE)),
        commands=by_id(commands),
        requests=from_pairs(data["requests"]),
        faults=_faults(data["faults"]),
        met=tuple(data["met"]),
        era=data["era"],
        agenda=_planned(commands),
    )


def _order(written: str) -> Order:
    return order_from_data(loads(written))


def _faults(written: list[Data]) -> tuple[Fault, ...]:
    return tuple([Fault(**each) for each in written]) if written else ()


def _planned(commands: Iterable[CommandNow]) -> Agenda | None:
    entries = [Entry(each.next_at, each.number, each.id) for each in commands if each.next_at is not None]
    return reduce(put, entries, None)
