"""Authorization codes: a person agrees in the browser, and the app that began it fetches the tokens, once.

PKCE (RFC 7636) proves that it is the same app: the code was asked for with the hash of a secret that is shown only
now. A code shown a second time, with the right secret, ends the sign-in that came of it (RFC 6749, 4.1.2).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest

from romekit.cloud.engine.events import Event
from romekit.cloud.engine.identity import requests
from romekit.cloud.engine.identity.events import AuthorizationCodeIssued, AuthorizationCodeRedeemed, FamilyRevoked
from romekit.cloud.engine.identity.requests import Denial, IdentityDecision
from romekit.cloud.engine.identity.state import AuthorizationCode, CodeState, Identity, digest
from romekit.cloud.engine.identity.tokens import asks_offline, consent_events, redeemed, serves


def challenge_of(verifier: str) -> str:
    """The S256 challenge that belongs to a verifier."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def issue(identity: Identity, request: requests.IssueAuthorizationCode, now: float) -> IdentityDecision:
    if not serves(request.audience, request.account):
        return IdentityDecision("", (), Denial.WRONG_ACCOUNT)
    code = digest(request.code)
    if code in identity.codes:
        return IdentityDecision("", (), Denial.TAKEN)
    issued = AuthorizationCodeIssued(
        at=now,
        code=code,
        person=request.person,
        account=request.account,
        client=request.client,
        scope=request.scope,
        redirect_uri=request.redirect_uri,
        challenge=request.challenge,
        nonce=request.nonce,
        expires_at=round(now + request.lifetime, 6),
    )
    consent = consent_events(identity, request.person, request.client, request.scopes, now)
    return IdentityDecision(issued.code, (*consent, issued))


def redeem(identity: Identity, request: requests.RedeemAuthorizationCode, now: float) -> IdentityDecision:
    known = identity.codes.get(digest(request.code))
    if not isinstance(known, AuthorizationCode):
        return IdentityDecision("", (), Denial.NO_SUCH_CODE)
    if (problem := _unproven(known, request)) is not None:
        return IdentityDecision(known.code, (), problem)
    if known.state is CodeState.EXPIRED:
        return IdentityDecision(known.code, (), Denial.EXPIRED)
    if known.state is CodeState.REDEEMED:
        return IdentityDecision(known.code, _replayed(identity, known, request, now), Denial.USED)
    family = digest(request.refresh_token) if asks_offline(known.scope) else ""
    return redeemed(identity, known, request, now, AuthorizationCodeRedeemed(at=now, code=known.code, family=family))


def _unproven(known: AuthorizationCode, request: requests.RedeemAuthorizationCode) -> Denial | None:
    """Why whoever shows the code is not the app that asked for it."""
    if known.client != request.client:
        return Denial.OTHER_CLIENT
    if known.redirect_uri != request.redirect_uri:
        return Denial.WRONG_REDIRECT
    if not compare_digest(challenge_of(request.verifier), known.challenge):
        return Denial.WRONG_VERIFIER
    return None


def _replayed(
    identity: Identity, known: AuthorizationCode, request: requests.RedeemAuthorizationCode, now: float
) -> tuple[Event, ...]:
    family = identity.families.get(known.family)
    if family is None or family.revoked or not request.detect_reuse:
        return ()
    return (FamilyRevoked(at=now, family=family.id, why="Its authorization code was shown a second time."),)
