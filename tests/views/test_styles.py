"""The style sheets of the widgets that can stand on one page: none may touch what belongs to another."""

import re
from itertools import permutations
from pathlib import Path

import pytest

from romekit.views.assets import STATIC
from romekit.views.wall import SHARE

SHEETS = {path.name: path for path in (*STATIC.glob("*.css"), *SHARE.glob("*.css"))}


def selectors(path: Path) -> list[str]:
    """Every selector of a style sheet; at-rules are opened, the steps of an animation are none."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"@keyframes[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text)
    text = re.sub(r":is\([^()]*\)", ":is()", text)  # its commas are not between selectors
    found = re.findall(r"([^{};]+)\{", text)
    return [one.strip() for head in found if "@" not in head for one in head.split(",")]


def classes(text: str) -> set[str]:
    return set(re.findall(r"\.(rk-[\w-]+)", text))


def roots(path: Path) -> set[str]:
    """The classes that a thing, or what it stands in, must have for any rule of the sheet to reach it."""
    return set().union(*(classes(re.split(r"[\s>+~]", one)[0]) for one in selectors(path)))


@pytest.mark.parametrize(("name", "other"), list(permutations(sorted(SHEETS), 2)))
def test_no_style_sheet_reaches_what_another_one_styles(name: str, other: str) -> None:
    styled = set().union(*map(classes, selectors(SHEETS[other])))
    assert roots(SHEETS[name]) & styled == set()


@pytest.mark.parametrize("name", sorted(SHEETS))
def test_every_rule_of_a_style_sheet_begins_at_a_class_of_ours(name: str) -> None:
    assert [one for one in selectors(SHEETS[name]) if not one.startswith(".rk-")] == []


def test_the_wall_and_the_form_style_only_what_stands_in_them() -> None:
    wall, form = roots(SHEETS["wall.css"]), roots(SHEETS["form.css"])
    assert wall == {"rk-wall", "rk-compact", "rk-strip", "rk-beside", "rk-pinned", "rk-has-pinned"}
    assert form == {"rk-bet", "rk-row", "rk-row-lines", "rk-is-wrong", "rk-shown", "rk-paste", "rk-send"}
