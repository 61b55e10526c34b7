"""The mechanism of the three engines: devices, identity and classroom are tables and requests for it.

    request(state, now)         -> decision         somebody asked for something, which may bring events about
    due(state, now)             -> state, events    time passed, and what was planned until now has happened
    evolve(state, event)        -> state            the only way in which a state ever changes

States are immutable and share almost everything with the state before, so that one can be kept, compared, rewound and
branched for nothing. The agenda of a state holds only what is not over yet, so that whoever looks never pays for what
is. `due` depends on nothing but the state and the time: whoever looks first at time *t* computes the same events.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Concatenate, Final, Generic, NamedTuple, ParamSpec, Protocol, TypeVar

from romekit.cloud.engine.events import Event
from romekit.core.errors import WorldError


class Entry(NamedTuple):
    """Something planned: at what time, and for which thing; `number` settles ties in the order of sending."""

    at: float
    number: int
    id: str


#: What is planned, the earliest first, in chunks: a change copies one of them and not all that is planned. Each thing
#: that is not over has one entry.
Agenda = tuple[tuple[Entry, ...], ...]
#: Entries that a chunk holds at most.
CHUNK: Final = 64


class State(Protocol):
    """What an engine keeps: a record with an agenda."""

    @property
    def agenda(self) -> Agenda: ...


S = TypeVar("S", bound=State)
T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Decision:
    """The id of what a request concerned, and the events it brings about."""

    id: str
    events: tuple[Event, ...]


#: What is asked of a state at a time. It changes nothing: what comes of it, or the refusal as an error, is its result.
#: The state must be that of the time (see `due`).
Asked = Callable[[S, float], Decision]


def as_request(answer: Callable[Concatenate[S, float, P], Decision]) -> Callable[P, Asked[S]]:
    """Make of an answer what makes requests: `cancel(device, command)` waits for a state and a time to be decided."""

    def asked(*args: P.args, **more: P.kwargs) -> Asked[S]:
        return lambda state, now: answer(state, now, *args, **more)

    return asked


@dataclass(frozen=True, slots=True)
class Rules(Generic[S]):
    """An engine as tables: the change that each event makes, and what a plan comes to.

    `name` is how messages call a state, `empty` is the one that everything begins with. `is_needed` says whether a
    state still rests on an event of its past; what nothing rests on any more need not be kept for ever.
    """

    name: str
    empty: S
    changes: Mapping[type[Event], Callable[[S, Any], S]]
    happen: Callable[[S, Entry], list[Event]] = lambda state, entry: []
    is_needed: Callable[[S, Event, float], bool] = lambda state, event, now: True

    def due(self, state: S, now: float) -> tuple[S, list[Event]]:
        """The state at `now`, and the events that led there, in order."""
        events: list[Event] = []
        while state.agenda and (entry := state.agenda[0][0]).at <= now:
            for event in self.happen(state, entry):
                state = self.changes[type(event)](state, event)
                events.append(event)
        return state, events

    def evolve(self, state: S, event: Event) -> S:
        change = self.changes.get(type(event))
        if change is None:
            raise WorldError(f"No {self.name} knows the event {event.kind!r}.")
        return change(state, event)

    def fold(self, events: Iterable[Event], state: S | None = None) -> S:
        state = self.empty if state is None else state
        for event in events:
            state = self.evolve(state, event)
        return state


def next_due(state: State) -> float | None:
    return state.agenda[0][0].at if state.agenda else None


def rescheduled(agenda: Agenda, old: Entry | None, new: Entry | None) -> Agenda:
    """The agenda with another entry for something that has changed; None for what was not there, or is over."""
    if old == new:
        return agenda
    if old is not None:
        is_first = agenda[0][0] == old  # as everything is that has just happened
        place, chunk, at = (0, agenda[0], 0) if is_first else _found(agenda, old)
        agenda = agenda[:place] + _parts(chunk[:at] + chunk[at + 1 :]) + agenda[place + 1 :]
    if new is not None:
        place, chunk, at = _found(agenda, new) if agenda else (0, (), 0)
        agenda = agenda[:place] + _parts(chunk[:at] + (new,) + chunk[at:]) + agenda[place + 1 :]  # noqa: RUF005 (faster)
    return agenda


def _found(agenda: Agenda, entry: Entry) -> tuple[int, tuple[Entry, ...], int]:
    """The chunk that an entry is in or belongs into, with its place, and the entry's place in it."""
    place = max(bisect_right(agenda, entry, key=itemgetter(0)) - 1, 0)
    return place, agenda[place], bisect_left(agenda[place], entry)


def _parts(chunk: tuple[Entry, ...]) -> Agenda:
    half = len(chunk) // 2
    return (chunk[:half], chunk[half:]) if len(chunk) > CHUNK else (chunk,) if chunk else ()


def replace(record: T, /, **changes: Any) -> T:
    """`dataclasses.replace` in an eighth of its time, for frozen records without slots: each event needs several."""
    changed: T = object.__new__(type(record))
    object.__setattr__(changed, "__dict__", record.__dict__ | changes)
    return changed
