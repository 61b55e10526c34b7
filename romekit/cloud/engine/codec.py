"""Events as text, one line of JSON each: how a space is saved, restored, read and compared."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from functools import cache
from typing import Any, Final

from romekit.cloud.engine.classroom import state as class_state  # noqa: F401 (its events become known by this)
from romekit.cloud.engine.events import KINDS, Event
from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.identity import events as identity_events  # noqa: F401 (as above)
from romekit.core.errors import WorldError
from romekit.core.model import DEEPEST, AppService, Call, Launch, Order, check_depth


def as_line(event: Event) -> str:
    names = _names(type(event))  # type: ignore[arg-type]  # a class is hashable, whatever mypy thinks
    return _ENCODE({"kind": event.kind, **{name: getattr(event, name) for name in names}})


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def from_line(line: str) -> Event:
    """The event a line holds; WorldError says what is wrong with one that holds none."""
    try:
        check_depth(line, 2 * DEEPEST)
        data = json.loads(line)
        kind = KINDS[data.pop("kind")]
        if "order" in data:
            data["order"] = _order(data["order"])
        if "fault" in data:
            data["fault"] = Fault(**data["fault"])
        for name in ("apps", "faults"):
            if name in data:
                data[name] = tuple(data[name])
        return kind(**data)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise WorldError(
            f"This line is not an event: {line[:60]!r} ({problem}).", hint=f"Known kinds: {', '.join(sorted(KINDS))}."
        ) from None


def _order(data: dict[str, Any]) -> Order:
    if isinstance(data.get("uri"), str):
        return Launch(**data, is_stored=True)
    return Call(AppService(data["service"], data["package"]), data["payload"], data["post_back_uri"])


def _as_data(value: object) -> dict[str, Any]:
    """What JSON does not know; TypeError for what no event has in it."""
    if isinstance(value, Launch):
        return {"uri": value.uri, "post_back_uri": value.post_back_uri}
    if isinstance(value, Call):
        order = {"service": value.service.name, "package": value.service.package, "payload": value.payload}
        return {**order, "post_back_uri": value.post_back_uri}
    if isinstance(value, Fault):
        return asdict(value)
    raise TypeError(f"An event cannot hold a {type(value).__name__}.")


_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_as_data).encode
