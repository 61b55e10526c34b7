"""A cloud to throw things at: raw requests in, no client between that would put them right first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

import httpx

from romekit.cloud.engine.people import ALEX, SAM, Person
from romekit.cloud.http.reverse_proxy import ReverseProxyMiddleware
from romekit.cloud.identity.tokens import seal
from romekit.cloud.stub import Stub
from romekit.core.clock import Virtual
from tests.fuzz.sizes import count

KEY: Final = b"the key of a cloud under fire..."
HOST: Final = b"127.0.0.1"
LAUNCH: Final = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
CALL: Final = {
    "type": "AppService",
    "appServiceName": "com.microsoft.test.echo",
    "packageFamilyName": "5085ShawnHenry.RomanTestApp_jsjw7knzsgcce",
    "payload": {"request": "hi"},
}

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Raw:
    """A request as a server reads it from the wire, nothing encoded or completed."""

    method: str
    target: bytes
    headers: Headers = ()
    body: bytes = b""

    @property
    def path(self) -> bytes:
        return self.target.partition(b"?")[0]

    @property
    def segments(self) -> list[str]:
        """The path as Graph cuts it, the version among it."""
        return [unquote(part) for part in self.path.decode("latin-1").split("/") if part]

    @property
    def scope(self) -> dict[str, Any]:
        """What uvicorn makes of it."""
        named = {name.lower() for name, _ in self.headers}
        headers = self.headers if b"host" in named else ((b"host", HOST), *self.headers)
        if self.body and named.isdisjoint({b"content-length", b"transfer-encoding"}):
            headers = (*headers, (b"content-length", b"%d" % len(self.body)))  # without one of them there is no body
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": unquote(self.path.decode("latin-1")),
            "raw_path": self.path,
            "query_string": self.target.partition(b"?")[2],
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in headers],
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 0),
        }


class Cloud:
    """A stub as `romekit serve` would serve it, without the socket. Two of them are alike, down to the ids."""

    def __init__(self) -> None:
        self.clock = Virtual()
        self.stub = Stub(clock=self.clock, seed="fuzz", key=KEY)
        self.app = ReverseProxyMiddleware(self.stub.app)
        self.breaks_on_purpose = False

    def token(self, person: Person = ALEX, key: bytes = KEY, **claims: object) -> str:
        now = self.clock.now()
        said = {
            "sub": person.id,
            "upn": person.upn,
            "aud": "https://graph.microsoft.com",
            "acct": person.kind,
            "scp": ["Device.Read", "Device.Command"],
            "iat": now,
            "exp": now + 3600,
        }
        return seal({**said, **claims}, key)

    def ask(self, raw: Raw) -> httpx.Response:
        """The answer; an error that nobody caught is counted and then raised."""
        try:
            answer = driven(self.app, raw)
        except Exception:
            count(500)
            raise
        count(0 if self.breaks_on_purpose else answer.status_code)
        return answer

    def asked_by(self, person: Person, method: str, path: str, body: bytes = b"", **headers: str) -> httpx.Response:
        return self.ask(self.signed(person, method, path, body, **headers))

    def signed(self, person: Person, method: str, path: str, body: bytes = b"", **headers: str) -> Raw:
        """A request with a good token of this person."""
        sent = {"Authorization": f"Bearer {self.token(person)}", "Content-Type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return Raw(method, path.encode(), as_raw(sent), body)

    def devices(self, person: Person) -> list[str]:
        return [device.id for device in self.stub.spaces.now(person.upn).listed()]


def as_raw(headers: Mapping[str, str]) -> Headers:
    return tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())


def driven(app: Any, raw: Raw) -> httpx.Response:
    """What an application that never waits answers."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": raw.body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    running = app(raw.scope, receive, send)
    try:
        while running.send(None) is None:
            """It lets others go first, and there are none."""
    except StopIteration:
        content = b"".join(message.get("body", b"") for message in sent[1:])
        return httpx.Response(sent[0]["status"], headers=sent[0]["headers"], content=content)
    running.close()
    raise AssertionError("The application tried to wait.")


def _known_ids() -> dict[str, list[str]]:
    """The ids that every cloud has: devices of two people, and the first commands of Alex."""
    cloud = Cloud()
    old(cloud)
    commands = list(cloud.stub.spaces.now(ALEX.upn).commands)
    return {"alex": cloud.devices(ALEX), "sam": cloud.devices(SAM), "commands": commands}


def old(cloud: Cloud) -> Cloud:
    """The cloud with two commands in it: one done, one on its way. They are not counted, they are no cases."""
    place = f"/beta/me/devices/{cloud.devices(ALEX)[0]}/commands"
    for body in (CALL, LAUNCH):
        cloud.clock.advance(20)
        driven(cloud.app, cloud.signed(ALEX, "POST", place, json.dumps(body).encode()))
    return cloud


IDS: Final = _known_ids()
