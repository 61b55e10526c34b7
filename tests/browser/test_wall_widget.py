"""The wall in a notebook: it changes while a cell follows a command, and everything on it works by mouse and keys."""

from playwright.sync_api import expect

from tests.browser.axe import serious
from tests.browser.chromium import LOOKS, card, every_look, settle, shot, switch
from tests.browser.lab import Notebook

SHOW = "import romekit\nlab = romekit.Lab(pace=1)\nrome = lab.rome()\nlab.wall()"
FOLLOW = 'rome.launch("Surface", "https://bing.com/rome").follow()'


def presence(notebook: Notebook, name: str) -> str:
    return notebook.value(f"lab._device({name!r}).presence.value")


#: Writes down every status that the first card shows, and how many milliseconds after a cell was begun.
LISTEN = """() => {
  window.heard = [];
  const list = document.querySelector('.rk-way');
  const listen = () => {
    const word = list.querySelector('.rk-status')?.textContent;
    if (word && heard.at(-1)?.[0] !== word) heard.push([word, performance.now() - window.begun]);
  };
  new MutationObserver(listen).observe(list, { subtree: true, childList: true, characterData: true });
}"""


def test_it_changes_step_by_step_while_a_cell_follows_a_command(opened) -> None:
    notebook = opened(SHOW, FOLLOW)
    notebook.run(0)
    surface = card(notebook.page, "Alex's Surface")
    expect(surface.locator(".rk-screen")).to_contain_text("Nothing yet")
    notebook.page.evaluate(LISTEN)
    notebook.page.evaluate("() => { window.begun = performance.now(); }")
    notebook.begin(1)
    expect(surface.locator(".rk-address")).to_have_text("https://bing.com/rome")
    notebook.wait_for_kernel()
    heard = notebook.page.evaluate("() => heard")
    assert [word for word, _ in heard] == ["requesting", "sentToTarget", "executing"]
    assert heard[2][1] > heard[0][1] + 200, "at a pace of 1 the steps are seen one by one"
    shot(notebook.page, "wall_widget")


def test_buttons_work_by_mouse_and_by_keyboard(opened) -> None:
    notebook = opened(SHOW)
    notebook.run(0)
    switch(notebook.page, "Attic PC", "Awake").click()
    expect(switch(notebook.page, "Attic PC", "Awake")).to_have_attribute("aria-pressed", "true")
    assert presence(notebook, "Attic PC") == "'online'"
    asleep = switch(notebook.page, "Alex's Surface", "Asleep")
    asleep.focus()
    notebook.page.keyboard.press("Enter")
    expect(asleep).to_have_attribute("aria-pressed", "true")
    expect(asleep).to_be_focused()
    assert presence(notebook, "Surface") == "'asleep'"
    for key in ("Tab", "Tab", "Enter", "Tab", "Space"):
        notebook.page.keyboard.press(key)
    expect(notebook.page.locator(":focus")).to_have_accessible_name("Install Roman Test App")
    assert "RomanTestApp" not in notebook.value("lab._device('Surface').apps")


def test_a_button_lets_simulated_time_pass_and_the_wall_shows_what_happens_meanwhile(opened) -> None:
    notebook = opened(SHOW, 'rome.launch("Surface", "https://bing.com/rome");')
    notebook.run(0, 1)
    notebook.cell(0)
    surface = card(notebook.page, "Alex's Surface")
    expect(surface.locator(".rk-status")).to_have_text("requesting")
    notebook.page.get_by_role("button", name="Let 10 s pass").click()
    expect(surface.locator(".rk-address")).to_have_text("https://bing.com/rome")
    switch(notebook.page, "Alex's Phone", "Offline").click()
    expect(switch(notebook.page, "Alex's Phone", "Offline")).to_have_attribute("aria-pressed", "true")


def test_a_cell_may_show_the_wall_again_both_follow_and_it_can_be_read_without_its_kernel(opened) -> None:
    notebook = opened(SHOW, "lab.wall()")
    notebook.run(0, 1)
    notebook.execute("lab.put_to_sleep('Surface')")
    for index in (0, 1):
        expect(notebook.output(index).locator(".rk-presence").first).to_have_text("☾ Asleep")
    notebook.save()
    notebook.page.reload()
    notebook.page.wait_for_selector(".jp-Notebook")
    expect(notebook.page.locator(".jp-OutputArea-output").first).to_contain_text("Attic PC")


@every_look
def test_nobody_is_shut_out(opened, look: str) -> None:
    toast = '{"Type": "Toast", "Title": "Hello", "Subtitle": "World!"}'
    notebook = opened(
        SHOW,
        f'rome.call("Xbox", romekit.PING_PONG, {toast})\nrome.call("Pi", romekit.ECHO, {{"request": "hi"}})\n'
        f'rome.launch("Travel", "https://a.b")\nlab.clock.pace = 0\n{FOLLOW}\nlab.clock.wait(20)\n'
        'rome.launch("Phone", "https://maps.example/rome");',
        **LOOKS[look],
    )
    notebook.run(0, 1)
    notebook.cell(0)
    expect(card(notebook.page, "Living Room Xbox").locator(".rk-toast")).to_contain_text("Hello")
    notebook.page.locator("summary").first.click()
    settle(notebook.page)
    shot(notebook.page, f"wall_widget_{look}")
    assert serious(notebook.page, ".rk-wall") == []


KEPT = ".rk-beside .rk-strip"


def test_one_click_keeps_a_small_wall_beside_the_notebook_and_it_changes_while_a_cell_runs(opened) -> None:
    notebook = opened(SHOW, FOLLOW)
    notebook.run(0)
    keep = notebook.output(0).get_by_role("button", name="Keep in view")
    keep.click()
    kept = notebook.page.locator(KEPT)
    tiles = kept.locator(".rk-device")
    expect(tiles).to_have_count(7)
    notebook.page.wait_for_function("document.querySelector('.rk-beside').clientWidth <= 300")
    keep.click()
    expect(kept).to_have_count(1)
    notebook.begin(1)
    expect(tiles.first.locator(".rk-status")).to_have_text("executing")
    expect(tiles.first.locator(".rk-last")).to_contain_text("completed")
    notebook.wait_for_kernel()
    assert serious(notebook.page, ".rk-beside") == []
    shot(notebook.page, "wall_kept_in_view")


def test_a_compact_wall_is_one_row_of_seven_tiles(opened) -> None:
    notebook = opened(SHOW.replace("lab.wall()", "lab.wall(compact=True)"), "lab = romekit.Lab()")
    for wide in (1280, 820):
        notebook.page.set_viewport_size({"width": wide, "height": 700})
        notebook.in_lab("app => app.shell.collapseLeft()")
        if wide == 1280:
            notebook.run(0)
        top = "tiles => tiles.map(tile => Math.round(tile.getBoundingClientRect().top))"
        tops = notebook.output(0).locator(".rk-device").evaluate_all(top)
        assert len(tops) == 7, "all devices"
        assert len(set(tops)) == 1, "one row"
        assert serious(notebook.page, ".rk-wall") == []
    notebook.run(1)
    expect(notebook.output(0).locator(".rk-wall-title")).to_have_text("Alex Rivera's devices, in an earlier lab")
