"""The targets of the project, run by hand: `pytest -m bench -s tests/bench`."""

import pytest

from tests.bench.measures import Measure, measured, table, write

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def measures() -> list[Measure]:
    found = measured()
    print(f"\n{table(found)}\nWritten to {write(found)}")
    return found


def test_every_target_is_reached(measures):
    assert [each.name for each in measures if not each.is_reached] == []


def test_every_promise_has_a_target(measures):
    assert len([each for each in measures if each.target is not None]) == 3
