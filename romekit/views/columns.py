"""Very many status changes read at once: their lives as columns, without a Python object for each stretch of time.

What tables are made of. The same lives as in spans.py, which is for what is drawn one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from romekit.core.status import is_final
from romekit.core.transition import Transition

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lives:
    """The changes in `order`: command by command as on the charts, each by time. One element per stretch of time.

    `begin` and `end` are seconds since 1970, `first` is where a command begins and `life` counts the commands;
    `final` is a status without length, `open` one that is not over.
    """

    order: Places
    life: Places
    first: Flags
    begin: Floats
    end: Floats
    final: Flags
    open: Flags

    @property
    def sent(self) -> Floats:
        """For each element when its command was sent."""
        return self.begin[self.first][self.life]

    @property
    def seconds(self) -> Floats:
        """How long each lasted."""
        return rounded(self.end - self.begin)


def lives_of(told: Sequence[Transition], now: float | None = None) -> Lives:
    """The lives in a history. What is not over yet lasts until `now`, or until the latest change of all."""
    at = np.array([change.at for change in told], dtype=np.float64)
    order, life, first = _by_command(told, at)
    begin = at[order]
    final = _finals([change.to_status for change in told])[order]
    last = np.append(first[1:], True)[: len(told)]
    latest = now if now is not None else at.max(initial=-np.inf)
    over = np.where(last, np.maximum(latest, begin), np.append(begin[1:], 0.0)[: len(told)])
    return Lives(order, life, first, begin, np.where(final, begin, over), final, last & ~final)


def _by_command(told: Sequence[Transition], at: Floats) -> tuple[Places, Places, Flags]:
    """The order of the elements: by the number of a command and when it was sent, then by time."""
    met: dict[str, int] = {}
    command = np.array([met.setdefault(change.command, len(met)) for change in told], dtype=np.intp)
    order = np.lexsort((at, command))
    first = _changes(command[order])
    begins = order[first]
    numbers = np.array([told[place].number for place in begins.tolist()], dtype=np.int64)
    places = np.empty(len(begins), dtype=np.intp)
    places[np.lexsort((at[begins], numbers))] = np.arange(len(begins))
    life = places[command[order]]
    moved = np.argsort(life, kind="stable")
    return order[moved], life[moved], _changes(life[moved])


def _changes(values: Places) -> Flags:
    """Where another value begins."""
    return np.append(True, values[1:] != values[:-1])[: len(values)]


def _finals(words: Sequence[str]) -> Flags:
    finals = {word: is_final(word) for word in set(words)}
    return np.array([finals[word] for word in words], dtype=np.bool_)


def rounded(seconds: Floats) -> Floats:
    """To the millisecond, each exactly as Python's own `round` does it.

    NumPy's rounds after multiplying, which may fall on the other side when a value lies in the middle.
    """
    thousandths = seconds * 1000.0
    whole = np.rint(thousandths)
    near = whole / 1000.0
    middle = np.flatnonzero(np.abs(np.abs(thousandths - whole) - 0.5) < 1e-3)
    near[middle] = [round(value, 3) for value in seconds[middle].tolist()]
    return near


def taken(values: Sequence[Any], places: Places) -> NDArray[np.object_]:
    """The values at these places."""
    whole = np.empty(len(values), dtype=object)
    whole[:] = values
    return whole[places]
