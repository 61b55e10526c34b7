"""No second passes without a visible change while a cell runs, and nothing of that is left when it is over."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import serious
from tests.browser.chromium import shot
from tests.browser.test_lessons import committed, outputs, places

PROGRESS = ".rk-cell-progress"
SETUP = "import romekit\nlab = romekit.Lab()\nrome = lab.rome()"
#: Looks at what stands under a cell twice a second, and counts how often in a row it looks the same.
SAMPLE = """place => {
  const cell = document.querySelector(`.jp-NotebookPanel .jp-Cell[data-windowed-list-index="${place}"]`);
  window.looks = [];
  clearInterval(window.sampling);
  window.sampling = setInterval(() => {
    const parts = cell.querySelectorAll(".rk-cell-progress, .jp-Cell-outputArea");
    looks.push([...parts].map(part => part.textContent + part.querySelectorAll("*").length).join());
  }, 500);
}"""
SAME = """() => {
  clearInterval(window.sampling);
  let [longest, run] = [0, 0];
  looks.forEach((look, at) => { run = look === looks[at - 1] ? run + 1 : 0; longest = Math.max(longest, run); });
  return [longest, looks.length];
}"""


@pytest.mark.parametrize(
    ("lesson", "slow"),
    [
        ("05_status_timelines", ("seven =", "crowd =")),
        ("06_when_it_goes_wrong", ("again =", "lab.limit(reads", "def stopped_after")),
    ],
)
def test_the_slow_cells_of_a_lesson_change_every_second_and_end_as_they_are_saved(opened, lesson, slow):
    notebook = opened(lesson=lesson)
    expected, cells, looks = committed(lesson), places(lesson), 0
    for number, (source, place) in enumerate(cells.items()):
        is_slow = any(word in source for word in slow)
        if number:  # the first cell makes the lab
            notebook.execute(f"lab.clock.pace = {int(is_slow)}")
        notebook.cell(place)
        notebook.page.evaluate(SAMPLE, place)
        notebook.begin(place)
        notebook.wait_for_kernel()
        same, count = notebook.page.evaluate(SAME)
        if is_slow:
            assert same <= 1, f"{source!r} stood still: {notebook.page.evaluate('looks')}"
            looks += count
        if all(f"{word}" not in source for word in ("check(", "...")) and all(
            word in "".join(list(cells)[: number + 1]) for word in slow
        ):
            break
    assert looks > 20, "they are slow"
    assert outputs(notebook)[: number + 1] == expected[: number + 1]
    expect(notebook.page.locator(PROGRESS)).to_have_count(0)


def test_a_cell_shows_device_status_and_seconds_while_it_follows_and_nothing_is_saved(opened, lab):
    notebook = opened(SETUP, 'print("before")\nrome.launch("Xbox", "https://bing.com").follow()')
    notebook.run(0)
    notebook.begin(1)
    progress = notebook.cell(1).locator(PROGRESS)
    expect(progress).to_contain_text("Living Room Xbox: executing")
    expect(progress.locator(".rk-cell-progress-bar").last).to_have_text("executing")
    shot(notebook.page, "progress")
    assert serious(notebook.page, PROGRESS) == []
    notebook.wait_for_kernel()
    expect(notebook.output(1)).to_contain_text("before")
    expect(notebook.page.locator(PROGRESS)).to_have_count(0)
    notebook.save()
    [saved] = lab.folder.glob("test_a_cell_shows_device*/notebook.ipynb")
    assert "rk-cell-progress" not in saved.read_text()
    assert [len(cell) for cell in outputs(notebook)] == [0, 2]


def test_a_cell_that_only_computes_counts_its_seconds_too(opened):
    notebook = opened(SETUP, "import time\ntime.sleep(2)")
    notebook.run(0)
    notebook.begin(1)
    expect(notebook.cell(1).locator(PROGRESS)).to_contain_text("Running: 1.")
    notebook.wait_for_kernel()


STOPS = {
    "command.follow()": "Stopped waiting. The command goes on; call follow() again.",
    "await (await held.launch('Kiosk', 'https://bing.com')).follow()": (
        "Stopped waiting. The command goes on; call follow() again."
    ),
    "rome.follow_many([command])": "Stopped waiting. The commands go on; call follow_many() again.",
    "lab.clock.wait(60)": "Stopped waiting.",
    "await lab.sign_in(approve_after=None)": "Stopped waiting. Run the cell again to start a new sign-in.",
    "race(rounds=100)": "Stopped. Run the cell again to begin anew.",
    "challenge('poller').try_(lambda *given: 'completed', days=1000)": "Stopped. Run the cell again to begin anew.",
}


def test_a_cell_that_is_stopped_shows_one_sentence_and_no_traceback(opened):
    more = "\n".join(
        (
            "from romekit.challenges import challenge",
            "from romekit.lab.race import race",
            "lab.add_device('Kiosk', 'mute')",
            "held = lab.async_rome()",
            "command = rome.launch('Kiosk', 'https://bing.com')",
        )
    )
    notebook = opened(f"{SETUP}\n{more}", *STOPS)
    notebook.run(0)
    for place, sentence in enumerate(STOPS.values(), start=1):
        notebook.begin(place)
        expect(notebook.cell(place).locator(PROGRESS)).to_be_visible()
        notebook.interrupt()
        notebook.wait_for_kernel()
        [error] = [
            each
            for each in notebook.in_lab(
                "(app, place) => app.shell.currentWidget.content.widgets[place].model.outputs.toJSON()", place
            )
            if each["output_type"] == "error"
        ]
        assert error["traceback"] == [sentence]
        expect(notebook.output(place)).to_contain_text(sentence)
        expect(notebook.page.locator(PROGRESS)).to_have_count(0)
    shot(notebook.page, "stopped")
