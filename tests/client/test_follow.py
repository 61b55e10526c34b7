"""Following a command: pauses of every kind, deadlines, and a service that has bad moments or does not hold."""

from email.utils import formatdate
from itertools import islice
from random import Random

import httpx
import pytest

from romekit.core.clock import BEGINNING
from romekit.core.errors import BadInput, NotFound, TimedOut
from romekit.core.model import Device
from romekit.core.polling import Fixed, Growing, Hinted, LongPoll
from tests.client.services import ACCEPTED, DONE, Says, Service, WatchedClock, now

BING = "https://bing.com"
SURFACE = Device("d1", "Surface")
RUNNING = now("executing")
BUSY = Says(503, {"error": {"code": "serviceNotAvailable", "message": "Not now."}})
HINTED = Says(200, RUNNING.body, {"Retry-After": "3"})
HELD = {"Preference-Applied": "wait"}


FIRST = Says(200, RUNNING.body, {"ETag": 'W/"1"', **HELD})
#: Pauses that are known beforehand.
DOUBLING = Growing(first=1, factor=2, jitter=0)


class Holding(Service):
    """A service that lets time pass before each answer but the first, as one that holds questions does."""

    def __init__(self, clock, seconds, *answers):
        super().__init__(ACCEPTED, *answers)
        self.clock, self.seconds = clock, seconds

    async def __call__(self, scope, receive, send):
        if self.heard:
            self.clock.advance(self.seconds)
        await super().__call__(scope, receive, send)


@pytest.fixture
def clock():
    return WatchedClock()


@pytest.fixture
def sent(shells, clock):
    """A command that was accepted by a service with these further answers, and the service."""

    def send(*answers, accepted=ACCEPTED, clock=clock):
        service = Service(accepted, *answers)
        return shells.of(service, clock=clock).launch(SURFACE, BING), service

    return send


@pytest.fixture
def command_of(sent):
    """Such a command alone."""
    return lambda *answers, **more: sent(*answers, **more)[0]


def test_a_slow_device_runs_past_the_deadline_and_can_be_followed_on(rome):
    command = rome.launch("xbox", BING)
    with pytest.raises(TimedOut, match="After 1 s the command is still 'requesting'") as late:
        command.follow(deadline=1)
    assert (late.value.hint, command.is_final) == ("Call follow() again to go on waiting.", False)
    assert command.follow().is_success


def test_a_throttled_follower_waits_for_the_window_and_hints_of_a_lab_are_heard(rome, lab):
    command = rome.launch("surface", BING)
    assert lab.give_hints() == "Unfinished commands are answered with a Retry-After."
    lab.limit(reads=1, window=20)
    command.refresh()
    assert command.follow(polling=Hinted()).is_success
    assert 429 in [exchange.status for exchange in lab.exchanges()]
    assert lab.give_hints(False) == "Unfinished commands are answered without a Retry-After."


def test_a_refusal_ends_it_a_deadline_of_nothing_asks_once_and_what_is_over_waits_for_nothing(command_of, clock):
    assert command_of(DONE).follow(deadline=0).follow().is_success
    with pytest.raises(TimedOut):
        command_of(RUNNING).follow(deadline=0)
    assert clock.waits == []
    with pytest.raises(NotFound, match="gone"):
        command_of(RUNNING, Says(404, {"error": {"code": "itemNotFound", "message": "It is gone."}})).follow()


def test_progress_is_told_each_answer_and_a_word_nobody_knows_is_not_the_end(command_of):
    told = []
    command = command_of(now("meditating"), RUNNING, RUNNING, DONE)
    command.follow(progress=lambda latest: told.append((latest.status, command.is_final)))
    assert told == [("meditating", False), ("executing", False), ("executing", False), ("completed", True)]


def test_the_pauses_grow_are_never_quite_regular_and_are_the_same_for_the_same_seed(command_of):
    def waits(seed):
        clock = WatchedClock(seed)
        with pytest.raises(TimedOut):
            command_of(RUNNING, clock=clock).follow(deadline=60)
        return clock.waits[:-1]

    assert waits("a") == waits("a") != waits("b")
    ratios = [wait / min(0.4 * 1.5**n, 5.0) for n, wait in enumerate(waits("romekit"))]
    assert all(0.8 <= ratio <= 1.2 for ratio in ratios)
    assert len({round(ratio, 3) for ratio in ratios}) > 5


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        *(("3", 3.0), ("2.5", 2.5), ("0.001", 0.001)),
        (formatdate(BEGINNING + 4, usegmt=True), 4.0),
        ("Tue, 01 Sep 2020 09:00:04 -0000", 4.0),
    ],
)
@pytest.mark.parametrize("status", [200, 429, 503])
def test_retry_after_is_kept_to_as_a_number_and_as_a_date(command_of, clock, status, retry_after, wait):
    body = RUNNING.body if status == 200 else {"error": {"code": "TooManyRequests"}}
    assert command_of(Says(status, body, {"Retry-After": retry_after}), DONE).follow().is_success
    assert clock.waits == [pytest.approx(wait)]


@pytest.mark.parametrize(
    "nonsense", ["", "soon", "nan", "inf", "-5", "0", "Tue, 01 Sep 2020 08:00:00 GMT", "99 Xyz 2020"]
)
def test_a_retry_after_that_says_nothing_is_an_ordinary_pause(command_of, clock, nonsense):
    command_of(Says(200, RUNNING.body, {"Retry-After": nonsense}), DONE).follow()
    assert [0.3 < wait < 0.5 for wait in clock.waits] == [True]


@pytest.mark.parametrize("polling", [Hinted(), LongPoll()])
def test_bad_moments_in_between_are_survived(command_of, polling):
    bad = [BUSY, httpx.ConnectError("refused"), httpx.ReadError("reset"), Says(504, "<html>"), Says(502, "")]
    assert command_of(FIRST, *bad, RUNNING, DONE).follow(polling=polling).is_success


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (BUSY, "Not now"),
        (Says(429, {"error": {}}, {"Retry-After": "300"}), "before the deadline"),
        (RUNNING, "still 'executing'"),
    ],
    ids=["away", "asked to wait for longer", "not over"],
)
def test_a_deadline_is_kept_to_the_millisecond(command_of, clock, answer, said):
    command, began = command_of(answer), clock.now()
    with pytest.raises(TimedOut, match=said):
        command.follow(deadline=30.25)
    assert [clock.now() - began, sum(clock.waits)] == pytest.approx([30.25] * 2, abs=1e-6)


@pytest.mark.parametrize("error", [KeyboardInterrupt, KeyError])
def test_an_interrupt_or_an_error_of_progress_is_not_swallowed_and_one_can_follow_on(command_of, error):
    def stop(command):
        raise error("my own mistake")

    command = command_of(RUNNING, DONE)
    with pytest.raises(error, match="my own mistake"):
        command.follow(progress=stop)
    assert command.status == "executing"
    assert command.follow().is_success


@pytest.mark.parametrize(
    ("polling", "waits"),
    [(Fixed(2), [2, 2, 2]), (DOUBLING, [1, 2, 4]), (Hinted(DOUBLING), [3, 2, 3])],
    ids=["the same again and again", "growing, which looks at no hints", "hinted, and growing where there is no hint"],
)
def test_each_way_to_poll_makes_its_pauses(sent, clock, polling, waits):
    command, _ = sent(HINTED, RUNNING, HINTED, DONE)
    assert command.follow(polling=polling).is_success
    assert clock.waits == waits


def test_growing_pauses_end_at_the_longest_and_their_jitter_stays_within_what_was_said():
    assert list(islice(Growing(jitter=0).pauses(Random(1)), 9)) == [0.4, 0.6, 0.9, 1.35, 2.025, 3.038, 4.556, 5, 5]
    pauses = list(islice(Growing(first=1, factor=1, jitter=0.5).pauses(Random(1)), 200))
    assert all(0.5 <= pause <= 1.5 for pause in pauses)
    assert max(pauses) - min(pauses) > 0.8


def test_a_held_question_sees_every_change_when_it_happens(rome, lab):
    command = rome.launch("xbox", BING)
    before = len(lab.exchanges())
    command.follow(polling=LongPoll())
    seen, told = ([(each.at, each.to_status) for each in them] for them in (command.seen(), command.history()))
    assert seen == told
    asked = [each for each in lab.exchanges()[before:] if command.id in each.path]
    assert [each.request_headers["prefer"] for each in asked] == ["wait=20"] * 3


@pytest.mark.parametrize(
    ("headers", "asked"), [({"ETag": 'W/"1"'}, ('W/"1"', "wait=7")), ({}, (None, None))], ids=["an ETag", "none"]
)
def test_what_is_known_from_the_answer_to_the_order_is_not_asked_again(sent, headers, asked):
    command, service = sent(DONE, accepted=Says(201, ACCEPTED.body, headers))
    assert command.follow(polling=LongPoll(7)).is_success
    assert tuple(map(service.heard[-1].headers.get, ("if-none-match", "prefer"))) == asked


def test_a_hold_that_brought_nothing_is_asked_again_at_once_but_one_cut_short_on_the_way_after_a_pause(shells, clock):
    unchanged = Says(304, "", HELD)
    command = shells.of(Holding(clock, 20.0, FIRST, unchanged, unchanged, DONE), clock=clock).launch(SURFACE, BING)
    told = []
    assert command.follow(polling=LongPoll(), progress=lambda seen: told.append(seen.status)).is_success
    assert clock.waits == []
    assert told == ["executing", "executing", "executing", "completed"]
    service = Holding(clock, 0.1, FIRST, Says(304, ""))
    command = shells.of(service, clock=clock).launch(SURFACE, BING)
    with pytest.raises(TimedOut):
        command.follow(polling=LongPoll(otherwise=Growing(jitter=0)), deadline=30)
    assert clock.waits[0] == pytest.approx(0.6 - 0.1)
    assert len(service.heard) < 20


@pytest.mark.parametrize("number", [1, 200])
def test_a_service_that_does_not_hold_is_asked_with_growing_pauses_also_if_its_etag_always_changes(sent, clock, number):
    command, service = sent(*(Says(200, RUNNING.body, {"ETag": f'W/"{each}"'}) for each in range(number)))
    with pytest.raises(TimedOut):
        command.follow(polling=LongPoll(otherwise=Growing(jitter=0)), deadline=60)
    assert clock.waits[:5] == pytest.approx([0.6, 0.9, 1.35, 2.025, 3.038])  # the first answer was news
    assert len(service.heard) < 25


def test_a_hold_never_goes_beyond_the_deadline_and_a_device_that_never_answers_expires(rome, lab):
    lab.add_device("Kiosk", "mute")
    command = rome.launch("kiosk", BING)
    began = lab.clock.now()
    with pytest.raises(TimedOut, match="After 33\\.5 s"):
        command.follow(polling=LongPoll(), deadline=33.5)
    assert lab.clock.now() - began == pytest.approx(33.5)
    assert len([each for each in lab.exchanges() if each.path.endswith(command.id)]) < 8
    assert command.follow().status == "expired"


@pytest.mark.parametrize("polling", [2, None, "fast", Fixed, [Growing()]])
def test_what_is_no_way_to_poll_is_told_in_words(sent, polling):
    command, service = sent(DONE)
    with pytest.raises(BadInput, match="is no way to poll") as slip:
        command.follow(polling=polling)
    assert ("LongPoll()" in slip.value.hint, slip.value.field, len(service.heard)) == (True, "polling", 1)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        *((lambda given=given: Fixed(given), "seconds") for given in (0, -1, "1", True, float("nan"))),
        (lambda: Growing(first=0), "first"),
        (lambda: Growing(factor=0.5), "factor"),
        (lambda: Growing(first=2, longest=1), "longest"),
        (lambda: Growing(jitter=1), "jitter"),
        (lambda: Hinted(Fixed(1)), "otherwise"),
        (lambda: LongPoll(0), "wait"),
        (lambda: LongPoll(61), "wait"),
        (lambda: LongPoll(otherwise=1), "otherwise"),
    ],
)
def test_a_way_that_makes_no_sense_is_refused_when_it_is_made(make, field):
    with pytest.raises(BadInput) as slip:
        make()
    assert (slip.value.field, bool(slip.value.hint)) == (field, True)
