"""Playing: whatever a function does, it ends in words; the report and the smallest day are the same everywhere."""

import os
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from romekit.challenges import challenge
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

    assert said_of(buy) == "It raised KeyError: 'id' It was in line 2 of buy(): return {}[\"id\"]"


def test_exit_does_not_end_the_kernel():
    def buy(http, clock, token, device, uri):
        sys.exit("good bye")

    assert "SystemExit" in said_of(buy)


def test_a_flood_of_output_is_cut():
    def buy(http, clock, token, device, uri):
        for _ in range(1000):
            print("x" * 100)
        return "done"

    printed = BAD_DAY.replay('{"seed": "calm 1"}', buy).evidence.outcome.printed
    assert len(printed) < 5000
    assert "characters more" in printed


def test_async_and_a_wrong_signature_are_told_before_anything_is_played():
    async def waits(http, clock, token, device, uri):
        return "done"

    def short(http):
        return "done"

    assert said_of(waits) == "It is an async function. Write `def` instead of `async def`, and leave out `await`."
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


def test_a_replay_shows_the_day_the_marks_and_the_truth_beside_the_belief():
    def hopes(http, clock, token, device, uri):
        headers = {"Authorization": f"Bearer {token()}", "client-request-id": "one"}
        http.post(
            f"/me/devices/{device}/commands", json={"type": "LaunchUri", "payload": {"uri": uri}}, headers=headers
        )
        return "done"

    replay = BAD_DAY.replay('{"seed": "late 1", "faults": [{"what": "late result"}]}', hopes)
    text, html = repr(replay), replay._repr_html_()
    assert "✓ at most once: The device did it once." in text
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
