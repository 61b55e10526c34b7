"""A class in a real browser: joining, the teacher's page while it changes, and every button by keyboard."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import romekit
from romekit.cloud.classroom.roster import Opening
from romekit.cloud.engine.classroom.decide import announce, join
from romekit.cloud.http.server import in_thread
from romekit.cloud.stub import Stub
from romekit.core.clock import Wall
from tests.browser import chromium
from tests.browser.axe import serious
from tests.browser.chromium import LOOKS, card, every_look, fits, hide, shot

CODE, SECRET = "WREN-42", "a secret for tests, long"


class Class:
    """A class that runs, and students in it who have notebooks."""

    def __init__(self, address: str, stub: Stub) -> None:
        self.address = address
        self.stub = stub
        self.romes: dict[str, romekit.Rome] = {}

    def join(self, *names: str) -> None:
        for name in names:
            self.romes[name] = romekit.join(self.address, code=CODE, name=name, show=lambda said: None)

    def launch(self, name: str) -> None:
        rome = self.romes[name]
        rome.launch(rome.devices()[0], "https://bing.com/search?q=rome")


@pytest.fixture
def a_class(tmp_path, monkeypatch) -> Iterator[Class]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    stub = Stub(clock=Wall(), classroom=Opening("Physics 9", SECRET.encode(), CODE))
    with in_thread(stub.app) as address:
        made = Class(address, stub)
        yield made
        for rome in made.romes.values():
            rome.close()


def teach(page: Page, a_class: Class) -> None:
    """Open the teacher's page, by keyboard."""
    page.goto(f"{a_class.address}/class")
    expect(page.get_by_label("The admin secret")).to_be_focused()
    page.keyboard.type(SECRET)
    page.keyboard.press("Enter")
    page.wait_for_url("**/class")
    expect(page.get_by_role("heading", name="in the class")).to_be_visible()


def press(page: Page, name: str) -> None:
    """Press a button as somebody does who has no mouse."""
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    page.keyboard.press("Enter")


def said(page: Page) -> Locator:
    return page.locator("#said")


def test_a_student_joins_without_a_mouse_and_sees_their_own_devices(page: Page, a_class: Class) -> None:
    page.goto(a_class.address)
    expect(page.get_by_label("The class's code")).to_be_focused()
    page.keyboard.type("wren 42")
    page.keyboard.press("Tab")
    page.keyboard.type("Mia")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You are Mia")).to_be_visible()
    expect(page.locator(".word")).to_contain_text("-")
    page.get_by_role("link", name="See your devices").click()
    expect(page.get_by_role("heading", name="Mia's Surface")).to_be_visible()
    a_class.stub.roster.ask(announce("Exercise 3, please"))
    expect(page.get_by_text("Exercise 3, please")).to_be_visible()


def test_a_teachers_page_that_nobody_sees_asks_nothing_and_catches_up(page: Page, a_class: Class) -> None:
    a_class.join("Mia")
    teach(page, a_class)
    expect(card(page, "Mia")).to_be_visible()
    hide(page)
    page.wait_for_timeout(300)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    a_class.launch("Mia")
    page.wait_for_timeout(1500)
    assert asked == []
    hide(page, False)
    expect(card(page, "Mia")).to_contain_text("✓ completed")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_who_joins_while_one_looks_appears_and_a_command_is_on_the_page_at_once(page: Page, a_class: Class) -> None:
    teach(page, a_class)
    expect(page.get_by_text("Nobody has joined yet.")).to_be_visible()
    a_class.join("Mia")
    expect(card(page, "Mia")).to_be_visible()
    expect(page.get_by_text("Nobody has joined yet.")).to_be_hidden()
    expect(page.get_by_role("option", name="Mia")).to_have_count(1)
    a_class.join("Ben")
    expect(card(page, "Ben").get_by_text("nothing yet").first).to_be_visible()
    begun = time.monotonic()
    a_class.launch("Ben")
    card(page, "Ben").locator(".device").first.get_by_text("https://bing.com").wait_for()
    assert time.monotonic() - begun < 15, "the page was told, and did not come to the end of its wait of 20 s"
    expect(card(page, "Ben").locator(".device").first).to_contain_text("✓ completed")
    expect(card(page, "Mia")).to_contain_text("0 sent")
    expect(card(page, "Ben").get_by_text("active")).to_be_visible()


def test_every_button_works_by_keyboard_and_says_what_it_did(page: Page, a_class: Class) -> None:
    a_class.join("Mia", "Ben")
    teach(page, a_class)
    press(page, "Freeze time")
    expect(said(page)).to_contain_text("stands still")
    expect(page.get_by_role("button", name="Let time go on")).to_be_focused()
    a_class.launch("Mia")
    expect(card(page, "Mia")).to_contain_text("→ requesting")
    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("goes on")
    expect(card(page, "Mia")).to_contain_text("✓ completed")

    page.get_by_label("What", exact=True).select_option("refused")
    page.get_by_label("For whom").select_option("Ben")
    press(page, "Push the fault")
    expect(said(page)).to_contain_text("'refused' is set for Ben")
    expect(card(page, "Ben")).to_contain_text("! Goes wrong: refused")
    press(page, "Clear faults")
    expect(card(page, "Ben")).not_to_contain_text("Goes wrong")

    page.get_by_label("Say to everybody").fill("Look at the clock")
    press(page, "Say it")
    expect(said(page)).to_have_text("Everybody reads: Look at the clock")
    press(page, "Close joining")
    expect(page.get_by_text("Joining is closed.")).to_be_visible()
    press(page, "Open joining")
    expect(page.get_by_text("Joining is open.")).to_be_visible()


def test_removing_asks_first(page: Page, a_class: Class) -> None:
    a_class.join("Mia", "Ben")
    teach(page, a_class)
    button = page.get_by_role("button", name="Remove Ben")
    expect(button).to_be_hidden()
    page.get_by_text("Remove Ben…").focus()
    page.keyboard.press("Enter")
    expect(card(page, "Ben").get_by_text("Their account ends.")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("Ben is not in the class any more")
    expect(card(page, "Ben")).to_have_count(0)
    expect(card(page, "Mia")).to_be_visible()


@every_look
def test_everybody_can_use_the_pages(browser: Browser, a_class: Class, look: str) -> None:
    a_class.join("Mia", "Ben", "Amélie Dubois")
    a_class.launch("Mia")
    with chromium.page_of(browser, **LOOKS[look]) as (page, _):
        page.goto(f"{a_class.address}/join")
        assert serious(page) == []
        page.get_by_label("The class's code").fill(CODE)
        page.get_by_label("Your name").fill("Noor")
        page.get_by_role("button", name="Join").click()
        expect(page.get_by_role("heading", name="You are Noor")).to_be_visible()
        assert serious(page) == []
        shot(page, f"joined_{look}")
        page.goto(f"{a_class.address}/class")
        assert serious(page) == []
        teach(page, a_class)
        press(page, "Freeze time")
        expect(card(page, "Noor")).to_be_visible()
        assert serious(page) == []
        assert fits(page)
        shot(page, f"class_{look}")


def test_one_page_of_a_class_of_thirty_asks_once_and_not_thirty_times(page: Page, a_class: Class) -> None:
    for number in range(30):
        a_class.stub.roster.ask(join(CODE, f"Student {number}", "hashed"))
    teach(page, a_class)
    expect(card(page, "Student 29")).to_be_visible()
    asked: list[str] = []
    page.wait_for_timeout(400)
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1500)
    assert len(asked) <= 1
