"""Contenders measured in turns: a warm-up, then rounds in which each plays once, so that a slow minute slows all.

Every other round goes backwards, so that nobody always plays behind the same neighbour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

ROUNDS = 5

Play = Callable[[], float]
Values = Sequence[float]


@dataclass(frozen=True, slots=True)
class Spread:
    """What the rounds came to: the median, and the range they lay in."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Values) -> Spread:
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One number of ours, and perhaps a peer's from the same run.

    `ratio` says how many times better ours is, the median of the rounds' own. `least` is what the ratio must reach,
    `most` what our own number may be at most. `reader` is what README calls it; without it README leaves it out.
    """

    what: str
    unit: str
    ours: Spread
    peer: str = ""
    theirs: Spread | None = None
    ratio: float | None = None
    least: float | None = None
    most: float | None = None
    note: str = ""
    reader: str = ""

    @property
    def is_reached(self) -> bool:
        is_near = self.least is None or (self.ratio is not None and self.ratio >= self.least)
        return is_near and (self.most is None or self.ours.median <= self.most)


def alone(what: str, unit: str, ours: Values, **more: object) -> Line:
    """A number without a peer."""
    return Line(what=what, unit=unit, ours=Spread.of(ours), **more)  # type: ignore[arg-type]  # the rest of a line


def rates(what: str, unit: str, ours: Values, peer: str, theirs: Values, **more: object) -> Line:
    """More is better."""
    ratio = median(mine / other for mine, other in zip(ours, theirs, strict=True))
    return alone(what, unit, ours, peer=peer, theirs=Spread.of(theirs), ratio=ratio, **more)


def costs(what: str, unit: str, ours: Values, peer: str, theirs: Values, **more: object) -> Line:
    """Less is better: seconds, requests."""
    ratio = median(other / mine for mine, other in zip(ours, theirs, strict=True))
    return alone(what, unit, ours, peer=peer, theirs=Spread.of(theirs), ratio=ratio, **more)


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
