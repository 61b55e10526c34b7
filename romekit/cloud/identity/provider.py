"""The stub's identity provider: Microsoft's addresses, with people who have no passwords.

Everything it decides is decided by the identity space (romekit.cloud.engine.identity.decide); the modules beside this
one are HTTP in, one request to that space, HTTP out.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from starlette.routing import Route

from romekit.cloud.engine.identity.requests import Revoke
from romekit.cloud.engine.identity.state import Identity
from romekit.cloud.engine.people import PEOPLE, Person
from romekit.cloud.identity import device_code as device
from romekit.cloud.identity.authorize import authorize
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.discovery import configuration, instance, keys
from romekit.cloud.identity.forms import in_json
from romekit.cloud.identity.link import link
from romekit.cloud.identity.pages import in_pages
from romekit.cloud.identity.settings import IdentitySettings
from romekit.cloud.identity.token import token
from romekit.cloud.identity.words import error, logout
from romekit.cloud.store.ledger import Ledger
from romekit.core.clock import Clock
from romekit.core.errors import NotFound

ISSUER: Final = "https://login.romekit.localhost"


class IdentityProvider(IdentityContext):
    """Who people are, and which apps they let act for them.

    `key` (at least 32 bytes) seals access tokens and form tokens. `fresh` gives a new unguessable text at each call, or
    for repeatable notebooks a counted one, but never the same twice for one ledger. `settings`, `issuer_base` and
    `browser_base` may be set later; what is set then counts from then on.
    """

    def __init__(
        self,
        ledger: Ledger[Identity],
        clock: Clock,
        key: bytes,
        people: Sequence[Person] = PEOPLE,
        fresh: Callable[[], str] | None = None,
        issuer_base: str = ISSUER,
        browser_base: str = "",
        settings: IdentitySettings | None = None,
    ) -> None:
        super().__init__(
            ledger,
            clock,
            key,
            people=people,
            fresh=fresh or (lambda: secrets.token_urlsafe(32)),
            issuer_base=issuer_base,
            browser_base=browser_base or issuer_base,
            settings=settings or IdentitySettings(),
        )

    def routes(self) -> list[Route]:
        """All its addresses."""
        return [
            Route("/common/discovery/instance", in_json(self, instance)),
            Route("/{tenant}/v2.0/.well-known/openid-configuration", in_json(self, configuration)),
            Route("/{tenant}/discovery/v2.0/keys", in_json(self, keys)),
            Route("/{tenant}/oauth2/v2.0/devicecode", in_json(self, device.device_code), methods=["POST"]),
            Route("/{tenant}/oauth2/v2.0/token", in_json(self, token), methods=["POST"]),
            Route("/{tenant}/oauth2/v2.0/authorize", in_pages(self, authorize), methods=["GET", "POST"]),
            Route("/{tenant}/oauth2/v2.0/logout", in_pages(self, logout)),
            Route("/link", in_pages(self, link), methods=["GET", "POST"]),
            Route("/error", in_pages(self, error)),
        ]

    def approve(self, user_code: str, upn: str) -> None:
        """Agree as a person to what a user code's app asks for.

        Raises NotFound, SignInExpired, Rejected (used already) or NotAllowed (the wrong kind of account).
        """
        device.approve(self, user_code, self._known_person(upn))

    def decline(self, user_code: str) -> None:
        """Say no to it."""
        device.decline(self, user_code)

    def revoke(self, upn: str) -> None:
        """Take back everything a person ever granted: codes, refresh tokens, consent."""
        self.ask(Revoke(person=self._known_person(upn).upn))

    def is_revoked(self, claims: Mapping[str, Any]) -> bool:
        """Has the person of this access token taken everything back since it was issued?"""
        return bool(claims.get("epoch", 0) != self.known().epoch(claims.get("upn", "")))

    def _known_person(self, upn: str) -> Person:
        person = self.person(upn)
        if person is None:
            known = ", ".join(each.upn for each in self.directory.everybody())
            raise NotFound(f"Nobody here is called {upn!r}.", field="upn", hint=f"There are: {known}.")
        return person
