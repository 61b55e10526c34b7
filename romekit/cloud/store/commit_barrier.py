"""Answers wait for the store: none goes out before what it rests on is on disk, and none is older than its question.

An answer is worked out at once, from memory, without waiting. Then it is held back until the commit that carries what
it rests on has ended. If somebody else was faster, it is worked out again; if the store could not keep it, the client
gets that error, and memory goes back to what is kept. Where others write into the same store, what they have
written is learned before an answer is worked out, in one look for all requests that came in the meantime: so a client
may send here, ask there, and see what it sent.

The pages that only look (`/wall/now`, `/class/now`) do not wait: they show the present moment, and look again.

On a socket waiting is awaiting. Everywhere else the application must not
suspend (cloud/asgi.py), so there the thread itself waits; in memory there is nothing to wait for.
"""

from __future__ import annotations

from asyncio import shield, sleep, wrap_future
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from random import Random
from typing import Final, TypeVar

from starlette.types import Scope

from romekit.cloud.asgi import may_suspend
from romekit.cloud.store.contract import Conflict, Group, Store
from romekit.core.errors import Busy, RomeError

T = TypeVar("T")

#: How often an answer is worked out again because another server was faster.
TRIES: Final = 50
#: Seconds at most before it is worked out again: after the first time, and ever. Two who race would go on in step.
SHORTEST: Final = 0.001
LONGEST: Final = 0.05


class CommitBarrier:
    """Holds answers back until a store has kept what they rest on."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._chance = Random()

    async def answered(self, scope: Scope, answer: Callable[[bool], T | Awaitable[T]]) -> T:
        """What `answer` gives, when it is kept. Its argument says whether it was called for this request before."""
        if not self._store.outlives:
            return await _result(answer(False))
        waits = may_suspend(scope)
        for attempt in range(TRIES):
            if (looking := self._store.refresh()) is not None:
                await _over(looking, waits)
                if looking.problem is not None:
                    raise looking.problem
            try:
                reply, refused = await _result(answer(attempt > 0)), None
            except Exception as problem:  # noqa: BLE001 (a refusal rests on the store as much as an answer does)
                refused = problem
            lost = await self._lost(waits)
            if lost is None and refused is None:
                return reply
            if lost is None or not isinstance(lost, Conflict):
                raise lost or refused  # type: ignore[misc]  # one of them is there
            if waits:
                await sleep(self._chance.random() * min(LONGEST, SHORTEST * 2**attempt))
        raise Busy("Others write here faster than this request can be answered.", retry_after=1.0, status=503)

    async def _lost(self, waits: bool) -> RomeError | None:
        """Wait for everything the answer rests on; why it is lost, if it is."""
        for written in self._store.uncommitted.taken().values():
            if not written.is_over:
                await _over(written.group, waits)
            if written.problem is not None:
                return written.problem
        return None


async def _over(group: Group, waits: bool) -> None:
    """Wait for the end of a commit. A request that is cancelled meanwhile leaves the commit to the others."""
    if waits:
        await shield(wrap_future(group.ended))
    else:
        group.ended.result()


async def _result(reply: T | Awaitable[T]) -> T:
    return await reply if isawaitable(reply) else reply
