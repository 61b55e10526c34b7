"""Very many status changes read at once: their lives as columns, without a Python object for each stretch of time.

Tables and the charts of a fleet are made of them: a hundred thousand commands have half a million stretches. The same
lives are in spans.py for what is drawn one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from romekit.core.status import is_final
from romekit.core.transition import Transition
from romekit.views.arguments import checked_transitions
from romekit.views.styles import sorted_statuses

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]

#: The columns and dtypes of `stretches`; `status` is a place in the list of words that comes with it.
STRETCHES: Final = (
    dict.fromkeys(("command", "status"), "int64")
    | dict.fromkeys(("begin", "end"), "float64")
    | dict.fromkeys(("final", "open"), "bool")
)
#: The label of a row and the row itself, where a chart of a fleet is HTML.
LABEL: Final = "width:190px;flex-shrink:0;font-size:12px;"
ROW: Final = "display:flex;align-items:center;height:22px;margin-bottom:2px;"


@dataclass(frozen=True, slots=True)
class Lives:
    """The changes command by command as on the charts, each by time. One element per stretch of time.

    `order` is the place of each change, `first` that of the change by which its command began; `life` counts the
    commands. `sent`, `begin` and `end` are seconds since 1970; `final` is a status without length, `open` one that is
    not over.
    """

    order: Places
    first: Places
    life: Places
    sent: Floats
    begin: Floats
    end: Floats
    final: Flags
    open: Flags


def lives_of(changes: Sequence[Transition], now: float | None = None) -> Lives:
    """The lives in a history. What is not over yet lasts until `now`, or until the latest change of all."""
    at = np.array([change.at for change in changes], dtype=np.float64)
    number = np.array([change.number for change in changes], dtype=np.int64)
    command = pd.factorize(np.array([change.command for change in changes], dtype=object))[0]
    by_time = np.lexsort((at, command))
    first = by_time[np.unique(command[by_time], return_index=True)[1]][command]
    order = np.lexsort((at, command, at[first], number[first]))
    command, first, begin = command[order], first[order], at[order]
    begins = np.append(True, command[1:] != command[:-1])[: len(changes)]
    last, following = np.roll(begins, -1), np.roll(begin, -1)
    finals = {word: is_final(word) for word in {change.to_status for change in changes}}
    final = np.array([finals[change.to_status] for change in changes], dtype=np.bool_)[order]
    latest = now if now is not None else at.max(initial=-np.inf)
    end = np.where(final, begin, np.where(last, np.maximum(latest, begin), following))
    return Lives(order, first, np.cumsum(begins) - 1, at[first], begin, end, final, last & ~final)


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


def stretches(
    transitions: Iterable[Transition], *, now: float | None = None, from_first: bool = False
) -> tuple[pd.DataFrame, list[str]]:
    """Every stretch of time in one status, by the number of its command and time, and the words in their life's order.

    `begin` and `end` are seconds since its command was sent, or since the first command was. A final status ends never
    (infinity), one that is not over yet `now` (seconds since 1970), or at the latest change of all.
    """
    changes = checked_transitions(transitions)
    lives = lives_of(changes, now)
    words = sorted_statuses({change.to_status for change in changes})
    places = {word: place for place, word in enumerate(words)}
    status = np.fromiter((places[change.to_status] for change in changes), np.int64, len(changes))[lives.order]
    end = np.where(lives.final, np.inf, lives.end)
    zero = lives.begin.min(initial=np.inf) if from_first else lives.sent
    times = np.round(lives.begin - zero, 3), np.round(end - zero, 3)
    columns = (lives.life.astype(np.int64), status, *times, lives.final, lives.open)
    return pd.DataFrame(dict(zip(STRETCHES, columns, strict=True))), words


def nice(value: float) -> float:
    """The next number of 1, 2, 5, 10, … that is not smaller."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(round(step * power, 12) for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9))


def short(value: float) -> str:
    """A number of seconds as short as it can be said."""
    return f"{value:.1f}" if value >= 10 else f"{value:.3g}"
