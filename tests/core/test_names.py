"""Names: one spelling, nothing invisible, and compared as people see them."""

import pytest

from romekit.core.names import as_typed, is_alike, is_readable, normal


@pytest.mark.parametrize(
    "name",
    ["علی\u200cرضا", "क्ष\u200dमा", "\U0001f469\u200d\U0001f4bb Mia", "Zoë", "李", "محمّد", "O'Neil", "שׁ\u05bc\u05b8לום"],
    ids=ascii,
)
def test_people_whose_names_need_joiners_or_marks_get_in(name):
    assert is_readable(normal(name))


@pytest.mark.parametrize(
    "name",
    [
        *("Mia\u3164", "Mia\u034f", "Mia\ufe0f", "\u2800", "Mi\u200da", "Mia\u200d", "Mia\u200b", "M\u00adia"),
        *("a\x00", "\u0301a", "Mi\u0300\u0301\u0302\u0303\u0300a"),
    ],
    ids=ascii,
)
def test_what_nobody_can_see_is_no_name(name):
    assert not is_readable(normal(name))


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ("Mi\u0430", "Mia", True),
        ("Ｍｉａ", "mia", True),
        ("Zoe\u0308", "Zo\u00eb", True),
        ("Anna  Lena", "Anna Lena ", True),
        ("Вера", "вера", True),
        ("علی\u200cرضا", "علیرضا", True),
        ("ŞİRİN", "şirin", True),
        ("Mía", "Mia", False),
        ("Ben", "Den", False),
    ],
    ids=ascii,
)
def test_names_are_compared_as_people_see_them(one, other, are_alike):
    assert is_alike(one, other) is are_alike


def test_a_code_may_be_typed_with_wide_letters_blanks_and_dashes_of_any_kind():
    assert {as_typed(code) for code in ("wren-42", "WREN 42", "WREN\u201042", "ＷＲＥＮ－４２")} == {"WREN42"}
