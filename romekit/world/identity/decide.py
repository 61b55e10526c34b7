"""`decide` for the identity provider's space: who gets a code, and which code or token is honoured.

Refusals come back as a problem, not as an error, because a refusal can have consequences: a refresh token shown twice
ends its family, and a ledger keeps the events of answers only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from romekit.errors import WorldError
from romekit.world.identity import browser, device
from romekit.world.identity.renew import renew, revoke
from romekit.world.identity.requests import (
    Approve,
    Decline,
    IssueAuthorizationCode,
    IssueDeviceCode,
    RedeemAuthorizationCode,
    RedeemDeviceCode,
    Renew,
    Revoke,
    Verdict,
)
from romekit.world.identity.state import Identity

ANSWERS: Final[dict[type, Callable[[Identity, Any, float], Verdict]]] = {
    IssueDeviceCode: device.issue,
    Approve: device.approve,
    Decline: device.decline,
    RedeemDeviceCode: device.redeem,
    IssueAuthorizationCode: browser.issue,
    RedeemAuthorizationCode: browser.redeem,
    Renew: renew,
    Revoke: revoke,
}


def decide(identity: Identity, request: object, now: float) -> Verdict:
    """What comes of a request at `now`."""
    answer = ANSWERS.get(type(request))
    if answer is None:
        raise WorldError(f"No identity provider answers a {type(request).__name__}.")
    return answer(identity, request, now)
