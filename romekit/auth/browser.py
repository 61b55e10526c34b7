"""Signing in with a browser on this machine: authorization code and PKCE, as MSAL does it.

Opt-in: on a hub or on Binder the browser's localhost is not the kernel's, and the page would never come back
(msal-recipes 2.2). It waits in real time, for the person is real.
"""

from __future__ import annotations

from typing import Any

from romekit.auth.session import Session, error_of, problem_of
from romekit.core.endpoints import Cloud
from romekit.core.errors import RomeError, SignInExpired, SignInNeeded


def sign_in(app: Any, cloud: Cloud, *, timeout: float = 300.0, **msal_options: Any) -> Session:
    """Open the sign-in page in a browser and wait up to `timeout` seconds for it to come back."""
    try:
        answer = app.acquire_token_interactive(list(cloud.scopes), timeout=timeout, **msal_options)
    except Exception as problem:  # noqa: BLE001 (every problem becomes an error of ours)
        raise _error_for(app, problem) from None
    if "access_token" not in answer:
        raise error_of(answer)
    return Session(app, cloud.scopes, answer)


def _error_for(app: Any, problem: Exception) -> RomeError:
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
