"""A page for the teacher beside every lesson: it fits on a page, its minutes add up, and it speaks of this lesson."""

import re
from pathlib import Path

import pytest

from notebooks import build
from tests.lessons.test_solutions import lesson_of, places, source
from tests.test_notebooks import EVERY, NAMES

GUIDES = build.HERE / "guides"
INDEX = GUIDES / "README.md"
HEADINGS = ["Timing", "Likely mistakes, and what to say", "Questions for the class", "When it runs late", "Answers"]
SHARED = ("deployment", "grading")  # of no lesson: one server for a class, and points for a challenge
every_notebook = pytest.mark.parametrize("name", EVERY)
every_page = pytest.mark.parametrize("page", sorted(GUIDES.glob("*.md")), ids=lambda page: page.stem)


def text(name: str) -> str:
    return (GUIDES / f"{name}.md").read_text(encoding="utf-8")


def section(page: str, heading: str) -> str:
    return page.split(f"## {heading}\n")[1].split("\n## ")[0]


def timing(page: str) -> list[tuple[int, str]]:
    """The rows of a table whose first column is minutes."""
    return [(int(minutes), part) for minutes, part in re.findall(r"(?m)^\| (\d+) \| ([^|]+?) \|", page)]


def promised(name: str) -> int:
    """What the notebook says it takes."""
    [minutes] = re.findall(r"About (\d+) minutes", source(name).cells[0].source)
    return int(minutes)


def headings(name: str) -> list[str]:
    cells = [cell.source for cell in source(name).cells if cell.cell_type == "markdown"]
    return [heading for cell in cells for heading in re.findall(r"(?m)^## (.+)$", cell)]


@every_page
def test_a_guide_fits_on_a_page_and_every_link_of_it_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    shown = re.sub(r"(?ms)^```.*?^```\n", "", text) if page.stem in SHARED else text  # they show whole files
    assert len(shown.splitlines()) <= (110 if page.stem in SHARED else 70 if page == INDEX else 60)
    linked = re.findall(r"\]\(([^)#:]+)\)", text)
    assert [target for target in linked if not (GUIDES / Path(target)).exists()] == []


@every_notebook
def test_a_guide_opens_its_notebook_and_says_goal_and_what_to_prepare(name):
    assert f"](../{name}.ipynb)" in text(name).splitlines()[0]
    assert all(re.search(rf"\*\*{said}\.\*\* \S", text(name)) for said in ("Goal", "Prepare"))
    assert re.findall(r"(?m)^## (.+)$", text(name)) == HEADINGS


@every_notebook
def test_a_guide_has_a_time_for_every_part_and_they_add_up_to_what_the_notebook_and_the_index_promise(name):
    assert sum(minutes for minutes, _ in timing(text(name))) == promised(name)
    rows = dict(re.findall(r"(?m)^\| \[[^\]]+\]\(([\w.]+)\.md\) \| (\d+) \|", INDEX.read_text(encoding="utf-8")))
    assert int(rows[name]) == promised(name)
    beginning, *parts = [part for _, part in timing(text(name))]
    assert beginning not in headings(name)
    assert parts == [heading for heading in headings(name) if heading != "What you did"]


@every_notebook
def test_a_guide_answers_every_exercise_and_names_at_least_three_mistakes_and_three_questions(name):
    answers = re.findall(r"(?m)^(\d)\. ", section(text(name), "Answers"))
    assert [int(number) for number in answers] == list(range(1, len(places(source(name))) + 1))
    for heading in HEADINGS[1:3]:
        assert len(re.findall(r"(?m)^\* ", section(text(name), heading))) >= 3


@pytest.mark.parametrize(("plan", "minutes"), [("A class of 90 minutes", 90), ("Half a day", 240)])
def test_the_plans_of_the_index_add_up(plan, minutes):
    assert sum(each for each, _ in timing(section(INDEX.read_text(encoding="utf-8"), plan))) == minutes


def test_half_a_day_gives_every_lesson_its_time_and_the_guides_are_those_of_the_notebooks_and_the_checks():
    rows = timing(section(INDEX.read_text(encoding="utf-8"), "Half a day"))
    given = {name: minutes for minutes, part in rows for name in NAMES if f"({name}.md)" in part}
    assert given == {name: promised(name) for name in NAMES}
    assert {lesson_of(name) for name in NAMES} == {path.stem.partition("_")[2] for path in GUIDES.glob("0[0-8]*.md")}
    assert sorted(page.stem for page in GUIDES.glob("*.md")) == sorted([*EVERY, "README", *SHARED])
