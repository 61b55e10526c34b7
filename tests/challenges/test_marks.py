"""Marks: each wrong client is caught by the right one. (That the solutions pass is in test_workshops.)"""

from collections import Counter

import pytest

from romekit.challenges import challenge
from romekit.challenges.marks import MARKS
from tests.challenges.wrong_clients import BANK

REPORTS = {}
#: A plain run plays one client for each mark, the judges' run all of them.
FIRST = {wrong.mark: wrong.name for wrong in reversed(BANK)}.values()
CLIENTS = [
    pytest.param(wrong, id=wrong.name, marks=() if wrong.name in FIRST else pytest.mark.judges) for wrong in BANK
]


def report_of(wrong):
    if wrong.name not in REPORTS:
        REPORTS[wrong.name] = challenge(wrong.challenge).try_(wrong.client)
    return REPORTS[wrong.name]


@pytest.mark.parametrize("wrong", CLIENTS)
def test_a_wrong_client_is_caught_by_its_mark(wrong):
    report = report_of(wrong)
    score = next(score for score in report.scores if score.mark == wrong.mark)
    assert score.failed is not None
    assert score.sentence[0].isupper()
    assert score.sentence.rstrip().endswith((".", ":", '"', ")")) or wrong.mark == "finished"
    assert report.points(10) < 10


def test_the_bank_is_large_and_holds_two_clients_at_least_for_what_can_be_fooled():
    marks = Counter(wrong.mark for wrong in BANK)
    assert len(BANK) >= 20
    assert {mark: marks[mark] for mark in MARKS if marks[mark] < 2} == {}


@pytest.mark.judges  # each process that runs it plays the whole bank
def test_the_smallest_day_has_two_faults_at_most_for_nine_in_ten_wrong_clients():
    faults = [len(report_of(wrong).smallest.scenario.faults) for wrong in BANK]
    assert sum(number <= 2 for number in faults) >= 0.9 * len(faults)


def test_doing_nothing_earns_nothing():
    names = {"never_sends", "doubts_everything", "never_comes_back", "says_completed_without_asking", "never_listens"}
    lazy = {wrong.name: report_of(wrong).points(10) for wrong in BANK if wrong.name in names}
    assert lazy == dict.fromkeys(names, 0.0)


@pytest.mark.parametrize(
    "name",
    ["takes_201_for_done", "says_done_without_having_looked", "buys_and_says_unknown", "says_completed_without_asking"],
)
def test_who_has_not_looked_passes_not_even_one_lucky_day(name):
    wrong = next(wrong for wrong in BANK if wrong.name == name)
    tried = challenge(wrong.challenge)
    play = tried.player(wrong.client)
    assert not any(tried.replayed(day, play).passed for day in tried.scenarios("calm", 12))


def test_the_days_that_are_not_played_after_an_endless_loop_were_not_finished():
    def hangs_when_it_is_busy(http, clock, token, device, uri):
        answer = http.get("/me/devices", headers={"Authorization": f"Bearer {token()}"})
        body = {"type": "LaunchUri", "payload": {"uri": uri}}
        sent = http.post(f"/me/devices/{device}/commands", json=body, headers=answer.request.headers)
        while sent.status_code != 201:
            pass
        return "done"

    report = challenge("bad-day").try_(hangs_when_it_is_busy, days=20)
    assert report.scores[0].passed in (1, 2)
    assert report.scores[0].days == 20
    assert report.points(10) <= 1
