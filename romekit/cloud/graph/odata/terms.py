"""What the parts of a `$filter` mean: each is a question that can be put to a device, answered true, false or null.

A function of null is null, and null is neither true nor false: that is OData's logic, so that neither a filter nor its
`not` finds a device without the property. Comparing is simpler: null equals null, and is neither less nor more than
anything. Values are compared as they are, by code point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, Literal, NamedTuple, NoReturn

from romekit.cloud.graph.messages import Refused
from romekit.cloud.graph.odata.properties import DEVICE
from romekit.core.model import Device

Question = Callable[[Device], Any]

FUNCTIONS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": str.__contains__,
}
EQUALITY: Final[Mapping[str, Callable[[Any, Any], bool]]] = {"eq": eq, "ne": ne}
ORDER: Final[Mapping[str, Callable[[Any, Any], bool]]] = {"lt": lt, "le": le, "gt": gt, "ge": ge}
COMPARISONS: Final = EQUALITY.keys() | ORDER.keys()
CONSTANTS: Final = {"null": None, "true": True, "false": False}


class Term(NamedTuple):
    """Something that has a value for each device, and where it stands in the filter, counted from 1."""

    kind: Literal["string", "boolean", "null"]
    of: Question
    at: int


def refuse(message: str, at: int) -> NoReturn:
    """Say what is wrong with a filter, and where."""
    raise Refused(400, "BadRequest", f"Invalid filter clause: {message} at position {at}.", target="$filter")


def text(quoted: str, at: int) -> Term:
    """A literal in single quotes; a quote inside is doubled."""
    value = quoted[1:-1].replace("''", "'")
    return Term("string", lambda device: value, at)


def constant(word: str, at: int) -> Term:
    value = CONSTANTS[word.lower()]
    return Term("null" if value is None else "boolean", lambda device: value, at)


def named(name: str, at: int) -> Term:
    """A property of the device."""
    attribute = DEVICE.find_own(name, "filter").attribute
    return Term("string", lambda device: getattr(device, attribute), at)


def comparison(word: str, left: Term, right: Term) -> Question:
    """`left word right`, for words of the same kind."""
    kinds = {left.kind, right.kind} - {"null"}
    if len(kinds) > 1 or (kinds == {"boolean"} and word in ORDER):
        refuse(f"'{word}' cannot compare a {left.kind} with a {right.kind}", right.at)
    if word in EQUALITY:
        same = EQUALITY[word]
        return lambda device: same(left.of(device), right.of(device))
    before = ORDER[word]
    return lambda device: None not in (pair := (left.of(device), right.of(device))) and before(*pair)


def call(name: str, whole: Term, part: Term, at: int) -> Term:
    """One of FUNCTIONS, of two texts."""
    function = FUNCTIONS[name.lower()]
    for term in (whole, part):
        if term.kind == "boolean":
            refuse(f"'{name}' takes text", term.at)

    def of(device: Device) -> bool | None:
        texts = (whole.of(device), part.of(device))
        return None if None in texts else function(*texts)

    return Term("boolean", of, at)


def neither(asks: Question) -> Question:
    """The opposite; that of null is null."""
    return lambda device: None if (said := asks(device)) is None else not said


def some(asked: Sequence[Question]) -> Question:
    """`or`: one true is enough, else a null leaves it open."""

    def of(device: Device) -> bool | None:
        said = {asks(device) for asks in asked}
        return True if True in said else None if None in said else False

    return of


def every(asked: Sequence[Question]) -> Question:
    """`and`: one false is enough, else a null leaves it open."""

    def of(device: Device) -> bool | None:
        said = {asks(device) for asks in asked}
        return False if False in said else None if None in said else True

    return of
