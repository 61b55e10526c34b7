"""Being told whenever something has changed in a lab: what the wall and the live timeline redraw themselves by.

Three things change what there is to see: a decision (a command is accepted, a device falls asleep), time passing an
event that was due, and a request. `told` is called after each, in the thread that brought it about, and is to be quick.
A watch is an errand of the clock, so that waiting stops at each event on its way and what happens is seen when it
happens, also by somebody who sits through virtual time at a pace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from romekit.cloud.engine.space import Space
from romekit.cloud.store.ledger import Ledger

if TYPE_CHECKING:  # the lab is what is watched, so it is the one to import
    from romekit.lab.lab import Lab


class LabWatch:
    """Calls `told` after each change in the space of the lab's person, whoever that is by then, until `close()`."""

    def __init__(self, lab: Lab, told: Callable[[], object]) -> None:
        self._lab = lab
        self._told = told
        self._person = ""
        self._forget_space: Callable[[], None] = lambda: None
        self._follow_person()
        self._forget_requests = lab.stub.graph.exchanges.watch(self._changed)
        lab.clock.errands.append(self)

    def close(self) -> None:
        """Be told no more."""
        self._forget_space()
        self._forget_requests()
        if self in self._lab.clock.errands:
            self._lab.clock.errands.remove(self)

    def next_at(self) -> float | None:
        """When something happens next by itself in the space. It is an Errand of the clock."""
        return self._ledger().next_due()

    def run(self) -> None:
        """Let what is due happen, and tell."""
        self._ledger().at(self._lab.clock.now())
        self._changed()

    def _changed(self) -> None:
        self._follow_person()
        self._told()

    def _follow_person(self) -> None:
        if self._person != self._lab.person.upn:
            self._forget_space()
            self._person = self._lab.person.upn
            self._forget_space = self._ledger().watch(self._changed)

    def _ledger(self) -> Ledger[Space]:
        return self._lab.stub.spaces.ledger(self._lab.person.upn)
