"""Throttling: so many reads and writes in a window, per account. Refused tries count as well (dossier 7.2).

No numbers are known for commands, so there are no limits until they are set.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from romekit.cloud.graph.messages import Refused, retry_after


@dataclass(frozen=True, slots=True)
class Limits:
    """How many reads and writes an account has in a window of so many seconds; None is no limit."""

    reads: int | None = None
    writes: int | None = None
    window: float = 300.0
    fractions: bool = False  # a quirk: `Retry-After: 3.988`, as a page of Graph's documentation once printed it


NO_LIMITS: Final = Limits()


class Throttle:
    """Counts each account's requests in the window."""

    def __init__(self, limits: Limits = NO_LIMITS) -> None:
        self.limits = limits
        self._times: dict[tuple[str, bool], deque[float]] = {}

    def count(self, account: str, is_write: bool, now: float) -> None:
        """Count a request; Refused with 429 when it is one too many.

        A client that comes back after `Retry-After` is let in: by then fewer than `limit` tries are in the window.
        """
        limit = self.limits.writes if is_write else self.limits.reads
        if limit is None:
            return
        times = self._times.setdefault((account, is_write), deque())
        while times and times[0] <= now - self.limits.window:
            times.popleft()
        times.append(now)
        while len(times) > limit + 1:  # the older ones do not change when the next request is welcome
            times.popleft()
        if len(times) > limit:
            seconds = max((times[-limit] - now if limit else 0.0) + self.limits.window, 0.001)
            headers = {"Retry-After": f"{seconds:.3f}"} if self.limits.fractions else retry_after(seconds)
            inner = {"code": "429", "message": "Please retry after", "status": "429"}
            raise Refused(429, "TooManyRequests", "Please retry again later.", headers=headers, inner=inner)
