"""The smallest day that breaks a program: greedy, the same every time, and only with days that were really played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from romekit.challenges.scenario import SURFACE, Scenario
from romekit.cloud.engine.faults import Fault

#: Days that are played at most on the way.
MOST: Final = 60


def smallest(scenario: Scenario, fails: Callable[[Scenario], bool]) -> Scenario:
    """The scenario with as few faults and as small numbers as still make it fail."""
    left, is_smaller = MOST, True
    while is_smaller and left > 0:
        is_smaller = False
        for candidate in (*_without_one(scenario), *_plainer(scenario)):
            left -= 1
            if fails(candidate):
                scenario, is_smaller = candidate, True
                break
            if left == 0:
                break
    return scenario


def _without_one(scenario: Scenario) -> Iterator[Scenario]:
    for place in range(len(scenario.faults)):
        yield replace(scenario, faults=scenario.faults[:place] + scenario.faults[place + 1 :])


def _plainer(scenario: Scenario) -> Iterator[Scenario]:
    """The scenario with the plainest device, or one number of one fault at its usual value."""
    if scenario.device != SURFACE:
        yield replace(scenario, device=SURFACE)
    for place, fault in enumerate(scenario.faults):
        for plainer in _plainer_faults(fault):
            yield replace(scenario, faults=(*scenario.faults[:place], plainer, *scenario.faults[place + 1 :]))


def _plainer_faults(fault: Fault) -> Iterator[Fault]:
    for usual in ({"skip": 0}, {"times": 1}, {"retry_after": None}):
        plainer = replace(fault, **usual)
        if plainer != fault:
            yield plainer
    if fault.retry_after is not None and fault.retry_after > 1:
        yield replace(fault, retry_after=1)
