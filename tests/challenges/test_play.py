"""Playing: whatever a function does, it ends in words; the report and the smallest day are the same everywhere."""

import os
import random
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from types import SimpleNamespace

import pytest

from romekit.challenges import challenge
from romekit.challenges.bounds import LAZY
from romekit.core.errors import BadInput
from tests.challenges.solutions import buy

BAD_DAY = challenge("bad-day")
COUNTER = []


def said_of(function):
    """What the first mark says of a function on a calm day."""
    report = BAD_DAY.try_(function, "calm", days=1)
    return report.scores[0].sentence


def test_an_endless_loop_is_ended_and_its_line_is_named():
    def buy(http, clock, token, device, uri):
        while True:
            pass

    assert "without an end. It was in line 2 of buy(): while True:" in said_of(buy)


def test_waiting_for_ever_is_ended_on_simulated_time():
    def buy(http, clock, token, device, uri):
        while True:
            clock.wait(60)

    assert "not finished after 3600 simulated seconds. It was in line 3 of buy(): clock.wait(60)" in said_of(buy)


def test_too_many_requests_are_ended_even_inside_an_except():
    def buy(http, clock, token, device, uri):
        while True:
            with suppress(Exception):
                http.get("/me/devices")

    assert "more than 200 requests" in said_of(buy)


def test_sleeping_for_real_is_ended_by_an_alarm(monkeypatch):
    monkeypatch.setattr("romekit.challenges.bounds.REAL_SECONDS", 0.3)

    def buy(http, clock, token, device, uri):
        time.sleep(30)

    assert "real seconds. Use clock.wait" in said_of(buy)


def test_an_exception_is_told_with_the_line_of_ones_own():
    def buy(http, clock, token, device, uri):
        return {}["id"]

    assert said_of(buy) == "It raised KeyError: 'id'. It was in line 2 of buy(): return {}[\"id\"]"


def test_exit_does_not_end_the_kernel():
    def buy(http, clock, token, device, uri):
        sys.exit("good bye")

    assert "SystemExit" in said_of(buy)


def test_a_flood_of_output_is_cut():
    def buy(http, clock, token, device, uri):
        for _ in range(1000):
            print("x" * 100)
        return "done"

    replay = BAD_DAY.replay('{"seed": "calm 1"}', buy)
    assert len(replay.evidence.outcome.printed) <= 200_000
    assert "… and 97000 characters more" in repr(replay)
    assert len(repr(replay)) < 10_000


def test_what_runs_nothing_and_a_wrong_signature_are_told_in_words():
    async def waits(http, clock, token, device, uri):
        return "done"

    def short(http):
        return "done"

    def yields(http, clock, token, device, uri):
        yield "done"

    async def streams(http, clock, token, device, uri):
        yield "done"

    said = {said_of(each) for each in (waits, partial(waits), yields, streams)}
    assert said == {LAZY}
    assert said_of(short) == "It cannot be called with 5 arguments: too many positional arguments."


def test_what_is_no_function_is_refused_in_words():
    with pytest.raises(BadInput, match="without parentheses"):
        BAD_DAY.try_("done")


def test_no_day_sees_what_another_one_wrote_into_a_global():
    def buy(http, clock, token, device, uri):
        COUNTER.append(1)
        return f"{len(COUNTER)}"

    assert BAD_DAY.replay('{"seed": "calm 1"}', buy).evidence.outcome.returned == "1"
    assert BAD_DAY.replay('{"seed": "calm 2"}', buy).evidence.outcome.returned == "1"
    assert COUNTER == []


class Shop:
    def __init__(self):
        self.orders = []

    def buy(self, http, clock, token, device, uri):
        self.orders.append(uri)
        return f"{len(self.orders)}"

    __call__ = buy


def shop_with(orders):
    return lambda http, clock, token, device, uri: Shop.buy(SimpleNamespace(orders=orders), 0, 0, 0, 0, uri)


def counts(http, clock, token, device, uri, orders=[], *, others=[]):  # noqa: B006 (a mistake that people make)
    orders.append(uri)
    others.append(uri)
    return f"{max(len(orders), len(others))}"


SHOP = Shop()


def buys_in_a_global_shop(http, clock, token, device, uri):
    return SHOP.buy(http, clock, token, device, uri)


@pytest.mark.parametrize(
    "function",
    [Shop(), Shop().buy, partial(Shop().buy), shop_with([]), counts, partial(counts, others=[]), buys_in_a_global_shop],
    ids=["object", "method", "partial", "closure", "defaults", "keywords", "global object"],
)
def test_no_day_sees_what_another_one_left_anywhere_else(function):
    play = BAD_DAY.player(function)
    days = [BAD_DAY.replayed(scenario, play) for scenario in BAD_DAY.scenarios("calm", 3)]
    assert [day.evidence.outcome.returned for day in days] == ["1", "1", "1"]


def test_chance_is_the_same_on_every_play_of_a_day():
    def rolls(http, clock, token, device, uri):
        return f"{random.random()} {clock.random.random()}"

    before = random.getstate()
    first, again = (BAD_DAY.replay('{"seed": "calm 1"}', rolls).evidence.outcome.returned for _ in range(2))
    assert first == again
    assert random.getstate() == before


ANOTHER_CELL: dict[str, object] = {"__name__": "__main__"}
exec(compile("def spin():\n    while True: pass\n", "<cell 1>", "exec"), ANOTHER_CELL)
SPIN = "def buy(http, clock, token, device, uri):\n    spin()\n\ndef wrapped(*given):\n    return buy(*given)\n"
exec(compile(SPIN, "<cell 2>", "exec"), ANOTHER_CELL)


@pytest.mark.parametrize("name", ["buy", "wrapped"])
def test_an_endless_loop_in_a_helper_of_another_cell_is_found_by_its_steps(name):
    function = ANOTHER_CELL[name]
    assert "steps without an end. It was in line 2 of spin()" in said_of(function)
    assert "steps without an end. It was in line 2 of spin()" in said_of(partial(function))


@pytest.mark.parametrize("bound", [lambda http, clock: http.get("/me/devices"), lambda http, clock: clock.wait(90)])
def test_a_bare_except_does_not_swallow_a_bound(bound):
    def buy(http, clock, token, device, uri):
        while True:
            try:
                bound(http, clock)
            except:  # noqa: E722 (a mistake that people make)
                continue

    begun = time.monotonic()
    assert ("more than 200 requests" in said_of(buy)) or ("3600 simulated seconds" in said_of(buy))
    assert time.monotonic() - begun < 30
    assert sys.exc_info() == (None, None, None), "what was caught is over"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_goes_on_for_ever_is_ended_too():
    def buy(http, clock, token, device, uri):
        thread = threading.Thread(target=spin, daemon=True)
        thread.start()
        thread.join()
        return "done"

    def spin():
        while True:
            pass

    said_of(buy)
    assert not any(thread.is_alive() for thread in threading.enumerate() if thread.name.endswith("(spin)"))


def test_the_clock_that_a_function_is_given_cannot_be_replaced_by_mistake():
    def buy(http, clock, token, device, uri):
        clock.wait = time.sleep

    assert "attribute 'wait' is read-only" in said_of(buy)


class Unspeakable(Exception):
    def __str__(self):
        raise ValueError

    __repr__ = __str__


def test_what_cannot_be_shown_ends_in_words():
    def returns(http, clock, token, device, uri):
        return Unspeakable()

    def raises(http, clock, token, device, uri):
        raise Unspeakable

    assert "It raised ValueError. It was in line 2 of __str__(): raise ValueError" in said_of(returns)
    assert said_of(raises) == "It raised Unspeakable. It was in line 2 of raises(): raise Unspeakable"
    assert said_of(max).startswith("It raised TypeError")


def test_what_is_shown_has_no_address_in_memory_that_differs_each_time():
    def returns(http, clock, token, device, uri):
        return object()

    def raises(http, clock, token, device, uri):
        raise ValueError(object())

    assert BAD_DAY.replay('{"seed": "calm 1"}', returns).evidence.outcome.shown == "<object object>"
    assert said_of(raises).startswith("It raised ValueError: <object object>. It was in line 2")


def test_a_long_answer_is_cut():
    text = repr(BAD_DAY.try_(lambda http, clock, token, device, uri: "x" * 1_000_000, "calm", days=1))
    assert len(text) < 20_000


@pytest.mark.parametrize("path", ["/me/romekit.faults", "/me/Romekit.faults", "/me/%72omekit.faults", "/$batch"])
def test_no_client_can_clear_the_faults_or_read_the_truth(path):
    def buy(http, clock, token, device, uri):
        headers = {"Authorization": f"Bearer {token()}"}
        return f"{[http.request(method, path, headers=headers).status_code for method in ('GET', 'POST', 'DELETE')]}"

    assert BAD_DAY.replay('{"seed": "calm 1"}', buy).evidence.outcome.returned == "[403, 403, 403]"


def test_a_slow_replay_is_no_hung_one_and_does_not_wait_for_what_comes_after(monkeypatch):
    monkeypatch.setattr("romekit.challenges.bounds.REAL_SECONDS", 0.2)
    begun = time.monotonic()
    replay = BAD_DAY.replay('{"seed": "late 1", "faults": [{"what": "late result"}]}', buy, pace=0.01)
    assert replay.passed, replay
    assert 0.5 < time.monotonic() - begun < 3 + 2


def test_a_replay_shows_the_day_the_marks_and_the_truth_beside_the_belief():
    def hopes(http, clock, token, device, uri):
        headers = {"Authorization": f"Bearer {token()}", "client-request-id": "one"}
        http.post(
            f"/me/devices/{device}/commands", json={"type": "LaunchUri", "payload": {"uri": uri}}, headers=headers
        )
        return "done"

    replay = BAD_DAY.replay('{"seed": "late 1", "faults": [{"what": "late result"}]}', hopes)
    text, html = repr(replay), replay._repr_html_()
    assert "✓ at most once: The device did it at most once." in text
    assert "really" in text
    assert "believed" in text
    assert "Alex&#x27;s Surface" in html
    assert "<svg" in html or "really" in html


REPORT = """
from romekit.challenges import challenge
from tests.challenges.wrong_clients import takes_expired_for_not_done as client
print(challenge("bad-day").try_(client, "late", days=20))
"""


def test_the_report_is_the_same_in_another_process_under_another_hash_seed():
    line = [sys.executable, "-c", REPORT]
    said = {
        subprocess.run(
            line, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "77")
    }
    assert len(said) == 1
    assert "The smallest day we found" in said.pop()


def test_a_report_of_a_careful_client_is_short():
    text = repr(BAD_DAY.try_(buy, days=10))
    assert text.startswith("The bad day: every mark passed on all of 10 days.")
    assert len(text.splitlines()) == 1 + len(BAD_DAY.marks)


def test_a_challenge_can_be_imported_in_every_cell_of_a_notebook():
    from romekit.challenges import challenge as again

    assert again("poller") is challenge("poller")
