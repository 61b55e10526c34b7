"""What a conversation may do: ask, get a token, pause. A flow is a generator that yields these and does no I/O."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from romekit.core.clock import seconds_in
from romekit.core.errors import Unreadable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. `path` is behind the base address, or a whole address when the service gave one (nextLink).

    `request_id` stays the same when the request is repeated; without one, every try is given a new one. `headers` are
    those beside the usual ones, `wait` is for how many seconds the service may hold the request, and `reads` says of a
    POST that it changes nothing.
    """

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    request_id: str = ""
    token: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    reads: bool = False

    def with_token(self, token: str) -> Ask:
        """The same, with a token. (dataclasses.replace costs five times as much, and every request needs this.)"""
        return Ask(self.method, self.path, self.body, self.request_id, token, self.headers, self.wait, self.reads)

    @property
    def is_safe(self) -> bool:
        """Whether it can be asked twice without doing anything twice."""
        return self.reads or self.method == "GET"


@dataclass(frozen=True, slots=True)
class Token:
    """An access token is wanted, and not the one that was just refused."""

    refused: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Pause:
    """A wait, in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. Header names are lower case. `part` is the body of an answer that was part of a batch's answer."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    ask: Ask = field(repr=False)
    part: Any = None

    def data(self) -> dict[str, Any]:
        """The body as a JSON object; Unreadable when it is something else."""
        data = _json_or_none(self.content) if self.part is None else self.part
        if not isinstance(data, dict):
            start = (self.content if self.part is None else json.dumps(self.part).encode())[:60]
            raise self.unreadable(f"is not a JSON object: {start.decode(errors='replace')!r}")
        return data

    def unreadable(self, why: str) -> Unreadable:
        """The error for an answer that is not what this API says."""
        return Unreadable(
            f"The answer to {self.ask.method} {self.ask.path} {why}.",
            status=self.status,
            request_id=self.headers.get("request-id"),
        )

    def retry_after(self, now: float) -> float | None:
        """Seconds to wait before asking again, if the service says so: a number, fractions allowed, or a date."""
        return seconds_in(self.headers.get("retry-after", ""), now)


def _json_or_none(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


Step = Ask | Token | Pause
Flow = Generator[Step, Any, T]
