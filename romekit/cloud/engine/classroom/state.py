"""What a class is at one moment, what each student may use, its events, and how each changes it (`CHANGES`).

**The devices' time** is the wall's, less what it was frozen for. It stands still between TimeFrozen and TimeWentOn and
goes on from there: nothing expires behind a frozen class's back, and a restored class knows its time from its events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from rpds import HashTrieMap

from romekit.cloud.engine.events import Event
from romekit.cloud.engine.people import Person
from romekit.cloud.engine.rules import Agenda
from romekit.core.errors import BadInput
from romekit.core.names import is_alike

#: name -> what it is, and the largest number that makes sense
MEANING: Final[dict[str, tuple[str, int]]] = {
    "students": ("students in the class", 1000),
    "devices": ("devices a student begins with", 7),
    "commands_per_minute": ("commands a student sends within a minute", 100_000),
    "commands": ("commands a student sends in all", 1_000_000),
    "events": ("events a student's space holds", 10_000_000),
    "faults": ("faults a student has set at the same time", 1000),
    "waiting": ("requests a student lets the server hold at the same time", 1000),
    "body": ("bytes a request may have", 64 * 1024),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """For each student, but `students`, which is for the class."""

    students: int = 60
    devices: int = 7
    commands_per_minute: int = 240
    commands: int = 20_000
    events: int = 200_000
    faults: int = 20
    waiting: int = 12
    body: int = 64 * 1024

    def as_data(self) -> dict[str, int]:
        return asdict(self)


def quotas_from(data: Mapping[str, int]) -> Quotas:
    """The quotas somebody names, the rest as usual; BadInput says which of them is none."""
    known = {each.name for each in fields(Quotas)}
    for name, value in data.items():
        if name not in known:
            raise BadInput(f"There is no quota {name!r}.", field="quota", hint=f"There are: {', '.join(MEANING)}.")
        most = MEANING[name][1]
        if not 1 <= value <= most:
            raise BadInput(f"{value} {MEANING[name][0]}?", field="quota", hint=f"Use 1 to {most}.")
    return Quotas(**data)


# ── what happens in a class. No secret is among it: of a rejoin word there is a salted hash only ──────────────────────


class ClassOpened(Event, kind="class_opened"):
    """The class is there, with this code and these quotas; the same again gives it others and keeps its students."""

    name: str
    code: str
    seed: str
    quotas: dict[str, int]


class StudentJoined(Event, kind="student_joined"):
    """Somebody typed the code, and has an account of their own from now on."""

    number: int
    name: str
    account: str
    word: str


class StudentRemoved(Event, kind="student_removed"):
    """The teacher removed a student. What they did stays, their account is never given to anybody else."""

    account: str


class JoiningSet(Event, kind="joining_set"):
    """New people may join from now on, or may not."""

    is_open: bool


class TimeFrozen(Event, kind="time_frozen"):
    """The devices' time stands still."""


class TimeWentOn(Event, kind="time_went_on"):
    """It goes on from where it stood."""


class Announced(Event, kind="class_told"):
    """What the teacher wants everybody to read; an empty text takes it down."""

    text: str


# ── what it makes of the class ────────────────────────────────────────────────────────────────────────────────────────


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
    quotas: Quotas = Quotas()
    is_open: bool = True
    students: HashTrieMap[str, Student] = HashTrieMap()  # noqa: RUF009 (immutable, so one empty map serves all)
    frozen_at: float | None = None
    held: float = 0.0  # seconds it was frozen for before
    announcement: str = ""
    version: int = 0
    agenda: Agenda = ()  # nothing in a class happens by itself

    def present(self) -> list[Student]:
        inside = (student for student in self.students.values() if not student.is_removed)
        return sorted(inside, key=lambda student: student.number)

    def student(self, account: str) -> Student | None:
        found = self.students.get(account.strip().lower())
        return None if found is None or found.is_removed else found

    def called(self, name: str) -> Student | None:
        """The student of this name, or of one that looks like it, if they are in the class."""
        return next((each for each in self.present() if is_alike(each.name, name)), None)

    def time_at(self, wall: float) -> float:
        return (wall if self.frozen_at is None else min(wall, self.frozen_at)) - self.held

    def wall_at(self, time: float) -> float | None:
        """The wall's time when the devices' will be this; None while it stands still."""
        return None if self.frozen_at is not None else time + self.held


NO_CLASS: Final = Classroom()


def _opened(room: Classroom, event: ClassOpened) -> Classroom:
    return replace(room, name=event.name, code=event.code, seed=event.seed, quotas=quotas_from(event.quotas))


def _joined(room: Classroom, event: StudentJoined) -> Classroom:
    student = Student(event.number, event.name, event.account, event.word, event.at)
    return replace(room, students=room.students.insert(student.account, student))


def _removed(room: Classroom, event: StudentRemoved) -> Classroom:
    removed = replace(room.students[event.account], is_removed=True)
    return replace(room, students=room.students.insert(removed.account, removed))


def _went_on(room: Classroom, event: TimeWentOn) -> Classroom:
    since = event.at if room.frozen_at is None else room.frozen_at
    return replace(room, frozen_at=None, held=room.held + max(0.0, event.at - since))


def _numbered(change: Callable[[Classroom, Any], Classroom]) -> Callable[[Classroom, Any], Classroom]:
    return lambda room, event: replace(change(room, event), version=room.version + 1)


CHANGES: Final[dict[type[Event], Callable[[Classroom, Any], Classroom]]] = {
    ClassOpened: _numbered(_opened),
    StudentJoined: _numbered(_joined),
    StudentRemoved: _numbered(_removed),
    JoiningSet: _numbered(lambda room, event: replace(room, is_open=event.is_open)),
    TimeFrozen: _numbered(lambda room, event: replace(room, frozen_at=event.at)),
    TimeWentOn: _numbered(_went_on),
    Announced: _numbered(lambda room, event: replace(room, announcement=event.text)),
}
