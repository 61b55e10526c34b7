"""An exercise in a real JupyterLab: a wrong answer, the right one, and a solution that stays folded."""

import nbformat
import pytest
from playwright.sync_api import expect

from notebooks import build
from tests.browser.axe import serious
from tests.browser.chromium import shot
from tests.browser.lab import PANEL, Notebook

LESSON = "00_start_here"
CELLS = nbformat.read(build.HERE / f"{LESSON}.ipynb", as_version=4).cells
[ANSWER, *_] = [place for place, cell in enumerate(CELLS) if cell.source == "answer = ..."]
CHECK, SOLUTION = ANSWER + 1, ANSWER + 2


def answer(notebook: Notebook, code: str) -> str:
    """Type an answer in place of the dots, run it and its check; what the check says."""
    notebook.select(ANSWER)
    page = notebook.page
    page.keyboard.press("Enter")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(f"answer = {code}")
    page.keyboard.press("Escape")
    notebook.run(ANSWER, CHECK)
    return notebook.output(CHECK).inner_text()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_check_speaks_to_what_was_answered(opened, dark):
    notebook = opened(lesson=LESSON, dark=dark)
    notebook.run_all()
    expect(notebook.output(CHECK)).to_contain_text("Your turn:")
    assert "nobody has waited for it" in answer(notebook, '"requesting"')
    assert "`" not in answer(notebook, 'rome.launch("Phone", "https://bing.com")')
    assert "Stronger hint:" in answer(notebook, "42")
    shot(notebook.page, f"exercise_not_yet_{'dark' if dark else 'light'}")
    assert "Right:" in answer(notebook, 'rome.launch("Phone", "https://bing.com").follow().status')
    shot(notebook.page, f"exercise_right_{'dark' if dark else 'light'}")
    assert serious(notebook.page, f"{PANEL} .jp-Cell-outputWrapper") == []


def test_a_solution_is_folded_until_somebody_opens_it_with_the_mouse_or_a_key(opened):
    notebook = opened(lesson=LESSON)
    solution = notebook.cell(SOLUTION)
    code, summary = solution.locator("details pre").first, solution.locator("summary")
    expect(code).to_be_hidden()
    summary.click()
    code.wait_for()
    shot(notebook.page, "exercise_solution")
    summary.focus()
    notebook.page.keyboard.press("Enter")
    code.wait_for(state="hidden")
