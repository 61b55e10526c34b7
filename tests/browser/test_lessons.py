"""The first lesson in a real JupyterLab, as a student goes through it: by clicks, by keys, and again after a reload."""

import json
import re
from typing import Any

import nbformat
import pytest
from playwright.sync_api import expect

from notebooks import build
from tests.browser.axe import serious
from tests.browser.chromium import shot
from tests.browser.lab import PANEL, Notebook

FIRST = "00_start_here"
CARD = ".rk-card"
CODE = re.compile(r"\b[BCDFGHJKLMNPQRSTVWXZ2-9]{8}\b")


def places(name: str) -> dict[str, int]:
    """Where each code cell of a lesson stands, by its source."""
    cells = nbformat.read(build.HERE / f"{name}.ipynb", as_version=4).cells
    return {cell.source: place for place, cell in enumerate(cells) if cell.cell_type == "code"}


CELLS = places(FIRST)
[SIGN_IN] = [place for source, place in CELLS.items() if source.startswith("signing =")]
[AWAIT] = [place for source, place in CELLS.items() if "await signing" in source]


def plain(output: dict[str, Any]) -> str:
    """The text of an output, without the time of day: whoever approves a sign-in sooner has it earlier on the wall."""
    said = str(output.get("data", {}).get("text/plain", output.get("text", "")))
    return re.sub(r" at \d\d:\d\d:\d\d UTC", "", said)


def outputs(notebook: Notebook) -> list[str]:
    """The plain text that each code cell of the notebook shows; charts and cards have one too."""
    told = notebook.in_lab(
        """app => app.shell.currentWidget.content.widgets.filter(cell => cell.model.type === 'code')
             .map(cell => cell.model.outputs.toJSON())"""
    )
    return [[plain(each) for each in cell] for cell in told]


def committed(name: str) -> list[str]:
    cells = nbformat.read(build.HERE / f"{name}.ipynb", as_version=4).cells
    return [[plain(each) for each in cell.outputs] for cell in cells if cell.cell_type == "code"]


def test_the_whole_first_lesson_goes_by_clicks_and_prints_what_is_committed(opened):
    notebook = opened(lesson=FIRST)
    page = notebook.page
    run = page.locator(f"{PANEL} .jp-Toolbar").get_by_role("button", name="Run this cell and advance")
    for place in CELLS.values():
        notebook.select(place)
        run.click()
        if place == SIGN_IN:
            notebook.output(place).get_by_role("button", name="Approve as Alex").click()
        notebook.wait_until_run(place)
        if place == AWAIT:
            shot(page, "00_signed_in")
    assert outputs(notebook) == committed(FIRST)
    shot(page, "00_whole")


def test_the_whole_first_lesson_goes_by_keys(opened):
    notebook = opened(lesson=FIRST)
    page = notebook.page
    notebook.select(0)
    for place in range(max(CELLS.values()) + 1):  # one more would make a new cell
        page.keyboard.press("Shift+Enter")
        if place in CELLS.values():
            notebook.wait_until_run(place)
        if place == SIGN_IN:
            approve = page.locator(CARD).get_by_role("button", name="Approve as Alex")
            approve.focus()
            page.keyboard.press("Enter")
            page.locator(CARD).get_by_text("Signed in as").first.wait_for()
            notebook.select(place + 1)
    assert outputs(notebook) == committed(FIRST)


def test_a_saved_lesson_opens_again_with_its_outputs_and_without_a_code(opened, lab):
    notebook = opened(lesson=FIRST)
    notebook.run(*[place for place in CELLS.values() if place <= AWAIT + 4])
    before = outputs(notebook)
    notebook.save()
    [saved] = [path.read_text() for path in lab.folder.glob(f"test_a_saved*/{FIRST}.ipynb")]
    cells = [cell for cell in json.loads(saved)["cells"] if cell["cell_type"] == "code"]
    for output in (each for cell in cells for each in cell["outputs"]):
        output.get("data", {}).pop("image/png", "")  # its letters mean nothing and may look like a code
    shown = [json.dumps(output) for cell in cells for output in cell["outputs"]]
    assert not any(CODE.search(each) for each in shown)
    again = notebook.reloaded()
    assert outputs(again) == before
    assert again.output(SIGN_IN).inner_text().strip()
    expect(again.page.locator(f"{CARD} a, {CARD} code")).to_have_count(0)
    shot(again.page, "00_reloaded")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_what_the_first_lesson_shows_can_be_used_by_everybody(opened, dark):
    notebook = opened(lesson=FIRST, dark=dark)
    notebook.run_all()
    found = []
    for place in CELLS.values():
        notebook.output(place)
        found += serious(notebook.page, f"{PANEL} .jp-Cell-outputWrapper", f"{PANEL} .jp-MarkdownOutput")
    assert sorted(set(found)) == []
