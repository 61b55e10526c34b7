"""The smallest day that breaks a program: greedy, the same every time, and only with days that were really played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from romekit.challenges.scenario import SURFACE, Scenario

#: Days that are played at most on the way.
MOST: Final = 60


def smallest(scenario: Scenario, fails: Callable[[Scenario], bool]) -> Scenario:
    """The scenario with as few faults and as small numbers as still make it fail."""
    tries = iter(range(MOST))
    while found := next((each for each in _smaller(scenario) if next(tries, None) is not None and fails(each)), None):
        scenario = found
    return scenario


def _smaller(scenario: Scenario) -> Iterator[Scenario]:
    """The scenario without one of its faults, with the plainest device, or with one number of a fault as usual."""
    faults = scenario.faults
    for place in range(len(faults)):
        yield replace(scenario, faults=faults[:place] + faults[place + 1 :])
    if scenario.device != SURFACE:
        yield replace(scenario, device=SURFACE)
    for place, fault in enumerate(faults):
        usual: tuple[dict[str, Any], ...] = ({"skip": 0}, {"times": 1}, {"retry_after": None})
        more = ({"retry_after": 1},) if (fault.retry_after or 0) > 1 else ()
        for plainer in (replace(fault, **each) for each in (*usual, *more)):
            if plainer != fault:
                yield replace(scenario, faults=(*faults[:place], plainer, *faults[place + 1 :]))
