"""What a race between ways to poll is told with: a line per command and way, and a table with a line per way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from romekit.core.errors import BadInput

RACE_COLUMNS: Final = {
    "way": "str",
    "commands": "int64",
    "requests": "int64",
    "requests_each": "float64",
    "mean_delay": "float64",
    "worst_delay": "float64",
}


@dataclass(frozen=True, slots=True)
class Finish:
    """One command followed in one way: `requests` spent on it, and how many seconds late its end was seen."""

    way: str
    number: int
    device: str
    status: str
    requests: int
    delay: float


def race_table(finishes: Iterable[Finish]) -> pd.DataFrame:
    """One row per way, in the order they ran.

    Columns: way (`str`), commands, requests (`int64`), requests_each, mean_delay, worst_delay (`float64`). A delay is
    how many seconds after its end a command was seen to be over.
    """
    told = as_finishes(finishes)
    ways = list(dict.fromkeys(each.way for each in told))
    lines = [_line(way, [each for each in told if each.way == way]) for way in ways]
    return pd.DataFrame(lines, columns=list(RACE_COLUMNS)).astype(RACE_COLUMNS)


def as_finishes(finishes: Iterable[Finish]) -> list[Finish]:
    """The finishes as a list; BadInput for what is none."""
    told = list(finishes) if isinstance(finishes, Iterable) else [finishes]  # type: ignore[redundant-expr]  # people pass other things
    for each in told:
        if not isinstance(each, Finish):
            hint = "Give what race() returned: from romekit.lab.race import race."
            raise BadInput(f"{each!r} is not a finish.", field="finishes", hint=hint)
    return told


def _line(way: str, mine: Sequence[Finish]) -> list[object]:
    requests = sum(each.requests for each in mine)
    delays = [each.delay for each in mine]
    mean = round(sum(delays) / len(delays), 3)
    return [way, len(mine), requests, round(requests / len(mine), 2), mean, max(delays)]
