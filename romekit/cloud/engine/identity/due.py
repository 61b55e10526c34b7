"""`due` for the identity provider's space: codes that nobody used run out.

Refresh tokens run out too, but nobody watches that: their end is looked at when one is shown.
"""

from __future__ import annotations

from dataclasses import replace

from romekit.cloud.engine.agenda import Agenda, rest
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.identity.events import CodeExpired
from romekit.cloud.engine.identity.evolve import evolve
from romekit.cloud.engine.identity.state import OPEN, Identity


def due(identity: Identity, now: float) -> tuple[Identity, list[Event]]:
    """What the identity provider knows at `now`, and the codes that ran out on the way there, in order."""
    events: list[Event] = []
    while (agenda := _current(identity)) is not None and agenda.first.at <= now:
        expired = CodeExpired(at=agenda.first.at, code=agenda.first.command)
        identity = evolve(replace(identity, agenda=rest(agenda)), expired)
        events.append(expired)
    return identity, events


def next_due(identity: Identity) -> float | None:
    """When the next code runs out; None when none is open."""
    agenda = _current(identity)
    return None if agenda is None else agenda.first.at


def _current(identity: Identity) -> Agenda | None:
    """The agenda from the first code that is still open."""
    agenda = identity.agenda
    while agenda is not None and not _is_open(identity, agenda.first.command):
        agenda = rest(agenda)
    return agenda


def _is_open(identity: Identity, code: str) -> bool:
    known = identity.devices.get(code) or identity.codes.get(code)
    return known is not None and known.state in OPEN
