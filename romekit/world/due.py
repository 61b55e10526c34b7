"""`due`: what time alone brings about. Reading a space never writes: it applies what is due, in memory.

Because `due` depends on nothing but the space and the time, whoever looks first at time *t* computes the same events,
and they need not be stored to be true. They are stored with the next decision, so that a history never depends on a
later version of this code.
"""

from __future__ import annotations

from romekit.status import is_final
from romekit.world.agenda import Agenda, Entry, put, rest
from romekit.world.events import Event
from romekit.world.evolve import evolve
from romekit.world.life import happen
from romekit.world.records import replace
from romekit.world.space import CommandNow, Space


def due(space: Space, now: float) -> tuple[Space, list[Event]]:
    """The space at `now`, and the events that led there, in order."""
    events: list[Event] = []
    while (agenda := _current(space)) is not None and agenda.first.at <= now:
        at, command = agenda.first.at, space.commands[agenda.first.command]
        happened = happen(space, command, at)
        space = replace(space, agenda=rest(agenda))
        for event in happened:
            space = evolve(space, event)
        events += happened
        if space.commands[command.id].next_at == at:
            space = _left_to_the_clock(space, command)
    return space, events


def next_due(space: Space) -> float | None:
    """When something happens next by itself; None when nothing is planned."""
    agenda = _current(space)
    return None if agenda is None else agenda.first.at


def _left_to_the_clock(space: Space, command: CommandNow) -> Space:
    """A silent device: nothing more is planned for the command than the end of its time, if that is still to come."""
    next_at = None if is_final(command.status) else command.expires_at
    commands = space.commands.insert(command.id, replace(command, next_at=next_at))
    if next_at is None:
        return replace(space, commands=commands)
    entry = Entry(next_at, command.number, command.id)
    return replace(space, commands=commands, agenda=put(space.agenda, entry))


def _current(space: Space) -> Agenda | None:
    """The agenda from its first entry that still holds: a decision may have moved a command in the meantime."""
    agenda = space.agenda
    while agenda is not None and space.commands[agenda.first.command].next_at != agenda.first.at:
        agenda = rest(agenda)
    return agenda
