"""A signed-in session: access tokens on demand, renewed silently, one renewal at a time; and what MSAL's answers mean.

MSAL does not coalesce refreshes: eight threads on an expired token are eight requests, and with one-time refresh
tokens seven of them fail and the session dies (msal-recipes 2.3). Hence the lock. A caller whose token was refused says
which one it was: if another thread has renewed it since, the new one is returned. A token is handed out again without
asking MSAL until five minutes before its end, which is when MSAL itself would renew it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import RLock
from time import monotonic
from typing import Any, Final

import httpx
import msal

from romekit.auth.http import MsalHttpClient, hint_for
from romekit.core.endpoints import Cloud
from romekit.core.errors import (
    Busy,
    ConsentNeeded,
    RomeError,
    SignInDeclined,
    SignInExpired,
    SignInMisconfigured,
    SignInNeeded,
    Unreachable,
    Unreadable,
    not_picklable,
)

#: Seconds before its end at which a token is no longer handed out, as in MSAL.
EARLY: Final = 300.0

#: The `error` word of an MSAL answer -> the error a person can act on (msal-recipes 2.3).
ERRORS: Final[dict[str, type[RomeError]]] = {
    **dict.fromkeys(("invalid_grant", "login_required"), SignInNeeded),
    **dict.fromkeys(("interaction_required", "consent_required"), ConsentNeeded),
    **dict.fromkeys(("authorization_declined", "access_denied"), SignInDeclined),
    **dict.fromkeys(("expired_token", "bad_verification_code"), SignInExpired),
    **dict.fromkeys(("unauthorized_client", "invalid_client", "unsupported_grant_type"), SignInMisconfigured),
    **dict.fromkeys(("invalid_scope", "invalid_request"), SignInMisconfigured),
    "temporarily_unavailable": Busy,
}


def error_of(answer: Mapping[str, Any]) -> RomeError:
    """The error an MSAL answer stands for; the first line of its description says why."""
    word = str(answer.get("error", "no answer"))
    kind = ConsentNeeded if answer.get("suberror") == "consent_required" else ERRORS.get(word, SignInNeeded)
    lines = str(answer.get("error_description") or word).splitlines()
    return kind(f"The sign-in was refused: {lines[0].rstrip('.')}.", code=word)


def problem_of(problem: Exception) -> RomeError:
    if isinstance(problem, RomeError):
        return problem
    if isinstance(problem, ValueError):  # not JSON, or not the document MSAL looks for
        return Unreadable("What answered is not an identity provider; a sign-on page of the network, perhaps?")
    if isinstance(problem, httpx.TransportError | OSError):
        what = f"The identity provider cannot be reached: {str(problem).rstrip('.')}."
        return Unreachable(what, hint=hint_for(problem))
    return Busy(f"The identity provider failed: {type(problem).__name__}.", hint="Try again in a minute.")


class NoCache(dict[str, Any]):
    """MSAL's cache of answers, switched off: it would repeat an error for a minute, so that one hiccup of the identity
    provider ended every sign-in under way (msal-recipes 1.4)."""

    def __setitem__(self, key: str, value: Any) -> None:
        pass


def application(cloud: Cloud, client: httpx.Client) -> Any:
    """Unmodified MSAL for a cloud. It asks for the discovery document at once."""
    try:
        return msal.PublicClientApplication(
            cloud.client_id,
            authority=cloud.authority,
            instance_discovery=False,
            http_client=MsalHttpClient(client),
            http_cache=NoCache(),
            app_name="romekit",
        )
    except Exception as problem:  # noqa: BLE001 (every problem becomes an error of ours)
        raise problem_of(problem) from None


class Session:
    """One person signed in with one app."""

    def __init__(self, app: Any, scopes: Sequence[str], answer: dict[str, Any]) -> None:
        self._app = app
        self._lock = RLock()
        self._scopes = _as_granted(scopes, str(answer.get("scope", "")))
        claims = answer.get("id_token_claims") or {}
        self.account: str = claims.get("preferred_username") or "somebody"
        self.name: str = claims.get("name") or self.account
        self._home = next(iter(app.get_accounts(self.account) or app.get_accounts()), None)
        self._token, self._good_until = "", 0.0

    def __repr__(self) -> str:
        return f"Session({self.account})"

    def __reduce__(self) -> Any:
        raise not_picklable("A session", "Sign in again over there.")

    def token(self, *, refused: str = "") -> str:
        """An access token, any other one than `refused`. SignInNeeded when only a person can help."""
        with self._lock:
            if monotonic() < self._good_until and self._token != refused:
                return self._token
            try:
                answer = self._app.acquire_token_silent_with_error(
                    list(self._scopes),
                    account=self._home,
                    force_refresh=bool(refused),
                    http_exceptions=(httpx.TransportError,),
                )
            except Exception as problem:  # noqa: BLE001 (every problem becomes an error of ours)
                raise problem_of(problem) from None
            if answer is None:
                raise SignInNeeded("Nobody is signed in.")
            if "access_token" not in answer:
                raise error_of(answer)
            self._token = str(answer["access_token"])
            self._good_until = monotonic() + float(answer.get("expires_in", 0)) - EARLY
            return self._token

    def sign_out(self) -> None:
        """Forget the tokens here. The identity provider is not told: MSAL has no call for that."""
        with self._lock:
            if self._home is not None:
                self._app.remove_account(self._home)
            self._home, self._token, self._good_until = None, "", 0.0


def _as_granted(scopes: Sequence[str], granted: str) -> tuple[str, ...]:
    """The scopes in the spelling they were granted in: with the other one MSAL would never hit its cache."""
    words = set(granted.split())
    if words.issuperset(scopes):
        return tuple(scopes)
    short = tuple(scope.rpartition("/")[2] for scope in scopes)
    return short if words.issuperset(short) else tuple(scopes)


def sign_in_by_browser(app: Any, cloud: Cloud, *, timeout: float = 300.0, **msal_options: Any) -> Session:
    """Open the sign-in page in a browser and wait up to `timeout` seconds, in real time, for it to come back.

    Opt-in: on a hub or on Binder the browser's localhost is not the kernel's, and the page would never come back
    (msal-recipes 2.2).
    """
    try:
        answer = app.acquire_token_interactive(list(cloud.scopes), timeout=timeout, **msal_options)
    except Exception as problem:  # noqa: BLE001 (every problem becomes an error of ours)
        raise _browser_problem(app, problem) from None
    if "access_token" not in answer:
        raise error_of(answer)
    return Session(app, cloud.scopes, answer)


def _browser_problem(app: Any, problem: Exception) -> RomeError:
    """The error for what MSAL raised.

    MSAL has no exception type for an answer to another sign-in. When only the nonce shows it, the tokens of that
    sign-in are in MSAL's cache already, so they are removed.
    """
    if type(problem).__name__ == "BrowserInteractionTimeoutError":
        return SignInExpired("The browser did not come back in time.")
    if type(problem) is RuntimeError or (type(problem) is ValueError and "state" in str(problem)):
        for account in app.get_accounts():
            app.remove_account(account)
        return SignInNeeded("What the browser brought back does not belong to this sign-in.")
    return problem_of(problem)
