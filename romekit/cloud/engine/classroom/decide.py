"""The engine of a class: who gets in, and what the teacher does. Refusals are errors in a student's words.

Chance and secrets come in with the request: the class's code, and the hash of a rejoin word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any, Final

from romekit.cloud.engine.classroom import events
from romekit.cloud.engine.classroom.names import account_of, next_free, tidied
from romekit.cloud.engine.classroom.state import CHANGES, NO_CLASS, Classroom, Quotas, Student
from romekit.cloud.engine.rules import Decision, Rules
from romekit.core.errors import NotAllowed, NotFound, Rejected
from romekit.core.names import as_typed

LONGEST_WORDS: Final = 300


@dataclass(frozen=True, slots=True)
class OpenClass:
    """Open a class, or the same one again with other settings. Without a `code` it keeps the one it has."""

    name: str
    seed: str
    quotas: Quotas
    code: str = ""
    fresh_code: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """Somebody new. `another` takes the name with a number behind it where it is taken."""

    code: str = field(repr=False)
    name: str
    word: str = field(repr=False)  # hashed
    another: bool = False


@dataclass(frozen=True, slots=True)
class Remove:
    """Send a student out."""

    account: str


@dataclass(frozen=True, slots=True)
class SetJoining:
    """Let new people join, or nobody new."""

    is_open: bool


@dataclass(frozen=True, slots=True)
class SetFrozen:
    """Let the devices' time stand still, or go on."""

    is_frozen: bool


@dataclass(frozen=True, slots=True)
class Announce:
    """Show everybody a sentence."""

    text: str


def check_code(room: Classroom, code: str) -> None:
    """NotFound for any code but the class's."""
    if not compare_digest(as_typed(code).encode(), as_typed(room.code).encode()):
        hint = "Look at it again, or ask."
        raise NotFound("No class has this code.", field="code", code="noSuchClass", status=404, hint=hint)


def name_taken(room: Classroom, name: str) -> Rejected:
    """What somebody hears whose name somebody else has, or who has joined before."""
    free = next_free(name, room.called)
    hint = f"If that is you, give your rejoin word. If not, join as {free}, or with another name."
    message = f"There is a {name} in this class already."
    return Rejected(message, field="name", code="nameTaken", status=409, hint=hint)


def _open(room: Classroom, request: OpenClass, now: float) -> Decision:
    code = request.code or room.code or request.fresh_code
    opened = events.ClassOpened(
        at=now, name=request.name, code=code, seed=room.seed or request.seed, quotas=request.quotas.as_data()
    )
    is_so = (room.name, room.code, room.quotas) == (request.name, code, request.quotas)
    return Decision(request.name, () if is_so else (opened,))


def check_join(room: Classroom, name: str, *, another: bool) -> str:
    """The name somebody new gets; an error in their words if they cannot join."""
    name = tidied(name)
    if not room.is_open:
        hint = "Ask your teacher to open it. If you have joined before, give your rejoin word."
        raise NotAllowed("Nobody new can join this class now.", code="classClosed", status=403, hint=hint)
    if len(room.present()) >= room.quotas.students:
        hint = "Ask your teacher to make room."
        raise Rejected(f"This class is full: {room.quotas.students}.", code="classFull", status=409, hint=hint)
    if room.called(name) is not None:
        if not another:
            raise name_taken(room, name)
        name = next_free(name, room.called)
    return name


def _join(room: Classroom, request: Join, now: float) -> Decision:
    check_code(room, request.code)
    name = check_join(room, request.name, another=request.another)
    account = account_of(name, room.name, room.students.get)
    number = len(room.students) + 1
    joined = events.StudentJoined(at=now, number=number, name=name, account=account, word=request.word)
    return Decision(account, (joined,))


def _set_joining(room: Classroom, request: SetJoining, now: float) -> Decision:
    event = events.JoiningSet(at=now, is_open=request.is_open)
    return Decision("", (event,) if request.is_open != room.is_open else ())


def _remove(room: Classroom, request: Remove, now: float) -> Decision:
    student = student_of(room, request.account)
    return Decision(student.account, (events.StudentRemoved(at=now, account=student.account),))


def _set_frozen(room: Classroom, request: SetFrozen, now: float) -> Decision:
    event = events.TimeFrozen(at=now) if request.is_frozen else events.TimeWentOn(at=now)
    return Decision("", (event,) if request.is_frozen is (room.frozen_at is None) else ())


def _announce(room: Classroom, request: Announce, now: float) -> Decision:
    text = " ".join(request.text.split())[:LONGEST_WORDS]
    return Decision("", (events.Announced(at=now, text=text),) if text != room.announcement else ())


def student_of(room: Classroom, account: str) -> Student:
    """The student with this account, or NotFound."""
    found = room.student(account)
    if found is None:
        raise NotFound("No such student is in this class.", field="student", status=404, hint="Look at the list again.")
    return found


ANSWERS: Final[dict[type, Callable[[Classroom, Any, float], Decision]]] = {
    OpenClass: _open,
    Join: _join,
    Remove: _remove,
    SetJoining: _set_joining,
    SetFrozen: _set_frozen,
    Announce: _announce,
}

CLASS_RULES: Final = Rules("class", NO_CLASS, ANSWERS, CHANGES)
