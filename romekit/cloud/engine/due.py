"""`due`: what time alone brings about. Reading a space never writes: it applies what is due, in memory.

Because `due` depends on nothing but the space and the time, whoever looks first at time *t* computes the same events,
and they need not be stored to be true. They are stored with the next decision, so that a history never depends on a
later version of this code.
"""

from __future__ import annotations

from romekit.cloud.engine.agenda import Agenda, Underway, rest
from romekit.cloud.engine.events import Event, NothingCame
from romekit.cloud.engine.evolve import evolve
from romekit.cloud.engine.life import happen
from romekit.cloud.engine.records import DraftMap, completed, drafted, finished
from romekit.cloud.engine.space import Space


def due(space: Space, now: float) -> tuple[Space, list[Event]]:
    """The space at `now`, and the events that led there, in order."""
    events: list[Event] = []
    agenda = _current(space)
    if agenda is None or agenda.first.at > now:
        return space, events
    underway = Underway(agenda, now)
    commands, devices = DraftMap(space.commands), DraftMap(space.devices)
    space = completed(drafted(space), agenda=underway, commands=commands, devices=devices)
    while underway.due:
        at, _, id_ = underway.take()
        command = commands[id_]
        if command.next_at != at:
            continue
        happened = happen(space, command, at)
        for event in happened:
            space = evolve(space, event)
        events += happened
        if commands[id_].next_at == at:
            silence = NothingCame(at=at, command=id_)
            space = evolve(space, silence)
            events.append(silence)
    maps = {"commands": commands.finished(), "devices": devices.finished()}
    return finished(completed(space, agenda=underway.finished(), **maps)), events


def next_due(space: Space) -> float | None:
    """When something happens next by itself; None when nothing is planned."""
    agenda = _current(space)
    return None if agenda is None else agenda.first.at


def _current(space: Space) -> Agenda | None:
    """The agenda from its first entry that still holds: a decision may have moved a command in the meantime."""
    agenda = space.agenda
    while agenda is not None and space.commands[agenda.first.command].next_at != agenda.first.at:
        agenda = rest(agenda)
    return agenda
