"""The table of statuses is the documentation's, and only the table moves a command."""

import pytest

from romekit.core.errors import BadInput, IllegalMove
from romekit.core.status import FINAL, MEANING, NEXT, Signal, Status, as_status, is_final, is_success, step

DOCUMENTED = (
    "requesting sentToTarget executing completed failedToSend executionFailed commandDropped "
    "cancel cancelling canceled retry expired error custom"
).split()


def test_there_are_the_fourteen_documented_words():
    assert [status.value for status in Status] == DOCUMENTED


def test_every_status_has_a_row_and_a_meaning():
    assert set(NEXT) == set(Status) == set(MEANING)


def test_seven_statuses_are_final():
    expected = "completed failedToSend executionFailed commandDropped canceled expired error"
    assert {status.value for status in FINAL} == set(expected.split())


@pytest.mark.parametrize("word", ["COMPLETED", "Completed", "completed"])
def test_a_status_is_recognised_in_any_case(word):
    assert as_status(word) is Status.COMPLETED
    assert is_final(word)
    assert is_success(word)


def test_an_unknown_word_is_not_final():
    assert as_status("unknownFutureValue") is None
    assert not is_final("unknownFutureValue")


@pytest.mark.parametrize("question", [as_status, is_final, is_success])
@pytest.mark.parametrize("word", [None, 3, ["completed"]])
def test_what_is_no_word_is_refused_by_name_and_told_where_a_status_is(question, word):
    with pytest.raises(BadInput, match=r"is not a status\. Give a word, .* \.status") as refused:
        question(word)
    assert refused.value.field == "status"


def test_every_status_can_be_reached_from_the_first():
    reached = {Status.REQUESTING}
    while more := {after for before in reached for after in NEXT[before].values()} - reached:
        reached |= more
    assert reached == set(Status)


def test_every_signal_moves_something():
    assert {signal for moves in NEXT.values() for signal in moves} == set(Signal)


def test_a_move_that_is_not_in_the_table_says_what_would_be():
    with pytest.raises(IllegalMove) as refused:
        step(Status.REQUESTING, Signal.FINISH)
    assert "deliver" in str(refused.value)


def test_a_final_status_takes_no_signal():
    for status in FINAL:
        for signal in Signal:
            with pytest.raises(IllegalMove, match="final"):
                step(status, signal)
