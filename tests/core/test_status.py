"""The table of statuses is the documentation's, and only the table moves a command."""

from itertools import product

import pytest

from romekit.core.errors import BadInput, IllegalMove
from romekit.core.status import FINAL, MEANING, NEXT, Signal, Status, as_status, is_final, is_success, step

DOCUMENTED = (
    "requesting sentToTarget executing completed failedToSend executionFailed commandDropped "
    "cancel cancelling canceled retry expired error custom"
).split()


def test_the_fourteen_documented_words_have_a_row_and_a_meaning_and_seven_are_final_and_take_no_signal():
    assert [status.value for status in Status] == DOCUMENTED
    assert set(NEXT) == set(Status) == set(MEANING)
    assert {signal for moves in NEXT.values() for signal in moves} == set(Signal)
    expected = "completed failedToSend executionFailed commandDropped canceled expired error"
    assert {status.value for status in FINAL} == set(expected.split())
    for status, signal in product(FINAL, Signal):
        with pytest.raises(IllegalMove, match="final"):
            step(status, signal)


@pytest.mark.parametrize("word", ["COMPLETED", "Completed", "completed"])
def test_a_status_is_recognised_in_any_case_and_an_unknown_word_is_not_final(word):
    assert as_status(word) is Status.COMPLETED
    assert is_final(word)
    assert is_success(word)
    assert as_status(f"{word}NotYet") is None
    assert not is_final(f"{word}NotYet")


@pytest.mark.parametrize("question", [as_status, is_final, is_success])
@pytest.mark.parametrize("word", [None, 3, ["completed"]])
def test_what_is_no_word_is_refused_by_name_and_told_where_a_status_is(question, word):
    with pytest.raises(BadInput, match=r"is not a status\. Give a word, .* \.status") as refused:
        question(word)
    assert refused.value.field == "status"


def test_every_status_can_be_reached_from_the_first_and_a_move_that_is_not_in_the_table_says_what_would_be():
    reached = {Status.REQUESTING}
    while more := {after for before in reached for after in NEXT[before].values()} - reached:
        reached |= more
    assert reached == set(Status)
    with pytest.raises(IllegalMove) as refused:
        step(Status.REQUESTING, Signal.FINISH)
    assert "deliver" in str(refused.value)
