"""Following a command: patience, deadlines, and a service that has bad moments."""

from email.utils import formatdate

import httpx
import pytest

from romekit.core.clock import BEGINNING
from romekit.core.errors import NotFound, TimedOut, Unreachable
from romekit.lab.lab import Lab
from tests.client.services import ACCEPTED, DONE, ONE_DEVICE, Says, Service, WatchedClock, now

BING = "https://bing.com"
RUNNING = now("executing")
BUSY = Says(503, {"error": {"code": "serviceNotAvailable", "message": "Not now."}})


@pytest.fixture
def clock():
    return WatchedClock()


@pytest.fixture
def sent(shells, clock):
    """A command that was accepted by a service with these further answers."""

    def send(*answers, clock=clock):
        service = Service(Says(200, ONE_DEVICE), ACCEPTED, *answers)
        return shells.of(service, clock=clock).launch("Surface", BING)

    return send


def test_a_slow_device_runs_past_the_deadline_and_can_be_followed_on(shells):
    command = shells.at(Lab()).launch("xbox", BING)
    with pytest.raises(TimedOut, match="After 1 s the command is still 'requesting'") as late:
        command.follow(deadline=1)
    assert late.value.hint == "Call follow() again to go on waiting."
    assert not command.is_final
    assert command.follow().is_success


def test_the_deadline_is_kept_to_the_millisecond(sent, clock):
    command = sent(RUNNING)
    began = clock.now()
    with pytest.raises(TimedOut):
        command.follow(deadline=7.25)
    assert clock.now() - began == pytest.approx(7.25, abs=1e-6)


def test_a_deadline_of_nothing_still_asks_once(sent, clock):
    assert sent(DONE).follow(deadline=0).is_success
    with pytest.raises(TimedOut):
        sent(RUNNING).follow(deadline=0)
    assert clock.waits == []


def test_progress_is_told_each_answer(sent):
    told = []
    sent(now("sentToTarget"), RUNNING, RUNNING, DONE).follow(progress=lambda command: told.append(command.status))
    assert told == ["sentToTarget", "executing", "executing", "completed"]


def test_the_pauses_grow_and_are_never_quite_regular(sent, clock):
    with pytest.raises(TimedOut):
        sent(RUNNING).follow(deadline=60)
    waits = clock.waits[:-1]
    planned = [min(0.4 * 1.5**n, 5.0) for n in range(len(waits))]
    assert all(0.8 * plan <= wait <= 1.2 * plan for wait, plan in zip(waits, planned, strict=True))
    assert len({round(wait / plan, 3) for wait, plan in zip(waits, planned, strict=True)}) > 5


def test_the_same_seed_waits_the_same_and_another_does_not(sent):
    def waits(seed):
        clock = WatchedClock(seed)
        with pytest.raises(TimedOut):
            sent(RUNNING, clock=clock).follow(deadline=30)
        return clock.waits

    assert waits("a") == waits("a") != waits("b")


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("3", 3.0),
        ("2.5", 2.5),
        ("0.001", 0.001),
        (formatdate(BEGINNING + 4, usegmt=True), 4.0),
        ("Tue, 01 Sep 2020 09:00:04 -0000", 4.0),
    ],
)
@pytest.mark.parametrize("status", [200, 429, 503])
def test_retry_after_is_kept_to_as_a_number_and_as_a_date(sent, clock, status, retry_after, wait):
    body = RUNNING.body if status == 200 else {"error": {"code": "TooManyRequests"}}
    assert sent(Says(status, body, {"Retry-After": retry_after}), DONE).follow().is_success
    assert clock.waits == [pytest.approx(wait)]


@pytest.mark.parametrize(
    "nonsense", ["", "soon", "nan", "inf", "-5", "0", "Tue, 01 Sep 2020 08:00:00 GMT", "99 Xyz 2020"]
)
def test_a_retry_after_that_says_nothing_is_an_ordinary_pause(sent, clock, nonsense):
    sent(Says(200, RUNNING.body, {"Retry-After": nonsense}), DONE).follow()
    assert [0.3 < wait < 0.5 for wait in clock.waits] == [True]


def test_bad_moments_in_between_are_survived(sent):
    bad = [BUSY, httpx.ConnectError("refused"), httpx.ReadError("reset"), Says(504, "<html>"), Says(502, "")]
    command = sent(RUNNING, *bad, RUNNING, DONE)
    assert command.follow().is_success


def test_a_service_that_stays_away_is_waited_for_until_the_deadline(sent, clock):
    command = sent(BUSY)
    began = clock.now()
    with pytest.raises(TimedOut, match="Not now"):
        command.follow(deadline=30)
    assert clock.now() - began == pytest.approx(30)


def test_a_retry_after_beyond_the_deadline_ends_at_the_deadline(sent, clock):
    with pytest.raises(TimedOut):
        sent(Says(429, {"error": {}}, {"Retry-After": "300"})).follow(deadline=10)
    assert sum(clock.waits) == pytest.approx(10)


def test_a_refusal_in_the_middle_ends_it(sent):
    with pytest.raises(NotFound, match="gone"):
        sent(RUNNING, Says(404, {"error": {"code": "itemNotFound", "message": "It is gone."}})).follow()


def test_a_word_nobody_knows_is_not_the_end(sent):
    command = sent(now("meditating"), DONE)
    command.refresh()
    assert (command.status, command.is_final) == ("meditating", False)
    assert command.follow().is_success


def test_a_device_that_never_answers_expires(shells):
    lab = Lab()
    lab.add_device("Old Kiosk", "mute")
    assert shells.at(lab).launch("kiosk", BING).follow().status == "expired"


def test_following_a_final_command_asks_once_more_and_waits_for_nothing(sent, clock):
    command = sent(DONE).follow().follow()
    assert command.is_success
    assert clock.waits == []


def test_a_throttled_follower_waits_for_the_window(shells):
    lab = Lab()
    command = shells.at(lab).launch("surface", BING)
    lab.limit(reads=1, window=20)
    command.refresh()
    assert command.follow().is_success
    assert 429 in [exchange.status for exchange in lab.exchanges()]


def test_whoever_interrupts_can_follow_on(sent):
    def interrupt(command):
        raise KeyboardInterrupt

    command = sent(RUNNING, DONE)
    with pytest.raises(KeyboardInterrupt):
        command.follow(progress=interrupt)
    assert command.status == "executing"
    assert command.follow().is_success


def test_an_error_of_progress_is_not_swallowed(sent):
    def stop(command):
        raise KeyError("my own mistake")

    with pytest.raises(KeyError, match="my own mistake"):
        sent(RUNNING).follow(progress=stop)


def test_a_service_that_cannot_be_reached_is_told_in_words(shells):
    with pytest.raises(Unreachable, match="GET /me/devices got no answer: nobody is there"):
        shells.of(Service(httpx.ConnectError("nobody is there"))).devices()
