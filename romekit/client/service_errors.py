"""From an answer that is not a success to the error that says what to do about it."""

from __future__ import annotations

from typing import Any, Final

from romekit.client.steps import Reply
from romekit.core.errors import (
    Busy,
    NotAllowed,
    NotFound,
    Rejected,
    RomeError,
    ServiceRetired,
    SignInNeeded,
    Unreadable,
)

#: The error for an HTTP status (dossier 7.1). Anything else from 400 on is Rejected.
ERRORS: Final[dict[int, type[RomeError]]] = {
    401: SignInNeeded,
    403: NotAllowed,
    404: NotFound,
    410: ServiceRetired,
    429: Busy,
    500: Unreadable,
    502: Busy,
    503: Busy,
    504: Busy,
    507: Busy,
}
#: What a service says when somebody has used up their share.
QUOTA: Final = "quotaLimitReached"
HINTS: Final[dict[int, str]] = {
    400: "The message says which part was refused.",
    405: "This address takes other verbs.",
    409: "Ask for the command's status first.",
    413: "Send a smaller payload.",
    415: "Send application/json.",
    500: "The service itself failed; try again later.",
    507: "Whoever runs the service has to make room on it; then ask again.",
}


def explained(reply: Reply, now: float) -> RomeError:
    """The error that tells this answer."""
    error = _envelope(reply)
    details: dict[str, Any] = {
        "status": reply.status,
        "code": error.get("code"),
        "field": error.get("target"),
        "request_id": reply.headers.get("request-id"),
        "hint": HINTS.get(reply.status),
    }
    kind = ERRORS.get(reply.status, Rejected)
    if error.get("code") == QUOTA:  # more room does not help, and the message says what does
        kind, details["hint"] = Rejected, "It was not done."
    message = f"{error.get('message') or 'The service gave no reason.'} (HTTP {reply.status}, {error.get('code')})"
    if kind.default_hint and kind.default_hint in message:
        details["hint"] = ""  # a service that is ours says it already
    if kind is Busy:
        return Busy(message, retry_after=reply.retry_after(now), **details)
    return kind(message, **details)


def _envelope(reply: Reply) -> dict[str, Any]:
    """The `error` object, or what stands in its place when something else answered."""
    try:
        error = reply.data().get("error")
    except Unreadable:
        error = None
    return error if isinstance(error, dict) else {"code": "no Graph error", "message": ""}
