"""The workshops: what a reader unfolds as the solution passes every mark, on five hundred days."""

import re

import pytest

import romekit
from notebooks import build
from romekit.challenges import challenge
from tests.test_notebooks import WORKSHOPS

FOLDED = re.compile(r"<details><summary>Solution</summary>\n\n```python\n(.*?)\n```\n\n</details>", re.DOTALL)
FUNCTIONS = {
    "09_your_own_poller": ("poller", "wait"),
    "10_the_bad_day": ("bad-day", "buy"),
    "11_being_told": ("being-told", "receive"),
    "12_the_same_thing_elsewhere": ("status-monitor", "follow"),
}


def solution(name):
    """The function that the solution of a workshop defines."""
    cells = build.read(build.SOURCES / f"{name}.py").cells
    [folded] = [found[1] for cell in cells if (found := FOLDED.match(cell.source))]
    final = {status.value for status in romekit.Status if romekit.is_final(status)}
    world = {"romekit": romekit, "final": final}
    exec(compile(folded, name, "exec"), world)
    return world[FUNCTIONS[name][1]]


@pytest.mark.parametrize("days", [60, pytest.param(500, marks=pytest.mark.judges)])
@pytest.mark.parametrize("name", WORKSHOPS)
def test_the_solution_passes_every_mark_on_every_day(name, days):
    report = challenge(FUNCTIONS[name][0]).try_(solution(name), days=days)
    assert report.passed, report
    assert all(score.days for score in report.scores), "a mark that no day shows proves nothing"


@pytest.mark.parametrize("name", WORKSHOPS)
def test_hints_open_one_after_the_other_before_the_solution(name):
    text = "\n".join(cell.source for cell in build.read(build.SOURCES / f"{name}.py").cells)
    places = [text.index(f"<summary>Hint {number}") for number in (1, 2, 3, 4)]
    assert places == sorted(places)
    assert places[-1] < text.index("<summary>Solution</summary>")
