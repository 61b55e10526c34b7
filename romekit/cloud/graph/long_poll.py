"""Conditional requests and long polling, in the standard way: `If-None-Match: <etag>` and `Prefer: wait=20` (RFC 7240).

A GET with both is held until what it asks for has changed; the table of routes says which can be. A client that has
the current state gets 304, and one that knows nothing of this sees ordinary polling. On virtual time the clock jumps to
the next event; on the wall clock the request sleeps until then, or until a decision in the same space wakes it.
"""

from __future__ import annotations

import re
from asyncio import Event, get_running_loop, wait_for
from collections.abc import Callable
from contextlib import suppress
from math import inf
from typing import Final

from romekit.cloud.graph.messages import GraphRequest, Refused
from romekit.core.clock import Clock, Virtual
from romekit.core.errors import RomeError

LONGEST: Final = 60.0
#: When to look again; None when there is something to answer.
Until = Callable[[], float | None]
#: Calls what it is given after each decision, until what it returns is called.
WatchFor = Callable[[Callable[[], object]], Callable[[], None]]
#: The preferences of a header: what stands between its commas, except commas inside quotes.
_PREFERENCE: Final = re.compile(r'(?:[^,"]|"[^"]*")+')


def has_current(request: GraphRequest, etag: str) -> bool:
    """Whether the client says that it has this state already (`If-None-Match`)."""
    etags = request.headers.get("if-none-match")
    if etags is None:
        return False
    opaque = [each.strip().removeprefix("W/") for each in etags.split(",")]  # a weak comparison (RFC 9110, 13.1.2)
    return etags.strip() == "*" or etag.removeprefix("W/") in opaque


def seconds_to_wait(request: GraphRequest) -> float | None:
    """The whole seconds of `Prefer: wait=20` (RFC 7240, 4.3); None without a `wait` that can be read."""
    for preference in _PREFERENCE.findall(request.headers["prefer"]) if "prefer" in request.headers else ():
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "wait":  # only the first one counts (RFC 7240, 2)
            digits = re.fullmatch(r'("?)([0-9]+)\1', value.strip())
            return float(digits[2]) if digits else None
    return None


def etag_headers(request: GraphRequest, etag: str) -> dict[str, str]:
    """The headers of a response with this ETag; a preference to wait is confirmed."""
    applied = {} if seconds_to_wait(request) is None else {"Preference-Applied": "wait"}
    return {"ETag": etag, **applied}


def wanted_wait(request: GraphRequest) -> float:
    """How many seconds a request is willing to wait; 0 for one that is not."""
    if "if-none-match" not in request.headers or request.method != "GET":
        return 0.0
    return min(seconds_to_wait(request) or 0.0, LONGEST)


async def unchanged(clock: Clock, seconds: float, until: Until, watch: WatchFor, *, awaited: bool = False) -> None:
    """Return when `until` says that there is something to answer, or after so many seconds.

    Virtual time with a pace really passes; with `awaited` it does so without blocking the event loop.
    """
    end = clock.now() + seconds
    if isinstance(clock, Virtual):
        while (look_again := _next_look(until)) is not None and clock.now() < end:
            pause = max(0.0, min(look_again, end) - clock.now())  # another thread may have moved the time
            if awaited and clock.pace:
                await clock.wait_async(pause)
            else:
                clock.wait(pause)
    elif _next_look(until) is not None:
        alarm = Alarm(until)
        forget = watch(alarm.ring)
        try:
            while (look_again := _next_look(until)) is not None and clock.now() < end:
                await alarm.wait(look_again, max(0.0, min(look_again, end) - clock.now()))
        finally:
            forget()


def _next_look(until: Until) -> float | None:
    """When to look again. An error ends the waiting, and the response then tells it."""
    try:
        return until()
    except (Refused, RomeError):
        return None


class Alarm:
    """Wakes one held request when a decision concerns it.

    The thread that decides asks `until` on the request's behalf. That is far cheaper than to wake a thousand requests
    that find nothing new.
    """

    def __init__(self, until: Until) -> None:
        self._until = until
        self._changed, self._loop = Event(), get_running_loop()
        self._looks_at = inf

    def ring(self) -> None:
        """A decision was made in the same space, in whatever thread."""
        look_again = _next_look(self._until)
        if look_again is None or look_again < self._looks_at:
            with suppress(RuntimeError):  # the event loop has ended, and the request with it
                self._loop.call_soon_threadsafe(self._changed.set)

    async def wait(self, look_again: float, seconds: float) -> None:
        """Return after so many seconds, or when a decision concerns the request."""
        self._looks_at = look_again
        with suppress(TimeoutError):
            await wait_for(self._changed.wait(), seconds)
        self._changed.clear()
