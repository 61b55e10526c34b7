"""A request as a flow makes it, and its answer: when it is repeated, and which error stands for one that failed.

A flow is a generator that yields what it needs (an `Ask`, a `Token`, a `Pause`) and does no I/O. A refused token is
renewed once, and a busy service is asked a few times. A request that may do something is repeated only after a 429,
because only then is it certain that nothing was done. On 503 or 504 a command may have been accepted before its answer
was lost, and sending it again would run it twice; that raises `Unsure` instead.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, TypeVar

from romekit.core.clock import seconds_in
from romekit.core.errors import (
    Busy,
    NotAllowed,
    NotFound,
    Rejected,
    RomeError,
    ServiceRetired,
    SignInNeeded,
    TimedOut,
    Unreachable,
    Unreadable,
    Unsure,
)
from romekit.core.polling import Growing

T = TypeVar("T")
TRIES: Final = 4
TOO_LONG: Final = 60.0
#: A proxy or the service failed; a request that only reads is repeated.
TEMPORARY: Final = frozenset({502, 503, 504})

#: The error for an HTTP status (dossier 7.1). Anything else from 400 on is Rejected.
ERRORS: Final[dict[int, type[RomeError]]] = {
    401: SignInNeeded,
    403: NotAllowed,
    404: NotFound,
    410: ServiceRetired,
    500: Unreadable,
    **dict.fromkeys((429, 502, 503, 504, 507), Busy),
}
HINTS: Final[dict[int, str]] = {
    400: "The message says which part was refused.",
    405: "This address takes other verbs.",
    409: "Ask for the command's status first.",
    413: "Send a smaller payload.",
    415: "Send application/json.",
    500: "The service itself failed; try again later.",
    507: "Whoever runs the service has to make room on it; then ask again.",
}


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
        data = self.part
        if data is None:
            with suppress(ValueError, RecursionError):
                data = json.loads(self.content)
        if isinstance(data, dict):
            return data
        start = (self.content if self.part is None else json.dumps(self.part).encode())[:60]
        raise self.unreadable(f"is not a JSON object: {start.decode(errors='replace')!r}")

    def unreadable(self, why: str) -> Unreadable:
        return Unreadable(
            f"The answer to {self.ask.method} {self.ask.path} {why}.",
            status=self.status,
            request_id=self.headers.get("request-id"),
        )

    def retry_after(self, now: float) -> float | None:
        """Seconds to wait before asking again, if the service says so: a number, fractions allowed, or a date."""
        return seconds_in(self.headers.get("retry-after", ""), now)


Step = Ask | Token | Pause
Flow = Generator[Step, Any, T]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The time, and how long to wait between the tries when something goes wrong."""

    now: Callable[[], float]
    random: Random
    knows_causes: bool  # whether the service is romekit's own, which has a history and a list of what has changed

    def pauses(self) -> Iterator[float]:
        return Growing().pauses(self.random)


def with_retries(policy: RetryPolicy, ask: Ask, end: float | None = None) -> Flow[Reply]:
    """Ask until there is a success; the error when there is none, or none that may be waited for.

    Without `end` there are four tries, and no pause of over a minute; with it they go on until that time, and then it
    is TimedOut.
    """
    for tried, pause in enumerate(policy.pauses(), start=1):
        problem, wait = yield from _attempt(policy, ask)
        if isinstance(problem, Reply):
            return problem
        if wait is None or (end is None and (tried == TRIES or wait > TOO_LONG)):
            raise problem
        wait = wait or pause
        if end is not None and policy.now() + wait > end:
            yield Pause(max(0.0, end - policy.now()))
            raise TimedOut(f"No answer before the deadline: {problem.message}") from problem
        yield Pause(wait)
    raise AssertionError("the pauses never end")


def _attempt(policy: RetryPolicy, ask: Ask) -> Flow[tuple[Reply | RomeError, float | None]]:
    """One try: the reply, or the problem and how long to wait before the next (None: there must be no next)."""
    try:
        token = yield Token()
        reply: Reply = yield ask.with_token(token)
        if reply.status == 401:  # a new token, once (dossier 11)
            token = yield Token(refused=token)
            reply = yield ask.with_token(token)
    except Unreachable as problem:
        return problem, 0.0 if ask.is_safe else None
    if reply.status < 400:
        return reply, None
    now = policy.now()
    return error_for(reply, now), wait_before_repeating(reply, now)


def wait_before_repeating(reply: Reply, now: float) -> float | None:
    """Seconds the service wants us to wait, 0 when it says none; None for a request that must not be repeated."""
    may_repeat = reply.status == 429 or (reply.ask.is_safe and reply.status in TEMPORARY)
    return (reply.retry_after(now) or 0.0) if may_repeat else None


def error_for(reply: Reply, now: float) -> RomeError:
    error = _graph_error(reply, now)
    if reply.ask.is_safe or reply.status < 500 or reply.status == 507:  # no room, so it was not done (RFC 4918 11.5)
        return error
    return Unsure(
        f"The service answered {reply.status} to a command, which it may have accepted all the same.",
        status=reply.status,
        code=error.code,
        request_id=error.request_id,
        client_request_id=reply.ask.request_id,
    )


def _graph_error(reply: Reply, now: float) -> RomeError:
    try:
        envelope = reply.data().get("error")
    except Unreadable:  # something else answered
        envelope = None
    error = envelope if isinstance(envelope, dict) else {"code": "no Graph error"}
    details: dict[str, Any] = {
        "status": reply.status,
        "code": error.get("code"),
        "field": error.get("target"),
        "request_id": reply.headers.get("request-id"),
        "hint": HINTS.get(reply.status),
    }
    kind = ERRORS.get(reply.status, Rejected)
    if error.get("code") == "quotaLimitReached":  # more room does not help, and the message says what does
        kind, details["hint"] = Rejected, "It was not done."
    message = f"{error.get('message') or 'The service gave no reason.'} (HTTP {reply.status}, {error.get('code')})"
    if kind.default_hint and kind.default_hint in message:
        details["hint"] = ""  # a service that is ours says it already
    if kind is Busy:
        return Busy(message, retry_after=reply.retry_after(now), **details)
    return kind(message, **details)
