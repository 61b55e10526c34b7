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
    except Exception as problem:  # noqa: BLE001 (whatever stops the sign-in is told in our words)
        raise _told(app, problem) from None
    if "access_token" not in answer:
        raise error_of(answer)
    return Session(app, cloud.scopes, answer)


def _told(app: Any, problem: Exception) -> RomeError:
    """The error for what MSAL raised. An answer for somebody else's sign-in has no type of its own there, and when only
    its nonce gives it away, its tokens are in MSAL's cache already."""
    if type(problem).__name__ == "BrowserInteractionTimeoutError":
        return SignInExpired("The browser did not come back in time.")
    if type(problem) is RuntimeError or (type(problem) is ValueError and "state" in str(problem)):
        for account in app.get_accounts():
            app.remove_account(account)
        return SignInNeeded("What the browser brought back does not belong to this sign-in.")
    return problem_of(problem)
