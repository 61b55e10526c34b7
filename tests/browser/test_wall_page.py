"""`/wall` of `romekit serve` in a real browser: it reacts at once, works by keyboard, and survives its server."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.types import Receive, Scope, Send

from romekit.cloud.http.server import in_thread
from romekit.cloud.stub import Stub
from romekit.core.clock import Wall
from romekit.core.model import PING_PONG, Call, Launch
from tests.browser import chromium
from tests.browser.axe import serious
from tests.browser.chromium import LOOKS, card, every_look, fits, hide, shot, switch
from tests.cloud.listener import until
from tests.serving import DIRECT, ROMEKIT, serving, signed_in

PAGE = Launch("https://bing.com/search?q=rome").as_wire()
TOAST = Call(PING_PONG, {"Type": "Toast", "Title": "Hello", "Subtitle": "World!"}).as_wire()
OF_ALEX = "wall?upn=alex%40romekit.example"


class Program:
    """Another program at the same server, signed in as Alex."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.devices = {each["name"]: each["id"] for each in http.get("/me/devices").json()["value"]}

    def send(self, name: str, body: object) -> None:
        assert self.http.post(f"/me/devices/{self.devices[name]}/commands", json=body).status_code == 201

    def presence(self, name: str, presence: str) -> None:
        self.http.post(f"/me/devices/{self.devices[name]}/romekit.presence", json={"presence": presence})

    def card(self, name: str) -> dict[str, object]:
        return next(each for each in self.http.get("/me/romekit.wall").json()["value"] if each["name"] == name)


@pytest.fixture
def address() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def program(address: str) -> Iterator[Program]:
    with signed_in(address) as http:
        yield Program(http)


def opened(page: Page, address: str) -> None:
    page.goto(f"{address}/{OF_ALEX}")
    page.wait_for_selector(".rk-wall-sum")


def test_a_person_picks_an_account_and_sees_a_command_at_once(page: Page, address: str, program: Program) -> None:
    page.goto(f"{address}/wall")
    page.get_by_text("Alex Rivera").click()
    page.get_by_role("button", name="Next").click()
    surface = card(page, "Alex's Surface")
    page.wait_for_selector(".rk-wall-sum")
    begin = time.monotonic()
    program.send("Alex's Surface", PAGE)
    expect(surface.locator(".rk-status")).to_have_text(re.compile("requesting|sentToTarget|executing|completed"))
    assert time.monotonic() - begin < 15, "the page was told, and did not come to the end of its wait of 20 s"
    expect(surface.locator(".rk-address")).to_have_text("https://bing.com/search?q=rome")
    expect(surface).to_contain_text("completed #1 open")
    expect(page.locator(".rk-live")).to_contain_text("Alex's Surface shows https://bing.com/search?q=rome")


def test_the_seven_devices_show_pages_toasts_sleep_and_absence_and_change_by_mouse(page, address, program):
    opened(page, address)
    for name in program.devices:
        program.send(name, TOAST if name == "Living Room Xbox" else PAGE)
    expect(card(page, "Living Room Xbox").locator(".rk-toast")).to_contain_text("Hello")
    expect(card(page, "Travel Laptop").locator(".rk-screen")).to_contain_text("Asleep")
    expect(card(page, "Travel Laptop")).to_contain_text("commandDropped #6")
    expect(card(page, "Attic PC").locator(".rk-screen")).to_contain_text("Offline")
    expect(card(page, "Attic PC")).to_contain_text("failedToSend #7")
    shot(page, "wall_page")
    for word, presence in (("Asleep", "asleep"), ("Offline", "offline"), ("Awake", "online")):
        switch(page, "Alex's Phone", word).click()
        expect(switch(page, "Alex's Phone", word)).to_have_attribute("aria-pressed", "true")
        assert program.card("Alex's Phone")["presence"] == presence


def test_everything_can_be_done_by_keyboard_and_focus_stays(page: Page, address: str, program: Program) -> None:
    opened(page, address)
    asleep = switch(page, "Alex's Surface", "Asleep")
    while not asleep.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(asleep).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".rk-live")).to_have_text("Alex's Surface is asleep.")
    expect(asleep).to_be_focused()
    for key in ("Tab", "Tab", "Enter", "Tab"):
        page.keyboard.press(key)
    focused = page.locator(":focus")
    expect(focused).to_have_accessible_name("Uninstall Roman Test App")
    page.keyboard.press("Space")
    expect(page.locator(":focus")).to_have_accessible_name("Install Roman Test App")
    apps = program.card("Alex's Surface")["apps"]
    assert {app["name"]: app["installed"] for app in apps}["Roman Test App"] is False


def test_a_page_that_nobody_sees_asks_nothing_and_catches_up_when_it_is_shown(page, address, program):
    opened(page, address)
    hide(page)
    page.wait_for_timeout(300)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    program.send("Alex's Surface", PAGE)
    page.wait_for_timeout(1500)
    assert asked == []
    expect(card(page, "Alex's Surface")).not_to_contain_text("completed")
    hide(page, False)
    expect(card(page, "Alex's Surface")).to_contain_text("completed #1")
    expect(page.get_by_role("alert")).to_be_hidden()
    program.presence("Attic PC", "online")
    expect(switch(page, "Attic PC", "Awake")).to_have_attribute("aria-pressed", "true")


def test_a_seventh_tab_works_at_once_though_a_browser_has_six_connections_for_a_server(browser, address):
    with browser.new_context() as context:
        context.set_default_timeout(15_000)  # a request is held for twenty seconds
        for _ in range(7):
            page = context.new_page()
            opened(page, address)
            if len(context.pages) < 7:
                hide(page)
        switch(page, "Attic PC", "Awake").click()
        expect(switch(page, "Attic PC", "Awake")).to_have_attribute("aria-pressed", "true")


def test_only_the_card_that_changes_is_touched(page: Page, address: str, program: Program) -> None:
    page.set_viewport_size({"width": 1000, "height": 500})
    opened(page, address)
    page.evaluate(
        """() => {
          window.touched = new Set();
          const names = change => change.target.parentElement?.closest('.rk-device')?.querySelector('.rk-name');
          new MutationObserver(changes => changes.map(names).forEach(name => name && touched.add(name.textContent)))
            .observe(document.querySelector('.rk-cards'), { subtree: true, childList: true, characterData: true });
          window.scrollTo(0, 120);
        }"""
    )
    program.send("Alex's Surface", PAGE)
    expect(card(page, "Alex's Surface")).to_contain_text("completed #1")
    assert page.evaluate("[...touched]") == ["Alex's Surface"]
    assert page.evaluate("() => window.scrollY") == 120


@every_look
def test_nobody_is_shut_out(browser: Browser, address: str, program: Program, look: str) -> None:
    with chromium.page_of(browser, **LOOKS[look]) as (page, _):
        page.goto(f"{address}/wall")
        assert serious(page) == []
        opened(page, address)
        page.emulate_media(reduced_motion="reduce")
        for name in program.devices:
            program.send(name, TOAST if "Surface" in name else PAGE)
        card(page, "Alex's Surface").locator(".rk-toast").wait_for()
        page.locator("summary").first.click()
        assert serious(page) == []
        assert fits(page)
        shot(page, f"wall_page_{look}")


def test_a_refusal_is_said_in_words(browser: Browser, address: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()  # not watched: a browser calls each refusal an error
        opened(page, address)
        page.route("**/wall/do", lambda route: route.fulfill(status=409, json={"error": {"message": "Not now."}}))
        switch(page, "Attic PC", "Awake").click()
        expect(page.get_by_role("alert")).to_have_text("Not now.")


@contextmanager
def restartable(store: str) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """A server on a port of its own, how to stop it, and how to start it again."""
    with serving() as first:
        port = first.rpartition(":")[2]
    running: list[subprocess.Popen[str]] = []

    def start() -> None:
        line = [ROMEKIT, "serve", "--port", port, "--store", store]
        running.append(subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=DIRECT))
        until(lambda: _answers(first), 60)

    def stop() -> None:
        server = running.pop()
        server.terminate()
        server.communicate()

    try:
        start()
        yield first, stop, start
    finally:
        for server in running:
            server.terminate()
            server.communicate()


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/wall", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("kept", [False, True], ids=["in memory", "in a file"])
def test_a_page_whose_server_is_gone_says_so_and_comes_back_by_itself(browser, tmp_path, kept):
    store = f"sqlite:///{tmp_path / 'rome.db'}" if kept else "memory"
    with restartable(store) as (address, stop, start), browser.new_context() as context:
        page = context.new_page()  # not watched: a browser calls each failed request an error
        opened(page, address)
        stop()
        expect(page.get_by_role("alert")).to_contain_text(re.compile("The server does not answer|The server stops"))
        expect(card(page, "Attic PC")).to_be_visible()
        switch(page, "Attic PC", "Awake").click()
        expect(page.get_by_role("alert")).to_contain_text("does not answer")
        start()
        expect(page.get_by_role("alert")).to_be_hidden(timeout=10_000)
        switch(page, "Attic PC", "Awake").click()
        expect(switch(page, "Attic PC", "Awake")).to_have_attribute("aria-pressed", "true")


def test_without_javascript_the_cards_and_their_buttons_work(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{OF_ALEX}")
    assert "This browser runs no script" in page.inner_text("main")  # it stands in a <noscript>
    page.locator(".rk-device", has_text="Travel Laptop").get_by_role("button", name="Awake").click()
    page.wait_for_url(f"**/{OF_ALEX}")
    expect(page.locator("main")).not_to_contain_text("6 things")
    awake = page.locator(".rk-device", has_text="Travel Laptop").locator(".rk-presence")
    expect(awake).to_have_text("● Awake")
    shot(page, "wall_page_without_javascript")
    context.close()


def test_it_works_below_a_path_of_a_proxy(page: Page) -> None:
    stub = Stub(clock=Wall())

    async def below(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["path"].startswith("/user/sam/proxy/8765/"), scope["path"]
        await stub.app({**scope, "path": scope["path"].removeprefix("/user/sam/proxy/8765")}, receive, send)

    with in_thread(below) as address:
        opened(page, f"{address}/user/sam/proxy/8765")
        switch(page, "Attic PC", "Awake").click()
        expect(switch(page, "Attic PC", "Awake")).to_have_attribute("aria-pressed", "true")
        page.get_by_role("link", name="Somebody else's devices").click()
        page.get_by_text("Sam Okafor").click()
        page.get_by_role("button", name="Next").click()
        card(page, "Sam's Surface").wait_for()
        page.goto("about:blank")
