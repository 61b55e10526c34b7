"""What somebody answered, read with care: it can be any object at all, and nothing of it is trusted.

An answer may compare strangely, refuse to be printed, contain itself. So it is never compared and never asked; it is
sorted by its type, and what is simple is copied into plain Python values, which are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from math import isnan, nan
from typing import Any, Final

#: The sort of an answer, by the first class in its line that is found here: "package.Class".
SORTS: Final[dict[str, str]] = {
    "builtins.ellipsis": "dots",
    "builtins.NoneType": "nothing",
    "builtins.bool": "yes or no",
    "numpy.bool": "yes or no",
    "builtins.str": "word",
    "builtins.int": "number",
    "builtins.float": "number",
    "numpy.number": "number",
    "builtins.set": "set",
    "builtins.frozenset": "set",
    "builtins.list": "list",
    "builtins.tuple": "list",
    "builtins.dict": "dict",
    "romekit.Handle": "command",
    "romekit.Device": "device",
    "romekit.Verdict": "verdict",
    "httpx.Response": "reply",
    "pandas.DataFrame": "table",
    "pandas.Series": "column",
    "numpy.ndarray": "column",
    "builtins.coroutine": "coroutine",
    "builtins.function": "function",
    "builtins.method": "function",
    "builtins.builtin_function_or_method": "function",
    "builtins.type": "function",
    "builtins.generator": "generator",
    "builtins.BaseException": "error",
}
OTHER: Final = "something else"
NAN: Final = nan  # always this one, since no two of them are equal
MOST: Final = 1000  # elements of a collection that are looked at


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer's sort, and the plain copy of it when it is a simple one."""

    sort: str
    value: Any = None

    @property
    def trace(self) -> tuple[str, Any]:
        """Two answers with the same trace are the same try."""
        return self.sort, self.value


def read(answer: object) -> GivenAnswer:
    """Sort an answer and copy it. Never raises."""
    try:
        sort = _sort(answer)
        return GivenAnswer(sort, PLAIN[sort](answer) if sort in PLAIN else None)
    except Exception:  # noqa: BLE001 - whatever a strange object does when it is looked at, it is an answer all the same
        return GivenAnswer(OTHER)


def _sort(answer: object) -> str:
    for each in type(answer).__mro__:
        found = SORTS.get(f"{each.__module__.partition('.')[0]}.{each.__qualname__}")
        if found:
            return found
    return OTHER


def _word(answer: Any) -> str:
    return str.__str__(answer)  # not str(answer): a subclass may have its own idea


def _number(answer: Any) -> int | float:
    if issubclass(type(answer), int):
        return int.__int__(answer)
    if issubclass(type(answer), float):
        number = float.__float__(answer)
        return NAN if isnan(number) else number
    item = answer.item()  # numpy's
    if type(item) in (int, float):
        return _number(item)
    raise TypeError


def _element(answer: object) -> Any:
    """An element of a collection; what is not simple becomes its sort, so that nothing is looked into twice."""
    sort = _sort(answer)
    return PLAIN[sort](answer) if sort in ("word", "number") else GivenAnswer(sort)


def _set(answer: Any) -> frozenset[Any]:
    walk = set.__iter__ if issubclass(type(answer), set) else frozenset.__iter__
    return frozenset(_element(each) for each in islice(walk(answer), MOST))


def _list(answer: Any) -> tuple[Any, ...]:
    walk = list.__iter__ if issubclass(type(answer), list) else tuple.__iter__
    return tuple(_element(each) for each in islice(walk(answer), MOST))


PLAIN: Final[dict[str, Callable[[Any], Any]]] = {
    "word": _word,
    "number": _number,
    "set": _set,
    "list": _list,
}
