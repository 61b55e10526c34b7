"""Aggregating very many commands for the fleet's charts, next to only reading their fields: `pytest -m bench -s`."""

from __future__ import annotations

from time import perf_counter

import pytest

from romekit.core.status import Status
from romekit.core.transition import Transition
from romekit.views import fleet_bands, fleet_heatmap
from tests.views.stories import told

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def history() -> list[Transition]:
    words = list(Status)[:5]
    lives = ([(number / 1e3 + step / 3, word) for step, word in enumerate(words)] for number in range(100_000))
    return [change for number, life in enumerate(lives) for change in told(number, life)]


@pytest.mark.parametrize("draw", [fleet_heatmap, fleet_bands])
def test_half_a_million_changes_take_a_few_times_as_long_as_reading_their_fields(history, draw):
    begin = perf_counter()
    _ = [(change.at, change.to_status, change.command, isinstance(change, Transition)) for change in history]
    reading = perf_counter() - begin
    begin = perf_counter()
    draw(history)
    took = perf_counter() - begin
    print(f"{draw.__name__}: {took:.2f} s for {len(history):,} changes, {took / reading:.1f} times reading them")
    assert took < 10 * reading
