"""Where time comes from: one clock for tokens, throttles, device sleep, expiry and charts.

Times are seconds since 1970-01-01 UTC, durations are seconds. `random` is the waiting side's chance (back-off jitter):
it belongs to the clock so that a seeded clock repeats a whole run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from math import isfinite
from random import Random
from threading import Lock
from typing import Final, Protocol

from romekit.core.errors import BadInput
from romekit.core.interrupts import CalmStop

LONGEST: Final = 10 * 366 * 86_400.0
#: How fast time passes for a clock that is ahead of the time of day.
CATCHING_UP: Final = 0.9
#: The moment every embedded world begins at: the last month in which the real service answered.
BEGINNING: Final = datetime(2020, 9, 1, 9, 0, tzinfo=UTC).timestamp()


class Clock(Protocol):
    """Now, and waiting."""

    random: Random

    def now(self) -> float:
        """Seconds since 1970-01-01 UTC."""

    def reach(self, at: float) -> float:
        """Now, which is at least `at` from here on: another clock has shown that moment already."""

    def wait(self, seconds: float) -> None:
        """Return when `seconds` have passed on this clock."""

    async def wait_async(self, seconds: float) -> None:
        """The same for a coroutine."""


class Errand(Protocol):
    """Something to be done when its time has come: the clock stops there on its way, so that the time is right then."""

    def next_at(self) -> float | None:
        """When there is something to do next; None when nothing is planned. After `run` it is later than now."""

    def run(self) -> None:
        """Do what is due now."""


class Wall:
    """The time of day, for shared servers and for Microsoft's own service; it never goes back and never stands still.

    A machine's clock that is put forward (or has slept) is followed at once. When it is put back this goes on from
    where it was, a little slower, until that has caught up: else every command on its way would wait for that.
    """

    def __init__(self) -> None:
        self.random = Random()
        self._now, self._steady = 0.0, time.monotonic()
        self._lock = Lock()

    def now(self) -> float:
        return self.reach(0.0)

    def reach(self, at: float) -> float:
        with self._lock:
            wall, steady = time.time(), time.monotonic()  # in this order: a pause in between is no time that has passed
            self._now = max(wall, at, self._now + (steady - self._steady) * CATCHING_UP)
            self._steady = steady
            return self._now

    def wait(self, seconds: float) -> None:
        with CalmStop():
            time.sleep(max(0.0, seconds))

    async def wait_async(self, seconds: float) -> None:
        import asyncio  # costs 40 ms, and a coroutine has imported it already

        with CalmStop():
            await asyncio.sleep(max(0.0, seconds))


class Virtual:
    """The embedded world's time. Only waiting moves it, so a run that waits the same way sees the same times.

    `pace` is how many real seconds a person sits through per virtual second: 0 sleeps never and is what tests and
    executed notebooks use, 1 feels like the real thing. No output depends on it. `before_pause` is called with each
    stretch of seconds that somebody is about to sit through.
    """

    def __init__(self, start: float = BEGINNING, *, pace: float = 0.0, seed: str = "romekit") -> None:
        self.pace = pace
        self.random = Random(f"{seed}:clock")
        self.errands: list[Errand] = []
        self.before_pause: Callable[[float], object] = lambda seconds: None
        self._now = start
        self._lock = Lock()
        self._walker: object = None  # who is on the way from errand to errand

    def now(self) -> float:
        return self._now

    def reach(self, at: float) -> float:
        with self._lock:
            self._now = max(self._now, at)
        return self._now

    def advance(self, seconds: float) -> None:
        """Move on at once, whatever the pace, and run the errands on the way.

        An errand that waits itself just moves the time: its own errands are run when it has come back.
        """
        for _ in self._walk(seconds):
            pass

    def wait(self, seconds: float) -> None:
        with CalmStop():
            for pause in self._walk(seconds):
                if self.pace:
                    self.before_pause(pause)
                    time.sleep(pause * self.pace)

    async def wait_async(self, seconds: float) -> None:
        import asyncio  # costs 40 ms, and a coroutine has imported it already

        with CalmStop():
            for pause in self._walk(max(0.0, seconds)):
                if self.pace:
                    self.before_pause(pause)
                await asyncio.sleep(pause * self.pace)

    def _walk(self, seconds: float) -> Iterator[float]:
        """Go there from errand to errand. Each yield is a stretch to sit through before the time moves on by it.

        A person who watches sees what happens when it happens, and after an interrupt the time is where it was then.
        """
        check_seconds(seconds)
        me = object()
        try:
            with self._lock:
                if self.errands and self._walker is None:
                    self._walker = me
            if self._walker is me:
                yield from self._errand_by_errand(round(self._now + seconds, 6))
            else:
                yield seconds
                with self._lock:
                    self._now = round(self._now + seconds, 6)
        finally:
            # Nothing is called here and in between, so that no interrupt can leave the way closed for good.
            if self._walker is me:
                self._walker = None

    def _errand_by_errand(self, end: float) -> Iterator[float]:
        while stops := [at for each in self.errands if (at := each.next_at()) is not None and at <= end]:
            yield from self._reach(min(stops))
            for each in list(self.errands):
                each.run()
        yield from self._reach(end)

    def _reach(self, at: float) -> Iterator[float]:
        if at > self._now:
            yield at - self._now
        self.reach(at)


def check_seconds(seconds: object) -> None:
    """BadInput for what is no duration to wait on virtual time: at most ten years, and never backwards."""
    if isinstance(seconds, int | float) and 0 <= seconds <= LONGEST:
        return
    hint = "Give a number of seconds, 0 or more; time cannot go back."
    raise BadInput(f"{seconds!r} is not a time to wait.", field="seconds", hint=hint)


def as_text(at: float) -> str:
    """A time as Graph writes it in answers: `2020-09-01T09:00:00Z`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_in(text: str, now: float) -> float | None:
    """What a `Retry-After` says, in seconds from now; None for what says nothing of the kind."""
    with suppress(ValueError):
        seconds = float(text)
        return max(0.0, seconds) if isfinite(seconds) else None
    from email.utils import parsedate_to_datetime  # rarely needed, and slow to import

    with suppress(ValueError):
        then = parsedate_to_datetime(text)
        return max(0.0, (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() - now)
    return None
