"""Device codes: an app asks for one, a person approves or declines it, and the app's first poll after that ends it.

The order of the checks is the security of it: first whether the code exists, then whether this app may show it, then
what state it is in, and only then does anything change.
"""

from __future__ import annotations

from typing import Final

from romekit.cloud.engine.identity import events, requests
from romekit.cloud.engine.identity.requests import Denial, IdentityDecision
from romekit.cloud.engine.identity.state import CodeState, DeviceCode, Identity, digest
from romekit.cloud.engine.identity.tokens import consent_events, redeemed, serves

#: Seconds a flow's interval grows each time the app polls too fast (RFC 8628, 3.5).
SLOWER: Final = 5.0

#: What a person hears who comes too late.
TOO_LATE: Final = {
    CodeState.APPROVED: Denial.USED,
    CodeState.REDEEMED: Denial.USED,
    CodeState.DECLINED: Denial.USED,
    CodeState.EXPIRED: Denial.EXPIRED,
}

#: What an app hears that comes too late.
OVER: Final = {
    CodeState.REDEEMED: Denial.USED,
    CodeState.DECLINED: Denial.DECLINED,
    CodeState.EXPIRED: Denial.EXPIRED,
}


def issue(identity: Identity, request: requests.IssueDeviceCode, now: float) -> IdentityDecision:
    code = digest(request.device_code)
    if code in identity.codes or identity.by_user_code(request.user_code) is not None:
        return IdentityDecision("", (), Denial.TAKEN)
    issued = events.DeviceCodeIssued(
        at=now,
        code=code,
        user_code=request.user_code,
        client=request.client,
        scope=request.scope,
        audience=request.audience,
        interval=request.interval,
        expires_at=round(now + request.lifetime, 6),
    )
    return IdentityDecision(issued.code, (issued,))


def approve(identity: Identity, request: requests.Approve, now: float) -> IdentityDecision:
    known = _typed(identity, request.user_code)
    if isinstance(known, IdentityDecision):
        return known
    if not serves(known.audience, request.account):
        return IdentityDecision(known.code, (), Denial.WRONG_ACCOUNT)
    consent = consent_events(identity, request.person, known.client, request.scopes, now)
    approved = events.DeviceCodeApproved(at=now, code=known.code, person=request.person, account=request.account)
    return IdentityDecision(known.code, (*consent, approved))


def decline(identity: Identity, request: requests.Decline, now: float) -> IdentityDecision:
    known = _typed(identity, request.user_code)
    if isinstance(known, IdentityDecision):
        return known
    return IdentityDecision(known.code, (events.DeviceCodeDeclined(at=now, code=known.code),))


def _typed(identity: Identity, user_code: str) -> DeviceCode | IdentityDecision:
    """The flow whose code a person has typed, or why they cannot answer it."""
    known = identity.by_user_code(user_code)
    if known is None:
        return IdentityDecision("", (), Denial.NO_SUCH_CODE)
    return IdentityDecision(known.code, (), TOO_LATE[known.state]) if known.state in TOO_LATE else known


def redeem(identity: Identity, request: requests.RedeemDeviceCode, now: float) -> IdentityDecision:
    known = identity.codes.get(digest(request.code))
    if not isinstance(known, DeviceCode):
        return IdentityDecision("", (), Denial.NO_SUCH_CODE)
    if known.client != request.client:
        return IdentityDecision(known.code, (), Denial.OTHER_CLIENT)
    if known.state in OVER:
        return IdentityDecision(known.code, (), OVER[known.state])
    if known.state is CodeState.PENDING:
        return _pending(known, request, now)
    return redeemed(identity, known, request, now, events.DeviceCodeRedeemed(at=now, code=known.code))


def _pending(known: DeviceCode, request: requests.RedeemDeviceCode, now: float) -> IdentityDecision:
    if not request.enforce_interval:
        return IdentityDecision(known.code, (), Denial.PENDING)
    too_fast = known.polled_at is not None and now - known.polled_at < known.interval
    interval = known.interval + SLOWER if too_fast else known.interval
    polled = events.DeviceCodePolled(at=now, code=known.code, interval=interval)
    return IdentityDecision(known.code, (polled,), Denial.TOO_FAST if too_fast else Denial.PENDING)
