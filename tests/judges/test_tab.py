"""The tutorials as a static site in a browser tab: nothing is fetched from elsewhere, each cell says what is saved."""

import json
from time import monotonic

import pytest

from notebooks import build, lite
from tests.browser.chromium import found, page_of, running, shot
from tests.judges.tab import FULL, LESSONS, NO_TABLES, Tab, pyodide, serving_files, texts

pytest.importorskip("jupyterlite_core", reason="JupyterLite is among the extras: uv run --extra site")
#: Without tables a few lessons say enough.
PLAYED = LESSONS if FULL else ["00_start_here", "03_launch_a_uri"]
MEGABYTES = 80


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    found()
    folder = tmp_path_factory.mktemp("site")
    lite.build(folder / "site", *pyodide(folder))
    return folder / "site"


@pytest.fixture(scope="module")
def address(site):
    with serving_files(site) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with running() as browser:
        yield browser


def test_the_site_is_small_and_students_get_no_outputs(site):
    size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
    assert size < MEGABYTES * 1e6
    for lesson in LESSONS:
        cells = json.loads((site / "files" / f"{lesson}.ipynb").read_text("utf-8"))["cells"]
        assert not any(cell.get("outputs") for cell in cells)


@pytest.mark.parametrize("lesson", PLAYED)
def test_each_cell_of_a_lesson_says_in_a_tab_what_is_saved(address, browser, lesson, capsys):
    saved = json.loads((build.HERE / f"{lesson}.ipynb").read_text("utf-8"))["cells"]
    with page_of(browser) as (page, watched):
        began = monotonic()
        tab = Tab(page, address, lesson)
        times, others, missing = [], {}, 0
        for index, cell in enumerate(saved):
            if cell["cell_type"] == "code":
                cell_began = monotonic()
                tab.run(index)
                times.append(round(monotonic() - cell_began, 2))
                if len(times) == 1:
                    first = monotonic() - began
                has, wanted = texts(tab.outputs(index)), texts(cell["outputs"])
                if any(words in text for text in has for words in NO_TABLES) and not FULL:
                    missing += 1
                elif has != wanted:
                    others[index] = (has, wanted)
        shot(page, f"tab_{lesson}")
        watched.errors[:] = [each for each in watched.errors if "404" not in each]  # the page looks for folders
    with capsys.disabled():
        print(f"\n{lesson}: first {first:.1f} s, slowest of the others {max(times[1:])} s, without tables {missing}")
    assert others == {}
