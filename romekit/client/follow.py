"""Following a command: asking until its status is final, with whatever pauses the caller likes (core/polling.py)."""

from __future__ import annotations

from typing import Final

from romekit.client.arguments import check_deadline, check_progress
from romekit.client.flows import command_path, saw
from romekit.client.observations import Observations, Progress, RetryPolicy
from romekit.client.retry import patiently
from romekit.client.steps import Ask, Flow, Pause, Reply
from romekit.core.errors import TimedOut
from romekit.core.model import Command
from romekit.core.polling import Hinted, LongPoll, Polling, check_polling
from romekit.core.status import is_final

DEADLINE: Final = 90.0
#: The answer to a question that was held, or was conditional: nothing is new.
UNCHANGED: Final = 304


def follow(
    patience: RetryPolicy, sightings: Observations, deadline: float, progress: Progress | None, polling: Polling
) -> Flow[Command]:
    """GET the command until it is final; TimedOut after `deadline` seconds, and the command goes on without us."""
    check_deadline(deadline)
    check_polling(polling)
    check_progress(progress)
    end = patience.now() + deadline
    for pause in polling.pauses(patience.random):
        began, before = patience.now(), sightings.latest
        reply = yield from patiently(patience, _question(sightings, polling, end - began), end)
        now = patience.now()
        command = before if reply.status == UNCHANGED else saw(sightings, reply, now)
        if progress is not None:
            progress(command)
        if is_final(command.status):
            return command
        if now >= end:
            break
        if wait := min(_until_next(polling, pause, reply, now, took=now - began, is_new=command != before), end - now):
            yield Pause(wait)
    raise TimedOut(f"After {deadline:g} s the command is still {sightings.latest.status!r}.")


def held(path: str, etag: str, polling: LongPoll, left: float) -> Ask:
    """A question that would rather wait for something new than be told what we know; `left` is what time there is."""
    seconds = int(min(polling.wait, left))
    if not etag:
        return Ask("GET", path)
    wish = {"Prefer": f"wait={seconds}"} if seconds else {}
    return Ask("GET", path, headers={"If-None-Match": etag, **wish}, wait=float(seconds))


def _question(sightings: Observations, polling: Polling, left: float) -> Ask:
    path = command_path(sightings)
    return held(path, sightings.etag, polling, left) if isinstance(polling, LongPoll) else Ask("GET", path)


def _until_next(polling: Polling, pause: float, reply: Reply, now: float, *, took: float, is_new: bool) -> float:
    """How long to wait before the next question.

    Whoever is held asks again at once, unless an answer with nothing new came early: then the service, or something in
    between, does not hold, and there must be pauses after all.
    """
    if isinstance(polling, LongPoll):
        return 0.0 if is_new else max(0.0, (reply.retry_after(now) or pause) - took)
    hint = reply.retry_after(now) if isinstance(polling, Hinted) else None
    return hint or pause
