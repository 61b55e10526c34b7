"""The events of a class. No secret is among them: of a student's rejoin word there is a salted hash only."""

from __future__ import annotations

from dataclasses import dataclass

from romekit.cloud.engine.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOpened(Event, kind="class_opened"):
    """The class is there, with this code and these quotas; the same again gives it others and keeps its students."""

    name: str
    code: str
    seed: str
    quotas: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentJoined(Event, kind="student_joined"):
    """Somebody typed the code, and has an account of their own from now on."""

    number: int
    name: str
    account: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentRemoved(Event, kind="student_removed"):
    """The teacher removed a student. What they did stays, their account is never given to anybody else."""

    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningSet(Event, kind="joining_set"):
    """New people may join from now on, or may not."""

    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeFrozen(Event, kind="time_frozen"):
    """The devices' time stands still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWentOn(Event, kind="time_went_on"):
    """It goes on from where it stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced(Event, kind="class_told"):
    """What the teacher wants everybody to read; an empty text takes it down."""

    text: str
