"""The engine of a class: who gets in, and what the teacher does. Refusals are errors in a student's words.

Chance and secrets come in with the request: the class's code, and the hash of a rejoin word.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import Final

from romekit.cloud.engine.classroom.names import account_of, next_free, tidied
from romekit.cloud.engine.classroom.state import (
    CHANGES,
    NO_CLASS,
    Announced,
    ClassOpened,
    Classroom,
    JoiningSet,
    Quotas,
    Student,
    StudentJoined,
    StudentRemoved,
    TimeFrozen,
    TimeWentOn,
)
from romekit.cloud.engine.rules import Decision, Rules, as_request
from romekit.core.errors import NotAllowed, NotFound, Rejected
from romekit.core.names import as_typed

LONGEST_WORDS: Final = 300


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


@as_request
def open_class(
    room: Classroom, now: float, name: str, seed: str, quotas: Quotas, code: str = "", fresh_code: str = ""
) -> Decision:
    """Open a class, or the same one again with other settings. Without a `code` it keeps the one it has."""
    code = code or room.code or fresh_code
    opened = ClassOpened(at=now, name=name, code=code, seed=room.seed or seed, quotas=quotas.as_data())
    is_so = (room.name, room.code, room.quotas) == (name, code, quotas)
    return Decision(name, () if is_so else (opened,))


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


@as_request
def join(room: Classroom, now: float, code: str, name: str, word: str, another: bool = False) -> Decision:
    """Somebody new. The word is hashed; `another` takes the name with a number behind it where it is taken."""
    check_code(room, code)
    name = check_join(room, name, another=another)
    account = account_of(name, room.name, room.students.get)
    number = len(room.students) + 1
    joined = StudentJoined(at=now, number=number, name=name, account=account, word=word)
    return Decision(account, (joined,))


@as_request
def set_joining(room: Classroom, now: float, is_open: bool) -> Decision:
    """Let new people join, or nobody new."""
    event = JoiningSet(at=now, is_open=is_open)
    return Decision("", (event,) if is_open != room.is_open else ())


@as_request
def remove(room: Classroom, now: float, account: str) -> Decision:
    student = student_of(room, account)
    return Decision(student.account, (StudentRemoved(at=now, account=student.account),))


@as_request
def set_frozen(room: Classroom, now: float, is_frozen: bool) -> Decision:
    """Let the devices' time stand still, or go on."""
    event = TimeFrozen(at=now) if is_frozen else TimeWentOn(at=now)
    return Decision("", (event,) if is_frozen is (room.frozen_at is None) else ())


@as_request
def announce(room: Classroom, now: float, text: str) -> Decision:
    text = " ".join(text.split())[:LONGEST_WORDS]
    return Decision("", (Announced(at=now, text=text),) if text != room.announcement else ())


def student_of(room: Classroom, account: str) -> Student:
    found = room.student(account)
    if found is None:
        raise NotFound("No such student is in this class.", field="student", status=404, hint="Look at the list again.")
    return found


CLASS_RULES: Final = Rules("class", NO_CLASS, CHANGES)
