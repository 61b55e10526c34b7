"""The rows of every lesson, through the check that the notebook calls."""

import re

import pytest

import romekit
from romekit.core.errors import BadInput
from romekit.lessons import LESSONS, Verdict, checks
from romekit.lessons.exercise import NO_EVIDENCE
from tests.lessons.evidence import DOING, EXERCISES, evidence, judged

every_exercise = pytest.mark.parametrize(("lesson", "number"), EXERCISES)


def row(lesson, number):
    return checks(lesson).exercises[number - 1]


def wanted_of(lesson, number):
    return row(lesson, number).wanted(*evidence().get((lesson, number), ()))


def example(slip):
    return slip.example if callable(slip.answer) else slip.answer


def all_that_is_said(exercise):
    return [exercise.hint, exercise.stronger, *exercise.instead.values(), *(slip.said for slip in exercise.slips)]


@every_exercise
def test_the_right_answer_is_right_and_hears_why_and_dots_are_none(lesson, number):
    wanted = wanted_of(lesson, number)
    answer = set(wanted) if isinstance(wanted, frozenset) else wanted
    assert judged(lesson, number, answer) == Verdict("Right", row(lesson, number).right)
    assert judged(lesson, number, ...).word == "Your turn"


@every_exercise
def test_every_named_mistake_hears_its_own_sentence_and_one_nobody_foresaw_the_hint(lesson, number):
    slips = row(lesson, number).slips
    assert len(slips) >= 2
    for slip in slips:
        assert judged(lesson, number, example(slip)) == Verdict("Not yet", slip.said), example(slip)
    unforeseen = {"word": "zebra", "number": 987_654, "set": {"failedToSend", "completed", "canceled"}}
    exercise = row(lesson, number)
    verdict = judged(lesson, number, unforeseen[exercise.kind.sort])
    said = {exercise.hint, exercise.kind.unknown, *(slip.said for slip in exercise.slips)}
    assert (verdict.word, verdict.said in said) == ("Not yet", True)


@every_exercise
def test_what_is_said_to_a_wrong_answer_gives_nothing_away_and_ends_as_a_sentence_does(lesson, number):
    wanted = wanted_of(lesson, number)
    words = [str(each) for each in (wanted if isinstance(wanted, frozenset) else [wanted])]
    for said in all_that_is_said(row(lesson, number)):
        assert not all(re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", said) for word in words), said
    exercise = row(lesson, number)
    for said in (exercise.right, *all_that_is_said(exercise)):
        assert said.endswith((".", "?", "!")), said
        assert said.count("`") % 2 == 0, said


@every_exercise
def test_every_sort_of_answer_that_is_not_wanted_is_told_what_is(lesson, number):
    for answer in (None, True, "x", 7.5, {1}, [1], {"a": 1}, print, ValueError("x"), object()):
        verdict = judged(lesson, number, answer)
        assert (verdict.word, len(verdict.said) > 20) == ("Not yet", True), answer
    assert row(lesson, number).kind.wants in judged(lesson, number, ValueError("x")).said


def test_a_lesson_that_does_not_exist_names_those_that_do_and_a_number_how_many_exercises_there_are():
    with pytest.raises(BadInput, match="start_here, sign_in") as refused:
        checks("00_start_here")
    assert refused.value.field == "lesson"
    for number in (0, 3, -1, "1", None, True):
        verdict = checks("start_here")(number, "completed")  # type: ignore[arg-type]  # people do
        assert verdict.said == "there are exercises 1 to 2: `check(1, answer)`."


def test_a_check_that_cannot_see_what_it_needs_asks_for_the_cells_above_or_for_the_lab():
    for given in ((), (None,), ("nonsense", 3)):
        verdict = checks("status_timelines")(1, "Living Room Xbox", *given)
        assert (verdict.word, "the cells above" in verdict.said) == ("Not yet", True)
    assert "`check(2, answer, lab)`" in checks("start_here")(2, "completed").said


def test_an_answer_that_depends_on_the_world_follows_it():
    lab = romekit.Lab()
    lab.rome().devices()
    before = row("devices", 1).wanted(lab)
    lab.add_device("Tablet in the kitchen")
    lab.rome().devices()
    assert row("devices", 1).wanted(lab) == before + 1


@pytest.mark.parametrize(("lesson", "number"), DOING)
def test_a_right_word_is_not_enough_where_something_was_to_be_done(lesson, number):
    """Typed into a fresh lab, in which only the devices were listed, it hears what is missing."""
    lab = romekit.Lab()
    lab.rome().devices()
    exercise = row(lesson, number)
    verdict = checks(lesson)(number, exercise.wanted(lab), lab)
    assert verdict in [Verdict("Not yet", said) for said in (exercise.unseen, NO_EVIDENCE)]
    assert exercise.unseen.endswith(".")


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_has_two_or_three_exercises_and_is_read_in_five_minutes(lesson):
    lesson_text = " ".join(" ".join(all_that_is_said(each)) for each in checks(lesson).exercises)
    assert len(checks(lesson).exercises) in (2, 3)
    assert len(lesson_text.split()) < 5 * 200
