"""How questions get to a service: through httpx, or the short way over sockets (direct.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import httpx

from romekit.client.steps import Ask, Reply
from romekit.client.transport import failure_of, reply_of, request_of
from romekit.core.endpoints import Cloud


class Sender(Protocol):
    """Whatever sends a request and brings the answer: an httpx.Client, or a door of the embedded cloud."""

    def send(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Underway(Protocol):
    """A question on its way."""

    def reply(self) -> Reply:
        """Wait for the answer; Unreachable or Unsure when there is none."""
        ...

    def abandon(self) -> None:
        """Let the answer go."""
        ...


class Way(Protocol):
    """A way to a service. `abreast` is how many questions it carries at once."""

    abreast: int

    def begin(self, ask: Ask) -> Underway:
        """Send a question; Unreachable or Unsure when it cannot be sent."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Through:
    """The way through a Sender: one question at a time, sent when its answer is wanted."""

    abreast = 1

    def __init__(self, sender: Sender, base: str, new_id: Callable[[], str]) -> None:
        self._sender = sender
        self._base = base
        self._new_id = new_id
        self.close = sender.close

    def begin(self, ask: Ask) -> Underway:
        """See Way.begin."""
        return _Put(self, ask)

    def reply(self, ask: Ask) -> Reply:
        """The answer to a question."""
        try:
            return reply_of(self._sender.send(request_of(self._base, ask, self._new_id)), ask)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise failure_of(problem, ask) from None


@dataclass(frozen=True, slots=True)
class _Put:
    way: Through
    ask: Ask

    def reply(self) -> Reply:
        return self.way.reply(self.ask)

    def abandon(self) -> None:
        """Nothing has been sent."""


def way_to(cloud: Cloud, new_id: Callable[[], str]) -> Way:
    """The way to a cloud. A simulated one is on this machine: no proxy of the environment is on the way to it."""
    if cloud.socket and cloud.graph.startswith("http://"):
        from romekit.client.direct import Direct  # only who has a server needs it

        return Direct(cloud.graph, new_id)
    http = httpx.Client(trust_env=not cloud.simulated, verify=httpx.create_ssl_context())
    return Through(http, cloud.graph, new_id)
