"""Signing in with a browser on this machine: authorization code and PKCE, as MSAL does it.

Opt-in: on a hub or on Binder the browser's localhost is not the kernel's, and the page would never come back
(msal-recipes 2.2). It waits in real time, for the person is real.
"""

from __future__ import annotations

from typing import Any

from romekit.clouds import Cloud
from romekit.errors import SignInExpired
from romekit.signin.outcomes import error_of, problem_of
from romekit.signin.session import Session


def sign_in(app: Any, cloud: Cloud, *, timeout: float = 300.0, **msal_options: Any) -> Session:
    """Open the sign-in page in a browser and wait up to `timeout` seconds for it to come back."""
    try:
        answer = app.acquire_token_interactive(list(cloud.scopes), timeout=timeout, **msal_options)
    except Exception as problem:  # noqa: BLE001 (whatever stops the sign-in is told in our words)
        if type(problem).__name__ == "BrowserInteractionTimeoutError":
            raise SignInExpired("The browser did not come back in time.") from None
        raise problem_of(problem) from None
    if "access_token" not in answer:
        raise error_of(answer)
    return Session(app, cloud.scopes, answer)
