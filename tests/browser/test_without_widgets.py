"""Where no widget and no script of a chart can run, every cell still says something: exported, without a network."""

from collections.abc import Iterator

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, Page, expect

from notebooks import build
from tests.browser.axe import serious
from tests.browser.chromium import shot

LESSONS = sorted(path.stem for path in build.HERE.glob("*.ipynb"))
#: The outputs of a cell that have no room on the page, or nothing to read in it.
EMPTY = """cells => cells.flatMap((cell, number) =>
  [...cell.querySelectorAll('.jp-OutputArea-output')]
    .filter(output => output.offsetHeight < 8 || !output.innerText.trim())
    .map(() => number))"""


@pytest.fixture
def cut_off(browser: Browser) -> Iterator[Page]:
    """A page without a network, as in a train, or behind the wall of a school."""
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    context.route("**/*", lambda route: route.abort())
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_output_of_an_exported_lesson_can_be_read_by_everybody_without_a_network(cut_off, lesson, theme):
    page, _ = HTMLExporter(theme=theme).from_filename(build.HERE / f"{lesson}.ipynb")
    cut_off.set_content(page, wait_until="domcontentloaded")
    cells = cut_off.locator(".jp-CodeCell")
    written = nbformat.read(build.HERE / f"{lesson}.ipynb", as_version=4).cells
    expect(cells).to_have_count(sum(cell.cell_type == "code" for cell in written))
    assert cells.evaluate_all(EMPTY) == []
    shot(cut_off, f"exported_{lesson}_{theme}")
    # What is ours. The exporter's own prompts are pale, and it draws no line under a link in a text.
    assert serious(cut_off, ".jp-OutputArea-output", ".jp-MarkdownOutput", but="link-in-text-block") == []
