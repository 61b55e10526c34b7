"""The class as the server has it: its ledger, its clock, and the directory of who is in it.

A browser is offered one account, that of the student whose cookie it has; so no student can sign in as another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.classroom.attempts import AttemptLimit
from romekit.cloud.classroom.codes import fits, fresh_code, fresh_word, hashed
from romekit.cloud.classroom.cookies import STUDENT, TEACHER, SignedCookies
from romekit.cloud.classroom.time import ClassTime
from romekit.cloud.engine.classroom.decide import Join, OpenClass, check_code
from romekit.cloud.engine.classroom.names import place_of, tidied
from romekit.cloud.engine.classroom.state import Classroom, Quotas, Student
from romekit.cloud.engine.people import Person
from romekit.cloud.engine.requests import AddDevice
from romekit.cloud.engine.rules import Decision
from romekit.cloud.store.ledger import Ledger
from romekit.core.clock import Clock
from romekit.core.errors import NotAllowed, NotFound


def stream_of(name: str) -> str:
    """Where a class is kept: two classes of one store do not meet."""
    return f"class:{place_of(name)}"


class Room:
    """One class. `wall` is the time of day."""

    def __init__(self, ledger: Ledger[Classroom], wall: Clock, secret: bytes) -> None:
        self.ledger = ledger
        self.wall = wall
        self.secret = secret
        self.seals = SignedCookies(secret)
        self.time = ClassTime(wall, self.now)
        self.codes = AttemptLimit(each=30, everybody=60)
        self.words = AttemptLimit(each=5, everybody=200)
        self.secrets = AttemptLimit(each=5, everybody=1000)  # too long to be guessed; nobody is to lock the teacher out

    def now(self) -> Classroom:
        """The class as it is now."""
        return self.ledger.at(self.wall.reach(self.ledger.latest))

    def ask(self, request: object) -> Decision:
        """Decide a request now."""
        return self.ledger.ask(request, self.wall.reach(self.ledger.latest))

    def open(self, name: str, seed: str, quotas: Quotas, code: str = "") -> None:
        """Open it, or open it again."""
        self.ask(OpenClass(name, seed, quotas, code, fresh_code()))

    # ── who is in it ────────────────────────────────────────────────────────────────────────────────────────────────

    def person(self, upn: str) -> Person | None:
        student = self.now().student(upn)
        return None if student is None else student.person

    def offered(self, request: Request) -> Sequence[Person]:
        student = self.student_at(request)
        return () if student is None else (student.person,)

    def shown(self, request: Request) -> Sequence[Person]:
        """A student sees their own devices, the teacher everybody's; being somebody is another matter."""
        return self.everybody() if self.is_teacher(request) else self.offered(request)

    def is_teacher(self, request: Request) -> bool:
        """Whether somebody has typed the admin secret in this browser."""
        return self.seals.read(request, TEACHER, self.wall.now()) == self.now().name

    def everybody(self) -> Sequence[Person]:
        return [student.person for student in self.now().present()]

    def student_at(self, request: Request) -> Student | None:
        """The student whose browser this is."""
        return self.now().student(self.seals.read(request, STUDENT, self.wall.now()))

    def plan(self, account: str, devices: Sequence[AddDevice]) -> tuple[str, Sequence[AddDevice]]:
        """The seed of a student's space, and what they begin with: the same for the n-th student of a class's seed."""
        room = self.now()
        student = room.students.get(account)
        if student is None:
            return room.seed, devices
        own = [replace(each, name=each.name.replace("Alex", student.name)) for each in devices]
        return f"{room.seed}:student {student.number}", own[: room.quotas.devices]

    def forget(self, request: Request, response: Response) -> None:
        """Let this browser be nobody again, whoever it was."""
        for cookie in (STUDENT, TEACHER):
            self.seals.take(request, response, cookie)

    # ── getting in ──────────────────────────────────────────────────────────────────────────────────────────────────

    def join(self, who: str, code: str, name: str, *, another: bool = False) -> tuple[Student, str]:
        """Somebody new: the student, and the word that lets them back in. `who` is where they try from."""
        self._check_code(who, code)
        word = fresh_word()
        account = self.ask(Join(code, name, hashed(word), another)).id
        return self.now().students[account], word

    def back(self, who: str, code: str, name: str, word: str) -> Student:
        """Somebody who has joined before; NotAllowed if this is not their word."""
        self._check_code(who, code)
        return self.proved(who, name, word)

    def proved(self, who: str, name: str, word: str) -> Student:
        """The student with this name or account, whose word it is; what was tried elsewhere does not count."""
        room, now = self.now(), self.wall.now()
        student = room.student(name) or room.called(tidied(name))
        key = f"{who} {name.casefold() if student is None else student.account}"
        self.words.check(key, now)
        if student is not None and fits(word, student.word):
            return student
        self.words.wrong(key, now)
        raise NotAllowed(
            "That is not the rejoin word of anybody with this name.",
            field="word",
            code="wrongWord",
            status=403,
            hint="Look at it again, or join with another name, or ask your teacher to remove the old one.",
        )

    def _check_code(self, who: str, code: str) -> None:
        now = self.wall.now()
        self.codes.check(who, now)
        try:
            check_code(self.now(), code)
        except NotFound:
            self.codes.wrong(who, now)
            raise

    def watch(self, told: Callable[[], object]) -> Callable[[], None]:
        """Call `told` after each decision about the class."""
        return self.ledger.watch(told)
