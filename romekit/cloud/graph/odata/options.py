"""Query options: what may stand behind the `?`, and what each option means.

Nothing is documented for these operations, the SDK's templates only offer options (dossier 7.3). So a route says in its
row which ones it takes; any other but `$format` is refused, never ignored in silence. On beta the `$` may be left out.
What is neither an option's name nor starts with `$` is somebody's own and is ignored, as OData wants it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from romekit.cloud.graph.messages import Refused

SYSTEM: Final = frozenset("count deltatoken expand filter format orderby search select skip skiptoken top".split())

#: option -> the code of its refusal where it is not taken; `ExpandNotSupported` was seen in the wild (dossier 7.1)
CODES: Final = {"expand": "ExpandNotSupported", "search": "notSupported"}


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one request. `given` are all of them as sent, names in lower case and without `$`."""

    select: tuple[str, ...] = ()
    expand: tuple[str, ...] = ()
    orderby: tuple[tuple[str, bool], ...] = ()
    filter: str = ""
    top: int | None = None
    skip: int = 0
    count: bool = False
    skiptoken: str = ""
    deltatoken: str = ""
    format: str = ""
    given: tuple[tuple[str, str], ...] = ()


NONE: Final = Options()


def options_of(query: str, taken: frozenset[str]) -> Options:
    """The options in a query string; Refused with 400 when one is unknown, not taken here, or makes no sense."""
    if not query:
        return NONE
    given: dict[str, str] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        name = key.lower().removeprefix("$")
        if name not in SYSTEM and not key.startswith("$"):
            continue
        if name not in taken and name != "format":
            raise _refused(name, f"The query option '${name}' is not supported here.", CODES.get(name, "BadRequest"))
        if name in given:
            raise _refused(name, f"The query option '${name}' was given twice.")
        given[name] = value
    return Options(**{name: READ[name](name, value) for name, value in given.items()}, given=tuple(given.items()))


def _names(option: str, value: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in value.split(","))
    if not all(names):
        raise _refused(option, f"The query option '${option}' names nothing where it should name a property.")
    return names


def _order(option: str, value: str) -> tuple[tuple[str, bool], ...]:
    """(property, is it descending), in order of importance."""
    order = []
    for part in _names(option, value):
        name, _, direction = " ".join(part.split()).partition(" ")
        if direction.lower() not in ("", "asc", "desc"):
            raise _refused(option, f"'{part}' is not an order. Write a property, and asc or desc behind it.")
        order.append((name, direction.lower() == "desc"))
    return tuple(order)


def _number(least: int) -> Callable[[str, str], int]:
    def read(option: str, value: str) -> int:
        digits = value.strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 18 and int(digits) >= least):
            raise _refused(option, f"Invalid value '{value}' for '${option}'. It is an integer, at least {least}.")
        return int(digits)

    return read


def _flag(option: str, value: str) -> bool:
    word = value.strip().lower()
    if word not in ("true", "false"):
        raise _refused(option, f"Invalid value '{value}' for '${option}'. It is true or false.")
    return word == "true"


def _text(option: str, value: str) -> str:
    if not value.strip():
        raise _refused(option, f"The query option '${option}' is empty.")
    return value


def _format(option: str, value: str) -> str:
    """`json`, or the media type as `Accept` has it, which this option takes the place of."""
    kind = value.strip().lower()
    if kind.partition(";")[0] not in ("json", "application/json"):
        raise _refused(option, f"'{value}' is not a format of this service. It answers in json.")
    return kind


def _refused(option: str, message: str, code: str = "BadRequest") -> Refused:
    return Refused(400, code, message, target=f"${option}")


READ: Final[Mapping[str, Callable[[str, str], Any]]] = {
    "select": _names,
    "expand": _names,
    "orderby": _order,
    "filter": _text,
    "format": _format,
    "top": _number(1),
    "skip": _number(0),
    "count": _flag,
    "deltatoken": _text,
    "skiptoken": _text,
}
