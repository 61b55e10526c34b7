"""A service that says what it is told to say, and both clients behind one face."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from inspect import iscoroutine
from types import SimpleNamespace
from typing import Any

import httpx

from romekit.client.client import AsyncRome, Rome
from romekit.client.command import AsyncSentCommand
from romekit.cloud.engine.people import ALEX
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.http.server import in_thread
from romekit.cloud.identity.tokens import seal
from romekit.cloud.stub import Stub
from romekit.core.clock import Clock, Virtual, Wall
from romekit.core.endpoints import EMBEDDED, Cloud
from romekit.lab.lab import Lab

SURFACE = {"id": "d1", "name": "Surface", "kind": "Tablet", "status": "Online", "platform": "Windows"}
ONE_DEVICE = {"value": [SURFACE]}


@dataclass
class Says:
    """One answer of a scripted service."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


def now(status: str, **more: Any) -> Says:
    """The command is in this status."""
    return Says(200, {"id": "c1", "status": status, **more})


ACCEPTED = Says(201, {"id": "c1", "status": "requesting"})
DONE = now("completed")


class Service:
    """Gives its answers in turn, the last one again and again, and remembers what it was asked. An answer that is an
    exception is a connection that broke."""

    def __init__(self, *answers: Says | Exception) -> None:
        self.answers = list(answers)
        self.heard: list[SimpleNamespace] = []

    def answer(self, heard: SimpleNamespace) -> Says | Exception:
        """The answer to this request."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        query = scope["query_string"].decode()
        path = scope["raw_path"].decode() + (f"?{query}" if query else "")
        heard = SimpleNamespace(method=scope["method"], path=path, headers=headers, body=json.loads(body or "null"))
        self.heard.append(heard)
        answer = self.answer(heard)
        if isinstance(answer, Exception):
            raise answer
        raw = [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": answer.content})

    @property
    def verbs(self) -> list[str]:
        return [heard.method for heard in self.heard]


class WatchedClock(Virtual):
    """A clock that remembers the waits."""

    def __init__(self, seed: str = "romekit") -> None:
        super().__init__(seed=seed)
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        super().wait(seconds)

    async def wait_async(self, seconds: float) -> None:
        self.waits.append(seconds)
        await super().wait_async(seconds)


class Tokens:
    """Somebody whose tokens are numbered: a new number for each one that was refused."""

    account = "alex@romekit.example"

    def __init__(self) -> None:
        self.number = 1
        self.renewals = 0

    def token(self, *, refused: str = "") -> str:
        if refused:
            self.renewals += 1
            self.number += 1
        return f"secret-token-{self.number}"


def having(token: str) -> SimpleNamespace:
    """Somebody who has one token."""
    return SimpleNamespace(account=ALEX.upn, token=lambda refused="": token)


@contextmanager
def cloud_on_a_socket(**options: Any) -> Iterator[tuple[str, str]]:
    """The address of a cloud on time that really passes, and a token of Alex's."""
    stub = Stub(clock=Wall(), **options)
    claims = {"sub": ALEX.id, "upn": ALEX.upn, "aud": "https://graph.microsoft.com", "acct": "personal"}
    scopes = {"scp": ["Device.Read", "Device.Command"], "exp": time.time() + 600}
    with in_thread(stub.app) as address:
        yield address, seal(claims | scopes, stub.graph.key)


class Awaited:
    """An awaiting client, or command, that a plain test can call: each answer is awaited for it."""

    def __init__(self, inner: Any, run: Callable[[Any], Any]) -> None:
        self._inner = inner
        self._run = run

    def __repr__(self) -> str:
        return repr(self._inner)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found

        def call(*args: Any, **options: Any) -> Any:
            answer = found(*args, **options)
            answer = self._run(answer) if iscoroutine(answer) else answer
            return Awaited(answer, self._run) if isinstance(answer, AsyncSentCommand) else answer

        return call


class Shells:
    """Makes clients of one of the two kinds."""

    def __init__(self, run: Callable[[Any], Any] | None) -> None:
        self._run = run
        self.blocks = run is None

    def done(self, answer: Any) -> Any:
        """What a method of one of the commands of a fleet answers, awaited or not."""
        return self._run(answer) if self._run is not None and iscoroutine(answer) else answer

    def at(self, lab: Lab) -> Any:
        """A client in a Lab."""
        return lab.rome() if self._run is None else Awaited(lab.async_rome(), self._run)

    def of(self, service: Service, *, tokens: Any = None, clock: Clock | None = None, cloud: Cloud = EMBEDDED) -> Any:
        """A client of a scripted service."""
        options = {"clock": clock or Virtual()}
        if self._run is None:
            return Rome(cloud, tokens or Tokens(), http=httpx.Client(transport=InProcessTransport(service)), **options)
        http = httpx.AsyncClient(transport=httpx.ASGITransport(service))
        return Awaited(AsyncRome(cloud, tokens or Tokens(), http=http, **options), self._run)

    @contextmanager
    def over_a_socket(self, address: str, tokens: Any = None) -> Iterator[Any]:
        """A client that really opens connections."""
        given = replace(EMBEDDED, graph=address), tokens or Tokens()
        rome: Any = Rome(*given, clock=Virtual()) if self.blocks else AsyncRome(*given, clock=Virtual())
        yield rome if self._run is None else Awaited(rome, self._run)
        self.done(rome.close() if self.blocks else rome.aclose())
