"""Reading a batch: which requests are in it, and in which order they can run.

What makes the whole unreadable is refused as a whole, with the property named: more than twenty, an id twice, a
dependency on nothing or in a circle (dossier 7.4). What is wrong with one request alone is for its own answer to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from romekit.cloud.graph.messages import Refused

MOST: Final = 20
#: What an item does not say for itself: its token is the batch's, and it does not wait.
NOT_TAKEN: Final = frozenset({"authorization", "prefer"})


class Item(NamedTuple):
    """One request of a batch. `headers` are its own, with names in lower case; `body` is None for none."""

    place: str
    id: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    depends: frozenset[str]


def items_of(data: object) -> list[Item]:
    """The requests in an order in which each comes after all it depends on, else as they were given."""
    requests = data.get("requests") if isinstance(data, dict) else None
    if not isinstance(requests, list) or not requests:
        raise _wrong("requests", 'is not a list with something in it. Send {"requests": [{"id": "1", …}]}')
    if len(requests) > MOST:
        raise _wrong("requests", f"has {len(requests)} requests; a batch takes {MOST} at most")
    items = [_item(f"requests[{number}]", request) for number, request in enumerate(requests)]
    _refuse_twice(items)
    return _in_order(items)


def _item(place: str, data: object) -> Item:
    if not isinstance(data, dict):
        raise _wrong(place, "is not a JSON object")
    headers = _or_none(data.get("headers"), {})
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise _wrong(f"{place}.headers", "is not an object of strings")
    depends = _or_none(data.get("dependsOn"), [])
    if not isinstance(depends, list) or not all(isinstance(each, str) for each in depends):
        raise _wrong(f"{place}.dependsOn", "is not a list of ids, each a string")
    id_, method, url = [_text(place, name, data.get(name)) for name in ("id", "method", "url")]
    small = {low: value for name, value in headers.items() if (low := name.lower()) not in NOT_TAKEN}
    return Item(place, id_, method.upper(), url, small, data.get("body"), frozenset(depends))


def _or_none(value: object, nothing: Any) -> Any:
    return nothing if value is None else value


def _text(place: str, name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(f"{place}.{name}", "is missing" if value is None else "is not a string with something in it")
    return value


def _refuse_twice(items: Sequence[Item]) -> None:
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise _wrong(f"{item.place}.id", f"is {item.id!r} once more; ids are unique in a batch")
        seen.add(item.id)
    for item in items:
        if item.depends and (unknown := sorted(item.depends - seen)):
            raise _wrong(f"{item.place}.dependsOn", f"names {unknown[0]!r}, which is not in this batch")


def _in_order(items: Sequence[Item]) -> list[Item]:
    if not any(item.depends for item in items):
        return list(items)
    waiting, ordered, done = list(items), [], set[str]()
    while waiting:
        ready = next((item for item in waiting if item.depends <= done), None)
        if ready is None:
            raise _wrong(f"{waiting[0].place}.dependsOn", "goes round in a circle")
        waiting.remove(ready)
        ordered.append(ready)
        done.add(ready.id)
    return ordered


def _wrong(place: str, what: str) -> Refused:
    return Refused(400, "BadRequest", f"{place} {what}.", target=place)
