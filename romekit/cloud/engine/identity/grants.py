"""What every way of signing in shares: which accounts an endpoint serves, consent, and the family of refresh tokens."""

from __future__ import annotations

from dataclasses import replace

from romekit.cloud.engine.events import Event
from romekit.cloud.engine.identity.events import ConsentGiven, FamilyBegan
from romekit.cloud.engine.identity.requests import Grant
from romekit.cloud.engine.identity.state import Identity, digest


def serves(audience: str, account: str) -> bool:
    """Is an endpoint for this kind of account?"""
    return audience in ("any", account)


def consent_events(identity: Identity, person: str, client: str, scopes: frozenset[str], now: float) -> list[Event]:
    """What has to be noted for a person to allow an app these scopes: nothing if they have."""
    fresh = scopes - identity.consent(person, client)
    return [ConsentGiven(at=now, person=person, client=client, scopes=" ".join(sorted(fresh)))] if fresh else []


def began(grant: Grant, token: str, lifetime: float, now: float) -> tuple[Grant, list[Event]]:
    """The grant with its first refresh token, if it asked for one (`offline_access`)."""
    if "offline_access" not in grant.scope.lower().split():
        return grant, []
    family = FamilyBegan(
        at=now,
        family=digest(token),
        person=grant.person,
        account=grant.account,
        client=grant.client,
        scope=grant.scope,
        token=digest(token),
        epoch=grant.epoch,
        expires_at=round(now + lifetime, 6),
    )
    return replace(grant, refresh_token=token), [family]
