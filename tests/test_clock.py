"""Time moves only when somebody waits."""

import asyncio
import time

import pytest

from romekit.clock import BEGINNING, Virtual, Wall, as_text


def test_virtual_time_begins_at_the_same_moment():
    assert as_text(BEGINNING) == "2020-09-01T09:00:00Z"
    assert Virtual().now() == BEGINNING


def test_waiting_moves_virtual_time_and_sleeps_not():
    clock, before = Virtual(), time.monotonic()
    clock.wait(3600)
    assert clock.now() == BEGINNING + 3600
    assert time.monotonic() - before < 5


def test_awaiting_moves_virtual_time_too():
    clock = Virtual()
    asyncio.run(clock.wait_async(2.5))
    assert clock.now() == BEGINNING + 2.5


def test_pace_lets_a_person_watch():
    clock, before = Virtual(pace=0.02), time.monotonic()
    clock.wait(1)
    assert time.monotonic() - before >= 0.02
    assert clock.now() == BEGINNING + 1


def test_virtual_time_never_goes_back():
    with pytest.raises(ValueError, match="cannot go back"):
        Virtual().advance(-1)


def test_the_same_seed_has_the_same_chance():
    assert Virtual(seed="a").random.random() == Virtual(seed="a").random.random()
    assert Virtual(seed="a").random.random() != Virtual(seed="b").random.random()


def test_the_wall_clock_is_the_time_of_day():
    wall = Wall()
    assert abs(wall.now() - time.time()) < 5
    wall.wait(-1)
