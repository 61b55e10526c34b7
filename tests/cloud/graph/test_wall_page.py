"""The page of the wall, as a browser without and with a script meets it."""

import asyncio
import re
import time
from base64 import b64encode
from hashlib import sha256
from threading import Thread

import httpx
import pytest

from romekit.cloud.engine.decide import AddDevice, send, set_presence
from romekit.cloud.engine.people import ALEX, SAM, WREN
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.http.server import in_thread
from romekit.cloud.stub import Stub
from romekit.core.clock import Virtual, Wall
from romekit.core.model import PROVIDER_APP, Launch
from romekit.core.presence import Presence
from tests.cloud.browser import Browser, Page
from tests.cloud.graph_client import waiting
from tests.cloud.listener import until

HERE = "http://127.0.0.1"
OF_ALEX = "/wall?upn=alex%40romekit.example"
NOW = OF_ALEX.replace("wall", "wall/now")
SCRIPT = {"Accept": "application/json"}


class Cloud:
    """A cloud on virtual time, and a browser in front of it."""

    def __init__(self) -> None:
        self.clock = Virtual()
        self.stub = Stub(clock=self.clock)
        self.http = self.client(follow_redirects=True)
        self.browser = Browser(self.http)

    def client(self, **more: bool) -> httpx.Client:
        return httpx.Client(transport=InProcessTransport(self.stub.app), base_url=HERE, **more)

    def device(self, name: str = "Alex's Surface") -> str:
        return next(each.id for each in self.stub.spaces.now(ALEX.upn).listed() if each.name == name)

    def presence(self, name: str = "Alex's Surface") -> str:
        return self.stub.spaces.now(ALEX.upn).devices[self.device(name)].presence.value

    def cards(self) -> list[dict[str, object]]:
        return list(self.http.get(NOW).json()["value"])

    def press(self, *, script: bool = True, **wish: str) -> httpx.Response:
        """What the page sends for a button, by its script or without one."""
        csrf = self.http.get(NOW).json()["csrf"]
        fields = {"csrf": csrf, "upn": ALEX.upn, "device": self.device(), **wish}
        return self.http.post("/wall/do", data=fields, headers=SCRIPT if script else {})


def has_all(text: str, *said: str) -> bool:
    return [each for each in said if each not in text] == []


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


@pytest.mark.witness("route", "GET|POST /wall", "I ours")
def test_a_person_picks_whose_devices_to_look_at_and_sees_them(cloud: Cloud) -> None:
    asked = cloud.browser.open("/wall")
    assert asked.choices == [ALEX.upn, SAM.upn], "a work account has no devices here"
    seen = cloud.browser.send(upn=SAM.upn)
    assert seen.response.url.query == b"upn=sam%40romekit.example"
    assert has_all(seen.text, "Sam Okafor's devices", "Sam's Surface")


@pytest.mark.parametrize("upn", ["", "nobody@romekit.example", WREN.upn])
def test_an_account_that_has_no_wall_is_asked_for_again(cloud: Cloud, upn: str) -> None:
    page = cloud.browser.open(f"/wall?upn={upn}")
    assert page.choices == [ALEX.upn, SAM.upn]
    assert page.response.status_code == (400 if upn else 200)
    assert cloud.browser.send(upn=upn).response.status_code == 400


def test_without_a_script_the_cards_stand_there_as_they_are_with_a_way_to_reload_and_a_button_works(cloud):
    cloud.stub.spaces.ask(ALEX.upn, send(cloud.device(), Launch("https://bing.com/rome")))
    page = cloud.browser.open(OF_ALEX)
    assert has_all(page.text, "#1 open https://bing.com/rome", "requesting")
    cloud.clock.advance(10)
    text = " ".join(cloud.browser.open(OF_ALEX).text.split())
    assert has_all(text, "Tablet, Windows", "bing.com", "completed #1 open https://bing.com/rome", "Asleep", "Offline")
    assert "Reload it" in text
    assert ("a", {"href": "wall?upn=alex%40romekit.example"}) in page.tags
    page = cloud.browser.open(OF_ALEX)
    fields = {**page.fields, "device": cloud.device(), "presence": "asleep"}
    back = cloud.http.post("/wall/do", data=fields)
    assert cloud.presence() == "asleep"
    assert back.history[0].headers["location"] == "../wall?upn=alex%40romekit.example"
    assert "Alex Rivera's devices" in Page(back).text


@pytest.mark.witness("route", "POST /wall/do", "I ours")
def test_a_button_wakes_a_device_puts_it_to_sleep_or_takes_it_offline_and_uninstalls_an_app(cloud: Cloud) -> None:
    cloud.browser.open(OF_ALEX)
    for presence in Presence:
        assert cloud.press(device=cloud.device("Travel Laptop"), presence=presence).status_code == 204
        assert cloud.presence("Travel Laptop") == presence
    for installed in ("false", "true"):
        assert cloud.press(app=PROVIDER_APP, installed=installed).status_code == 204
        apps = cloud.stub.spaces.now(ALEX.upn).devices[cloud.device()].apps
        assert (PROVIDER_APP in apps) is (installed == "true")


@pytest.mark.parametrize(
    ("wish", "status", "said"),
    [
        ({"presence": "dancing"}, 400, "presence 'dancing' is unknown."),
        ({"presence": "asleep", "device": "x"}, 404, "No device has the id 'x'."),
        ({"app": "Tetris", "installed": "true"}, 400, "No app is called 'Tetris'."),
        ({"upn": "nobody@x.example", "presence": "asleep"}, 404, "Nobody here has that account."),
        ({"csrf": "guessed", "presence": "asleep"}, 403, "This page is older than the server. Reload it"),
    ],
)
def test_what_cannot_be_done_is_said_in_words_to_a_script_and_to_a_person(cloud, wish, status, said):
    cloud.browser.open(OF_ALEX)
    answer = cloud.press(**wish)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    assert said in answer.json()["error"]["message"]
    page = Page(cloud.press(script=False, **wish))
    assert page.response.status_code == status
    assert said in page.text
    assert cloud.presence() == "online"


@pytest.mark.witness("error", "403 AccessDenied, 400 BadRequest", "I ours")
def test_a_form_from_elsewhere_does_nothing(cloud: Cloud) -> None:
    stranger = cloud.client()
    csrf = cloud.browser.open(OF_ALEX).fields["csrf"]
    fields = {"csrf": csrf, "upn": ALEX.upn, "device": cloud.device(), "presence": "asleep"}
    assert stranger.post("/wall/do", data=fields).status_code == 403
    assert stranger.post("/wall", data={"csrf": csrf, "upn": ALEX.upn}).status_code == 403
    assert stranger.post("/wall/do", content=b"x" * 70_000).status_code == 400
    assert stranger.post("/wall/do", content=b"upn=a&upn=b").status_code == 400
    assert cloud.presence() == "online"


@pytest.mark.witness("route", "GET /wall/now", "I ours")
def test_the_page_is_told_what_has_changed_and_304_otherwise(cloud: Cloud) -> None:
    first = cloud.http.get(NOW)
    etag = {"If-None-Match": first.headers["etag"]}
    same = cloud.http.get(NOW, headers=etag)
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    cloud.stub.spaces.ask(ALEX.upn, set_presence(cloud.device(), Presence.ASLEEP))
    changed = cloud.http.get(NOW, headers=etag)
    assert (changed.status_code, changed.headers["cache-control"]) == (200, "no-store")
    assert changed.json()["value"][0]["presence"] == "asleep"
    assert cloud.http.get("/wall/now?upn=nobody").status_code == 404
    assert cloud.http.get("/wall/now?upn=a&upn=b").json()["error"]["message"]


def test_looking_at_a_lab_does_not_move_its_time(cloud: Cloud) -> None:
    cloud.stub.spaces.ask(ALEX.upn, send(cloud.device(), Launch("https://a.b")))
    start, etag = cloud.clock.now(), cloud.http.get(NOW).headers["etag"]
    assert cloud.http.get(NOW, headers=waiting(etag)).status_code == 304
    assert cloud.clock.now() == start


def test_on_the_time_of_day_the_page_is_told_as_soon_as_something_happens() -> None:
    stub = Stub(clock=Wall())
    device = stub.spaces.now(ALEX.upn).listed()[0].id

    async def journey(address: str) -> tuple[int, float]:
        async with httpx.AsyncClient(base_url=address, timeout=30) as http:
            etag = (await http.get(NOW)).headers["etag"]
            looking = asyncio.create_task(http.get(NOW, headers=waiting(etag)))
            await asyncio.sleep(0.1)
            begin = time.monotonic()
            stub.spaces.ask(ALEX.upn, send(device, Launch("https://a.b")))
            told = await asyncio.wait_for(looking, 15)
            return told.json()["value"][0]["waiting"], time.monotonic() - begin

    with in_thread(stub.app) as address:
        on_its_way, took = asyncio.run(journey(address))
    assert on_its_way == 1
    assert took < 5


def test_a_server_that_is_asked_to_stop_lets_go_of_those_who_look() -> None:
    stub = Stub(clock=Wall())
    answers: list[httpx.Response] = []
    with httpx.Client(timeout=30) as http, in_thread(stub.app) as address:
        held = waiting(http.get(address + NOW).headers["etag"])
        looking = Thread(target=lambda: answers.append(httpx.get(address + NOW, headers=held, timeout=30)))
        looking.start()
        until(lambda: stub.spaces.ledger(ALEX.upn)._watchers)  # only the ledger knows that the request is held by now
        begin = time.monotonic()
    assert time.monotonic() - begin < 10
    looking.join()
    assert [(each.status_code, each.json()["error"]["message"]) for each in answers] == [(503, "The server stops.")]


def test_the_policy_allows_this_page_its_own_style_and_script_alone_which_sets_text_and_never_html(cloud):
    page = cloud.browser.open(OF_ALEX)
    response = page.response
    policy = response.headers["content-security-policy"]
    parts = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert parts["default-src"] == "'none'"
    assert parts["connect-src"] == parts["form-action"] == "'self'"
    for tag, name in (("style", "style-src"), ('script type="module"', "script-src")):
        text = response.text.partition(f"<{tag}>")[2].partition(f"</{tag.partition(' ')[0]}>")[0]
        assert parts[name] == f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
    assert response.text.count("<script") == response.text.count("<style") == 1
    body = response.text.partition("<body>")[2].partition("<script")[0]
    assert not re.search(r" style=| on\w+=|https?://(?!127)", body)
    script = response.text.partition('<script type="module">')[2].partition("</script>")[0]
    assert "createWall" in script
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|import\s|\.style\b", script)
    addresses = [value for _, attrs in page.tags for name, value in attrs.items() if name in ("href", "action")]
    addresses += re.findall(r"fetch\(.(\w[^\"`?]*)", script)
    assert {address.partition("?")[0] for address in addresses if address} == {"wall", "wall/do", "wall/now"}


def test_hostile_words_stay_text() -> None:
    evil = "</script><img src=x onerror=alert(1)>"
    device = AddDevice(name=evil, manufacturer="x", model=None, kind=evil, platform=evil, personality="prompt")
    http = httpx.Client(transport=InProcessTransport(Stub(devices=(device,)).app), base_url=HERE)
    assert "<img" not in http.get(OF_ALEX).text
    assert http.get(NOW).json()["value"][0]["name"] == evil


def test_who_leaves_the_page_is_not_waited_for() -> None:
    stub = Stub(clock=Wall())
    with in_thread(stub.app) as address:
        held = waiting(httpx.get(address + NOW).headers["etag"], 60)
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(address + NOW, headers=held, timeout=httpx.Timeout(30, read=0.5))
        until(lambda: not stub.spaces.ledger(ALEX.upn)._watchers)
