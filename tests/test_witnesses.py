"""Everything the cloud offers has a test that shows it, with a grade and a source, and the page is up to date."""

import pytest

from tests.pinned import ROOT
from tests.witnesses.markers import GRADES, OURS, SOURCES, witnesses
from tests.witnesses.offered import OFFERED
from tests.witnesses.page import FILE, KINDS, page


@pytest.mark.parametrize("kind", KINDS)
def test_everything_the_code_offers_has_a_witness_and_no_witness_names_anything_else(kind):
    shown = {each.name for each in witnesses() if each.kind == kind}
    offered = OFFERED[kind]()
    assert offered - shown == set(), "mark the test that shows it: tests/witnesses/__init__.py says how"
    assert shown - offered == set(), "the code does not offer this (any more): mend or remove the marker"


def test_every_kind_is_known_and_every_witness_has_a_source_and_a_grade_and_what_is_ours_is_our_inference():
    assert set(OFFERED) == set(KINDS) == {each.kind for each in witnesses()}
    wrong = [each for each in witnesses() if each.source not in SOURCES or each.grade not in GRADES]
    assert wrong + [each for each in witnesses() if each.source == OURS and each.grade != "I"] == []


def test_the_page_is_what_the_markers_say():
    assert FILE.read_text(encoding="utf-8") == page(), "run: python -m tests.witnesses"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_the_page_is_found_from_the_front(name):
    assert "(tests/WITNESSES.md)" in (ROOT / name).read_text(encoding="utf-8")
