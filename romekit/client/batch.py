"""Many requests in few: `POST /$batch`, up to twenty in each (dossier 7.4).

Each request in a batch has its own answer, so each can fail alone. Those that were answered 429 are repeated, and only
those, after the longest pause that any of them was given. When a whole batch was refused or its answer got lost, that
is the answer to each of its requests; a request that may do something is `Unsure` then, under its own id, and what has
not been sent yet is not sent any more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from romekit.client.exchange import (
    TOO_LONG,
    TRIES,
    Ask,
    Flow,
    Pause,
    Reply,
    RetryPolicy,
    Token,
    error_for,
    wait_before_repeating,
    with_retries,
)
from romekit.core.errors import RomeError, TimedOut, Unreachable, Unreadable, Unsure

MOST: Final = 20
#: Bytes in one batch. romekit's cloud takes 64 KiB in one body; Graph's limit is higher and documented nowhere.
LARGEST: Final = 48 * 1024

Outcome = Reply | RomeError
#: What became of each request, and the failure of the whole batch, after which no other is sent.
Outcomes = tuple[list[Outcome], RomeError | None]
#: Called with the place of a request among all, from 0, and what became of it.
OnOutcome = Callable[[int, Outcome], object]


def ask_all(policy: RetryPolicy, asks: Iterable[Ask], on_outcome: OnOutcome, end: float | None = None) -> Flow[None]:
    """Ask all of them; `on_outcome` is called for each as soon as it is known: a success, or the error.

    With `end` nothing is waited for beyond it.
    """
    failure: RomeError | None = None
    for bundle in _bundles(asks):
        if failure is None:
            outcomes, failure = yield from _ask_bundle(policy, list(bundle.values()), end)
        else:
            why = f"Not sent, because a batch before it failed: {failure.message}"
            outcomes = [Unreachable(why, hint=failure.hint) for _ in bundle]
        for place, outcome in zip(bundle, outcomes, strict=True):
            on_outcome(place, outcome)


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


def _ask_bundle(policy: RetryPolicy, asks: Sequence[Ask], end: float | None) -> Flow[Outcomes]:
    outcomes: dict[int, Outcome] = {}
    waiting = list(range(len(asks)))
    is_renewed = False
    for tried, pause in enumerate(policy.pauses(), start=1):
        replies, failure = yield from _ask_once(policy, [asks[number] for number in waiting], end)
        outcomes |= dict(zip(waiting, replies, strict=True))
        answered = {number: each for number in waiting if isinstance(each := outcomes[number], Reply)}
        refused = {number: reply.ask.token for number, reply in answered.items() if reply.status == 401}
        if refused and not is_renewed:
            is_renewed = True
            yield Token(refused=next(iter(refused.values())))
            waiting = list(refused)
            continue
        now = policy.now()
        asked = {number: wait_before_repeating(reply, now) for number, reply in answered.items()}
        waits = {number: wait for number, wait in asked.items() if wait is not None}
        longest = max(waits.values(), default=0.0) or pause
        may_go_on = tried < TRIES and longest <= TOO_LONG if end is None else now + longest <= end
        if not waits or not may_go_on:
            break
        waiting = list(waits)
        yield Pause(longest)
    known, now = [outcomes[number] for number in range(len(asks))], policy.now()
    failed = [error_for(each, now) if isinstance(each, Reply) and each.status >= 400 else each for each in known]
    return failed, failure


def _ask_once(policy: RetryPolicy, asks: Sequence[Ask], end: float | None) -> Flow[Outcomes]:
    body = {"requests": [_item(str(number), ask) for number, ask in enumerate(asks, start=1)]}
    ask_batch = Ask("POST", "/$batch", body, reads=all(ask.is_safe for ask in asks))
    try:
        reply = yield from with_retries(policy, ask_batch, end)
        listed = reply.data().get("responses")
        if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
            raise reply.unreadable("has no responses in it")
    except TimedOut:
        raise
    except RomeError as problem:
        is_its_own_fault = len(asks) == 1 and problem.status == 413  # it is too large, which says nothing of the others
        return [_for_one(problem, ask) for ask in asks], None if is_its_own_fault else problem
    responses = {str(each.get("id")): each for each in listed}
    return [_one(reply, ask, responses.get(str(number), {})) for number, ask in enumerate(asks, start=1)], None


def _item(number: str, ask: Ask) -> dict[str, Any]:
    item: dict[str, Any] = {"id": number, "method": ask.method, "url": ask.path}
    if ask.request_id:
        item["headers"] = {"client-request-id": ask.request_id}
    if ask.body is not None:
        item |= {"body": ask.body, "headers": {**item.get("headers", {}), "Content-Type": "application/json"}}
    return item


def _one(reply: Reply, ask: Ask, found: Mapping[str, Any]) -> Outcome:
    status, headers = found.get("status"), found.get("headers")
    if not isinstance(status, int):
        return _for_one(reply.unreadable(f"has no answer to {ask.method} {ask.path}"), ask)
    small = {str(name).lower(): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
    return Reply(status, small, b"", ask.with_token(reply.ask.token), found.get("body"))


def _for_one(problem: RomeError, ask: Ask) -> RomeError:
    """What the failure of a whole batch means for one request in it. A refused batch ran nothing."""
    if ask.is_safe or not isinstance(problem, Unsure | Unreadable):
        return problem
    return Unsure(
        f"The batch this was in got no readable answer: {problem.message}",
        status=problem.status,
        request_id=problem.request_id,
        client_request_id=ask.request_id,
    )
