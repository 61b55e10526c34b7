"""The targets of the project, run by hand: `pytest -m bench -n0 -s tests/bench`."""

import pytest

from tests.bench.measures import Measure, measured
from tests.bench.measures import table as in_process
from tests.bench.numbers import table
from tests.bench.peers import Missing
from tests.bench.rounds import ROUNDS
from tests.bench.rows import ROWS

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def measures() -> list[Measure]:
    found = measured()
    print(f"\n{in_process(found)}")
    return found


def test_every_target_in_process_is_reached(measures):
    assert [each.name for each in measures if not each.is_reached] == []


def test_every_promise_has_a_target(measures):
    assert len([each for each in measures if each.target is not None]) == 3


@pytest.mark.parametrize("name", ROWS)
def test_every_target_beside_a_peer_is_reached(name):
    try:
        lines = ROWS[name](ROUNDS)
    except Missing as problem:
        pytest.skip(str(problem))
    print(f"\n{table(lines)}")
    assert [(each.what, each.ours.median) for each in lines if not each.is_reached] == []
