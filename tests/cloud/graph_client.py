"""A Graph behind a door, without its identity provider: tokens are sealed by hand."""

import time

import httpx

from romekit.cloud.engine.people import ALEX, DEMO_DEVICES, Person
from romekit.cloud.graph.graph import Graph
from romekit.cloud.http.application import Application, GraphEndpoint, request_ids
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.identity.tokens import seal
from romekit.cloud.store.contract import Memory
from romekit.cloud.store.ledger import Spaces
from romekit.cloud.webhooks.queue import WebhookQueue
from romekit.core.clock import Virtual
from romekit.core.model import MODERN, Profile

KEY = b"k" * 32
BASE = "https://graph.romekit.localhost"
LAUNCH = {"type": "LaunchUri", "payload": {"uri": "https://a.b"}}
ECHO = {
    "type": "AppService",
    "appServiceName": "com.microsoft.test.echo",
    "packageFamilyName": "5085ShawnHenry.RomanTestApp_jsjw7knzsgcce",
    "payload": {"request": "hi"},
}


JSON = {"Content-Type": "application/json"}


def token_of(person: Person = ALEX, at: float | None = None, **claims: object) -> str:
    """A token that is good for an hour: from now on, if no other time is given."""
    now = time.time() if at is None else at
    said = {"sub": person.id, "upn": person.upn, "aud": "https://graph.microsoft.com", "acct": person.kind}
    return seal({**said, "scp": ["Device.Read", "Device.Command"], "iat": now, "exp": now + 3600, **claims}, KEY)


def bearer(person: Person = ALEX, **claims: object) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(person, **claims)}"}


def waiting(etag: str, seconds: float = 20) -> dict[str, str]:
    """Headers of a request that would rather wait than hear the same again."""
    return {"If-None-Match": etag, "Prefer": f"wait={seconds}"}


def error_of(answer: httpx.Response) -> dict:
    error = answer.json()["error"]
    assert set(error["innerError"]) >= {"request-id", "client-request-id", "date"}
    assert answer.headers["request-id"] == error["innerError"]["request-id"]
    return error


def refusal(answer: httpx.Response) -> tuple:
    """The status, the code, and the target where there is one."""
    error = error_of(answer)
    return answer.status_code, error["code"], *([error["target"]] if "target" in error else [])


class Door:
    """Graph, its clock, and a client that is signed in as Alex."""

    def __init__(self, profile: Profile = MODERN, devices=DEMO_DEVICES, events=()) -> None:
        self.clock = Virtual()
        store = Memory()
        store.append(f"space:{ALEX.upn}", 0, events)
        self.graph = Graph(Spaces(store, self.clock, "test", devices), KEY, profile)
        self.webhooks = WebhookQueue(self.graph.spaces, profile, KEY)
        self.graph.webhooks = self.webhooks
        doors = [GraphEndpoint(self.graph, self.clock, request_ids("test"), version) for version in ("beta", "v1.0")]
        self.app = Application(doors, [])
        self.client = httpx.Client(transport=InProcessTransport(self.app), base_url=BASE)

    def token(self, person: Person = ALEX, **claims: object) -> str:
        return token_of(person, self.clock.now(), **claims)

    def ask(self, method: str, path: str, *, token: str | None = None, headers=None, **rest) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {self.token() if token is None else token}"}
        return self.client.request(method, path, headers={**bearer, **(headers or {})}, **rest)

    def get(self, path: str, **rest) -> httpx.Response:
        return self.ask("GET", path, **rest)

    def device(self, name: str = "Alex's Surface") -> str:
        return next(d.id for d in self.graph.spaces.now(ALEX.upn).listed() if d.name == name)

    def send(self, body=LAUNCH, name: str = "Alex's Surface", **rest) -> httpx.Response:
        return self.ask("POST", f"/beta/me/devices/{self.device(name)}/commands", json=body, **rest)

    def launched(self, name: str = "Alex's Surface") -> str:
        """The address of a command that has just been accepted."""
        return self.send(LAUNCH, name).headers["location"]

    def history(self) -> list[dict]:
        return self.get("/beta/me/romekit.history").json()["value"]
