"""The class as the server has it: its ledger, its clock, and the directory of who is in it.

A browser is offered one account, that of the student whose cookie it has; so no student can sign in as another.
"""

from __future__ import annotations

import hmac
import secrets
from asyncio import get_running_loop
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from math import inf
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.asgi import RateLimit, client_address, may_suspend
from romekit.cloud.classroom.credentials import JOINED, STUDENT, TEACHER, RejoinWord, SignedCookies, fits, fresh_code
from romekit.cloud.engine.classroom.decide import CLASS_RULES, check_code, check_join, join, open_class
from romekit.cloud.engine.classroom.names import place_of, tidied
from romekit.cloud.engine.classroom.state import Classroom, Quotas, Student
from romekit.cloud.engine.decide import AddDevice
from romekit.cloud.engine.people import Person
from romekit.cloud.engine.rules import Asked, Decision
from romekit.cloud.identity.context import Directory
from romekit.cloud.store.contract import Store
from romekit.cloud.store.ledger import Ledger
from romekit.core.clock import Clock
from romekit.core.errors import BadInput, NotAllowed, NotFound

T = TypeVar("T")

#: Where words are hashed, one at a time: whoever tries many leaves the other cores to those who are at work.
SLOW: Final = ThreadPoolExecutor(1, "romekit word")
#: How many students of a usual class may join from one address within a minute.
JOINS: int = 40


@dataclass(frozen=True, slots=True)
class Opening:
    """A class to be opened: its name, the teacher's secret, perhaps its code, and what each student may use."""

    name: str
    secret: bytes = field(repr=False)
    code: str = ""
    quotas: Quotas = Quotas()  # noqa: RUF009 (frozen, so one serves all)


def opened(opening: Opening, store: Store, wall: Clock, seed: str) -> Roster:
    """The class as it was left, or a new one. Two classes of one store have streams of their own."""
    roster = Roster(Ledger(store, f"class:{place_of(opening.name)}", CLASS_RULES), wall, opening.secret)
    roster.ask(open_class(opening.name, seed, opening.quotas, opening.code, fresh_code()))
    return roster


class ClassTime:
    """The devices' clock of a class: the wall's, less what the teacher froze.

    Only the devices' time stands still. Tokens and sign-ins go on with the wall's: a student who comes late must be
    able to sign in while the class discusses a frozen moment, MSAL counts a token's life on its own clock, and nothing
    that somebody stole is to live longer because a teacher explains something.
    """

    def __init__(self, wall: Clock, room: Callable[[], Classroom]) -> None:
        self.random = wall.random
        self._wall = wall
        self._room = room

    def now(self) -> float:
        return self._room().time_at(self._wall.now())

    def reach(self, at: float) -> float:
        wall = self._room().wall_at(at)
        if wall is not None:  # else it stands still
            self._wall.reach(wall)
        return self.now()

    def wait(self, seconds: float) -> None:
        self._wall.wait(seconds)

    async def wait_async(self, seconds: float) -> None:
        await self._wall.wait_async(seconds)

    def wall_at(self, time: float) -> float:
        """When, on the wall, it will be this time; infinity while it stands still."""
        at = self._room().wall_at(time)
        return inf if at is None else at


class Roster(Directory):
    """One class: who is in it, and who gets in. `wall` is the time of day."""

    def __init__(self, ledger: Ledger[Classroom], wall: Clock, secret: bytes) -> None:
        self.ledger = ledger
        self.wall = wall
        self.cookies = SignedCookies(secret)
        self.time = ClassTime(wall, self.now)
        self._secret = secret
        self._wrong = RateLimit(30, "That was wrong too often.")
        self._wrong_words = RateLimit(5, "That was wrong too often.")
        self._wrong_secrets = RateLimit(5, "That was wrong too often.")
        self._joins = RateLimit(JOINS, "Many have joined from here within a minute.")

    def now(self) -> Classroom:
        return self.ledger.at(self.wall.reach(self.ledger.latest))

    def ask(self, request: Asked[Classroom]) -> Decision:
        return self.ledger.ask(request, self.wall.reach(self.ledger.latest))

    def offered(self, request: Request) -> Sequence[Person]:
        student = self.student_at(request)
        return () if student is None else (student.person,)

    def shown(self, request: Request) -> Sequence[Person]:
        """A student sees their own devices, the teacher everybody's; being somebody is another matter."""
        return self.everybody() if self.is_teacher(request) else self.offered(request)

    def everybody(self) -> Sequence[Person]:
        return [student.person for student in self.now().present()]

    def is_teacher(self, request: Request) -> bool:
        """Whether somebody has typed the admin secret in this browser."""
        return self.cookies.read(request, TEACHER, self.wall.now()) == self.now().name

    def student_at(self, request: Request) -> Student | None:
        room = self.now()
        return room.student(
            self.cookies.read(
                request, STUDENT, self.wall.now(), lambda account: getattr(room.student(account), "word", "nobody")
            )
        )

    def remember(self, request: Request, response: Response, student: Student) -> None:
        self.cookies.give(request, response, STUDENT, student.account, self.wall.now(), student.word)

    def forget(self, request: Request, response: Response) -> None:
        for cookie in (STUDENT, TEACHER, JOINED):
            self.cookies.take(request, response, cookie)

    def plan(self, account: str, devices: Sequence[AddDevice]) -> tuple[str, Sequence[AddDevice]]:
        """The seed of a student's space, and what they begin with: the same for the n-th student of a class's seed."""
        room = self.now()
        student = room.students.get(account)
        if student is None:
            return room.seed, devices
        own = [replace(each, name=each.name.replace("Alex", student.name)) for each in devices]
        return f"{room.seed}:student {student.number}", own[: room.quotas.devices]

    async def join(
        self, request: Request, code: str, name: str, *, another: bool = False, key: str = ""
    ) -> tuple[Student, str]:
        """Somebody new: the student, and the word that lets them back in.

        With an idempotency `key` the same join can be repeated when its answer was lost. Everything is checked before
        the word is hashed, which is slow.
        """
        self._check_code(request, code)
        word = self._word_for(name, key) if key else RejoinWord.made_of(secrets.token_bytes(32))
        for student in self.now().present():
            if word.is_salt_of(student.word):
                return student, word.text
        check_join(self.now(), name, another=another)
        students = self.now().quotas.students
        self._joins.take(client_address(request), self.wall.now(), JOINS if students <= 60 else students)
        kept = await _off_loop(request, word.hashed)
        account = self.ask(join(code, name, kept, another)).id
        return self.now().students[account], word.text

    def word_of_join(self, student: Student, name: str, key: str) -> str:
        """The rejoin word of whoever joined with this key; empty for anybody else."""
        word = self._word_for(name, key)
        return word.text if word.is_salt_of(student.word) else ""

    async def rejoin(self, request: Request, code: str, name: str, word: str) -> Student:
        """Somebody who has joined before; NotAllowed if this is not their word."""
        self._check_code(request, code)
        return await self.proved(request, name, word)

    async def proved(self, request: Request, name: str, word: str) -> Student:
        """The student with this name or account, whose word it is."""
        room = self.now()
        student = room.student(name) or room.called(tidied(name))
        if student is not None and await _off_loop(request, lambda: fits(word, student.word)):
            return student
        whose = name.casefold() if student is None else student.account
        self._wrong_words.take(f"{client_address(request)} {whose}", self.wall.now())
        why = "That is not the rejoin word of anybody with this name."
        hint = "Look at it again, or join with another name, or ask your teacher to remove the old one."
        raise NotAllowed(why, field="word", code="wrongWord", status=403, hint=hint)

    def check_secret(self, request: Request, secret: str) -> None:
        if not hmac.compare_digest(secret.strip().encode(), self._secret):
            self._wrong_secrets.take(client_address(request), self.wall.now())
            hint = "It is in the file that romekit serve named when it started."
            raise NotAllowed("That is not the admin secret.", field="secret", status=403, hint=hint)

    def _check_code(self, request: Request, code: str) -> None:
        try:
            check_code(self.now(), code)
        except NotFound:
            self._wrong.take(client_address(request), self.wall.now())
            raise

    def _word_for(self, name: str, key: str) -> RejoinWord:
        if not 16 <= len(key) <= 200:
            raise BadInput("An Idempotency-Key has 16 to 200 characters.", hint="Use a new UUID for each join.")
        text = f"join:{tidied(name)}:{key}"
        return RejoinWord.made_of(hmac.digest(self._secret, text.encode(), "sha256"))


async def _off_loop(request: Request, work: Callable[[], T]) -> T:
    """What slow work gives; other requests are answered meanwhile, where there is a loop that can wait."""
    if not may_suspend(request.scope):
        return work()
    return await get_running_loop().run_in_executor(SLOW, work)
