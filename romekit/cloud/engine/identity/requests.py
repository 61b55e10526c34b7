"""What can be asked of the identity provider's space, and what comes back.

Fresh secrets come in with the request and settings too (life times, whether refresh tokens rotate), so that deciding
needs neither chance nor configuration. `audience` says whose accounts an endpoint serves: personal, work or any.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from romekit.cloud.engine.rules import Decision


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


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDeviceCode:
    """Begin a device flow."""

    device_code: str
    user_code: str
    client: str
    scope: str
    audience: str
    lifetime: float
    interval: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """A person agrees to what a device flow asks for; `scopes` are the permissions by their short names."""

    user_code: str
    person: str
    account: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """A person says no to a device flow."""

    user_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeem:
    """An app asks for the tokens that belong to a code."""

    code: str
    client: str
    audience: str
    refresh_token: str
    refresh_lifetime: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemDeviceCode(Redeem):
    """The code is that of a device flow."""

    enforce_interval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueAuthorizationCode:
    """A person agrees in the browser."""

    code: str
    person: str
    account: str
    client: str
    scope: str
    scopes: frozenset[str]
    audience: str
    redirect_uri: str
    challenge: str
    nonce: str
    lifetime: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemAuthorizationCode(Redeem):
    """The code is that of a browser flow."""

    redirect_uri: str
    verifier: str
    detect_reuse: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Renew:
    """An app shows a refresh token. Without `scope` it asks for what the sign-in asked for."""

    refresh_token: str
    client: str
    audience: str
    scope: str
    scopes: frozenset[str]
    fresh_token: str
    refresh_lifetime: float
    rotate: bool = True
    detect_reuse: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke:
    """A person takes everything back."""

    person: str
