"""What the parts of a lab share: its clock, its cloud, its person, and a way to be called when something has changed.

Three things change what there is to see: a decision (a command is accepted, a device falls asleep), time passing an
event that was due, and a request. A watch is an errand of the clock, so waiting stops at each event on its way, and
what happens is seen when it happens, also by somebody who sits through virtual time at a pace.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf, nan
from weakref import WeakSet

from romekit.client.client import Rome
from romekit.cloud.engine.history import transitions
from romekit.cloud.engine.people import Person
from romekit.cloud.engine.rules import Asked, Decision
from romekit.cloud.engine.space import Space
from romekit.cloud.graph.request_log import Exchange
from romekit.cloud.store.ledger import Ledger
from romekit.cloud.stub import Stub
from romekit.core.clock import Virtual
from romekit.core.errors import BadInput
from romekit.core.transition import Transition
from romekit.lab.pages import LabPages


@dataclass(slots=True)
class LabContext:
    """A lab's world. `person` is whoever signed in last; by `new_id` its clients number their requests."""

    clock: Virtual
    stub: Stub
    person: Person
    pages: LabPages
    new_id: Callable[[], str]
    clients: WeakSet[Rome] = field(default_factory=WeakSet)

    def ledger(self) -> Ledger[Space]:
        return self.stub.spaces.ledger(self.person.upn)

    def space(self) -> Space:
        return self.stub.spaces.now(self.person.upn)

    def ask(self, request: Asked[Space]) -> Decision:
        return self.stub.spaces.ask(self.person.upn, request)

    def history(self) -> list[Transition]:
        return transitions(self.stub.spaces.events(self.person.upn))

    def exchanges(self) -> list[Exchange]:
        return self.stub.graph.request_log.of(self.person.upn)


class LabWatch:
    """Calls `on_change` after each change in the space of the lab's person, whoever that is by then, until `close()`.

    It is called in the thread that made the change, and must be quick.
    """

    def __init__(self, context: LabContext, on_change: Callable[[], object]) -> None:
        self._context, self._on_change, self._person = context, on_change, ""
        self._forget_space: Callable[[], None] = lambda: None
        self._follow_person()
        self._forget_requests = context.stub.graph.request_log.watch(self._changed)
        context.clock.errands.append(self)

    def close(self) -> None:
        self._forget_space()
        self._forget_requests()
        if self in self._context.clock.errands:
            self._context.clock.errands.remove(self)

    def next_at(self) -> float | None:
        """When something happens next by itself in the space. It is an Errand of the clock."""
        return self._context.ledger().next_due()

    def run(self) -> None:
        """Let what is due happen, and report it."""
        self._context.ledger().at(self._context.clock.now())
        self._changed()

    def _changed(self) -> None:
        self._follow_person()
        self._on_change()

    def _follow_person(self) -> None:
        if self._person != self._context.person.upn:
            self._forget_space()
            self._person = self._context.person.upn
            self._forget_space = self._context.ledger().watch(self._changed)


def checked_pace(value: float | None) -> float:
    """The pace that was given, or that of the environment; BadInput for what is none."""
    field, text = ("ROMEKIT_PACE", os.environ.get("ROMEKIT_PACE", "0")) if value is None else ("pace", value)
    try:
        pace = float(text)
    except (ValueError, TypeError):
        pace = nan
    if 0 <= pace < inf:
        return pace
    raise BadInput(f"{field} is {text!r}.", field=field, hint="Set it to a number of seconds, such as 0 or 1.")
