"""The truth line in a real JupyterLab: by mouse, by keyboard, and while a cell runs."""

from playwright.sync_api import expect

from tests.browser.axe import serious
from tests.browser.chromium import LOOKS, every_look, shot

LINE = """import romekit
lab = romekit.Lab(pace={pace})
rome = lab.rome()
line = lab.truth()
line"""
JOURNEYS = """rome.launch("Surface", "https://bing.com").follow()
rome.call("Xbox", romekit.RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7}).follow().payload()
lab.fault("answer lost", where="send")
try:
    rome.launch("Surface", "https://example.com/once")
except romekit.RomeError as problem:
    print(problem)
lab.fault("refused", where="status", times=3)
rome.launch("Phone", "https://bing.com").follow()
lab.put_to_sleep("Laptop")
rome.launch("Laptop", "https://bing.com").follow()"""


def shown(opened, **look):
    """A notebook in which five commands have gone right and wrong, and its truth line."""
    notebook = opened(LINE.format(pace=0), JOURNEYS, **look)
    if not look.get("dark"):
        notebook.theme("JupyterLab Light")  # one Lab serves all tests, and remembers
    notebook.run(0, 1)
    line = notebook.output(0).locator(".rk-truth")
    line.locator(".rk-truth-command").nth(4).wait_for(state="attached")
    return notebook, line


def command(line, number):
    return line.locator(".rk-truth-command").nth(number - 1)


def interval(line, number, says):
    return command(line, number).get_by_role("button", name=says)


def panel(line):
    return line.get_by_role("region", name="What is behind it")


def focused(page):
    return page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")


def test_a_click_opens_the_sentence_the_device_and_the_exchange_behind_a_state(opened):
    notebook, line = shown(opened)
    interval(line, 1, "executing, really").click()
    told = panel(line)
    expect(told).to_contain_text("Alex's Surface acknowledged it and started.")
    expect(told).to_contain_text("This was the device's own doing. Alex's Surface was online.")
    expect(told).to_contain_text("The client learned of it")
    expect(told.locator(".rk-truth-request")).to_contain_text("GET /beta/me/devices/")
    expect(told.locator(".rk-truth-answer")).to_have_text("← 200 OK")
    expect(told.locator(".rk-truth-body")).to_contain_text('"status": "executing"')
    told.get_by_text("headers sent").click()
    expect(told.locator("dl").first).to_contain_text("Bearer (taken out)")
    shot(notebook.page, "truth_click")


def test_next_and_previous_walk_through_the_exchanges_and_what_the_client_was_never_told_is_told_here(opened):
    _, line = shown(opened)
    interval(line, 1, "requesting, believed").click()
    told = panel(line)
    expect(told.locator(".rk-truth-answer")).to_have_text("← 201 Created")
    expect(told.locator(".rk-truth-body").first).to_contain_text("LaunchUri")
    told.get_by_role("button", name="Next").click()
    expect(told).to_contain_text("Exchange 2 of 5")
    expect(told.locator(".rk-truth-answer")).to_have_text("← 200 OK")
    expect(told.locator(".rk-truth-request")).to_contain_text("…")
    told.get_by_role("button", name="Show ids whole").click()
    expect(told.locator(".rk-truth-request")).not_to_contain_text("…")
    told.get_by_role("button", name="Previous").click()
    told.get_by_role("button", name="Previous").click(force=True)  # there is none: it does nothing
    expect(told).to_contain_text("Exchange 1 of 5")
    interval(line, 3, "not told, believed").click()
    expect(panel(line)).to_contain_text("though it was done")
    expect(panel(line).locator(".rk-truth-answer")).to_have_text("← 504 Gateway Timeout")
    interval(line, 5, "commandDropped, really").click()
    expect(panel(line)).to_contain_text("is in Connected Standby and dropped it.")


def test_the_key_says_what_each_mark_means_and_only_of_those_there_are(opened):
    answered = 'rome.call("Xbox", romekit.ECHO, {"request": "hi"}).follow().payload()'
    tried = "try:\n    command.refresh()\nexcept romekit.RomeError:\n    pass"
    broken = f'lab.fault("malformed answer", where="status")\n{tried}'
    notebook = opened(LINE.format(pace=0), 'command = rome.launch("Surface", "a:b")', answered, broken)
    notebook.run(0, 1)
    key = notebook.output(0).locator(".rk-truth-key")
    expect(key.get_by_text("● told a status")).to_be_visible()
    silent = key.get_by_text("· told no status, or an older one")
    unreadable = key.get_by_text("✂ an answer that breaks off")
    expect(silent).to_be_hidden()
    expect(unreadable).to_be_hidden()
    notebook.run(2)
    expect(silent).to_be_visible()
    expect(unreadable).to_be_hidden()
    notebook.run(3)
    notebook.cell(0)
    expect(unreadable).to_be_visible()


def test_all_of_it_works_by_keyboard_also_into_what_is_behind_an_interval_and_back(opened):
    notebook, line = shown(opened)
    keys, page = notebook.page.keyboard, notebook.page
    command(line, 1).get_by_role("button").first.focus()
    assert focused(page).startswith("requesting, really")
    way = {"ArrowRight": "sentToTarget, really", "ArrowDown": "(20", "ArrowDown ": ", believed, "}
    way |= {"Home": "requesting, believed", "End": "completed, believed"}
    for key, reached in way.items():
        keys.press(key.strip())
        assert reached in focused(page)
    keys.press("Enter")
    expect(panel(line)).to_contain_text("A final status never changes")
    shot(page, "truth_keyboard")
    assert focused(page).startswith("completed, believed")
    keys.press("Escape")
    expect(panel(line)).to_be_hidden()
    assert focused(page).startswith("completed, believed")
    expect(line.locator("[data-key][tabindex='0']")).to_have_count(1)  # one stop for Tab, the arrows do the rest
    interval(line, 2, "executing, really").focus()
    keys.press("Enter")
    keys.press("Tab")
    assert focused(page) == "Close"
    for key in ("Tab", "Tab", "Enter"):
        keys.press(key)
    assert focused(page) == "Next ›"  # pressing it does not lose the place
    keys.press("Escape")
    assert focused(page).startswith("executing, really")


def test_it_grows_while_a_cell_runs_and_can_be_clicked_meanwhile(opened):
    notebook = opened(LINE.format(pace=0.5), 'rome.call("Xbox", romekit.ECHO, {"request": "hello"}).follow()')
    notebook.run(0)
    line = notebook.output(0).locator(".rk-truth")
    notebook.begin(1)
    expect(interval(line, 1, "requesting, really")).to_be_visible()
    interval(line, 1, "requesting, believed").click()
    expect(panel(line).locator(".rk-truth-answer")).to_have_text("← 201 Created")
    expect(interval(line, 1, "sentToTarget, really")).to_be_visible()
    expect(interval(line, 1, "completed, believed")).to_have_count(0)
    assert notebook.page.evaluate("document.querySelector('.jp-Notebook').textContent.includes('[*]')")
    notebook.wait_for_kernel()
    expect(line.get_by_role("button", name=", believed, from").last).to_be_visible()
    expect(panel(line).locator(".rk-truth-answer")).to_have_text("← 201 Created")


def test_a_page_that_was_reloaded_gets_its_exchanges_again(opened):
    notebook, _ = shown(opened)
    notebook.save()
    notebook.page.reload()
    line = notebook.page.locator(".rk-truth")
    line.locator(".rk-truth-command").nth(4).wait_for(state="attached")
    interval(line, 1, "executing, really").click()
    expect(panel(line).locator(".rk-truth-answer")).to_have_text("← 200 OK")


@every_look
def test_everybody_can_use_it(opened, look):
    notebook, line = shown(opened, **LOOKS[look])
    interval(line, 4, "sentToTarget, believed").or_(interval(line, 4, "requesting, believed")).first.click()
    shot(notebook.page, f"truth_{look}")
    assert serious(notebook.page, ".rk-truth") == []
    wide = line.evaluate("node => [node.scrollWidth, node.clientWidth]")
    assert wide[0] <= wide[1] + 1
    expect(panel(line).get_by_text("Why", exact=True)).to_be_in_viewport()


def test_a_hundred_commands_scroll_and_the_newest_is_in_sight(opened):
    notebook = opened(LINE.format(pace=0), "for _ in range(70): rome.launch('Surface', 'https://bing.com')")
    notebook.run(0, 1)
    line = notebook.output(0).locator(".rk-truth")
    expect(line.locator(".rk-truth-command")).to_have_count(60)
    expect(line).to_contain_text("10 older commands are in the table only.")
    expect(line.locator(".rk-truth-title").last).to_be_in_viewport()
    expect(line.locator(".rk-truth-title").last).to_contain_text("#70")
