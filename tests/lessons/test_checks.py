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
from tests.lessons.evidence import EXERCISES, busy, evidence, judged


def hands_off(*_):
    raise RuntimeError("hands off")


class Refuses:
    """Nothing may be done with it."""

    __eq__ = __repr__ = __str__ = __bool__ = __len__ = __iter__ = __hash__ = __getattribute__ = hands_off


class AgreesWithAll:
    """Says that it equals everything."""

    def __eq__(self, other):
        return True

    __hash__ = object.__hash__


class Liar(str):
    """A text that equals everything and has no parts."""

    __slots__ = ()
    __eq__, __hash__ = AgreesWithAll.__eq__, str.__hash__
    strip = casefold = __str__ = __repr__ = __contains__ = hands_off


class WildNumber(int):
    __eq__, __hash__ = hands_off, int.__hash__


class Wild(type):
    """A class that does not even tell what it is derived from."""

    __mro__ = property(hands_off)


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


@pytest.mark.parametrize("name", STRANGE)  # not the things themselves: pytest would look at them, and fall over
def test_whatever_is_answered_gets_a_verdict_and_never_an_error(name):
    for lesson, number in EXERCISES:
        for _ in range(4):
            verdict = judged(lesson, number, STRANGE[name])
            assert verdict.word == "Not yet"
            assert repr(verdict).encode()
            assert verdict._repr_html_().encode()


def test_a_check_leaves_the_answer_as_it_is():
    numbers = (each for each in [1, 2])
    checks("start_here")(1, numbers)
    assert list(numbers) == [1, 2]


@pytest.mark.parametrize(
    ("lesson", "number", "answer"),
    [
        *(("start_here", 1, answer) for answer in (Status.COMPLETED, np.str_("completed"))),
        *(("call_an_app_service", 1, answer) for answer in (21, 21.0, np.int64(21), np.float32(21))),
        ("when_it_goes_wrong", 3, frozenset({"failedToSend", "commandDropped"})),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_a_word_is_a_word_a_number_a_number_and_a_set_a_set_wherever_it_comes_from(lesson, number, answer):
    assert judged(lesson, number, answer).word == "Right"


@pytest.mark.parametrize("answer", [True, np.True_], ids=["Python's", "numpy's"])
def test_yes_is_not_taken_for_the_number_one(answer):
    verdict = judged("the_command_that_ran_twice", 2, answer)
    assert (verdict.word, "yes or no" in verdict.said) == ("Not yet", True)


@pytest.mark.parametrize(
    ("lesson", "number", "answer", "said"),
    [
        *(("start_here", 1, word, "spelling") for word in ("Completed", " completed ", "'completed'", "COMPLETED")),
        ("start_here", 1, "finished", "none of the fourteen"),
        ("when_it_goes_wrong", 3, ["failedToSend", "commandDropped", "canceled"], "curly braces"),
        ("when_it_goes_wrong", 3, ("failedToSend",), "curly braces"),
        ("when_it_goes_wrong", 3, {}, "empty braces"),
        # one that was cancelled may have begun, so it is not safe to send it again
        ("when_it_goes_wrong", 3, {"failedToSend", "commandDropped", "canceled"}, "has begun"),
        *((lesson, 1, "executing", "not final") for lesson in ("start_here", "launch_a_uri", "when_it_goes_wrong")),
        ("call_an_app_service", 1, float("nan"), "nan"),
    ],
)
def test_an_answer_that_is_nearly_right_or_of_another_sort_hears_what_it_is(lesson, number, answer, said):
    assert said in judged(lesson, number, answer).said


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
    assert (verdict.word, wants in verdict.said) == ("Not yet", True)
    assert not not_said or not_said not in verdict.said


def test_two_devices_in_a_set_are_two_and_hear_that_names_are_asked_for():
    (commands,) = evidence()["devices", 3]
    failed = {each.device for each in commands if each.device.status == "Online" and not each.is_success}
    assert len(failed) == 2
    asked = "The question asks for a set of words, in curly braces."
    assert judged("devices", 3, failed).said == f"Inside your answer there is a whole device. {asked}"


def test_a_list_of_answers_is_not_led_to_the_right_number_by_counting_them():
    check = checks("the_command_that_ran_twice")
    check(3, [201, 409], romekit.Lab())
    assert check(3, 2, romekit.Lab()).word == "Not yet"


def test_quotation_marks_that_were_deleted_by_hand_are_not_praised():
    """The service answers 201 to the address without them as well; the check looks for the address as it was."""
    lab = romekit.Lab()
    lab.rome().launch("Surface", "https://example.org/?q=hello")
    assert "quotation marks" in checks("launch_a_uri")(3, 201, lab).said


def test_a_promise_hears_about_await_and_is_left_as_it_is():
    waiting = promise()
    for lesson, number in EXERCISES:
        assert "`await`" in judged(lesson, number, waiting).said
    assert asyncio.run(waiting) == "completed"


def stronger(check, answer):
    return "Stronger hint:" in check(1, answer, busy()).said


def test_the_third_different_wrong_answer_hears_a_stronger_hint_and_dots_and_a_right_answer_are_no_tries():
    check = checks("start_here")
    assert [stronger(check, word) for word in ("requesting", "retry", "expired", "error")] == [False, False, True, True]
    check = checks("start_here")
    for answer in (..., "completed", "requesting", ..., "retry"):
        assert not stronger(check, answer)


def test_the_same_answer_is_the_same_try_and_tries_are_counted_for_each_exercise_and_for_each_check_alone():
    check = checks("start_here")
    assert not any(stronger(check, answer) for answer in ["requesting"] * 5 + [float("nan") for _ in range(5)])
    assert [stronger(check, word) for word in ("retry", "retry", "requesting")] == [True, True, False]
    check = checks("start_here")
    for word in ("requesting", "retry", "expired"):
        check(1, word, busy())
    assert "Stronger" not in check(2, "requesting", busy()).said
    assert not stronger(checks("start_here"), "retry")


def test_a_teacher_writes_exercises_of_their_own_which_may_know_better_what_to_say_of_another_sort():
    slips = (Slip(lambda count: count < 0, "Fewer than none?", -1),)
    said = {"right": "you counted well.", "hint": "Count them.", "stronger": "`len(…)` does."}
    check = Checks(Exercise(kind=NUMBER, answer=len, slips=slips, **said))
    assert repr(check) == "Checks of 1 exercise"
    told = [check(1, count, "abc").said for count in (3, -2, 4)]
    assert told == ["you counted well.", "Fewer than none?", "Count them."]
    own = Exercise(kind=STATUS, answer="x", right="y.", hint="h.", stronger="s.", instead={"number": "A word, please."})
    assert Checks(own)(1, 3).said == "A word, please."
    assert "a set of words" in WORDS.other("error")


def test_a_verdict_is_a_line_or_a_shape_and_a_word_beside_its_colour_and_escapes_what_it_says():
    html = Verdict("Not yet", "Is 1 < 2? Use `a < b`, and *not* c.")._repr_html_()
    said = "Is 1 &lt; 2? Use <code>a &lt; b</code>, and <em>not</em> c."
    assert [each for each in ('role="status"', "➜", "<b>", "Not yet:", said) if each not in html] == []
    assert "color:" not in html.replace("border-left:", "")  # the theme's own text colour, light or dark
    shown = [Verdict(word, "x")._repr_html_() for word in ("Right", "Not yet", "Your turn")]
    assert len({html.split('aria-hidden="true">')[1][0] for html in shown}) == 3
    said = "Your turn: put your answer in place of the dots, run that cell, then this one."
    assert repr(checks("start_here")(1)) == said
