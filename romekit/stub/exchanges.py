"""The last requests and answers of each account, kept beside the events: what "see the truth" shows and marks read.

They are not events: a GET must cost no write. Tokens are taken out on the way in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

KEPT: Final = 1000


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. `at` is in seconds since 1970 UTC; bodies as they went over the wire."""

    at: float
    request_id: str
    method: str
    path: str
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int
    headers: Mapping[str, str]
    body: Any


class Exchanges:
    """A bounded ring per account."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._rings: dict[str, deque[Exchange]] = {}

    def keep(self, account: str, exchange: Exchange) -> None:
        ring = self._rings.get(account)
        if ring is None:
            ring = self._rings[account] = deque(maxlen=self._kept)
        ring.append(exchange)

    def of(self, account: str) -> list[Exchange]:
        """The account's exchanges, oldest first."""
        return list(self._rings.get(account, ()))


def redacted(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers without the token."""
    return {key: "Bearer (taken out)" if key == "authorization" else value for key, value in headers.items()}
