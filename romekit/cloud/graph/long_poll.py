"""Push as long-polling, in the standard way: a GET that says `If-None-Match: <etag>` and `Prefer: wait=20` (RFC 7240)
is held until what it asks for has changed, and answered at once when it has. The table of routes says what can be held.

On virtual time nothing is held: the clock jumps to the next event. On the wall clock the request sleeps until the next
event that is due, or until somebody's decision wakes it. A client that does not know this sees ordinary polling.
"""

from __future__ import annotations

from asyncio import Event, get_running_loop, wait_for
from collections.abc import Callable
from contextlib import suppress
from math import inf
from typing import Final

from romekit.cloud.graph.conditional import seconds_to_wait
from romekit.cloud.graph.graph import Graph
from romekit.cloud.graph.messages import GraphRequest, Refused
from romekit.core.clock import Clock, Virtual
from romekit.core.errors import RomeError

LONGEST: Final = 60.0
#: When to look again; None when there is something to answer.
Until = Callable[[], float | None]
#: Calls what it is given after each decision, until what it returns is called.
WatchFor = Callable[[Callable[[], object]], Callable[[], None]]


def wanted_wait(asked: GraphRequest) -> float:
    """How many seconds a request is willing to wait; 0 for one that is not."""
    if "if-none-match" not in asked.headers or asked.method != "GET":
        return 0.0
    return min(seconds_to_wait(asked) or 0.0, LONGEST)


async def held(
    graph: Graph, clock: Clock, asked: GraphRequest, seconds: float, *, awaited: bool = False
) -> GraphRequest:
    """The request at the moment at which it can be answered."""
    await unchanged(clock, seconds, graph.question(asked), lambda told: graph.watch(asked, told), awaited=awaited)
    return asked._replace(at=clock.now())


async def unchanged(clock: Clock, seconds: float, until: Until, watch: WatchFor, *, awaited: bool = False) -> None:
    """Return when `until` has nothing to wait for any more, or when so many seconds have passed.

    At a pace virtual time is sat through, and where somebody awaits, without blocking what else goes on there.
    """
    end = clock.now() + seconds
    if isinstance(clock, Virtual):
        while (look_again := _asked(until)) is not None and clock.now() < end:
            pause = max(0.0, min(look_again, end) - clock.now())  # another thread may have moved the time
            if awaited and clock.pace:
                await clock.wait_async(pause)
            else:
                clock.wait(pause)
    elif _asked(until) is not None:
        alarm = Alarm(until)
        forget = watch(alarm.ring)
        try:
            while (look_again := _asked(until)) is not None and clock.now() < end:
                await alarm.wait(look_again, max(0.0, min(look_again, end) - clock.now()))
        finally:
            forget()


def _asked(until: Until) -> float | None:
    """When to look again. What goes wrong is for the answer to tell, not for whoever waits or decides."""
    try:
        return until()
    except (Refused, RomeError):
        return None


class Alarm:
    """Wakes one held request when a decision concerns it. Whoever decides asks on its behalf, which is far cheaper
    than to wake a thousand others that find nothing new."""

    def __init__(self, until: Until) -> None:
        self._until = until
        self._changed, self._loop = Event(), get_running_loop()
        self._looks_at = inf

    def ring(self) -> None:
        """Somebody has decided something in the same space; in whatever thread."""
        look_again = _asked(self._until)
        if look_again is None or look_again < self._looks_at:
            with suppress(RuntimeError):  # the loop has ended, and with it whoever waited in it
                self._loop.call_soon_threadsafe(self._changed.set)

    async def wait(self, look_again: float, seconds: float) -> None:
        """Return after so many seconds, or when something concerns the request."""
        self._looks_at = look_again
        with suppress(TimeoutError):
            await wait_for(self._changed.wait(), seconds)
        self._changed.clear()
