"""A lesson as one HTML page: `nbconvert --to html --template romekit` asks no network and shows what is saved."""

import re
import subprocess
import sys

import nbformat
import pytest

from notebooks import build
from tests.browser.chromium import page_of, shot
from tests.serving import DIRECT

LESSON = "00_start_here"
WIDGET = "application/vnd.jupyter.widget-view+json"


def exported(folder, *notebooks):
    line = [sys.executable, "-m", "nbconvert", "--to", "html", "--template", "romekit", "--output-dir", str(folder)]
    subprocess.run([*line, *map(str, notebooks)], check=True, capture_output=True, env=DIRECT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A lesson, and the same one saved together with the state of its widgets."""
    folder = tmp_path_factory.mktemp("pages")
    lesson = nbformat.read(build.HERE / f"{LESSON}.ipynb", as_version=4)
    wall = next(cell for cell in lesson.cells if cell.source.endswith("lab.wall()"))
    wall.outputs[0].data[WIDGET] = {"version_major": 2, "version_minor": 0, "model_id": "wall"}
    states = {"wall": {"model_name": "AnyModel", "model_module": "anywidget", "state": {}}}
    lesson.metadata["widgets"] = {WIDGET.replace("view", "state"): {"version_major": 2, "state": states}}
    nbformat.write(lesson, folder / "with_widgets.ipynb")
    exported(folder, build.HERE / f"{LESSON}.ipynb", folder / "with_widgets.ipynb")
    return folder


@pytest.mark.parametrize("name", [LESSON, "with_widgets"])
def test_an_exported_lesson_asks_no_network_and_shows_its_outputs(folder, browser, name):
    text = (folder / f"{name}.html").read_text("utf-8")
    assert not re.findall(r"""(?:src|import|url)\s*[=(]\s*["']?https?:""", text)
    with page_of(browser) as (page, watched):
        page.goto((folder / f"{name}.html").as_uri())
        assert [url for url in watched.asked if not url.startswith(("file:", "data:"))] == []
        watched.strayed.clear()  # a file has no host
        wall = page.locator(".jp-OutputArea-output").get_by_text("5 awake")  # its widget has no kernel here
        assert wall.first.is_visible()
        assert page.locator(".jp-OutputArea-output").count() > 10
        shot(page, f"exported_{name}")
