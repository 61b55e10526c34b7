"""Many questions in few requests: `POST /$batch`, up to twenty in each (dossier 7.4).

Each question has its own answer, so each can fail alone. Those that were answered 429 are asked again, and only those,
after the longest pause that any of them was given. When a whole batch was refused or got lost, that is the answer to
each of its questions; what may do something is `Unsure` then, under the name its own request has, and what has not been
sent yet is not sent any more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from romekit.client.observations import RetryPolicy
from romekit.client.retry import TOO_LONG, TRIES, error_of, patiently, wait_before_repeating
from romekit.client.steps import Ask, Flow, Pause, Reply, Together, Token
from romekit.core.errors import RomeError, TimedOut, Unreachable, Unreadable, Unsure

MOST: Final = 20
#: Bytes in one batch. The stub takes 64 KiB in one body; Graph's limit is higher and documented nowhere.
LARGEST: Final = 48 * 1024

#: The HTTP status of a body that is not taken.
TOO_LARGE: Final = 413

Answer = Reply | RomeError
#: Told the place of a question among all, from 0, and what became of it.
Heard = Callable[[int, Answer], object]


@dataclass(slots=True)
class Course:
    """How it is going with all batches of one call: until when they may go on, and what has ended it, if anything."""

    end: float | None = None
    broken: RomeError | None = None


def ask_all(patience: RetryPolicy, asks: Iterable[Ask], heard: Heard, end: float | None = None) -> Flow[None]:
    """Ask all of them; `heard` is told what became of each as soon as it is known: a success, or the error.

    With `end` nothing is waited for beyond it.
    """
    course = Course(end)
    yield Together(_told(patience, bundle, heard, course) for bundle in _bundles(asks))


def _bundles(asks: Iterable[Ask]) -> Iterator[dict[int, Ask]]:
    """Twenty at a time, or fewer when they are large, each with its place among all."""
    bundle: dict[int, Ask] = {}
    size = 0
    for place, ask in enumerate(asks):
        more = 400 + len(ask.path) + (len(json.dumps(ask.body)) if ask.body else 0)
        if bundle and (len(bundle) == MOST or size + more > LARGEST):
            yield bundle
            bundle, size = {}, 0
        bundle[place] = ask
        size += more
    if bundle:
        yield bundle


def _told(patience: RetryPolicy, bundle: Mapping[int, Ask], heard: Heard, course: Course) -> Flow[None]:
    answers = yield from _bundle(patience, list(bundle.values()), course)
    for place, answer in zip(bundle, answers, strict=True):
        heard(place, answer)


def _bundle(patience: RetryPolicy, asks: Sequence[Ask], course: Course) -> Flow[list[Answer]]:
    answers: dict[int, Answer] = {}
    waiting = list(range(len(asks)))
    is_renewed = False
    for tried, pause in enumerate(patience.pauses(), start=1):
        replies = yield from _round(patience, [asks[number] for number in waiting], course)
        answers |= dict(zip(waiting, replies, strict=True))
        if not is_renewed and (token := _refused_token(replies)):
            is_renewed = True
            yield Token(refused=token)
            waiting = [number for number in waiting if _is(answers[number], 401)]
            continue
        now = patience.now()
        waits = {number: wait for number in waiting if (wait := _wait(asks[number], answers[number], now)) is not None}
        longest = max(waits.values(), default=0.0) or pause
        if not waits or not _may_go_on(tried, longest, now, course.end):
            break
        waiting = list(waits)
        yield Pause(longest)
    return [_judged(ask, answers[number], patience.now()) for number, ask in enumerate(asks)]


def _round(patience: RetryPolicy, asks: Sequence[Ask], course: Course) -> Flow[list[Answer]]:
    """One batch: what came back for each."""
    if course.broken is not None:
        return [_not_sent(course.broken) for _ in asks]
    reads = all(ask.is_safe for ask in asks)
    body = {"requests": [_item(str(number), ask) for number, ask in enumerate(asks, start=1)]}
    try:
        reply = yield from patiently(patience, Ask("POST", "/$batch", body, reads=reads), course.end)
        found = _found(reply)
    except TimedOut:
        raise
    except RomeError as problem:
        if len(asks) > 1 or problem.status != TOO_LARGE:  # one that is too large alone says nothing of the others
            course.broken = problem
        return [_for_one(problem, ask) for ask in asks]
    return [_one(reply, ask, found.get(str(number))) for number, ask in enumerate(asks, start=1)]


def _item(number: str, ask: Ask) -> dict[str, Any]:
    headers = dict(ask.headers)
    if ask.request_id:
        headers["client-request-id"] = ask.request_id
    item: dict[str, Any] = {"id": number, "method": ask.method, "url": ask.path}
    if ask.body is not None:
        headers["Content-Type"] = "application/json"
        item["body"] = ask.body
    return {**item, "headers": headers} if headers else item


def _found(reply: Reply) -> dict[str, Mapping[str, Any]]:
    responses = reply.data().get("responses")
    if not isinstance(responses, list) or not all(isinstance(each, dict) for each in responses):
        raise reply.unreadable("has no responses in it")
    return {str(each.get("id")): each for each in responses}


def _one(reply: Reply, ask: Ask, found: Mapping[str, Any] | None) -> Answer:
    """The part of a batch's answer that answers one question."""
    status, headers = (found or {}).get("status"), (found or {}).get("headers")
    if found is None or not isinstance(status, int):
        return _for_one(reply.unreadable(f"has no answer to {ask.method} {ask.path}"), ask)
    small = {str(name).lower(): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
    asked = Ask(ask.method, ask.path, ask.body, ask.request_id, reply.asked.token)
    return Reply(status, small, b"", asked, found.get("body"))


def _refused_token(replies: Sequence[Answer]) -> str:
    return next((each.asked.token for each in replies if isinstance(each, Reply) and each.status == 401), "")


def _is(answer: Answer, status: int) -> bool:
    return isinstance(answer, Reply) and answer.status == status


def _wait(ask: Ask, answer: Answer, now: float) -> float | None:
    """Seconds to wait before this one may be asked again; None when it must not be."""
    return wait_before_repeating(ask, answer, now) if isinstance(answer, Reply) else None


def _may_go_on(tried: int, pause: float, now: float, end: float | None) -> bool:
    return tried < TRIES and pause <= TOO_LONG if end is None else now + pause <= end


def _judged(ask: Ask, answer: Answer, now: float) -> Answer:
    return error_of(ask, answer, now) if isinstance(answer, Reply) and answer.status >= 400 else answer


def _for_one(problem: RomeError, ask: Ask) -> RomeError:
    """What the failure of a whole batch means for one question in it. A refusal of the whole ran nothing."""
    if ask.is_safe or not isinstance(problem, Unsure | Unreadable):
        return problem
    return Unsure(
        f"The batch this was in got no readable answer: {problem.message}",
        status=problem.status,
        request_id=problem.request_id,
        client_request_id=ask.request_id,
    )


def _not_sent(problem: RomeError) -> RomeError:
    return Unreachable(f"Not sent, because a batch before it failed: {problem.message}", hint=problem.hint)
