"""The engine of the identity provider: who gets a code, and which code or token is honoured.

Refusals come back as a problem, not as an error, because a refusal can have consequences: a refresh token shown twice
ends its family, and a ledger keeps the events of answers only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from romekit.cloud.engine.events import Event
from romekit.cloud.engine.identity import browser, device, requests
from romekit.cloud.engine.identity.events import CodeExpired
from romekit.cloud.engine.identity.state import CHANGES, NOBODY, REMEMBERED, Identity
from romekit.cloud.engine.identity.tokens import renew, revoke
from romekit.cloud.engine.rules import Rules

ANSWERS: Final[dict[type, Callable[[Identity, Any, float], requests.IdentityDecision]]] = {
    requests.IssueDeviceCode: device.issue,
    requests.Approve: device.approve,
    requests.Decline: device.decline,
    requests.RedeemDeviceCode: device.redeem,
    requests.IssueAuthorizationCode: browser.issue,
    requests.RedeemAuthorizationCode: browser.redeem,
    requests.Renew: renew,
    requests.Revoke: revoke,
}


def _is_needed(identity: Identity, event: Event, now: float) -> bool:
    """The events of a code are needed until an hour after its end."""
    code = getattr(event, "code", "")
    known = identity.codes.get(code)
    return not code or (known is not None and known.expires_at >= now - REMEMBERED)


#: Codes that nobody uses run out. So do refresh tokens, but nobody watches that: it is seen when one is shown.
IDENTITY_RULES: Final = Rules(
    "identity provider",
    NOBODY,
    ANSWERS,
    CHANGES,
    lambda identity, entry: [CodeExpired(at=entry.at, code=entry.id)],
    _is_needed,
)
