"""Every notebook's own solutions, put in place of the dots and run: what a reader unfolds is what is tested."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

import nbformat
import pytest

from notebooks import build
from romekit.lessons import LESSONS, checks
from tests.test_notebooks import NAMES

FOLDED = re.compile(r"<details><summary>Solution</summary>\n\n```python\n(.*?)\n```\n\n</details>", re.DOTALL)
CHECK = re.compile(r"check\((\d+), answer(?:, \w+)*\)")
DOTS = "answer = ..."
every_notebook = pytest.mark.parametrize("name", NAMES)


@dataclass(frozen=True)
class Place:
    """Where one exercise of a notebook stands: the cell with the dots, the cell that checks, the folded solution."""

    answer: int
    check: int
    solution: str


def places(notebook: Any) -> list[Place]:
    cells = notebook.cells
    found = []
    for number, cell in enumerate(cells):
        if cell.cell_type == "code" and DOTS in cell.source:
            folded = FOLDED.match(cells[number + 2].source)
            assert folded, f"{cell.id}: no solution is folded right under the check"
            found.append(Place(number, number + 1, folded[1]))
    return found


def source(name: str) -> Any:
    return build.read(build.SOURCES / f"{name}.py")


def solved(name: str) -> Any:
    """The notebook as somebody leaves it who has opened every solution."""
    notebook = source(name)
    for place in places(notebook):
        cell = notebook.cells[place.answer]
        cell.source = cell.source.replace(DOTS, place.solution)
    return notebook


def lesson_of(name: str) -> str:
    return name.partition("_")[2]


@pytest.fixture(scope="module")
def run():
    """Every notebook with its solutions, run in one kernel, by name: each begins with a world of its own."""
    notebooks = {name: solved(name) for name in NAMES}
    together = nbformat.v4.new_notebook(cells=[cell for notebook in notebooks.values() for cell in notebook.cells])
    asyncio.run(build.run(together))
    return notebooks


@every_notebook
def test_the_solutions_of_a_notebook_are_right(name, run):
    assert list(build.complaints(run[name])) == []
    for place in places(source(name)):
        (output,) = run[name].cells[place.check].outputs
        assert output.data["text/plain"].startswith("Right: "), run[name].cells[place.answer].source


@every_notebook
def test_as_it_is_committed_every_check_says_whose_turn_it_is(name):
    committed = nbformat.read(build.HERE / f"{name}.ipynb", as_version=4)
    for place in places(committed):
        (output,) = committed.cells[place.check].outputs
        assert output.data["text/plain"].startswith("Your turn: ")


@every_notebook
def test_a_check_is_one_short_line_that_gives_nothing_away_and_each_exercise_is_asked_under_its_number(name):
    notebook = source(name)
    checking = [CHECK.fullmatch(notebook.cells[place.check].source) for place in places(notebook)]
    assert [int(line[1]) for line in checking if line] == list(range(1, len(checking) + 1))
    assert len(places(notebook)) == len(checks(lesson_of(name)).exercises)
    for number, place in enumerate(places(notebook), 1):
        assert f"**{number}.** " in notebook.cells[place.answer - 1].source


@every_notebook
def test_the_checks_are_opened_once_before_the_first_exercise_so_that_tries_are_remembered(name):
    """In a cell with a check in it they would be new each time that somebody tries."""
    cells = source(name).cells
    opening = ["from romekit.lessons import checks", f'check = checks("{lesson_of(name)}")', "check"]
    [opened] = [number for number, cell in enumerate(cells) if cell.source.splitlines() == opening]
    assert opened < places(source(name))[0].answer
    assert "checks(" not in "".join(cell.source for cell in cells[opened + 1 :] if cell.cell_type == "code")


def test_every_lesson_has_its_notebook_in_the_same_order():
    assert [lesson_of(name) for name in NAMES] == list(LESSONS)
