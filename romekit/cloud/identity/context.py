"""The identity provider's desk: what every one of its addresses needs to answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final

from starlette.requests import Request

from romekit.cloud.engine.identity.requests import IdentityDecision
from romekit.cloud.engine.identity.state import Identity
from romekit.cloud.engine.people import Person
from romekit.cloud.identity.keys import SigningKey
from romekit.cloud.identity.people import Directory, Everybody
from romekit.cloud.identity.settings import IdentitySettings
from romekit.cloud.store.commit_barrier import CommitBarrier
from romekit.cloud.store.ledger import Ledger
from romekit.core.clock import Clock
from romekit.core.errors import WorldError

#: Letters and digits that nobody mistakes for another, and that spell no words.
LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ23456789"


class IdentityContext:
    """The ledger, the clock, the keys, the people, and where chance comes from.

    `issuer_base` is what apps see, `browser_base` what a person's browser opens; both may be changed later, when a
    socket exists. `fresh` gives an unguessable text each time it is called.
    """

    def __init__(
        self,
        ledger: Ledger[Identity],
        clock: Clock,
        key: bytes,
        *,
        people: Sequence[Person],
        fresh: Callable[[], str],
        issuer_base: str,
        browser_base: str,
        settings: IdentitySettings,
    ) -> None:
        self.ledger = ledger
        self.keeping = CommitBarrier(ledger.store)
        self.clock = clock
        self.key = key
        self.directory: Directory = Everybody(people)
        self.fresh = fresh
        self.issuer_base = issuer_base
        self.browser_base = browser_base
        self.settings = settings
        self.signing = SigningKey()

    def ask(self, request: object) -> IdentityDecision:
        """What comes of a request now."""
        decision = self.ledger.ask(request, self.clock.reach(self.ledger.latest))
        if not isinstance(decision, IdentityDecision):
            raise WorldError("The identity provider needs a ledger with IDENTITY_RULES.")
        return decision

    def known(self) -> Identity:
        """What the identity provider knows now."""
        return self.ledger.at(self.clock.reach(self.ledger.latest))

    def person(self, upn: str) -> Person | None:
        """The person with this address."""
        return self.directory.person(upn)

    def offered(self, request: Request, upn: str = "") -> Sequence[Person]:
        """The people this browser may be; with an address, the one of them who has it."""
        people = self.directory.offered(request)
        return [each for each in people if each.upn.lower() == upn.strip().lower()] if upn else people

    def new_id(self) -> str:
        """A new GUID."""
        digits = sha256(self.fresh().encode()).hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-a{digits[15:18]}-{digits[18:30]}"

    def new_user_code(self) -> str:
        """Eight characters for a person to type."""
        number = int(sha256(self.fresh().encode()).hexdigest(), 16)
        return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(8))
