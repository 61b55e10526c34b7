"""How often something may be wrong: a few times in a window, for each who tries and for all together.

Only what was wrong is counted, so a class of thirty behind one address gets in at once, and who guesses does not.
It is counted in memory, on each server: the next server of the same store would let somebody guess as often again.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from romekit.core.errors import Busy

#: More guessers than this at once are taken for one.
MOST = 10_000


@dataclass(slots=True)
class AttemptLimit:
    """At most `each` wrong tries by one, and `everybody` by all together, in so many seconds."""

    each: int
    everybody: int
    window: float = 60.0
    _wrong: dict[str, deque[float]] = field(default_factory=dict)

    def check(self, who: str, now: float) -> None:
        """Busy, if it was wrong too often lately."""
        for name, most in ((who, self.each), ("", self.everybody)):
            times = self._recent(name, now)
            if len(times) >= most:
                pause = max(1.0, times[-most] + self.window - now)
                raise Busy(
                    "That was wrong too often.",
                    hint=f"Wait {pause:.0f} seconds, then try again.",
                    retry_after=pause,
                    status=429,
                    code="tooManyTries",
                )

    def wrong(self, who: str, now: float) -> None:
        """Take note of a wrong try."""
        if len(self._wrong) > MOST:
            self._wrong = {name: times for name, times in self._wrong.items() if self._recent(name, now)}
        for name in {who, ""} if len(self._wrong) <= MOST else {""}:
            self._recent(name, now, keep=True).append(now)

    def _recent(self, name: str, now: float, *, keep: bool = False) -> deque[float]:
        times = self._wrong.get(name, deque())
        while times and times[0] <= now - self.window:
            times.popleft()
        if keep:
            self._wrong[name] = times
        return times
