"""What MSAL's answers mean: a table from the `error` word to the error a person can act on (msal-recipes 2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx

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
)

ERRORS: Final[dict[str, type[RomeError]]] = {
    "invalid_grant": SignInNeeded,
    "login_required": SignInNeeded,
    "interaction_required": ConsentNeeded,
    "consent_required": ConsentNeeded,
    "authorization_declined": SignInDeclined,
    "access_denied": SignInDeclined,
    "expired_token": SignInExpired,
    "bad_verification_code": SignInExpired,
    "unauthorized_client": SignInMisconfigured,
    "invalid_client": SignInMisconfigured,
    "invalid_scope": SignInMisconfigured,
    "invalid_request": SignInMisconfigured,
    "unsupported_grant_type": SignInMisconfigured,
    "temporarily_unavailable": Busy,
}


def error_of(answer: Mapping[str, Any]) -> RomeError:
    """The error an MSAL answer stands for; the first line of its description says why."""
    word = str(answer.get("error", "no answer"))
    kind = ConsentNeeded if answer.get("suberror") == "consent_required" else ERRORS.get(word, SignInNeeded)
    lines = str(answer.get("error_description") or word).splitlines()
    return kind(f"The sign-in was refused: {lines[0].rstrip('.')}.", code=word)


def problem_of(problem: Exception) -> RomeError:
    """The error for an exception MSAL let through."""
    if isinstance(problem, RomeError):
        return problem
    if isinstance(problem, ValueError):  # not JSON, or not the document MSAL looks for
        return Unreadable("What answered is not an identity provider; a sign-on page of the network, perhaps?")
    if isinstance(problem, httpx.TransportError | OSError):
        return Unreachable(f"The identity provider cannot be reached: {str(problem).rstrip('.')}.")
    return Busy(f"The identity provider failed: {type(problem).__name__}.", hint="Try again in a minute.")
