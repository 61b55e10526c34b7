"""What a client knows while it waits: its patience, and what it has seen of a command so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from romekit.core.model import Command, Device
from romekit.core.polling import Growing
from romekit.core.transition import Transition

Progress = Callable[[Command], object]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The time, and how long to wait between tries when something goes wrong.

    `knows_causes` is whether the service is romekit's own, which can be asked for a history and for what has changed.
    """

    now: Callable[[], float]
    random: Random
    knows_causes: bool = True
    growing: Growing = Growing()  # noqa: RUF009 (frozen, so one serves all)

    def pauses(self) -> Iterator[float]:
        """Seconds, one number per try."""
        return self.growing.pauses(self.random)


@dataclass(slots=True)
class Observations:
    """What a client has seen of one command: the latest answer and its ETag, and when each status was seen first."""

    id: str
    device: Device
    order: str
    latest: Command
    etag: str = ""
    seen: list[tuple[float, str]] = field(default_factory=list)

    def add(self, command: Command, at: float, etag: str = "") -> None:
        """Take note of an answer."""
        self.latest = command
        self.etag = etag
        if not self.seen or self.seen[-1][1] != command.status:
            self.seen.append((at, command.status))

    def as_transitions(self) -> list[Transition]:
        """The sightings in the form of a history; whoever only polls knows no causes."""
        told, before = [], None
        for at, status in self.seen:
            why = "Seen by asking; what caused it stays unknown."
            told.append(
                Transition(
                    self.id, 1, self.device.id, self.device.name or "", self.order, at, before, status, "client", why
                )
            )
            before = status
        return told
