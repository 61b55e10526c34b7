"""What every endpoint of the identity provider needs: settings, people, the ledger, the clock, keys, addresses."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.asgi import RateLimit, base_of, public_of
from romekit.cloud.engine.identity.state import Identity
from romekit.cloud.engine.identity.tokens import IdentityDecision
from romekit.cloud.engine.people import PEOPLE, Person
from romekit.cloud.engine.rules import Asked
from romekit.cloud.identity.keys import SigningKey
from romekit.cloud.store.commit_barrier import CommitBarrier
from romekit.cloud.store.ledger import Ledger
from romekit.core.clock import Clock
from romekit.core.endpoints import DEMO_CLIENT

#: Letters and digits that nobody mistakes for another, and that spell no words.
LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ23456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySettings:
    """What can be set on the identity provider; times are in seconds.

    The defaults are what Microsoft documents, or what teaches best where it documents nothing or less. Microsoft
    replaces a refresh token on use and does not revoke the old one; RFC 9700 asks public apps for tokens that work
    once, and for detection when one is shown again. The defaults do as the RFC asks.
    """

    access_lifetime: float = 3600
    refresh_lifetime: float = 90 * 86400
    device_lifetime: float = 900
    device_interval: float = 5
    code_lifetime: float = 600
    #: Answer `slow_down` to an app that polls faster than the interval.
    enforce_interval: bool = False
    #: Replace the refresh token each time it is used.
    rotate: bool = True
    #: End the whole sign-in when a refresh token or authorization code is shown a second time.
    reuse_detection: bool = True
    #: How answers spell scopes. MSAL finds its own tokens again only if it is as they were asked for.
    response_scope: Literal["asked", "short", "full"] = "asked"
    #: The client ids of known apps; None takes any, because a teaching cloud has no app registrations.
    clients: frozenset[str] | None = None
    #: What apps are called, by client id, where a person is asked whether to allow one.
    names: Mapping[str, str] = field(default_factory=lambda: {DEMO_CLIENT: "romekit"})


class Directory:
    """Which people there are, and which of them a browser may be.

    In a cloud of one's own nobody has a password, and any browser may be any of them. Where many share a server there
    is another directory (classroom/roster.py); it offers each browser its own account.
    """

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = tuple(people)

    def everybody(self) -> Sequence[Person]:
        return self._people

    def person(self, upn: str) -> Person | None:
        return next((person for person in self.everybody() if person.upn.lower() == upn.strip().lower()), None)

    def offered(self, request: Request) -> Sequence[Person]:
        """The people this browser may be."""
        return self.everybody()

    def shown(self, request: Request) -> Sequence[Person]:
        """The people whose devices this browser may look at."""
        return self.everybody()

    def forget(self, request: Request, response: Response) -> None:
        """Let a browser be nobody again. By itself a cloud asks each time, so there is nothing to forget."""


class IdentityContext:
    """The ledger, the clock, the keys, the people, and where chance comes from.

    `key` (at least 32 bytes) seals access tokens and form tokens. `fresh` gives a new unguessable text at each call, or
    for repeatable notebooks a counted one, but never the same twice for one ledger. `browser_base` is where a browser
    finds the pages when apps ask at an address that only this process or this machine knows. What is set later counts
    from then on.
    """

    def __init__(
        self,
        ledger: Ledger[Identity],
        clock: Clock,
        key: bytes,
        people: Sequence[Person] = PEOPLE,
        fresh: Callable[[], str] | None = None,
        browser_base: str = "",
        settings: IdentitySettings | None = None,
    ) -> None:
        self.ledger = ledger
        self.commit_barrier = CommitBarrier(ledger.store)
        self.clock = clock
        self.key = key
        self.directory = Directory(people)
        self.fresh = fresh or (lambda: secrets.token_urlsafe(32))
        self.browser_base = browser_base
        self.settings = settings or IdentitySettings()
        self.signing = SigningKey()
        #: Anybody may ask for a device code, and each is kept until it runs out: a class at once, but no flood.
        self.codes_of_one = RateLimit(250, "Too many sign-ins were begun from here.", window=20)
        self.codes_of_all = RateLimit(1000, "Too many sign-ins were begun.", window=20)
        self.refreshes = RateLimit(120, "This sign-in was renewed too often.", window=60)

    def ask(self, request: Asked[Identity]) -> IdentityDecision:
        decision = self.ledger.ask(request, self.clock.reach(self.ledger.latest))
        assert isinstance(decision, IdentityDecision)
        return decision

    def state(self) -> Identity:
        return self.ledger.at(self.clock.reach(self.ledger.latest))

    def page_base(self, request: Request) -> str:
        """Where a person's browser finds the pages: another address where only this machine knows the one asked."""
        return public_of(request.scope) or self.browser_base or base_of(request.scope, request.headers)

    def new_id(self) -> str:
        digits = sha256(self.fresh().encode()).hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-a{digits[15:18]}-{digits[18:30]}"

    def new_user_code(self) -> str:
        """Eight characters for a person to type."""
        number = int(sha256(self.fresh().encode()).hexdigest(), 16)
        return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(8))
