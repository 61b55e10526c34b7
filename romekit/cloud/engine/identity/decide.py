"""`decide` for the identity provider's space: who gets a code, and which code or token is honoured.

Refusals come back as a problem, not as an error, because a refusal can have consequences: a refresh token shown twice
ends its family, and a ledger keeps the events of answers only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from romekit.cloud.engine.identity import browser, device
from romekit.cloud.engine.identity.renew import renew, revoke
from romekit.cloud.engine.identity.requests import (
    Approve,
    Decline,
    IdentityDecision,
    IssueAuthorizationCode,
    IssueDeviceCode,
    RedeemAuthorizationCode,
    RedeemDeviceCode,
    Renew,
    Revoke,
)
from romekit.cloud.engine.identity.state import Identity
from romekit.core.errors import WorldError

ANSWERS: Final[dict[type, Callable[[Identity, Any, float], IdentityDecision]]] = {
    IssueDeviceCode: device.issue,
    Approve: device.approve,
    Decline: device.decline,
    RedeemDeviceCode: device.redeem,
    IssueAuthorizationCode: browser.issue,
    RedeemAuthorizationCode: browser.redeem,
    Renew: renew,
    Revoke: revoke,
}


def decide(identity: Identity, request: object, now: float) -> IdentityDecision:
    """What comes of a request at `now`."""
    answer = ANSWERS.get(type(request))
    if answer is None:
        raise WorldError(f"No identity provider answers a {type(request).__name__}.")
    return answer(identity, request, now)
