"""Device codes: an app asks for one, a person approves or declines it, and the app's first poll after that ends it.

The order of the checks is the security of it: first whether the code exists, then whether this app may show it, then
what state it is in, and only then does anything change. Fresh secrets and settings come in with each request, so that
deciding needs neither chance nor configuration. `audience` says whose accounts an endpoint serves: personal, work, any.
"""

from __future__ import annotations

from typing import Final

from romekit.cloud.engine.identity import events
from romekit.cloud.engine.identity.state import CodeState, DeviceCode, Identity, digest
from romekit.cloud.engine.identity.tokens import Denial, IdentityDecision, consent_events, redeemed, serves
from romekit.cloud.engine.rules import as_request

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


@as_request
def issue_device_code(
    identity: Identity,
    now: float,
    *,
    device_code: str,
    user_code: str,
    client: str,
    scope: str,
    audience: str,
    lifetime: float,
    interval: float,
) -> IdentityDecision:
    code = digest(device_code)
    if code in identity.codes or identity.by_user_code(user_code) is not None:
        return IdentityDecision("", (), Denial.TAKEN)
    issued = events.DeviceCodeIssued(
        at=now,
        code=code,
        user_code=user_code,
        client=client,
        scope=scope,
        audience=audience,
        interval=interval,
        expires_at=round(now + lifetime, 6),
    )
    return IdentityDecision(issued.code, (issued,))


@as_request
def approve(
    identity: Identity, now: float, *, user_code: str, person: str, account: str, scopes: frozenset[str]
) -> IdentityDecision:
    """A person agrees to what a device flow asks for; `scopes` are the permissions by their short names."""
    known = _typed(identity, user_code)
    if isinstance(known, IdentityDecision):
        return known
    if not serves(known.audience, account):
        return IdentityDecision(known.code, (), Denial.WRONG_ACCOUNT)
    consent = consent_events(identity, person, known.client, scopes, now)
    approved = events.DeviceCodeApproved(at=now, code=known.code, person=person, account=account)
    return IdentityDecision(known.code, (*consent, approved))


@as_request
def decline(identity: Identity, now: float, *, user_code: str) -> IdentityDecision:
    """A person says no to a device flow."""
    known = _typed(identity, user_code)
    if isinstance(known, IdentityDecision):
        return known
    return IdentityDecision(known.code, (events.DeviceCodeDeclined(at=now, code=known.code),))


def _typed(identity: Identity, user_code: str) -> DeviceCode | IdentityDecision:
    """The flow whose code a person has typed, or why they cannot answer it."""
    known = identity.by_user_code(user_code)
    if known is None:
        return IdentityDecision("", (), Denial.NO_SUCH_CODE)
    return IdentityDecision(known.code, (), TOO_LATE[known.state]) if known.state in TOO_LATE else known


@as_request
def redeem_device_code(
    identity: Identity,
    now: float,
    *,
    code: str,
    client: str,
    audience: str,
    refresh_token: str,
    refresh_lifetime: float,
    enforce_interval: bool = False,
) -> IdentityDecision:
    """An app asks for the tokens that belong to its code."""
    known = identity.codes.get(digest(code))
    if not isinstance(known, DeviceCode):
        return IdentityDecision("", (), Denial.NO_SUCH_CODE)
    if known.client != client:
        return IdentityDecision(known.code, (), Denial.OTHER_CLIENT)
    if known.state in OVER:
        return IdentityDecision(known.code, (), OVER[known.state])
    if known.state is CodeState.PENDING:
        return _polled(known, now) if enforce_interval else IdentityDecision(known.code, (), Denial.PENDING)
    event = events.DeviceCodeRedeemed(at=now, code=known.code)
    return redeemed(identity, now, known, event, audience, refresh_token, refresh_lifetime)


def _polled(known: DeviceCode, now: float) -> IdentityDecision:
    too_fast = known.polled_at is not None and now - known.polled_at < known.interval
    interval = known.interval + SLOWER if too_fast else known.interval
    polled = events.DeviceCodePolled(at=now, code=known.code, interval=interval)
    return IdentityDecision(known.code, (polled,), Denial.TOO_FAST if too_fast else Denial.PENDING)
