"""A bet in a real JupyterLab: locked by clicks and by keys, drawn into the chart that answers it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.axe import serious
from tests.browser.chromium import LOOKS, every_look, shot

SETUP = "import romekit\nfrom romekit import views\nlab = romekit.Lab(pace=0)\nrome = lab.rome()"
NUMBER = 'seconds = lab.bet("How many seconds?", unit="seconds")\nseconds'
CHOICE = 'ending = lab.bet("How does it end?", "completed", "expired")\nending'
SEVERAL = 'opens = lab.bet("Which of them?", "Xbox", "Pi", several=True)\nopens'
CHART = 'command = rome.launch("Xbox", "https://bing.com").follow()\nviews.timeline(command.history(), bet=seconds)'
COMPARED = ("seconds.compare(9)", "ending.compare(command.status)", 'opens.compare({"Xbox"})')


@every_look
def test_a_bet_is_locked_and_stands_in_the_chart_that_answers_it(opened, look):
    notebook = opened(SETUP, NUMBER, CHOICE, SEVERAL, CHART, *COMPARED, **LOOKS[look])
    notebook.run(0, 1, 2, 3)
    keys = notebook.page.keyboard
    number = notebook.output(1)
    number.get_by_label("How many seconds?").focus()
    keys.type("5")
    keys.press("Tab")
    keys.press("Enter")
    expect(number.get_by_text("Locked: 5 seconds.")).to_be_visible()
    expect(number.get_by_label("How many seconds?")).to_be_disabled()
    choice = notebook.output(2)
    choice.get_by_role("button", name="Lock").click()
    expect(choice.get_by_text("Answer first, then lock.")).to_be_visible()
    choice.get_by_label("How does it end?").select_option(label="completed")
    choice.get_by_role("button", name="Lock").click()
    expect(choice.get_by_text("Locked: completed.")).to_be_visible()
    several = notebook.output(3)
    several.get_by_label("Pi").check()
    several.get_by_role("button", name="Lock").click()
    expect(several.get_by_text("Locked: Pi.")).to_be_visible()
    assert serious(notebook.page, ".jp-OutputArea") == []
    notebook.run(4, 5, 6, 7)
    expect(notebook.output(4).locator(".js-plotly-plot").get_by_text("your bet", exact=True)).to_be_visible()
    expect(notebook.output(6).get_by_text("Your bets so far: 1 of 2 right.")).to_be_visible()
    expect(notebook.output(7).get_by_text("Your bets so far: 1 of 3 right.")).to_be_visible()
    assert serious(notebook.page, ".jp-OutputArea") == []
    shot(notebook.page, f"bets_{look}")
