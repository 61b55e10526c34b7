"""Time moves only when somebody waits."""

import asyncio
import sys
import time
from itertools import count

import pytest

from romekit.core.clock import BEGINNING, Virtual, Wall, as_text
from romekit.core.errors import BadInput


@pytest.mark.parametrize("wait", [Virtual.wait, Virtual.advance, lambda *at: asyncio.run(Virtual.wait_async(*at))])
def test_waiting_moves_virtual_time_which_always_begins_at_the_same_moment_and_sleeps_not(wait):
    clock, before = Virtual(), time.monotonic()
    assert as_text(clock.now()) == as_text(BEGINNING) == "2020-09-01T09:00:00Z"
    wait(clock, 3600.5)
    assert clock.now() == BEGINNING + 3600.5
    assert time.monotonic() - before < 5


@pytest.mark.parametrize("clock", [Virtual(pace=0.02), Wall()])
def test_a_pace_lets_a_person_watch_and_the_wall_clock_is_the_time_of_day(clock):
    began, before = clock.now(), time.monotonic()
    clock.wait(1 if isinstance(clock, Virtual) else 0.02)
    assert time.monotonic() - before >= 0.02
    assert clock.now() > began
    assert isinstance(clock, Virtual) or abs(clock.now() - time.time()) < 5
    Wall().wait(-1)


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), 1e12, "x", None])
def test_what_is_no_duration_is_refused_by_name(seconds):
    clock = Virtual()
    for pass_time in (clock.wait, clock.advance):
        with pytest.raises(BadInput) as refused:
            pass_time(seconds)
        assert (refused.value.field, "cannot go back" in refused.value.hint) == ("seconds", True)
    assert clock.now() == BEGINNING


def test_the_same_seed_has_the_same_chance():
    assert Virtual(seed="a").random.random() == Virtual(seed="a").random.random()
    assert Virtual(seed="a").random.random() != Virtual(seed="b").random.random()


@pytest.fixture
def hands(monkeypatch):
    """The hands of the machine's two clocks, to be put anywhere."""
    hands = {"time": 1_000_000.0, "monotonic": 50.0}
    for name in hands:
        monkeypatch.setattr(time, name, lambda name=name: hands[name])
    return hands


def pass_time(hands, seconds):
    hands["time"] += seconds
    hands["monotonic"] += seconds


def test_a_wall_clock_put_forward_is_followed_and_put_back_it_neither_goes_back_nor_stands_still(hands):
    wall = Wall()
    hands["time"] += 3600
    assert (before := wall.now()) == 1_003_600
    hands["time"] -= 100
    assert wall.now() == before
    pass_time(hands, 10)
    assert before + 8 < wall.now() < before + 10
    pass_time(hands, 2000)
    assert wall.now() == hands["time"]


def test_a_clock_reaches_a_moment_that_somebody_has_seen_already_and_goes_on_from_there(hands):
    wall, virtual = Wall(), Virtual()
    assert wall.reach(1_000_050) == 1_000_050
    pass_time(hands, 10)
    assert wall.reach(7) > 1_000_058
    assert virtual.reach(BEGINNING + 5) == virtual.now() == BEGINNING + 5
    assert virtual.reach(BEGINNING) == BEGINNING + 5


class Diary:
    """An errand that notes when it was run."""

    def __init__(self, clock, *times):
        self.clock, self.times, self.seen = clock, [BEGINNING + each for each in times], []

    def next_at(self):
        return self.times[0] if self.times else None

    def run(self):
        while self.times and self.times[0] <= self.clock.now():
            self.times.pop(0)
            self.seen.append(self.clock.now() - BEGINNING)


def test_on_its_way_time_stops_wherever_something_is_to_be_done():
    clock = Virtual()
    one, other = Diary(clock, 1, 5.5, 30), Diary(clock, 0.25, 5.5)
    clock.errands += [one, other]
    clock.wait(20)
    assert (one.seen, other.seen) == ([1, 5.5], [0.25, 5.5])
    assert clock.now() == BEGINNING + 20
    clock.wait(10)
    assert one.seen == [1, 5.5, 30]


def test_an_errand_that_waits_itself_moves_time_and_one_that_fails_does_not_stop_the_clock_for_good():
    clock = Virtual()
    diary = Diary(clock, 1, 2, 3)
    noted = diary.run
    diary.run = lambda: (noted(), clock.wait(1.5))
    clock.errands.append(diary)
    clock.wait(3)
    assert diary.seen == [1, 2.5, 4]
    assert clock.now() == BEGINNING + 5.5
    clock = Virtual()
    diary = Diary(clock, 1)
    clock.errands.append(diary)
    diary.run = lambda: diary.times.clear() or 1 / 0
    with pytest.raises(ZeroDivisionError):
        clock.wait(2)
    clock.wait(2)
    assert clock.now() == BEGINNING + 3


def test_whoever_is_interrupted_leaves_the_way_open():
    """An interrupt can come after any call that is made. Wherever it comes, errands are run again afterwards."""
    for place in count(1):
        clock = Virtual()
        clock.errands.append(diary := Diary(clock, 1, 2, 300))
        is_over = not _interrupted(clock, place)
        clock.wait(400 - (clock.now() - BEGINNING))
        assert diary.seen == [1, 2, 300], f"interrupted after call {place}"
        if is_over:
            break
    assert place > 8


def _interrupted(clock: Virtual, place: int) -> bool:
    """Wait, and be interrupted after so many calls; False when there were fewer."""
    calls = 0

    def profile(frame, event, arg):
        nonlocal calls
        calls += event == "c_return" and frame.f_code.co_filename == Virtual.wait.__code__.co_filename
        if calls == place:
            sys.setprofile(None)
            raise KeyboardInterrupt

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        clock.wait(3)
        return False
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(before)
