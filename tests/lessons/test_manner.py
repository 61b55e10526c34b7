"""How a lesson teaches: it asks, then runs, then explains; it is short; it says what it takes."""

import ast
import re
from itertools import pairwise

import pytest

from notebooks import build
from tests.test_notebooks import NAMES

every_notebook = pytest.mark.parametrize("name", NAMES)


def cells(name):
    return build.read(build.SOURCES / f"{name}.py").cells


def beats(name):
    """The markdown cells with how many code cells follow each before the next."""
    found = []
    for cell in cells(name):
        if cell.cell_type == "markdown":
            found.append([cell.source, 0])
        else:
            found[-1][1] += 1
    return found


@every_notebook
def test_a_lesson_has_12_to_25_code_cells(name):
    assert 12 <= sum(cell.cell_type == "code" for cell in cells(name)) <= 25


@every_notebook
def test_at_most_four_cells_run_without_a_word_between(name):
    assert [text for text, run in beats(name) if run > 4] == []


@every_notebook
def test_most_cells_of_a_lesson_are_one_to_four_statements(name):
    sizes = [len(ast.parse(cell.source).body) for cell in cells(name) if cell.cell_type == "code"]
    assert sum(size <= 4 for size in sizes) >= 0.8 * len(sizes)


@every_notebook
def test_a_lesson_asks_the_reader_to_predict_all_the_way_through(name):
    lesson = [text for text, _ in beats(name) if "Your turn" not in text]
    asking = [number for number, text in enumerate(lesson) if re.search(r"\*\*[Pp]redict\b", text)]
    assert len(asking) >= 7
    assert max(later - earlier for earlier, later in pairwise(asking)) <= 4


@every_notebook
def test_a_prediction_is_followed_by_something_to_run(name):
    assert [text for text, run in beats(name) if re.search(r"\*\*[Pp]redict\b", text) and not run] == []


@every_notebook
def test_a_lesson_names_its_new_words_in_bold(name):
    explained = [text for text, _ in beats(name)[1:]]
    bold = {word for text in explained for word in re.findall(r"\*\*([^*]+)\*\*", text)}
    assert len({word for word in bold if not re.match(r"[Pp]redict|\d\.", word)}) >= 5


@every_notebook
def test_a_lesson_says_first_what_one_will_be_able_to_do_and_how_long_it_takes(name):
    first = cells(name)[0].source
    assert "you will be able to" in first
    assert len(re.findall(r"(?m)^\* ", first)) == 3
    assert re.search(r"About (15|20) minutes\.", first)


@every_notebook
def test_a_lesson_ends_with_what_was_done_and_one_harder_idea(name):
    last = cells(name)[-1].source
    assert "## What you did" in last
    assert re.search(r"One harder idea: [^?]+\?", last)
