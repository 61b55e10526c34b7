"""One property, two sizes: a small run that is the same every time, and a long one that is not (`-m fuzz`).

How many requests were judged, and how many of them the stub answered with an error of its own, travels with the report
of each test, so that the workers' numbers come together in the summary.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

Record = Callable[[str, object], None]

CASES, ERRORS = "fuzz: cases", "fuzz: server errors"
#: What this process has asked so far.
TALLY: Counter[str] = Counter()


def count(status: int) -> None:
    """Take note of one answer."""
    TALLY[CASES] += 1
    TALLY[ERRORS] += status >= 500


def counted(record_property: Record, run: Callable[[], object]) -> None:
    """Run, and write into the report how much was asked, even if it fails."""
    before = TALLY.copy()
    try:
        run()
    finally:
        for name in (CASES, ERRORS):
            record_property(name, TALLY[name] - before[name])


def rules(examples: int, *, is_long: bool) -> settings:
    """So many examples, always the same ones unless it is the long run."""
    always = {} if is_long else {"derandomize": True, "database": None}
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow], **always)


def sizes(plain: int, long: int, *marks: pytest.MarkDecorator) -> pytest.MarkDecorator:
    """The test twice, with how much to do as `size`. The smaller one has the marks."""
    both = [pytest.param(plain, id="plain", marks=marks), pytest.param(long, id="long", marks=pytest.mark.fuzz)]
    return pytest.mark.parametrize("size", both)


def fuzzed(*, plain: int, long: int, **strategies: Any) -> Callable[[Callable[..., None]], Any]:
    """The test with `plain` examples in every run of the tests, and with `long` in the long run."""

    def decorate(check: Callable[..., None]) -> Any:
        @sizes(plain, long)
        def test(size: int, record_property: Record) -> None:
            counted(record_property, rules(size, is_long=size == long)(given(**strategies)(check)))

        test.__name__ = test.__qualname__ = check.__name__
        test.__doc__ = check.__doc__
        return test

    return decorate


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """`fuzz: 24,000 cases, 0 server errors`, below the other lines."""
    sums: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                sums.update({name: value for name, value in report.user_properties if name in (CASES, ERRORS)})
    if sums[CASES]:
        terminalreporter.write_line(f"fuzz: {sums[CASES]:,} cases, {sums[ERRORS]} server errors")
