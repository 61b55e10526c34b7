"""Push as long-polling, in the standard way: a GET that says `If-None-Match: <etag>` and `Prefer: wait=20` (RFC 7240)
is held until what it asks for has changed, and answered at once when it has. The table of routes says what can be held.

On virtual time nothing is held: the clock jumps to the next event. On the wall clock the request sleeps until the next
event that is due, or until somebody's decision wakes it. A client that does not know this sees ordinary polling.
"""

from __future__ import annotations

import re
from asyncio import Event, get_running_loop, wait_for
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from romekit.clock import Clock, Virtual
from romekit.stub.graph import Graph
from romekit.stub.wire import Asked

LONGEST: Final = 60.0
#: When to look again; None when there is something to answer.
Until = Callable[[], float | None]
#: Calls what it is given after each decision, until what it returns is called.
WatchFor = Callable[[Callable[[], object]], Callable[[], None]]
_WAIT: Final = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})", re.IGNORECASE)


def wanted_wait(asked: Asked) -> float:
    """How many seconds a request is willing to wait; 0 for one that is not."""
    if "if-none-match" not in asked.headers or asked.method != "GET":
        return 0.0
    found = _WAIT.search(asked.headers.get("prefer", ""))
    return min(float(found[1]), LONGEST) if found else 0.0


async def held(graph: Graph, clock: Clock, asked: Asked, seconds: float) -> Asked:
    """The request at the moment at which it can be answered."""
    await unchanged(
        clock,
        seconds,
        lambda: graph.unchanged_until(replace(asked, at=clock.now())),
        lambda told: graph.watch(asked, told),
    )
    return replace(asked, at=clock.now())


async def unchanged(clock: Clock, seconds: float, until: Until, watch: WatchFor) -> None:
    """Return when `until` has nothing to wait for any more, or when so many seconds have passed."""
    end = clock.now() + seconds
    if isinstance(clock, Virtual):
        while (look_again := until()) is not None and clock.now() < end:
            clock.wait(min(look_again, end) - clock.now())
        return
    if until() is None:
        return
    changed, loop = Event(), get_running_loop()
    forget = watch(lambda: loop.call_soon_threadsafe(changed.set))
    try:
        while (look_again := until()) is not None and clock.now() < end:
            with suppress(TimeoutError):
                await wait_for(changed.wait(), max(0.0, min(look_again, end) - clock.now()))
            changed.clear()
    finally:
        forget()
