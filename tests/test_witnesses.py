"""Everything the stub offers has a row, every row a source, a grade and a test, and the page is up to date."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.pinned import ROOT
from tests.witnesses.offered import OFFERED
from tests.witnesses.page import FILE, ROWS, page
from tests.witnesses.row import GRADES, KINDS, OURS, SOURCES, SPECIAL_ROOMS
from tests.witnesses.source import node_ids

HOW = "write its row in tests/witnesses/, then run: python -m tests.witnesses"


@pytest.mark.parametrize("kind", KINDS)
def test_everything_the_code_offers_has_a_row(kind):
    missing = OFFERED[kind]() - {row.name for row in ROWS if row.kind == kind}
    assert not missing, HOW


@pytest.mark.parametrize("kind", KINDS)
def test_no_row_names_what_the_code_does_not_have(kind):
    left_over = {row.name for row in ROWS if row.kind == kind} - OFFERED[kind]()
    assert not left_over, "take these rows out of tests/witnesses/, or name them anew"


def test_every_kind_is_known_and_nothing_has_two_rows():
    assert set(OFFERED) == set(KINDS)
    counted = Counter((row.kind, row.name) for row in ROWS)
    assert [row for row, times in counted.items() if times > 1 or row[0] not in KINDS] == []


def test_every_row_has_a_source_and_a_grade():
    assert [row.name for row in ROWS if row.source not in SOURCES or row.grade not in GRADES or not row.what] == []


def test_what_is_ours_is_graded_as_our_inference():
    assert [row.name for row in ROWS if row.source == OURS and row.grade != "I"] == []


def test_every_witness_exists():
    known = node_ids()
    assert {witness for row in ROWS for witness in row.witnesses} - known == set()


def test_every_row_has_a_witness_that_is_heard_in_every_run():
    plain = [any(not each.startswith(SPECIAL_ROOMS) for each in row.witnesses) for row in ROWS]
    assert [row.name for row, is_heard in zip(ROWS, plain, strict=True) if not is_heard] == []


def test_the_page_is_what_the_rows_say():
    assert FILE.read_text(encoding="utf-8") == page(), "run: python -m tests.witnesses"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_the_page_is_found_from_the_front(name):
    assert "(tests/WITNESSES.md)" in (ROOT / name).read_text(encoding="utf-8")
