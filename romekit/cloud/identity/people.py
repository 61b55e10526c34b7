"""Which people there are, and which of them a browser may be.

In a cloud of one's own anybody may be anybody: nobody has a password, and whose account it is makes no difference.
Where many share a server there is another directory (classroom/room.py); it offers each browser its own account.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.engine.people import Person


class Directory(Protocol):
    """Who is known here."""

    def person(self, upn: str) -> Person | None:
        """The person with this address."""
        ...

    def offered(self, request: Request) -> Sequence[Person]:
        """The people this browser may be."""
        ...

    def shown(self, request: Request) -> Sequence[Person]:
        """The people whose devices this browser may look at."""
        ...

    def everybody(self) -> Sequence[Person]:
        """All of them."""
        ...

    def forget(self, request: Request, response: Response) -> None:
        """Let a browser be nobody again."""
        ...


class Everybody:
    """Anybody may be any of these."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = tuple(people)

    def person(self, upn: str) -> Person | None:
        return next((person for person in self._people if person.upn.lower() == upn.strip().lower()), None)

    def offered(self, request: Request) -> Sequence[Person]:
        return self._people

    def shown(self, request: Request) -> Sequence[Person]:
        return self._people

    def everybody(self) -> Sequence[Person]:
        return self._people

    def forget(self, request: Request, response: Response) -> None:
        """A browser is asked each time who it is, so there is nothing to forget."""
