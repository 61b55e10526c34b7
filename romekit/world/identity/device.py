"""Device codes: an app asks for one, a person approves or declines it, and the app's first poll after that ends it.

The order of the checks is the security of it: first whether the code exists, then whether this app may show it, then
what state it is in, and only then does anything change.
"""

from __future__ import annotations

from typing import Final

from romekit.world.identity.events import (
    DeviceCodeApproved,
    DeviceCodeDeclined,
    DeviceCodeIssued,
    DeviceCodePolled,
    DeviceCodeRedeemed,
)
from romekit.world.identity.grants import began, consent_events, serves
from romekit.world.identity.requests import (
    Approve,
    Decline,
    Grant,
    IssueDeviceCode,
    Problem,
    RedeemDeviceCode,
    Verdict,
)
from romekit.world.identity.state import CodeState, DeviceCode, Identity, digest

#: Seconds a flow's interval grows each time the app polls too fast (RFC 8628, 3.5).
SLOWER: Final = 5.0

#: What a person hears who comes too late.
TOO_LATE: Final = {
    CodeState.APPROVED: Problem.USED,
    CodeState.REDEEMED: Problem.USED,
    CodeState.DECLINED: Problem.USED,
    CodeState.EXPIRED: Problem.EXPIRED,
}

#: What an app hears that comes too late.
OVER: Final = {
    CodeState.REDEEMED: Problem.USED,
    CodeState.DECLINED: Problem.DECLINED,
    CodeState.EXPIRED: Problem.EXPIRED,
}


def issue(identity: Identity, request: IssueDeviceCode, now: float) -> Verdict:
    code = digest(request.device_code)
    if code in identity.devices or identity.by_user_code(request.user_code) is not None:
        return Verdict("", (), Problem.TAKEN)
    issued = DeviceCodeIssued(
        at=now,
        code=code,
        user_code=request.user_code,
        client=request.client,
        scope=request.scope,
        audience=request.audience,
        interval=request.interval,
        expires_at=round(now + request.lifetime, 6),
    )
    return Verdict(issued.code, (issued,))


def approve(identity: Identity, request: Approve, now: float) -> Verdict:
    known = identity.by_user_code(request.user_code)
    if known is None:
        return Verdict("", (), Problem.NO_SUCH_CODE)
    if known.state in TOO_LATE:
        return Verdict(known.code, (), TOO_LATE[known.state])
    if not serves(known.audience, request.account):
        return Verdict(known.code, (), Problem.WRONG_ACCOUNT)
    consent = consent_events(identity, request.person, known.client, request.scopes, now)
    approved = DeviceCodeApproved(at=now, code=known.code, person=request.person, account=request.account)
    return Verdict(known.code, (*consent, approved))


def decline(identity: Identity, request: Decline, now: float) -> Verdict:
    known = identity.by_user_code(request.user_code)
    if known is None:
        return Verdict("", (), Problem.NO_SUCH_CODE)
    if known.state in TOO_LATE:
        return Verdict(known.code, (), TOO_LATE[known.state])
    return Verdict(known.code, (DeviceCodeDeclined(at=now, code=known.code),))


def redeem(identity: Identity, request: RedeemDeviceCode, now: float) -> Verdict:
    known = identity.devices.get(digest(request.device_code))
    if known is None:
        return Verdict("", (), Problem.NO_SUCH_CODE)
    if known.client != request.client:
        return Verdict(known.code, (), Problem.OTHER_CLIENT)
    if known.state in OVER:
        return Verdict(known.code, (), OVER[known.state])
    if known.state is CodeState.PENDING:
        return _pending(known, request, now)
    if known.epoch != identity.epoch(known.person):
        return Verdict(known.code, (), Problem.REVOKED)
    if not serves(request.audience, known.account):
        return Verdict(known.code, (), Problem.WRONG_ACCOUNT)
    grant = Grant(known.person, known.account, known.client, known.scope, known.epoch, now)
    grant, family = began(grant, request.refresh_token, request.refresh_lifetime, now)
    return Verdict(known.code, (DeviceCodeRedeemed(at=now, code=known.code), *family), grant=grant)


def _pending(known: DeviceCode, request: RedeemDeviceCode, now: float) -> Verdict:
    if not request.enforce_interval:
        return Verdict(known.code, (), Problem.PENDING)
    too_fast = known.polled_at is not None and now - known.polled_at < known.interval
    interval = known.interval + SLOWER if too_fast else known.interval
    polled = DeviceCodePolled(at=now, code=known.code, interval=interval)
    return Verdict(known.code, (polled,), Problem.TOO_FAST if too_fast else Problem.PENDING)
