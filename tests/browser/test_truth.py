"""The truth line in a real JupyterLab."""

from __future__ import annotations

import pytest

from tests.browser.axe import serious
from tests.browser.chromium import shot

pytestmark = pytest.mark.browser

OPEN = """import romekit
lab = romekit.Lab(pace={pace})
rome = lab.rome()
command = rome.launch("Surface", "https://bing.com")
line = lab.truth()
line"""


def test_a_look(opened):
    notebook = opened(OPEN.format(pace=0), """command.follow()
rome.call("Xbox", romekit.RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7}).follow().payload()
lab.fault("answer lost", where="send")
try:
    rome.launch("Surface", "https://a.b")
except romekit.RomeError as e:
    print(e)
lab.clock.wait(3)
""")
    notebook.run(0, 1)
    out = notebook.output(0)
    notebook.page.wait_for_timeout(2000); shot(notebook.page, "truth_0"); print(notebook.texts()); print(out.inner_text())
    out.locator(".rk-truth-command").nth(2).wait_for()
    shot(notebook.page, "truth_1")
    out.get_by_role("button", name="executing, really").first.click()
    shot(notebook.page, "truth_2")
    print(serious(notebook.page, ".rk-truth"))
    try:
        notebook.theme("JupyterLab Dark")
    except Exception as e:
        print("THEME", notebook.page.evaluate("[document.body.dataset.jpThemeName, document.body.outerHTML.slice(0,300)]"))
    out.get_by_role("button", name="sentToTarget, believed").first.click()
    shot(notebook.page, "truth_3")
    print(serious(notebook.page, ".rk-truth"))


FLEET = """import romekit
from romekit import views
lab = romekit.Lab(pace=0)
rome = lab.rome()
devices = rome.devices()
for i in range(210):
    rome.launch(devices[i % 7].id, "https://a.b")
    lab.clock.advance(0.05)
lab.clock.advance({wait})
views.fleet_heatmap(lab.history())"""


def test_fleet(opened):
    notebook = opened(FLEET.format(wait=100), "views.fleet_bands(lab.history())", "views.fleet_heatmap(lab.history(), since='first')")
    for i in range(3):
        notebook.run(i)
        notebook.output(i).locator(".js-plotly-plot").wait_for()
        notebook.page.wait_for_timeout(500)
        shot(notebook.page, f"fleet_{i}")
