from __future__ import annotations

import pytest

import romekit
from romekit import views

CHOICES = ("requesting", "executing", "completed")


def html(shown: object) -> str:
    return str(shown._repr_mimebundle_()["text/html"])  # type: ignore[attr-defined]  # a widget shows itself by this


def test_a_bet_is_its_question_in_words_where_no_widget_runs() -> None:
    lab = romekit.Lab()
    asked = lab.bet("How many seconds will it take?", unit="seconds")
    assert repr(asked) == "Your bet: How many seconds will it take? (a number of seconds)"
    assert "Which <status>? (one of: requesting; executing; completed)" in repr(lab.bet("Which <status>?", *CHOICES))
    assert "Which &lt;status&gt;?" in html(lab.bet("Which <status>?", *CHOICES))


def test_what_happened_is_shown_the_same_whenever_nobody_has_bet() -> None:
    asked = romekit.Lab().bet("How many?")
    said = repr(asked.compare(4))
    assert said == repr(asked.compare(4)) == "How many?\nyour bet       none\nwhat happened  4"


def test_a_locked_bet_stays_and_the_running_score_counts_every_bet_of_the_lab() -> None:
    lab = romekit.Lab()
    first, second, third = lab.bet("How many?"), lab.bet("Which?", *CHOICES), lab.bet("And which?", *CHOICES)
    first.lock("5")
    first.lock(7)
    assert first.value == 5
    second.lock("completed")
    assert "✓ Right. Your bets so far: 1 of 1 right." in repr(first.compare(5.4, within=0.5))
    assert "➜ Not this time. Your bets so far: 1 of 2 right." in repr(second.compare("executing"))
    assert "bets so far" not in repr(third.compare("executing"))
    assert "1 of 2 right" in repr(second.compare("executing"))


def test_a_bet_on_several_is_a_row_for_each_of_them() -> None:
    asked = romekit.Lab().bet("Which of them?", "Xbox", "Pi", several=True)
    asked.lock(["Xbox"])
    assert repr(asked.compare({"Xbox", "Pi"})).splitlines()[1:3] == [
        "Xbox  bet ✓  happened ✓",
        "Pi    bet –  happened ✓",
    ]


def test_a_cell_that_runs_again_shows_the_bet_that_was_locked() -> None:
    lab = romekit.Lab()
    lab.bet("How many?").lock(3)
    assert lab.bet("How many?").value == 3
    assert romekit.Lab().bet("How many?").value is None


def test_a_bet_that_comes_after_the_answer_is_too_late() -> None:
    asked = romekit.Lab().bet("How many?")
    asked.compare(4)
    asked.lock(4)
    assert asked.value is None


@pytest.mark.parametrize("wrong", ["", "many", None, float("nan"), float("inf")])
def test_what_is_no_number_is_refused_with_what_is_wanted(wrong: object) -> None:
    with pytest.raises(romekit.RomeError, match=r"does not answer “How many\?”"):
        romekit.Lab().bet("How many?").lock(wrong)


@pytest.mark.parametrize("wrong", ["done", "", None])
def test_what_is_no_choice_is_refused(wrong: object) -> None:
    with pytest.raises(romekit.RomeError, match="does not answer"):
        romekit.Lab().bet("Which?", *CHOICES).lock(wrong)
    with pytest.raises(romekit.RomeError, match="does not answer"):
        romekit.Lab().bet("Which?", *CHOICES, several=True).lock([wrong])


def test_a_timeline_and_a_race_mark_the_bet_and_without_one_they_are_as_before() -> None:
    lab = romekit.Lab()
    asked = lab.bet("How many seconds?", unit="seconds")
    history = lab.rome().launch("Surface", "https://bing.com").follow().history()
    plain = views.timeline(history, bet=asked)
    assert plain.spec == views.timeline(history).spec
    asked.lock(30)
    marked = views.timeline(history, bet=asked)
    assert marked.spec["layout"]["shapes"][0]["x0"] == 30 < marked.spec["layout"]["xaxis"]["range"][1]
    assert "Your bet: 30 s." in marked.description
    raced = [views.Finish("fixed", 1, "Pi", "completed", 3, 0.5), views.Finish("growing", 1, "Pi", "completed", 2, 1.0)]
    assert [each["name"] for each in views.race_chart(raced, bet="fixed").spec["data"]] == [
        "fixed (your bet)",
        "growing",
    ]


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda lab: lab.bet(), r'Write lab\.bet\("Which\?", "this", "that"\)'),
        (lambda lab: lab.bet(3), "question cannot be 3"),
        (lambda lab: lab.bet("Which?", 1, 2), "choices cannot be 1"),
        (lambda lab: lab.bet("Which?", several=True), "Give the choices as well"),
        (lambda lab: lab.bet("How many?").compare(), r"Write bet\.compare\(3\)"),
        (lambda lab: views.timeline([], bet="soon"), "bet cannot be 'soon'"),
    ],
)
def test_a_bet_that_cannot_be_asked_is_refused_with_one_that_can(ask, said) -> None:  # type: ignore[no-untyped-def]  # a table of calls
    with pytest.raises(romekit.RomeError, match=said):
        ask(romekit.Lab())
