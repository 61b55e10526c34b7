"""Where time comes from: one clock for tokens, throttles, device sleep, expiry and charts.

`Virtual` is the embedded world's time. Only waiting moves it, so a run that waits the same way sees the same times,
however fast the machine is. `pace` is how many real seconds a person sits through per virtual second: 0 sleeps never
and is what tests and executed notebooks use, 1 feels like the real thing. No output depends on it.

Times are seconds since 1970-01-01 UTC, durations are seconds. `random` is the waiting side's chance (back-off jitter):
it belongs to the clock so that a seeded clock repeats a whole run.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from random import Random
from threading import Lock
from typing import Final, Protocol

#: The moment every embedded world begins at: the last month in which the real service answered.
BEGINNING: Final = datetime(2020, 9, 1, 9, 0, tzinfo=UTC).timestamp()


class Clock(Protocol):
    """Now, and waiting."""

    random: Random

    def now(self) -> float:
        """Seconds since 1970-01-01 UTC."""
        ...

    def wait(self, seconds: float) -> None:
        """Return when `seconds` have passed on this clock."""
        ...

    async def wait_async(self, seconds: float) -> None:
        """The same for a coroutine."""
        ...


class Wall:
    """The time on the wall, for shared servers and for Microsoft's own service."""

    def __init__(self) -> None:
        self.random = Random()

    def now(self) -> float:
        return time.time()

    def wait(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds))

    async def wait_async(self, seconds: float) -> None:
        import asyncio  # costs 40 ms, and whoever awaits has paid already

        await asyncio.sleep(max(0.0, seconds))


class Virtual:
    """Time that moves only when somebody waits."""

    def __init__(self, start: float = BEGINNING, *, pace: float = 0.0, seed: str = "romekit") -> None:
        self.pace = pace
        self.random = Random(f"{seed}:clock")
        self._now = start
        self._lock = Lock()

    def now(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Move on at once, whatever the pace."""
        if seconds < 0:
            raise ValueError(f"Time cannot go back: advance({seconds}). Pass a number of seconds that is not negative.")
        with self._lock:
            self._now = round(self._now + seconds, 6)

    def wait(self, seconds: float) -> None:
        if self.pace:
            time.sleep(max(0.0, seconds) * self.pace)
        self.advance(max(0.0, seconds))

    async def wait_async(self, seconds: float) -> None:
        import asyncio  # costs 40 ms, and whoever awaits has paid already

        await asyncio.sleep(max(0.0, seconds) * self.pace)
        self.advance(max(0.0, seconds))


def as_text(at: float) -> str:
    """A time as Graph writes it in answers: `2020-09-01T09:00:00Z`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
