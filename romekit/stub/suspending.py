"""May the application wait for something? On a socket and for who awaits it, yes; driven by hand it must not.

Whoever may be kept waiting says so in the scope of each request.
"""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

SUSPENDS: Final = "romekit.suspends"


def suspending(app: ASGIApp) -> ASGIApp:
    """The application for who awaits it."""

    async def marked(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, SUSPENDS: True}, receive, send)

    return marked


def may_suspend(scope: Scope) -> bool:
    """Whether this request may wait for something outside of the application."""
    return bool(scope.get(SUSPENDS))
