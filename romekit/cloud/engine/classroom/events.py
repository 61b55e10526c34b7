"""The events of a class. No secret is among them: of a student's rejoin word there is a salted hash only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from romekit.cloud.engine.events import KINDS, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOpened(Event):
    """The class is there, with this code and these quotas; the same again gives it others and keeps its students."""

    kind: ClassVar[str] = "class_opened"
    name: str
    code: str
    seed: str
    quotas: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentJoined(Event):
    """Somebody typed the code, and has an account of their own from now on."""

    kind: ClassVar[str] = "student_joined"
    number: int
    name: str
    account: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentRemoved(Event):
    """The teacher removed a student. What they did stays, their account is never given to anybody else."""

    kind: ClassVar[str] = "student_removed"
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningSet(Event):
    """The door was opened or closed for who is not in the class yet."""

    kind: ClassVar[str] = "joining_set"
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeFrozen(Event):
    """The devices' time stands still."""

    kind: ClassVar[str] = "time_frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWentOn(Event):
    """It goes on from where it stood."""

    kind: ClassVar[str] = "time_went_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTold(Event):
    """What the teacher wants everybody to read; an empty text takes it down."""

    kind: ClassVar[str] = "class_told"
    text: str


KINDS.update(
    {
        event.kind: event
        for event in (ClassOpened, StudentJoined, StudentRemoved, JoiningSet, TimeFrozen, TimeWentOn, ClassTold)
    }
)
