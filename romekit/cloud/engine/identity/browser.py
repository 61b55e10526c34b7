"""Authorization codes: a person agrees in the browser, and the app that began it fetches the tokens, once.

PKCE (RFC 7636) proves that it is the same app: the code was asked for with the hash of a secret that is shown only
now. A code shown a second time, with the right secret, ends the sign-in that came of it (RFC 6749, 4.1.2).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest

from romekit.cloud.engine.events import Event
from romekit.cloud.engine.identity.events import AuthorizationCodeIssued, AuthorizationCodeRedeemed, FamilyRevoked
from romekit.cloud.engine.identity.state import AuthorizationCode, CodeState, Identity, digest
from romekit.cloud.engine.identity.tokens import (
    Denial,
    IdentityDecision,
    asks_offline,
    consent_events,
    redeemed,
    serves,
)
from romekit.cloud.engine.rules import as_request


def challenge_of(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@as_request
def issue_authorization_code(
    identity: Identity,
    now: float,
    *,
    code: str,
    person: str,
    account: str,
    client: str,
    scope: str,
    scopes: frozenset[str],
    audience: str,
    redirect_uri: str,
    challenge: str,
    nonce: str,
    lifetime: float,
) -> IdentityDecision:
    """A person agrees in the browser."""
    if not serves(audience, account):
        return IdentityDecision("", (), Denial.WRONG_ACCOUNT)
    if digest(code) in identity.codes:
        return IdentityDecision("", (), Denial.TAKEN)
    issued = AuthorizationCodeIssued(
        at=now,
        code=digest(code),
        person=person,
        account=account,
        client=client,
        scope=scope,
        redirect_uri=redirect_uri,
        challenge=challenge,
        nonce=nonce,
        expires_at=round(now + lifetime, 6),
    )
    consent = consent_events(identity, person, client, scopes, now)
    return IdentityDecision(issued.code, (*consent, issued))


@as_request
def redeem_authorization_code(
    identity: Identity,
    now: float,
    *,
    code: str,
    client: str,
    redirect_uri: str,
    verifier: str,
    audience: str,
    refresh_token: str,
    refresh_lifetime: float,
    detect_reuse: bool = True,
) -> IdentityDecision:
    """An app asks for the tokens that belong to its code."""
    known = identity.codes.get(digest(code))
    if not isinstance(known, AuthorizationCode):
        return IdentityDecision("", (), Denial.NO_SUCH_CODE)
    if known.client != client:
        return IdentityDecision(known.code, (), Denial.OTHER_CLIENT)
    if known.redirect_uri != redirect_uri:
        return IdentityDecision(known.code, (), Denial.WRONG_REDIRECT)
    if not compare_digest(challenge_of(verifier), known.challenge):
        return IdentityDecision(known.code, (), Denial.WRONG_VERIFIER)
    if known.state is CodeState.EXPIRED:
        return IdentityDecision(known.code, (), Denial.EXPIRED)
    if known.state is CodeState.REDEEMED:
        return IdentityDecision(known.code, _replayed(identity, known, now) if detect_reuse else (), Denial.USED)
    family = digest(refresh_token) if asks_offline(known.scope) else ""
    event = AuthorizationCodeRedeemed(at=now, code=known.code, family=family)
    return redeemed(identity, now, known, event, audience, refresh_token, refresh_lifetime)


def _replayed(identity: Identity, known: AuthorizationCode, now: float) -> tuple[Event, ...]:
    family = identity.families.get(known.family)
    if family is None or family.revoked:
        return ()
    return (FamilyRevoked(at=now, family=family.id, why="Its authorization code was shown a second time."),)
