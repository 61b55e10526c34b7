"""Very many status changes as a frame: a row per stretch of time in one status, made without a Python object for each.

A hundred thousand commands have half a million of them; what looks at one command at a time would take minutes. The
lives are those of columns.py, as in the tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, log10
from typing import Final

import numpy as np
import pandas as pd

from romekit.core.transition import Transition
from romekit.views.columns import lives_of
from romekit.views.looks import in_order
from romekit.views.spans import checked

#: The columns and dtypes of `stretches`; `status` is a place in the list of words that comes with it.
STRETCHES: Final = {
    "command": "int64",
    "status": "int64",
    "begin": "float64",
    "end": "float64",
    "final": "bool",
    "open": "bool",
}


def stretches(
    transitions: Iterable[Transition], *, now: float | None = None, from_first: bool = False
) -> tuple[pd.DataFrame, list[str]]:
    """Every stretch of time in one status, by the number of its command and time, and the words in their life's order.

    `begin` and `end` are seconds since its command was sent, or since the first command was. A final status ends never
    (infinity), one that is not over yet `now` (seconds since 1970), or at the latest change of all.
    """
    told = checked(transitions)
    if not told:
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in STRETCHES.items()}), []
    lives = lives_of(told, now)
    words = in_order({change.to_status for change in told})
    places = {word: place for place, word in enumerate(words)}
    status = np.fromiter((places[change.to_status] for change in told), np.int64, len(told))[lives.order]
    end = np.where(lives.final, np.inf, lives.end)
    zero = lives.begin.min() if from_first else lives.sent
    times = np.round(lives.begin - zero, 3), np.round(end - zero, 3)
    columns = (lives.life.astype(np.int64), status, *times, lives.final, lives.open)
    return pd.DataFrame(dict(zip(STRETCHES, columns, strict=True))), words


def nice(value: float) -> float:
    """The next number of 1, 2, 5, 10, … that is not smaller."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(round(step * power, 12) for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9))


def ticks(low: float, high: float) -> list[float]:
    """Round numbers for a logarithmic axis."""
    found = [step * 10.0**power for power in range(-3, 8) for step in (1, 2, 5)]
    return [round(each, 3) for each in found if low <= each <= high]


def short(value: float) -> str:
    """A number of seconds as short as it can be said."""
    return f"{value:.1f}" if value >= 10 else f"{value:.3g}"
