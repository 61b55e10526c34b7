"""A check speaks to what was answered, and never falls over, whatever it was."""

import asyncio
from decimal import Decimal
from fractions import Fraction
from unittest.mock import MagicMock

import numpy as np
import pandas as pd
import pytest

import romekit
from romekit.core.errors import RomeError
from romekit.core.status import Status
from romekit.lessons import Checks, Exercise, Slip, Verdict, checks
from romekit.lessons.answers import NUMBER, STATUS, WORDS
from tests.lessons.evidence import EXERCISES, busy, evidence


class Refuses:
    """Nothing may be done with it."""

    def _no(self, *_):
        raise RuntimeError("hands off")

    __eq__ = __repr__ = __str__ = __bool__ = __len__ = __iter__ = __hash__ = __getattribute__ = _no  # type: ignore[assignment]


class AgreesWithAll:
    """Says that it equals everything."""

    def __eq__(self, other):
        return True

    __hash__ = object.__hash__


class Liar(str):
    """A text that equals everything and has no parts."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    def _no(self, *_):
        raise RuntimeError("hands off")

    __hash__ = str.__hash__
    strip = casefold = __str__ = __repr__ = __contains__ = _no


class WildNumber(int):
    def __eq__(self, other):
        raise RuntimeError("hands off")

    __hash__ = int.__hash__


class Wild(type):
    """A class that does not even tell what it is derived from."""

    @property
    def __mro__(cls):
        raise RuntimeError("hands off")


async def promise():
    return "completed"


def ring():
    inside = []
    inside.append(inside)
    return inside


STRANGE = {
    "refuses": Refuses(),
    "agrees with all": AgreesWithAll(),
    "wild class": Wild("WildThing", (), {})(),
    "liar": Liar("zebra"),
    "wild number": WildNumber(123),
    "nan": float("nan"),
    "numpy nan": np.float64("nan"),
    "infinite": float("inf"),
    "too long to print": 10**5000,
    "lone surrogate": "\ud800",
    "markup": "<script>alert(1)</script>",
    "endless text": "x" * 1_000_000,
    "bytes": b"completed",
    "numpy bool": np.True_,
    "numpy array": np.array(["completed"]),
    "series": pd.Series(["completed", "completed"]),
    "frame": pd.DataFrame({"a": [1]}),
    "pandas nothing": pd.NA,
    "generator": (each for each in [1]),
    "function": print,
    "class": RomeError,
    "error": RomeError("x"),
    "mock": MagicMock(),
    "ring": ring(),
    "set of sets": {frozenset({1}), frozenset()},
    "wild set": {AgreesWithAll(), AgreesWithAll()},
    "decimal": Decimal("1.5"),
    "fraction": Fraction(1, 3),
    "complex": 1j,
    "verdict": Verdict("Right", "mine"),
}


@pytest.fixture(scope="module")
def given():
    return evidence()


def judged(lesson, number, answer):
    """The verdict on an answer, by a new check that sees all it needs."""
    return checks(lesson)(number, answer, *evidence().get((lesson, number), ()))


@pytest.mark.parametrize("name", STRANGE)  # not the things themselves: pytest would look at them, and fall over
def test_whatever_is_answered_gets_a_verdict_and_never_an_error(name, given):
    answer = STRANGE[name]
    for lesson, number in EXERCISES:
        for _ in range(4):
            verdict = checks(lesson)(number, answer, *given.get((lesson, number), ()))
            assert verdict.word == "Not yet"
            assert repr(verdict).encode()
            assert verdict._repr_html_().encode()


def test_a_check_leaves_the_answer_as_it_is():
    numbers = (each for each in [1, 2])
    checks("start_here")(1, numbers)
    assert list(numbers) == [1, 2]


@pytest.mark.parametrize("answer", [Status.COMPLETED, np.str_("completed")], ids=["romekit's", "numpy's"])
def test_a_word_is_a_word_wherever_it_comes_from(answer):
    assert judged("start_here", 1, answer).word == "Right"


@pytest.mark.parametrize("answer", [21, 21.0, np.int64(21), np.float32(21)], ids=lambda answer: type(answer).__name__)
def test_a_number_is_a_number_wherever_it_comes_from(answer):
    assert judged("call_an_app_service", 1, answer).word == "Right"


@pytest.mark.parametrize("answer", [True, np.True_], ids=["Python's", "numpy's"])
def test_yes_is_not_taken_for_the_number_one(answer):
    verdict = judged("the_command_that_ran_twice", 2, answer)
    assert verdict.word == "Not yet"
    assert "yes or no" in verdict.said


@pytest.mark.parametrize("answer", ["Completed", " completed ", "'completed'", "COMPLETED"])
def test_a_word_with_other_capital_letters_or_blanks_hears_that_it_is_the_spelling(answer):
    assert "spelling" in judged("start_here", 1, answer).said


def test_a_word_that_is_no_status_hears_so():
    assert "none of the fourteen" in judged("start_here", 1, "finished").said


def test_a_list_in_place_of_a_set_hears_about_braces():
    for answer in (["failedToSend", "commandDropped", "canceled"], ("failedToSend",)):
        assert "curly braces" in checks("when_it_goes_wrong")(3, answer).said
    assert "empty braces" in checks("when_it_goes_wrong")(3, {}).said


def test_a_frozen_set_is_a_set():
    assert checks("when_it_goes_wrong")(3, frozenset({"failedToSend", "commandDropped"})).word == "Right"


def test_a_command_in_place_of_its_status_or_its_error_hears_where_to_look():
    command = romekit.Lab().rome().launch("Phone", "ms-settings:").follow()
    assert "`status`" in judged("start_here", 1, command).said
    assert "`.error`" in judged("launch_a_uri", 2, command).said
    assert "parentheses" in judged("start_here", 1, command.follow).said


@pytest.mark.parametrize(
    ("lesson", "number", "answer", "wants", "not_said"),
    [
        ("sign_in", 1, 900, "`error`", "device"),
        ("sign_in", 1, None, "`ask_once()`", "followed"),
        ("devices", 1, pd.Series({"Windows": 6, "Android": 1}), "take that of `Windows`", ""),
        ("devices", 3, {"Travel Laptop", 7}, "Inside your answer there is a number", ""),
        ("launch_a_uri", 2, "executionFailed, ProtocolUnavailable", "that one word alone", "Launch it"),
        ("status_timelines", 1, 17, "label of a row", "how much"),
        ("the_command_that_ran_twice", 3, [201, 409], "*bought*", "How many are they?"),
        ("race_the_pollers", 1, [1, 2], "add them all up", "`len(…)`"),
        ("race_the_pollers", 1, pd.DataFrame({"requests": [1]}), "column `requests`", "`len(…)`"),
    ],
)
def test_advice_to_an_answer_of_another_sort_does_not_lead_astray(lesson, number, answer, wants, not_said):
    verdict = judged(lesson, number, answer)
    assert verdict.word == "Not yet"
    assert wants in verdict.said
    assert not not_said or not_said not in verdict.said


def test_two_devices_in_a_set_are_two_and_hear_that_names_are_asked_for(given):
    (commands,) = given["devices", 3]
    failed = {each.device for each in commands if each.device.status == "Online" and not each.is_success}
    assert len(failed) == 2
    verdict = judged("devices", 3, failed)
    assert (
        verdict.said
        == "Inside your answer there is a whole device. The question asks for a set of words, in curly braces."
    )


def test_a_list_of_answers_is_not_led_to_the_right_number_by_counting_them():
    check = checks("the_command_that_ran_twice")
    check(3, [201, 409], romekit.Lab())
    assert check(3, 2, romekit.Lab()).word == "Not yet"


def test_quotation_marks_that_were_deleted_by_hand_are_not_praised():
    """The service answers 201 to the address without them as well; the check looks for the address as it was."""
    lab = romekit.Lab()
    lab.rome().launch("Surface", "https://example.org/?q=hello")
    assert "quotation marks" in checks("launch_a_uri")(3, 201, lab).said


def test_a_command_that_was_cancelled_may_have_begun_so_it_is_not_safe_to_send_again():
    assert "has begun" in judged("when_it_goes_wrong", 3, {"failedToSend", "commandDropped", "canceled"}).said


def test_a_status_that_is_not_final_hears_so_whatever_the_exercise():
    for lesson, number in [("start_here", 1), ("launch_a_uri", 1), ("when_it_goes_wrong", 1)]:
        assert "not final" in judged(lesson, number, "executing").said


def test_a_promise_hears_about_await_and_is_left_as_it_is(given):
    waiting = promise()
    for lesson, number in EXERCISES:
        assert "`await`" in checks(lesson)(number, waiting, *given.get((lesson, number), ())).said
    assert asyncio.run(waiting) == "completed"


def test_nan_hears_that_it_is_no_number():
    assert "nan" in judged("call_an_app_service", 1, float("nan")).said


def stronger(check, answer):
    return "Stronger hint:" in check(1, answer, busy()).said


def test_the_third_different_wrong_answer_hears_a_stronger_hint_and_so_does_every_later_one():
    check = checks("start_here")
    assert [stronger(check, word) for word in ("requesting", "retry", "expired", "error")] == [False, False, True, True]


def test_the_same_answer_is_the_same_try_and_gets_the_same_words():
    check = checks("start_here")
    assert not any(stronger(check, "requesting") for _ in range(5))
    assert not any(stronger(check, float("nan")) for _ in range(5))
    assert stronger(check, "retry")
    assert stronger(check, "retry")
    assert not stronger(check, "requesting")


def test_tries_are_counted_for_each_exercise_and_for_each_check_alone():
    check = checks("start_here")
    for word in ("requesting", "retry", "expired"):
        check(1, word, busy())
    assert "Stronger" not in check(2, "requesting", busy()).said
    assert not stronger(checks("start_here"), "retry")


def test_dots_and_a_right_answer_are_no_tries():
    check = checks("start_here")
    for answer in (..., "completed", "requesting", ..., "retry"):
        assert not stronger(check, answer)


def test_a_teacher_writes_exercises_of_their_own():
    check = Checks(
        Exercise(
            kind=NUMBER,
            answer=lambda commands: len(commands),
            right="you counted well.",
            slips=(Slip(lambda count: count < 0, "Fewer than none?", -1),),
            hint="Count them.",
            stronger="`len(…)` does.",
        )
    )
    assert repr(check) == "Checks of 1 exercise"
    assert check(1, 3, "abc").word == "Right"
    assert check(1, -2, "abc").said == "Fewer than none?"
    assert check(1, 4, "abc").said == "Count them."


def test_an_exercise_may_know_better_than_its_kind_what_to_say_of_another_sort():
    own = Exercise(kind=STATUS, answer="x", right="y.", hint="h.", stronger="s.", instead={"number": "A word, please."})
    assert Checks(own)(1, 3).said == "A word, please."
    assert "a set of words" in WORDS.other("error")


def test_a_verdict_shows_a_shape_and_a_word_beside_its_colour_and_escapes_what_it_says():
    html = Verdict("Not yet", "Is 1 < 2? Use `a < b`, and *not* c.")._repr_html_()
    assert 'role="status"' in html
    assert "➜" in html
    assert "<b>" in html
    assert "Not yet:" in html
    assert "Is 1 &lt; 2? Use <code>a &lt; b</code>, and <em>not</em> c." in html
    assert "color:" not in html.replace("border-left:", "")  # the theme's own text colour, light or dark


def test_the_three_verdicts_differ_in_shape():
    marks = {
        Verdict(word, "x")._repr_html_().split('aria-hidden="true">')[1][0]
        for word in ("Right", "Not yet", "Your turn")
    }  # type: ignore[arg-type]  # the words
    assert len(marks) == 3


def test_a_verdict_prints_as_a_line():
    assert repr(checks("start_here")(1)) == (
        "Your turn: put your answer in place of the dots, run that cell, then this one."
    )
