"""How a client waits between two questions about a command, as data: make one and hand it to `follow(polling=…)`.

command.follow(polling=LongPoll())

Each has `pauses(chance)`: seconds to wait, one number per question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from random import Random
from typing import Final

from romekit.core.errors import BadInput

#: Seconds: the shortest pause there is, so that nobody hammers a service; the longest; and the longest hold.
SHORTEST: Final = 0.01
LONGEST: Final = 3600.0
LONGEST_HOLD: Final = 60.0


def _check(field: str, value: object, least: float, most: float) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
        return
    raise BadInput(f"{field} cannot be {value!r}.", field=field, hint=f"Give a number from {least:g} to {most:g}.")


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same pause, in seconds, whatever happens."""

    seconds: float = 1.0

    def __post_init__(self) -> None:
        _check("seconds", self.seconds, SHORTEST, LONGEST)

    def pauses(self, chance: Random) -> Iterator[float]:
        return repeat(self.seconds)


@dataclass(frozen=True, slots=True)
class Growing:
    """Each pause is `factor` times the one before, up to `longest` seconds, and `jitter` of it more or less.

    Without the jitter, many clients that began together would go on asking together.
    """

    first: float = 0.4
    factor: float = 1.5
    longest: float = 5.0
    jitter: float = 0.2

    def __post_init__(self) -> None:
        _check("first", self.first, SHORTEST, LONGEST)
        _check("factor", self.factor, 1.0, 100.0)
        _check("longest", self.longest, self.first, LONGEST)
        _check("jitter", self.jitter, 0.0, 0.9)

    def pauses(self, chance: Random) -> Iterator[float]:
        planned = self.first
        while True:
            yield max(SHORTEST, round(planned * chance.uniform(1 - self.jitter, 1 + self.jitter), 3))
            planned = min(planned * self.factor, self.longest)


@dataclass(frozen=True, slots=True)
class Hinted:
    """As long as the service says in `Retry-After`; where it says nothing, as `otherwise` has it."""

    otherwise: Growing = Growing()

    def __post_init__(self) -> None:
        _check_otherwise(self.otherwise)

    def pauses(self, chance: Random) -> Iterator[float]:
        return self.otherwise.pauses(chance)


@dataclass(frozen=True, slots=True)
class LongPoll:
    """The service holds each question up to `wait` seconds, until there is something new (`Prefer: wait`, RFC 7240).

    A service that does not know this answers at once; then it is asked as `otherwise` has it.
    """

    wait: float = 20
    otherwise: Growing = Growing()

    def __post_init__(self) -> None:
        _check("wait", self.wait, 1.0, LONGEST_HOLD)
        _check_otherwise(self.otherwise)

    def pauses(self, chance: Random) -> Iterator[float]:
        return self.otherwise.pauses(chance)


Polling = Fixed | Growing | Hinted | LongPoll


def check_polling(polling: object) -> None:
    if isinstance(polling, Polling):
        return
    hint = "Give Fixed(2), Growing(), Hinted() or LongPoll(), from romekit.core.polling."
    raise BadInput(f"{polling!r} is no way to poll.", field="polling", hint=hint)


def _check_otherwise(otherwise: object) -> None:
    if not isinstance(otherwise, Growing):
        raise BadInput(f"otherwise cannot be {otherwise!r}.", field="otherwise", hint="Give Growing(…).")


#: What `follow` does when nobody says otherwise.
USUAL: Final = Hinted()
#: For a fleet: news are gathered for up to a second, so that a thousand commands do not cost a thousand answers.
FOR_A_FLEET: Final = LongPoll(otherwise=Growing(first=0.01, factor=1.6, longest=1.0))
