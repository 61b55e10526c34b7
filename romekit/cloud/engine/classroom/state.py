"""What a class is at one moment, and the only way it changes.

**The devices' time** is the wall's, less what it was frozen for. It stands still between TimeFrozen and TimeWentOn and
goes on from there: nothing expires behind a frozen class's back, and a restored class knows its time from its events.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from rpds import HashTrieMap

from romekit.cloud.engine.classroom.events import (
    ClassOpened,
    ClassTold,
    JoiningSet,
    StudentJoined,
    StudentRemoved,
    TimeFrozen,
    TimeWentOn,
)
from romekit.cloud.engine.classroom.quotas import Quotas, quotas_from
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.people import Person
from romekit.core.errors import WorldError


@dataclass(frozen=True, slots=True)
class Student:
    """Somebody in the class. `word` is the salted hash of what lets them back in."""

    number: int
    name: str
    account: str
    word: str = field(repr=False)
    joined_at: float
    is_removed: bool = False

    @property
    def person(self) -> Person:
        return Person(self.account, self.name)


@dataclass(frozen=True, slots=True)
class Classroom:
    """Everything about the class but what happens in its students' spaces."""

    name: str = ""
    code: str = ""
    seed: str = ""
    quotas: Quotas = Quotas()  # noqa: RUF009 (frozen, so one serves all)
    is_open: bool = True
    students: HashTrieMap[str, Student] = HashTrieMap()  # noqa: RUF009 (immutable, so one empty map serves all)
    frozen_at: float | None = None
    held: float = 0.0  # seconds it was frozen for before
    told: str = ""
    version: int = 0

    def present(self) -> list[Student]:
        """Who is in the class, in the order in which they joined."""
        inside = (student for student in self.students.values() if not student.is_removed)
        return sorted(inside, key=lambda student: student.number)

    def student(self, account: str) -> Student | None:
        """The student with this account, if they are in the class."""
        found = self.students.get(account.strip().lower())
        return None if found is None or found.is_removed else found

    def called(self, name: str) -> Student | None:
        """The student of this name, if they are in the class."""
        return next((each for each in self.present() if each.name.casefold() == name.casefold()), None)

    def time_at(self, wall: float) -> float:
        """The devices' time when the wall's is this."""
        return (wall if self.frozen_at is None else min(wall, self.frozen_at)) - self.held

    def wall_at(self, time: float) -> float | None:
        """The wall's time when the devices' will be this; None while it stands still."""
        return None if self.frozen_at is not None else time + self.held


NO_CLASS: Final = Classroom()


def evolve(room: Classroom, event: Event) -> Classroom:
    """The class after `event`."""
    change = CHANGES.get(type(event))
    if change is None:
        raise WorldError(f"No class knows the event {event.kind!r}.")
    return replace(change(room, event), version=room.version + 1)


def due(room: Classroom, now: float) -> tuple[Classroom, list[Event]]:
    """Nothing in a class happens by itself."""
    return room, []


def next_due(room: Classroom) -> float | None:
    """So nothing is planned."""
    return None


def _opened(room: Classroom, event: ClassOpened) -> Classroom:
    return replace(room, name=event.name, code=event.code, seed=event.seed, quotas=quotas_from(event.quotas))


def _joined(room: Classroom, event: StudentJoined) -> Classroom:
    student = Student(event.number, event.name, event.account, event.word, event.at)
    return replace(room, students=room.students.insert(student.account, student))


def _removed(room: Classroom, event: StudentRemoved) -> Classroom:
    gone = replace(room.students[event.account], is_removed=True)
    return replace(room, students=room.students.insert(gone.account, gone))


def _went_on(room: Classroom, event: TimeWentOn) -> Classroom:
    since = event.at if room.frozen_at is None else room.frozen_at
    return replace(room, frozen_at=None, held=room.held + max(0.0, event.at - since))


CHANGES: Final[dict[type, Callable[[Classroom, Any], Classroom]]] = {
    ClassOpened: _opened,
    StudentJoined: _joined,
    StudentRemoved: _removed,
    JoiningSet: lambda room, event: replace(room, is_open=event.is_open),
    TimeFrozen: lambda room, event: replace(room, frozen_at=event.at),
    TimeWentOn: _went_on,
    ClassTold: lambda room, event: replace(room, told=event.text),
}
