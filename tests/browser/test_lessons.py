"""The lessons in a real JupyterLab: every cell runs, nothing goes wrong on the page, nothing leaves the machine."""

from __future__ import annotations

import pytest

from tests.browser.chromium import shot

pytestmark = pytest.mark.browser


def test_the_first_lesson_signs_in_launches_and_draws_by_itself(opened):
    notebook = opened(lesson="00_start_here")
    notebook.run(1, 3, 4, 6, 7)
    assert "Signed in as alex@romekit.example" in notebook.output(3).inner_text()
    assert "completed" in notebook.output(6).inner_text()
    chart = notebook.output(7).locator(".js-plotly-plot")
    chart.wait_for()
    shot(notebook.page, "00_five_cells")
    assert "Command timeline" in chart.inner_text()
