"""Asking until there is an answer: with a token, patiently, and never twice what could then be done twice.

What is retried is decided here: a refused token once, a busy service a few times. What may do something is asked again
only when the service said 429, because only then is it certain that nothing was done. On 503 or 504 a command may have
been accepted before the answer was lost, and sending it again would run it twice; that raises `Unsure` instead.
"""

from __future__ import annotations

from typing import Final

from romekit.client.observations import RetryPolicy
from romekit.client.service_errors import explained
from romekit.client.steps import Ask, Flow, Pause, Reply, Token
from romekit.core.errors import RomeError, TimedOut, Unreachable, Unsure

TRIES: Final = 4
TOO_LONG: Final = 60.0
BAD_MOMENTS: Final = frozenset({502, 503, 504})
#: There was no room to do it in, so it was not done (RFC 4918 11.5): a full disk, or a quota that is used up.
NO_ROOM: Final = 507


def authorized(ask: Ask) -> Flow[Reply]:
    """Ask with a token; when it is refused get a new one, once, and ask once more (dossier 11)."""
    token = yield Token()
    reply: Reply = yield ask.with_token(token)
    if reply.status == 401:
        fresh = yield Token(refused=token)
        reply = yield ask.with_token(fresh)
    return reply


def patiently(patience: RetryPolicy, ask: Ask, end: float | None = None) -> Flow[Reply]:
    """Ask until there is a success; the error when there is none, or none that may be waited for.

    Without `end` there are four tries, and no pause of over a minute; with it they go on until that time, and then it
    is TimedOut.
    """
    for tried, pause in enumerate(patience.pauses(), start=1):
        problem, wait = yield from _attempt(patience, ask)
        if isinstance(problem, Reply):
            return problem
        if wait is None or (end is None and (tried == TRIES or wait > TOO_LONG)):
            raise problem
        wait = wait or pause
        if end is not None and patience.now() + wait > end:
            yield Pause(max(0.0, end - patience.now()))
            raise TimedOut(f"No answer before the deadline: {problem.message}") from problem
        yield Pause(wait)
    raise AssertionError("the pauses never end")


def _attempt(patience: RetryPolicy, ask: Ask) -> Flow[tuple[Reply | RomeError, float | None]]:
    """One try: the reply, or the problem and how long to wait before the next (None: there must be no next)."""
    try:
        reply: Reply = yield from authorized(ask)
    except Unreachable as problem:
        return problem, 0.0 if ask.is_safe else None
    if reply.status < 400:
        return reply, None
    return error_of(ask, reply, patience.now()), wait_before_repeating(ask, reply, patience.now())


def wait_before_repeating(ask: Ask, reply: Reply, now: float) -> float | None:
    """Seconds the service wants us to wait, 0 when it says none; None for what must not be asked again."""
    may_repeat = reply.status == 429 or (ask.is_safe and reply.status in BAD_MOMENTS)
    return (reply.retry_after(now) or 0.0) if may_repeat else None


def error_of(ask: Ask, reply: Reply, now: float) -> RomeError:
    """The error for an answer that is not a success."""
    error = explained(reply, now)
    if not ask.is_safe and reply.status >= 500 and reply.status != NO_ROOM:
        return Unsure(
            f"The service answered {reply.status} to a command, which it may have accepted all the same.",
            status=reply.status,
            code=error.code,
            request_id=error.request_id,
            client_request_id=ask.request_id,
        )
    return error
