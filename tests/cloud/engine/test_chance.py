"""Luck follows from its text alone, and is as fair as chance should be."""

from statistics import mean

import pytest

from romekit.cloud.engine.life import Chance


def test_the_same_text_is_the_same_luck_on_every_machine():
    luck = Chance("romekit:A1:deliver")
    assert [luck.random() for _ in range(3)] == [0.6967434885445224, 0.9830758034824288, 0.4756333704475889]
    assert Chance("romekit:A1:deliver").random() != Chance("romekit:A1:run").random()


def test_all_numbers_are_equally_likely_and_do_not_depend_on_what_was_drawn_before():
    drawn = [Chance(f"seed:{number}:deliver").random() for number in range(10_000)]
    one = Chance("one")
    drawn += [one.random() for _ in range(10_000)]
    assert 0 <= min(drawn) < 0.001
    assert 0.999 < max(drawn) < 1
    assert mean(drawn) == pytest.approx(0.5, abs=0.01)
    tenths = [sum(tenth / 10 <= number < (tenth + 1) / 10 for number in drawn) for tenth in range(10)]
    assert tenths == pytest.approx([2000] * 10, abs=200)
    lucks = [Chance(f"pair {number}") for number in range(10_000)]
    pairs = [(luck.random() - 0.5, luck.random() - 0.5) for luck in lucks]
    assert mean(one * two for one, two in pairs) == pytest.approx(0, abs=0.003)
