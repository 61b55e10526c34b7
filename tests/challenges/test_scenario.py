"""A scenario: the same day everywhere, and a card that people can send each other."""

import json

import pytest

from romekit.challenges.scenario import LEVELS, drawn, scenario_from
from romekit.core.errors import BadInput


@pytest.mark.parametrize("level", LEVELS)
def test_a_card_gives_back_the_same_scenario(level):
    for number in range(40):
        scenario = drawn(level, number)
        assert scenario_from(scenario.card) == scenario
        assert len(scenario.card) < 700
        assert set(json.loads(scenario.card)) == {"seed", "device", "faults"}


def test_the_same_number_is_the_same_day_and_a_student_has_days_of_their_own():
    assert drawn("everything", 7) == drawn("everything", 7)
    mia, ben = drawn("everything", 7, student="mia"), drawn("everything", 7, student="ben")
    assert len({drawn("everything", 7).seed, mia.seed, ben.seed}) == 3
    assert "mia" not in mia.card


def test_a_calm_day_has_no_fault_and_the_worst_has_several():
    assert {drawn("calm", number).faults for number in range(20)} == {()}
    assert max(len(drawn("everything", number).faults) for number in range(60)) == 4


def test_no_two_faults_of_a_day_are_spent_on_the_same_request():
    for number in range(200):
        taken = set()
        for fault in drawn("everything", number).faults:
            if fault.kind.side == "service":
                struck = {(fault.where, place) for place in range(fault.skip, fault.skip + fault.times)}
                assert not struck & taken
                taken |= struck


@pytest.mark.parametrize(
    ("card", "field"),
    [
        ("", "card"),
        ("[]", "card"),
        ('{"faults": []}', "card"),
        ('{"seed": 7}', "card"),
        ('{"seed": "\\ud800"}', "card"),
        ('{"seed": "x", "fault": []}', "card"),
        ('{"seed": "x", "faults": {}}', "card"),
        ('{"seed": "x", "faults": "no"}', "card"),
        ('{"seed": "x", "faults": [{"what": "late result", "device": "nobody"}]}', "card"),
        ("[" * 100_000, "card"),
        ('{"seed": "x", "device": "Toaster"}', "device"),
        ('{"seed": "x", "faults": [{"what": "rain"}]}', "card"),
        ('{"seed": "x", "faults": 7}', "card"),
    ],
)
def test_a_card_that_cannot_be_played_is_refused_in_words(card, field):
    with pytest.raises(BadInput) as refused:
        scenario_from(card)
    assert refused.value.field == field
    assert refused.value.hint
    with pytest.raises(BadInput, match="stormy"):
        drawn("stormy", 1)


def test_a_day_is_told_in_words():
    faults = [{"what": "refused", "where": "status", "skip": 1}, {"what": "update lost", "times": None, "skip": 2}]
    story = scenario_from(json.dumps({"seed": "x", "faults": faults})).story
    assert "when the status is read, but not the first time; an update gets lost" in story
    assert story.endswith(", again and again, but not the first 2 times.")
