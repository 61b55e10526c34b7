"""An engine as a ledger sees it: three pure functions, and the space they begin with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from romekit.cloud.engine import decide as deciding
from romekit.cloud.engine.decide import Decision
from romekit.cloud.engine.due import due, next_due
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.evolve import evolve
from romekit.cloud.engine.space import EMPTY, Space
from romekit.cloud.engine.written import as_text, from_text
from romekit.cloud.store.snapshots import Coding

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Rules(Generic[S]):
    """An engine: the three pure functions, the space they begin with, and when something is due next.

    `coding` says how a space is written down as a snapshot; without one it is always folded from the beginning.
    """

    empty: S
    decide: Callable[[S, Any, float], Decision]
    due: Callable[[S, float], tuple[S, list[Event]]]
    evolve: Callable[[S, Event], S]
    next_due: Callable[[S], float | None]
    coding: Coding[S] | None = None


DEVICE_RULES: Final[Rules[Space]] = Rules(EMPTY, deciding.decide, due, evolve, next_due, Coding(as_text, from_text))
