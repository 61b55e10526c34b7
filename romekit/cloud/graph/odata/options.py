"""Query options: what may stand behind the `?`, and what each option means.

Nothing is documented for these operations, the SDK's templates only offer options (dossier 7.3). So a route says in its
row which ones it takes; any other but `$format` is refused, never ignored in silence. On beta the `$` may be left out.
What is neither an option's name nor starts with `$` is somebody's own and is ignored, as OData wants it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
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


def options_of(query: str, taken: frozenset[str]) -> Options:
    """The options in a query string; Refused with 400 when one is unknown, not taken here, or makes no sense."""
    if not query:
        return Options()
    given: dict[str, str] = {}
    parsed: dict[str, Any] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        name = key.lower().removeprefix("$")
        if name not in SYSTEM and not key.startswith("$"):
            continue
        if name not in taken and name != "format":
            raise _refused(name, f"The query option '${name}' is not supported here.", CODES.get(name, "BadRequest"))
        if name in given:
            raise _refused(name, f"The query option '${name}' was given twice.")
        read, what = READ[name]
        given[name], parsed[name] = value, read(value)
        if parsed[name] is None:
            raise _refused(name, f"Invalid value '{value}' for '${name}'. It is {what}.")
    return Options(**parsed, given=tuple(given.items()))


def _names(value: str) -> tuple[str, ...] | None:
    names = tuple(part.strip() for part in value.split(","))
    return names if all(names) else None


def _order(value: str) -> tuple[tuple[str, bool], ...] | None:
    """(property, is it descending), in order of importance."""
    parts = [" ".join(part.split()).partition(" ") for part in value.split(",")]
    if not all(name and way.lower() in ("", "asc", "desc") for name, _, way in parts):
        return None
    return tuple((name, way.lower() == "desc") for name, _, way in parts)


def _number(value: str, least: int = 0) -> int | None:
    digits = value.strip()
    is_one = digits.isascii() and digits.isdigit() and len(digits) <= 18 and int(digits) >= least
    return int(digits) if is_one else None


def _text(value: str) -> str | None:
    return value if value.strip() else None


def _format(value: str) -> str | None:
    """The media type as `Accept` has it, which this option takes the place of."""
    kind = value.strip().lower()
    return kind if kind.partition(";")[0] in ("json", "application/json") else None


def _refused(option: str, message: str, code: str = "BadRequest") -> Refused:
    return Refused(400, code, message, target=f"${option}")


#: option -> (its reader, which answers None for what makes no sense, and what the option is, in words)
READ: Final[Mapping[str, tuple[Callable[[str], Any], str]]] = {
    "select": (_names, "a list of properties, with a comma between"),
    "expand": (_names, "a list of properties, with a comma between"),
    "orderby": (_order, "a list of properties, each with asc or desc behind it, or nothing"),
    "filter": (_text, "not empty"),
    "format": (_format, "json"),
    "top": (partial(_number, least=1), "an integer, at least 1"),
    "skip": (_number, "an integer, at least 0"),
    "count": (lambda value: {"true": True, "false": False}.get(value.strip().lower()), "true or false"),
    "deltatoken": (_text, "not empty"),
    "skiptoken": (_text, "not empty"),
}
