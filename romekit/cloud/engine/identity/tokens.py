"""Refresh tokens, and what every way of signing in shares: which accounts an endpoint serves, and consent.

Each refresh token is good once and brings the next. A token that is shown a second time is held by two parties, and
nobody can tell which is the thief. So with `detect_reuse` the sign-in is over for both, which also hits an app that
refreshes in two threads at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from romekit.cloud.engine.events import Event
from romekit.cloud.engine.identity.events import ConsentGiven, FamilyBegan, FamilyRevoked, PersonRevoked, TokenRotated
from romekit.cloud.engine.identity.requests import Denial, Grant, IdentityDecision, Redeem, Renew, Revoke
from romekit.cloud.engine.identity.state import Code, Family, Identity, digest


def serves(audience: str, account: str) -> bool:
    """Is an endpoint for this kind of account?"""
    return audience in ("any", account)


def consent_events(identity: Identity, person: str, client: str, scopes: frozenset[str], now: float) -> list[Event]:
    """What has to be noted for a person to allow an app these scopes: nothing if they have."""
    fresh = scopes - identity.consent(person, client)
    return [ConsentGiven(at=now, person=person, client=client, scopes=" ".join(sorted(fresh)))] if fresh else []


def asks_offline(scope: str) -> bool:
    """Whether a refresh token is wanted."""
    return "offline_access" in scope.lower().split()


def redeemed(identity: Identity, code: Code, request: Redeem, now: float, event: Event) -> IdentityDecision:
    """What a good code brings: a grant, and its first refresh token if it asks for one. The event ends the code."""
    if code.epoch != identity.epoch(code.person):
        return IdentityDecision(code.code, (), Denial.REVOKED)
    if not serves(request.audience, code.account):
        return IdentityDecision(code.code, (), Denial.WRONG_ACCOUNT)
    who: dict[str, Any] = {name: getattr(code, name) for name in ("person", "account", "client", "scope", "epoch")}
    grant = Grant(**who, began_at=now, nonce=code.nonce)
    if not asks_offline(code.scope):
        return IdentityDecision(code.code, (event,), grant=grant)
    token, end = digest(request.refresh_token), round(now + request.refresh_lifetime, 6)
    family = FamilyBegan(**who, at=now, family=token, token=token, expires_at=end)
    return IdentityDecision(code.code, (event, family), grant=replace(grant, refresh_token=request.refresh_token))


def renew(identity: Identity, request: Renew, now: float) -> IdentityDecision:
    token = digest(request.refresh_token)
    family = identity.families.get(identity.tokens.get(token) or "")
    if family is None:
        return IdentityDecision("", (), Denial.NO_SUCH_TOKEN)
    if family.client != request.client:
        return IdentityDecision(family.id, (), Denial.OTHER_CLIENT)
    if family.revoked or family.epoch != identity.epoch(family.person):
        return IdentityDecision(family.id, (), Denial.REVOKED)
    if family.token != token:
        return IdentityDecision(family.id, _reused(family, request, now), Denial.REUSED)
    if now >= family.expires_at:
        return IdentityDecision(family.id, (), Denial.STALE)
    if not serves(request.audience, family.account):
        return IdentityDecision(family.id, (), Denial.WRONG_ACCOUNT)
    if not request.scopes <= identity.consent(family.person, family.client):
        return IdentityDecision(family.id, (), Denial.NO_CONSENT)
    return _renewed(family, request, now)


def revoke(identity: Identity, request: Revoke, now: float) -> IdentityDecision:
    return IdentityDecision(request.person, (PersonRevoked(at=now, person=request.person),))


def _renewed(family: Family, request: Renew, now: float) -> IdentityDecision:
    scope = request.scope or family.scope
    grant = Grant(family.person, family.account, family.client, scope, family.epoch, family.began_at)
    if not request.rotate:
        return IdentityDecision(family.id, (), grant=replace(grant, refresh_token=request.refresh_token))
    end = round(now + request.refresh_lifetime, 6)
    rotated = TokenRotated(at=now, family=family.id, token=digest(request.fresh_token), expires_at=end)
    return IdentityDecision(family.id, (rotated,), grant=replace(grant, refresh_token=request.fresh_token))


def _reused(family: Family, request: Renew, now: float) -> tuple[Event, ...]:
    if not request.detect_reuse:
        return ()
    return (FamilyRevoked(at=now, family=family.id, why="A refresh token was shown again after it had been replaced."),)
