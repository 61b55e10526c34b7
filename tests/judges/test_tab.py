"""The tutorials as a static site in a browser tab: nothing is fetched from elsewhere, each cell says what is saved."""

import json
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import expect

from notebooks import lite
from tests.browser.chromium import found, page_of, running, shot
from tests.judges.tab import FULL, LESSONS, SITE, Tab, play, pyodide, serving_files, texts

pytest.importorskip("jupyterlite_core", reason="JupyterLite is among the extras: uv run --extra site")
#: Without tables a few lessons say enough.
WITH_CLICKS = "03_launch_a_uri"
PLAYED = LESSONS if FULL else ["00_start_here", WITH_CLICKS]
MEGABYTES = 80


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    found()
    if SITE:
        return Path(SITE)
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
def test_each_cell_of_a_lesson_says_in_a_tab_what_is_saved(address, browser, lesson):
    with page_of(browser) as (page, watched):
        began = monotonic()
        tab = Tab(page, address, lesson)
        opened = monotonic() - began
        played = play(tab, lesson)
        if lesson == WITH_CLICKS:
            by_clicks(tab, page)
        shot(page, f"tab_{lesson}")
        watched.errors[:] = [each for each in watched.errors if "404" not in each]  # the page looks for folders
    print(
        f"{lesson}: first result {opened + played.seconds[0]:.1f} s, slowest cell after it {max(played.seconds[1:])} s"
    )
    assert played.differing == {}
    assert played.without_tables < len(played.seconds) / 2


def by_clicks(tab, page):
    """The wall is drawn, a form is sent by its button, and what was done is there after the page was loaded again."""
    form, wall = (tab.place_of(words) for words in ("views.launch_form(", "lab.wall()"))
    expect(tab.output(wall).get_by_role("heading", level=4)).to_have_count(7)
    tab.output(form).get_by_role("button", name="Send").click()
    expect(tab.output(form).locator(".rk-status")).to_contain_text("completed")
    shot(page, "tab_form")
    tab.save()
    tab.load_again()
    assert texts(tab.outputs(form)) == ["Form: Open an address on a device"]
