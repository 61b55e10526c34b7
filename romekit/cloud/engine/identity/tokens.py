"""Refresh tokens, and what every way of signing in shares: grants, denials, consent, which accounts are served.

Each refresh token is good once and brings the next. A token that is shown a second time is held by two parties, and
nobody can tell which is the thief. So with `detect_reuse` the sign-in is over for both, which also hits an app that
refreshes in two threads at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from romekit.cloud.engine.events import Event
from romekit.cloud.engine.identity.events import ConsentGiven, FamilyBegan, FamilyRevoked, PersonRevoked, TokenRotated
from romekit.cloud.engine.identity.state import Code, Family, Identity, digest
from romekit.cloud.engine.rules import Decision, as_request


class Denial(StrEnum):
    """Why something was refused."""

    TAKEN = "the code is in use already"
    NO_SUCH_CODE = "no such code"
    OTHER_CLIENT = "the code or token was given to another app"
    PENDING = "the person is not done yet"
    TOO_FAST = "the app polls too fast"
    DECLINED = "the person said no"
    EXPIRED = "the code ran out"
    USED = "the code has been used"
    WRONG_ACCOUNT = "this endpoint does not serve this kind of account"
    WRONG_REDIRECT = "the redirect URI is not the one the code was asked with"
    WRONG_VERIFIER = "the verifier does not fit the challenge"
    NO_SUCH_TOKEN = "no such refresh token"
    REUSED = "the refresh token was replaced by a newer one"
    STALE = "the refresh token ran out"
    REVOKED = "the sign-in was revoked"
    NO_CONSENT = "the person has not allowed this"


@dataclass(frozen=True, slots=True)
class Grant:
    """What an app may have tokens for."""

    person: str
    account: str
    client: str
    scope: str
    epoch: int
    began_at: float
    nonce: str = ""
    refresh_token: str = ""


@dataclass(frozen=True, slots=True)
class IdentityDecision(Decision):
    """What came of a request: a problem, a grant, or neither. Even a refusal can bring events about."""

    problem: Denial | None = None
    grant: Grant | None = None


def serves(audience: str, account: str) -> bool:
    return audience in ("any", account)


def consent_events(identity: Identity, person: str, client: str, scopes: frozenset[str], now: float) -> list[Event]:
    """What has to be noted for a person to allow an app these scopes: nothing if they have."""
    fresh = scopes - identity.consent(person, client)
    return [ConsentGiven(at=now, person=person, client=client, scopes=" ".join(sorted(fresh)))] if fresh else []


def asks_offline(scope: str) -> bool:
    return "offline_access" in scope.lower().split()


def redeemed(
    identity: Identity, now: float, code: Code, event: Event, audience: str, refresh_token: str, refresh_lifetime: float
) -> IdentityDecision:
    """What a good code brings: a grant, and its first refresh token if it asks for one. The event ends the code."""
    if code.epoch != identity.epoch(code.person):
        return IdentityDecision(code.code, (), Denial.REVOKED)
    if not serves(audience, code.account):
        return IdentityDecision(code.code, (), Denial.WRONG_ACCOUNT)
    who: dict[str, Any] = {name: getattr(code, name) for name in ("person", "account", "client", "scope", "epoch")}
    grant = Grant(**who, began_at=now, nonce=code.nonce)
    if not asks_offline(code.scope):
        return IdentityDecision(code.code, (event,), grant=grant)
    token, end = digest(refresh_token), round(now + refresh_lifetime, 6)
    family = FamilyBegan(**who, at=now, family=token, token=token, expires_at=end)
    return IdentityDecision(code.code, (event, family), grant=replace(grant, refresh_token=refresh_token))


@as_request
def renew(
    identity: Identity,
    now: float,
    *,
    refresh_token: str,
    client: str,
    audience: str,
    scope: str,
    scopes: frozenset[str],
    fresh_token: str,
    refresh_lifetime: float,
    rotate: bool = True,
    detect_reuse: bool = True,
) -> IdentityDecision:
    """An app shows a refresh token. Without `scope` it asks for what the sign-in asked for."""
    token = digest(refresh_token)
    family = identity.families.get(identity.tokens.get(token) or "")
    if family is None:
        return IdentityDecision("", (), Denial.NO_SUCH_TOKEN)
    if family.client != client:
        return IdentityDecision(family.id, (), Denial.OTHER_CLIENT)
    if family.revoked or family.epoch != identity.epoch(family.person):
        return IdentityDecision(family.id, (), Denial.REVOKED)
    if family.token != token:
        return IdentityDecision(family.id, _reused(family, now) if detect_reuse else (), Denial.REUSED)
    if now >= family.expires_at:
        return IdentityDecision(family.id, (), Denial.STALE)
    if not serves(audience, family.account):
        return IdentityDecision(family.id, (), Denial.WRONG_ACCOUNT)
    if not scopes <= identity.consent(family.person, family.client):
        return IdentityDecision(family.id, (), Denial.NO_CONSENT)
    grant = Grant(family.person, family.account, client, scope or family.scope, family.epoch, family.began_at)
    if not rotate:
        return IdentityDecision(family.id, (), grant=replace(grant, refresh_token=refresh_token))
    end = round(now + refresh_lifetime, 6)
    rotated = TokenRotated(at=now, family=family.id, token=digest(fresh_token), expires_at=end)
    return IdentityDecision(family.id, (rotated,), grant=replace(grant, refresh_token=fresh_token))


@as_request
def revoke(identity: Identity, now: float, *, person: str) -> IdentityDecision:
    """A person takes everything back."""
    return IdentityDecision(person, (PersonRevoked(at=now, person=person),))


def _reused(family: Family, now: float) -> tuple[Event, ...]:
    return (FamilyRevoked(at=now, family=family.id, why="A refresh token was shown again after it had been replaced."),)
