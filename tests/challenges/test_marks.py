"""Marks: each wrong client is caught by the right one. (That the solutions pass is in test_workshops.)"""

import pytest

from romekit.challenges import challenge
from tests.challenges.wrong_clients import BANK

REPORTS = {}


def report_of(wrong):
    if wrong.name not in REPORTS:
        REPORTS[wrong.name] = challenge(wrong.challenge).try_(wrong.client)
    return REPORTS[wrong.name]


@pytest.mark.parametrize("wrong", BANK, ids=lambda wrong: wrong.name)
def test_a_wrong_client_is_caught_by_its_mark(wrong):
    report = report_of(wrong)
    score = next(score for score in report.scores if score.mark == wrong.mark)
    assert score.failed is not None
    assert score.sentence[0].isupper()
    assert score.sentence.rstrip().endswith((".", ":", '"', ")")) or wrong.mark == "finished"
    assert report.points(10) < 10


def test_the_bank_is_large_and_holds_two_clients_at_least_for_what_can_be_fooled():
    marks = [wrong.mark for wrong in BANK]
    assert len(BANK) >= 20
    for mark in ("finished", "got it done", "told the truth", "told the status", "kept the token to itself", "polite"):
        assert marks.count(mark) >= 2, mark


def test_the_smallest_day_has_two_faults_at_most_for_nine_in_ten_wrong_clients():
    faults = [len(report_of(wrong).smallest.scenario.faults) for wrong in BANK]
    assert sum(number <= 2 for number in faults) >= 0.9 * len(faults)


def test_doing_nothing_earns_nothing():
    lazy = [wrong for wrong in BANK if wrong.name in ("never_sends", "doubts_everything", "never_comes_back")]
    assert [report_of(wrong).points(10) for wrong in lazy] == [0.0, 0.0, 0.0]
