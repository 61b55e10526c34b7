"""Charts in a real JupyterLab: every word of them can be read in the light theme and in the dark one."""

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import shot

STORY = """import romekit
from romekit import views
lab = romekit.Lab(pace=0)
rome = lab.rome()
for device in ("Surface", "Phone", "Xbox", "HoloLens", "Laptop", "Attic", "Pi"):
    rome.launch(device, "https://bing.com/search?q=rome")
lab.clock.wait(20)"""
CHARTS = ("views.timeline(lab.history())", "views.fleet_heatmap(lab.history())", "views.fleet_bands(lab.history())")

#: For each word that stands on the page's ground how well it stands out from it: from 1, not at all, to 21.
CONTRASTS = """plot => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => parts(colour).slice(0, 3).map(each => each / 255)
    .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
  const isClear = node => parts(getComputedStyle(node).backgroundColor)[3] === 0;
  let node = plot;
  while (isClear(node)) node = node.parentElement;
  const ground = light(getComputedStyle(node).backgroundColor);
  const words = [...plot.querySelectorAll("text, tspan")].filter(each =>
    [...each.childNodes].some(child => child.nodeType === 3 && child.data.trim()) && !each.closest(".bars, .barlayer"));
  return words.map(each => {
    const ink = light(getComputedStyle(each).fill);
    return [each.textContent, (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05)];
  });
}"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_word_of_a_chart_can_be_read_in_either_theme(opened, dark):
    notebook = opened(STORY, *CHARTS, dark=dark)
    notebook.run(*range(4))
    for index in (1, 2, 3):
        plot = notebook.output(index).locator(".js-plotly-plot")
        plot.locator(".gtitle").first.wait_for()
        found = plot.evaluate(CONTRASTS)
        assert len(found) > 8
        assert [each for each in found if each[1] < 4.5] == []
        shot(notebook.page, f"chart_{index}_{'dark' if dark else 'light'}")


def test_the_table_of_a_chart_opens_below_it_and_the_ends_of_a_command_can_be_counted(opened):
    notebook = opened(STORY, CHARTS[0], "views.status_diagram()")
    notebook.run(0, 1, 2)
    table = notebook.output(1).locator("details")
    expect(table.get_by_role("table")).to_be_hidden()
    table.locator("summary").click()
    expect(table.get_by_role("table")).to_be_visible()
    expect(notebook.output(2).get_by_role("listitem")).to_have_count(7)
    shot(notebook.page, "status_diagram")
