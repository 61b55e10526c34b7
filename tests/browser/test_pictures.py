"""The pictures of the README, taken anew on each run: compare artifacts/screens/readme_*.png with notebooks/images/."""

from playwright.sync_api import Locator, expect

from tests.browser.chromium import ARTIFACTS
from tests.browser.lab import Notebook

LAB = "import romekit\nfrom romekit import views\nlab = romekit.Lab(pace=0)\nrome = lab.rome()"


def picture(notebook: Notebook, of: Locator, name: str, width: int, height: int = 1500) -> None:
    """Keep a picture of a part of the page, at this width of the page; there is something in it."""
    notebook.page.set_viewport_size({"width": width, "height": height})
    expect(of).to_be_visible()
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    of.screenshot(path=ARTIFACTS / f"readme_{name}.png", animations="disabled")
    assert (ARTIFACTS / f"readme_{name}.png").stat().st_size > 10_000


def test_the_wall_as_the_readme_shows_it(opened):
    send = """
for device in ("Surface", "Phone", "Xbox", "HoloLens", "Laptop", "Attic"):
    rome.launch(device, "https://bing.com/search?q=rome")
toast = {"Type": "Toast", "Title": "Hello", "Subtitle": "from a notebook"}
rome.call("Xbox", romekit.PING_PONG, toast).follow()
rome.launch("Pi", "https://bing.com")
lab.clock.wait(0.9)
"""
    notebook = opened(LAB, "lab.wall()", send)
    notebook.run(0, 1, 2)
    wall = notebook.output(1).locator(".rk-wall")
    expect(wall.get_by_text("from a notebook").first).to_be_visible()
    picture(notebook, wall, "wall", 1460)


def test_the_truth_line_as_the_readme_shows_it(opened):
    notebook = opened(
        LAB,
        "lab.truth()",
        'rome.launch("Surface", "https://bing.com").follow(); rome.launch("Pi", "romecast:play").follow()',
    )
    notebook.run(0, 1, 2)
    truth = notebook.output(1).locator(".rk-truth")
    truth.get_by_role("button", name="requesting, believed").first.click()
    expect(truth.get_by_role("region", name="What is behind it")).to_contain_text("Why")
    picture(notebook, truth, "truth", 1460)


def test_the_form_as_the_readme_shows_it(opened):
    notebook = opened(LAB, "form = views.service_form(rome.devices(), rome.send)\nform")
    notebook.run(0, 1)
    form = notebook.output(1).locator(".rk-form")
    form.get_by_label("Known service").select_option(label="Random number")
    form.get_by_role("radio", name="curl").check()
    form.get_by_role("button", name="Send").click()
    expect(form.locator(".rk-answer")).to_be_visible()
    picture(notebook, form, "form", 1180)


def test_the_timeline_as_the_readme_shows_it(opened):
    bet = 'seconds = lab.bet("How many seconds will the slowest need?", unit="seconds")\nseconds.lock(4)'
    send = "for device in rome.devices():\n    rome.launch(device, 'https://bing.com')\nlab.clock.wait(20)"
    notebook = opened(LAB, bet, send, "views.timeline(lab.history(), bet=seconds)")
    notebook.run(0, 1, 2, 3)
    chart = notebook.output(3).locator(".js-plotly-plot")
    expect(chart.get_by_text("your bet", exact=True)).to_be_visible()
    picture(notebook, chart, "timeline", 1280)


def test_the_small_wall_beside_a_notebook_as_the_readme_shows_it(opened):
    launch = 'command = rome.launch("Xbox", "https://bing.com")'
    notebook = opened(
        LAB, "lab.wall()", launch, "lab.clock.wait(2)\nviews.timeline(lab.history(), now=lab.clock.now())"
    )
    notebook.run(0, 1)
    notebook.output(1).get_by_role("button", name="Keep in view").click()
    notebook.run(2, 3)
    kept = notebook.page.locator(".rk-beside .rk-strip")
    expect(kept.get_by_text("sentToTarget")).to_be_visible()
    notebook.page.set_viewport_size({"width": 1380, "height": 740})
    notebook.cell(2)
    picture(notebook, notebook.page.locator("#jp-main-dock-panel"), "beside", 1380, 740)
