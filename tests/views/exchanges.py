"""Exchanges to look at: what a client asked about the commands of stories.py, and what it was answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.views.stories import NINE


@dataclass(frozen=True)
class Said:
    """One exchange, `after` seconds after nine; `took` is how long its answer was kept back."""

    after: float
    method: str
    path: str
    status: int
    body: Any = None
    took: float = 0.0
    request_id: str = ""
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def at(self) -> float:
        return NINE + self.after

    @property
    def answered_at(self) -> float:
        return self.at + self.took


def path_of(number: int, device: str = "id-Alex's Surface") -> str:
    return f"/beta/me/devices/{device}/commands/{number:064x}"


def sent(after: float, number: int = 1, status: str = "requesting", **rest: Any) -> Said:
    """The POST that made a command."""
    body = {"id": f"{number:064x}", "status": status}
    return Said(after, "POST", path_of(number).rpartition("/")[0], 201, body, **rest)


def seen(after: float, status: str, number: int = 1, **rest: Any) -> Said:
    """A GET that was told a status."""
    return Said(after, "GET", path_of(number), 200, {"id": f"{number:064x}", "status": status}, **rest)
