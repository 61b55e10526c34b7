"""What is good for one time is honoured once, also when eight come with it at the same moment."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from romekit.cloud.engine.events import Event
from romekit.cloud.engine.people import ALEX
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.http.server import in_thread
from romekit.cloud.store.contract import Memory, Written
from romekit.cloud.stub import Stub
from romekit.core.clock import Wall
from tests.cloud.browser import Browser
from tests.fuzz.cloud import LAUNCH
from tests.fuzz.sizes import count, counted, sizes

AT_ONCE: Final = 8
PLACE: Final = "/consumers/oauth2/v2.0"
APP: Final = {"client_id": "an-app"}
SCOPE: Final = "openid offline_access Device.Read Device.Command"
VERIFIER: Final = "v" * 43
BROWSER: Final = {
    **APP,
    "scope": SCOPE,
    "redirect_uri": "http://localhost:1/x",
    "response_type": "code",
    "code_challenge": urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
    "code_challenge_method": "S256",
}

Ask = Callable[[httpx.Client], httpx.Response]


class Slow(Memory):
    """A store that takes its time, so that all eight are there before the first has been written down."""

    def append(self, stream: str, at: int, events: Sequence[Event], relies_on: Written | None = None) -> Written:
        sleep(0.002)
        return super().append(stream, at, events, relies_on)


class Crowd:
    """A stub, and eight clients in front of it that ask at the same moment."""

    def __init__(self, stub: Stub, open_client: Callable[[], httpx.Client]) -> None:
        self.stub = stub
        self.clients = [open_client() for _ in range(AT_ONCE)]
        self.first = self.clients[0]
        self._barrier = Barrier(AT_ONCE)
        self._threads = ThreadPoolExecutor(AT_ONCE)

    def close(self) -> None:
        self._threads.shutdown()
        for client in self.clients:
            client.close()

    def answers(self, ask: Ask) -> list[httpx.Response]:
        """What the eight are told, all of it said without an error of the server's own."""
        answers = list(self._threads.map(lambda client: self._one(client, ask), self.clients))
        for answer in answers:
            count(answer.status_code)
            assert answer.status_code < 500, answer.text
        return answers

    def _one(self, client: httpx.Client, ask: Ask) -> httpx.Response:
        self._barrier.wait(timeout=20)
        return ask(client)

    def token(self, **fields: str) -> dict[str, Any]:
        return self.first.post(f"{PLACE}/token", data=APP | fields).json()

    def honoured(self, **fields: str) -> list[httpx.Response]:
        """Which of eight got tokens."""
        answers = self.answers(lambda client: client.post(f"{PLACE}/token", data=APP | fields))
        assert {answer.status_code for answer in answers} <= {200, 400}
        return [answer for answer in answers if answer.status_code == 200]


@pytest.fixture(params=["threads", "socket"])
def crowd(request: pytest.FixtureRequest) -> Iterator[Crowd]:
    """Eight threads in this process, or eight connections to a real server."""
    stub = Stub(clock=Wall(), store=Slow())
    if request.param == "threads":
        door = Crowd(stub, lambda: httpx.Client(transport=InProcessTransport(stub.app), base_url="http://127.0.0.1"))
        yield door
        door.close()
        return
    with in_thread(stub.app) as address:
        door = Crowd(stub, lambda: httpx.Client(base_url=address, trust_env=False))
        yield door
        door.close()


def device_flow(crowd: Crowd) -> dict[str, str]:
    return crowd.first.post(f"{PLACE}/devicecode", data=APP | {"scope": SCOPE}).json()


def device_grant(crowd: Crowd) -> dict[str, str]:
    flow = device_flow(crowd)
    crowd.stub.identity.approve(flow["user_code"], ALEX.upn)
    return {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": flow["device_code"]}


def code_grant(crowd: Crowd) -> dict[str, str]:
    browser = Browser(crowd.first)
    browser.open(f"{PLACE}/authorize?{httpx.QueryParams({**BROWSER, 'prompt': 'consent'})}")
    browser.send(upn=ALEX.upn)
    back = browser.send(button="allow").response.headers["location"]
    code = parse_qs(urlsplit(back).query)["code"][0]
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BROWSER["redirect_uri"],
        "code_verifier": VERIFIER,
    }


def refresh_grant(crowd: Crowd) -> dict[str, str]:
    return {"grant_type": "refresh_token", "refresh_token": crowd.token(**device_grant(crowd))["refresh_token"]}


@sizes(2, 25)
@pytest.mark.parametrize("grant", [device_grant, code_grant, refresh_grant])
def test_a_code_or_token_that_eight_show_at_once_is_honoured_exactly_once(
    crowd: Crowd, grant: Callable[[Crowd], dict[str, str]], size: int, record_property: Any
) -> None:
    def run() -> None:
        for _ in range(size):
            fields = grant(crowd)
            assert len(crowd.honoured(**fields)) == 1
            assert not crowd.honoured(**fields), "nor is it later"

    counted(record_property, run)


@sizes(2, 25)
def test_a_user_code_that_is_allowed_eight_times_at_once_is_approved_once(
    crowd: Crowd, size: int, record_property: Any
) -> None:
    def press(browser: Browser) -> httpx.Response:
        return browser.send(button="allow").response

    def run() -> None:
        for _ in range(size):
            code = device_flow(crowd)["user_code"]
            ready = {client: Browser(client) for client in crowd.clients}
            for browser in ready.values():
                browser.open("/link")
                browser.send(user_code=code)
                browser.send(upn=ALEX.upn)
            answers = crowd.answers(lambda client, ready=ready: press(ready[client]))
            assert sum("You are signed in" in answer.text for answer in answers) == 1

    counted(record_property, run)


@sizes(2, 25)
def test_a_command_that_is_sent_eight_times_at_once_under_one_name_is_one_command(
    crowd: Crowd, size: int, record_property: Any
) -> None:
    def run() -> None:
        token = crowd.token(**device_grant(crowd))["access_token"]
        device = crowd.stub.spaces.now(ALEX.upn).listed()[0].id
        for number in range(size):
            headers = {"Authorization": f"Bearer {token}", "client-request-id": f"round {number}"}
            place = f"/beta/me/devices/{device}/commands"
            answers = crowd.answers(lambda client, sent=headers, to=place: client.post(to, json=LAUNCH, headers=sent))
            assert len({answer.json()["id"] for answer in answers}) == 1
        assert len(crowd.stub.spaces.now(ALEX.upn).commands) == size

    counted(record_property, run)
