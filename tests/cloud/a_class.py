"""A cloud with a class in it, its students' browsers, and the teacher's."""

import re
from typing import Any

import httpx

from romekit.cloud.classroom.roster import Opening
from romekit.cloud.engine.classroom.state import Quotas
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.stub import Stub
from romekit.core.clock import Virtual
from tests.cloud.browser import Browser
from tests.cloud.support import DEVICE_GRANT

SECRET = "a secret for tests, long"
CODE = "WREN-42"
HOME = "http://127.0.0.1"
LAUNCH = {"type": "LaunchUri", "payload": {"uri": "https://a.example"}}
SCOPE = "https://graph.microsoft.com/Device.Read https://graph.microsoft.com/Device.Command offline_access"


class AClass:
    """The class "Physics 9" on virtual time."""

    def __init__(self, store: Any = None, clock: Virtual | None = None, **quotas: int) -> None:
        self.clock = clock or Virtual()
        opening = Opening("Physics 9", SECRET.encode(), CODE, Quotas(**quotas))
        self.stub = Stub(clock=self.clock, seed="test", store=store, classroom=opening)
        self.http = self.client()

    @property
    def room(self) -> Any:
        return self.stub.roster

    def client(self, base: str = HOME) -> httpx.Client:
        """Another browser, with cookies of its own."""
        return httpx.Client(transport=InProcessTransport(self.stub.app), base_url=base, follow_redirects=True)

    def joining(self, name: str = "Mia", **more: Any) -> httpx.Response:
        """Ask to join as a program does."""
        return self.http.post("/romekit/join", json={"code": CODE, "name": name, **more})

    def join(self, name: str = "Mia", **more: Any) -> dict[str, Any]:
        return self.joining(name, **more).json()

    def approving(self, place: dict[str, Any], user_code: str, **more: str) -> httpx.Response:
        """Approve a sign-in with a rejoin word."""
        said = {"account": place["account"], "word": place["word"], "user_code": user_code, **more}
        return self.http.post("/romekit/join/approve", json=said)

    def names(self) -> list[str]:
        """Who is in the class."""
        return [each.name for each in self.room.now().present()]

    def browser(self, name: str = "", **more: str) -> Browser:
        """A browser; with a name, one that has joined on the page."""
        browser = Browser(self.client())
        if name:
            browser.open("/join")
            browser.send(code=CODE, name=name, **more)
        return browser

    def teacher(self) -> Browser:
        return teacher_at(self.client(), SECRET)

    def signed_in(self, name: str = "Mia") -> httpx.Client:
        """A client for `/beta`, signed in as a new student."""
        return self.signed_in_as(self.join(name))

    def signed_in_as(self, place: dict[str, Any]) -> httpx.Client:
        flow = self.flow()
        assert self.approving(place, flow["user_code"]).status_code == 204
        client = self.client(f"{HOME}/beta")
        client.headers["Authorization"] = f"Bearer {self.tokens(flow).json()['access_token']}"
        return client

    def tokens(self, flow: dict[str, Any]) -> httpx.Response:
        grant = {"grant_type": DEVICE_GRANT, "device_code": flow["device_code"]}
        return self.http.post("/consumers/oauth2/v2.0/token", data={"client_id": "a-program", **grant})

    def flow(self) -> dict[str, Any]:
        """A sign-in that waits for a person."""
        asked = {"client_id": "a-program", "scope": SCOPE}
        return self.http.post("/consumers/oauth2/v2.0/devicecode", data=asked).json()


def teacher_at(http: httpx.Client, secret: str) -> Browser:
    """A browser that has typed the admin secret."""
    browser = Browser(http)
    browser.open("/class")
    browser.send(secret=secret)
    return browser


def do(browser: Browser, deed: str, /, **fields: str) -> httpx.Response:
    """Press one of the teacher's buttons, as the page's script does."""
    said = {"csrf": browser.page.fields["csrf"], "do": deed, **fields}
    return browser.http.post("/class/do", data=said, headers={"Accept": "application/json"})


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def launch(client: httpx.Client, device: int = 0) -> httpx.Response:
    """Send a command to one of one's devices."""
    return client.post(f"/me/devices/{ids_of(client)[device]}/commands", json=LAUNCH)


def ids_of(client: httpx.Client) -> list[str]:
    """The ids of one's devices."""
    return [each["id"] for each in client.get("/me/devices").json()["value"]]


def word_on(text: str) -> str:
    """The rejoin word that a page shows."""
    found = re.search(r"[a-z]+-[a-z]+-[a-z]+-\d\d", text)
    assert found
    return found[0]
