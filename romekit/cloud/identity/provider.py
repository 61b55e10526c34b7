"""The identity provider: Microsoft's addresses, with people who have no passwords.

Everything it decides is decided by the identity space (romekit.cloud.engine.identity). Each module beside this
one reads HTTP, sends one request to that space, and writes HTTP.
"""

from __future__ import annotations

from typing import Final

from starlette.routing import Route

from romekit.cloud.engine.identity.tokens import revoke
from romekit.cloud.engine.people import Person
from romekit.cloud.identity import device_code
from romekit.cloud.identity.authorize import authorize
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.discovery import configuration, instance, keys
from romekit.cloud.identity.forms import in_json
from romekit.cloud.identity.pages import error, in_pages
from romekit.cloud.identity.redirect import logout
from romekit.cloud.identity.token import token, userinfo
from romekit.core.errors import NotFound

OAUTH: Final = "/{tenant}/oauth2/v2.0"
BOTH: Final = ("GET", "POST")


class IdentityProvider(IdentityContext):
    """Who people are, and which apps they let act for them."""

    def routes(self) -> list[Route]:
        """All its addresses. Those that apps ask are open to pages of other origins; those with cookies are not."""
        return [
            in_json(self, "/common/discovery/instance", instance),
            in_json(self, "/{tenant}/v2.0/.well-known/openid-configuration", configuration),
            in_json(self, "/{tenant}/discovery/v2.0/keys", keys),
            in_json(self, f"{OAUTH}/devicecode", device_code.device_code, methods=["POST"]),
            in_json(self, f"{OAUTH}/token", token, methods=["POST"]),
            in_json(self, "/oidc/userinfo", userinfo, methods=BOTH),
            Route(f"{OAUTH}/authorize", in_pages(self, authorize), methods=BOTH),
            Route(f"{OAUTH}/logout", in_pages(self, logout), methods=BOTH),
            Route("/link", in_pages(self, device_code.link), methods=BOTH),
            Route("/error", in_pages(self, error)),
        ]

    def approve(self, user_code: str, upn: str) -> None:
        """Agree as a person to what a user code's app asks for.

        Raises NotFound, SignInExpired, Rejected (used already) or NotAllowed (the wrong kind of account).
        """
        device_code.approve(self, user_code, self._person_called(upn))

    def decline(self, user_code: str) -> None:
        device_code.decline(self, user_code)

    def revoke(self, upn: str) -> None:
        """Take back everything a person ever granted: codes, refresh tokens, consent."""
        self.ask(revoke(person=self._person_called(upn).upn))

    def _person_called(self, upn: str) -> Person:
        person = self.directory.person(upn)
        if person is None:
            people = ", ".join(each.upn for each in self.directory.everybody())
            raise NotFound(f"Nobody here is called {upn!r}.", field="upn", hint=f"There are: {people}.")
        return person
