"""How a lesson teaches: it asks, then runs, then explains; it is short; it says what it takes."""

import ast
import re
from itertools import pairwise

import pytest

from notebooks import build
from tests.test_notebooks import NAMES

BET = re.compile(r'(?m)^(\w+) = lab\.bet\("([^"]+)"')
every_notebook = pytest.mark.parametrize("name", NAMES)


def cells(name):
    return build.read(build.SOURCES / f"{name}.py").cells


def code(name):
    return [cell.source for cell in cells(name) if cell.cell_type == "code"]


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
def test_a_lesson_has_12_to_25_code_cells_most_of_four_statements_and_four_run_without_a_word_at_most(name):
    assert 12 <= len(code(name)) <= 25
    assert [text for text, run in beats(name) if run > 4] == []
    sizes = [len(ast.parse(source).body) for source in code(name)]
    assert sum(size <= 4 for size in sizes) >= 0.8 * len(sizes)


@every_notebook
def test_a_lesson_has_three_real_bets_each_looked_at_again(name):
    """A question with a control, which its cell shows, and soon after it what happened, beside the bet."""
    sources = code(name)
    asked = [(number, *BET.search(source).groups()) for number, source in enumerate(sources) if BET.search(source)]
    assert len(asked) == 3
    for number, bet, question in asked:
        assert question.endswith("?")
        assert sources[number].splitlines()[-1] == bet
        assert f"\n{bet}.compare(" in "\n".join(["", *sources[number + 1 : number + 9]])


@every_notebook
def test_a_lesson_names_its_new_words_in_bold_and_has_no_predict_and_no_answer_that_begins_as_a_fragment(name):
    prose = [text for text, _ in beats(name)]
    assert [text for text in prose if re.search(r"[Pp]redict|^(\w+[.:]|An? \w+ that is none|After \w+\.) ", text)] == []
    explained = [text for text, _ in beats(name)[1:]]
    bold = {word for text in explained for word in re.findall(r"\*\*([^*]+)\*\*", text)}
    assert len({word for word in bold if not re.match(r"\d\.", word)}) >= 5


@every_notebook
def test_a_lesson_says_first_what_one_will_be_able_to_do_and_last_what_was_done_and_one_harder_idea(name):
    first, last = cells(name)[0].source, cells(name)[-1].source
    assert "you will be able to" in first
    assert len(re.findall(r"(?m)^\* ", first)) == 3
    assert re.search(r"About (15|20) minutes\.", first)
    assert "## What you did" in last
    assert re.search(r"One harder idea: [^?]+\?", last)


@every_notebook
def test_what_explains_a_bet_is_folded_because_it_stands_on_the_screen_before_one_has_bet(name):
    for cell, after in pairwise(cells(name)):
        if ".compare(" in cell.source and after.cell_type == "markdown":
            assert after.source.startswith("<details><summary>What happened, and why</summary>")
