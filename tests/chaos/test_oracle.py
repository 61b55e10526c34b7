"""The oracle finds what is wrong: each of these stories is doctored in one place, and it says which."""

import pytest

from romekit.core.errors import Busy, Unreachable, Unsure
from tests.chaos.journal import Journal
from tests.chaos.numbers import Record
from tests.chaos.oracle import Kept, judge

URI = "https://chaos.example/one/1"
WHOLE = ["requesting", "sentToTarget", "executing", "completed"]


@pytest.fixture
def journal() -> Journal:
    """A client that sent one command and saw it through."""
    journal = Journal("one", "alex@romekit.example")
    journal.accepted(URI, "c1", "requesting")
    for status in ("requesting", "executing", "completed"):
        journal.saw("c1", status)
    return journal


@pytest.fixture
def kept() -> Kept:
    kept = Kept({"c1": URI}, {"c1": list(WHOLE)})
    kept.runs["c1"] = 1
    return kept


def found(journal, kept):
    """Which promises were broken."""
    verdict = judge([journal], kept)
    return {name for name in ("lost", "repeated", "appeared", "backwards", "strange") if getattr(verdict, name)}


def test_a_story_in_which_all_is_well_is_clean(journal, kept):
    assert found(journal, kept) == set()
    assert judge([journal], kept).wrong("WARNING: nothing to speak of") == []


def twice(journal, kept):
    kept.uris["c2"], kept.statuses["c2"] = URI, WHOLE


def two_ids(journal, kept):
    journal.accepted(URI, "c2", "requesting")
    kept.statuses["c2"] = WHOLE


@pytest.mark.parametrize(
    ("doctor", "promises"),
    [
        (lambda journal, kept: kept.uris.clear() or kept.statuses.clear(), {"lost", "backwards"}),
        (lambda journal, kept: kept.statuses["c1"].pop(), {"lost", "backwards"}),  # what was shown was taken back
        (twice, {"repeated"}),
        (two_ids, {"repeated"}),
        (lambda journal, kept: kept.runs.update(c1=2), {"repeated"}),
        (lambda journal, kept: journal.seen.update(c1=["executing", "sentToTarget", "completed"]), {"backwards"}),
        (lambda journal, kept: journal.seen.update(c1=["requesting", "retry", "sentToTarget"]), {"backwards"}),
        (lambda journal, kept: journal.saw("c1", "expired"), {"backwards"}),
    ],
    ids=[
        *("it is not there", "it has no end", "two commands of one order", "one order with two ids", "it ran twice"),
        *("a status that cannot follow", "a status that its history does not have", "an end is an end"),
    ],
)
def test_a_story_that_is_doctored_in_one_place_breaks_these_promises(journal, kept, doctor, promises):
    doctor(journal, kept)
    assert found(journal, kept) == promises


@pytest.mark.parametrize("told", [Unreachable("No answer."), Busy("Not now.")])
def test_what_was_done_though_the_client_was_told_otherwise_has_appeared(journal, kept, told):
    journal.trouble(told, "https://chaos.example/one/2")
    assert found(journal, kept) == set(), "it was not done"
    kept.uris["c2"] = "https://chaos.example/one/2"
    assert found(journal, kept) == {"appeared"}


def test_what_was_unsure_may_have_been_done_and_may_not(journal, kept):
    journal.trouble(Unsure("No answer."), "https://chaos.example/one/2")
    assert found(journal, kept) == set()
    kept.uris["c2"] = "https://chaos.example/one/2"
    assert found(journal, kept) == set()


@pytest.mark.parametrize("problem", [KeyError("id"), OSError("reset"), Busy("Not now.", hint="")])
def test_an_error_that_is_not_ours_or_has_no_hint_is_strange(journal, kept, problem):
    journal.trouble(problem)
    assert found(journal, kept) == {"strange"}
    [wrong] = judge([journal], kept).wrong()
    assert wrong.startswith("strange")


def test_a_traceback_of_the_server_is_not_let_pass_and_a_run_in_which_nothing_was_accepted_shows_nothing(journal, kept):
    said = "Traceback (most recent call last):"
    assert judge([journal], kept).wrong(said) == [said]
    [wrong] = judge([Journal("idle", "")], kept).wrong()
    assert "nothing was accepted" in wrong


def test_a_calamity_that_is_played_alone_renews_its_own_row_and_no_other(journal, kept, tmp_path):
    record = Record(tmp_path / "NUMBERS.md", tmp_path / "artifacts" / "chaos.json")
    record.calamity("kills", judge([journal], kept), kills=50)
    kept.runs["c1"] = 2
    record.calamity("clock", judge([journal], kept))
    record.measure("idle", memory_in_MB=100.04)
    page = record.page.read_text()
    assert "| 1 | 0 | 0 | 0 | 0 | 0 | none | kills 50 |" in page
    assert "| 1 | 0 | 1 | 0 | 0 | 0 | none |  |" in page
    assert "memory in MB 100.0" in page
    assert "Not played here: full disk." in page
