"""Contenders measured in turns: a warm-up, then rounds in which each plays once, so that a slow minute slows all.

Every other round goes backwards, so that nobody always plays behind the same neighbour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

ROUNDS = 5

Play = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Spread:
    """What the rounds came to: the median, and the range they lay in."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Beside:
    """One number of ours beside a peer's from the same run. `target` is what `ratio` must reach.

    `ratio` says how many times better ours is, the median over the rounds of each round's own: more is better.
    """

    what: str
    unit: str
    ours: Spread
    peer: str
    theirs: Spread
    ratio: float
    target: float | None = None
    note: str = ""

    @property
    def is_reached(self) -> bool:
        return self.target is None or self.ratio >= self.target


@dataclass(frozen=True, slots=True)
class Alone:
    """One number without a peer. `most` is what it may be at most."""

    what: str
    unit: str
    ours: Spread
    most: float | None = None
    note: str = ""

    @property
    def is_reached(self) -> bool:
        return self.most is None or self.ours.median <= self.most


Line = Beside | Alone


def in_turns(contenders: Mapping[str, Play], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """What each contender measured in each round, after one round that does not count."""
    measured: dict[str, list[float]] = {name: [] for name in contenders}
    order = list(contenders)
    for turn in range(rounds + 1):
        for name in order if turn % 2 else reversed(order):
            value = contenders[name]()
            if turn:
                measured[name].append(value)
    return measured


Values = Sequence[float]


def rates(
    what: str, unit: str, ours: Values, peer: str, theirs: Values, target: float | None, note: str = ""
) -> Beside:
    """More is better."""
    ratio = median(mine / other for mine, other in zip(ours, theirs, strict=True))
    return Beside(what, unit, Spread.of(ours), peer, Spread.of(theirs), ratio, target, note)


def costs(
    what: str, unit: str, ours: Values, peer: str, theirs: Values, target: float | None, note: str = ""
) -> Beside:
    """Less is better: seconds, requests."""
    ratio = median(other / mine for mine, other in zip(ours, theirs, strict=True))
    return Beside(what, unit, Spread.of(ours), peer, Spread.of(theirs), ratio, target, note)
