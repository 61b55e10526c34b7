"""The events of the identity provider, and of its keys. Codes and tokens appear as SHA-256 digests only."""

from __future__ import annotations

from typing import Final

from romekit.cloud.engine.events import Event


class DeviceCodeIssued(Event, kind="device_code_issued"):
    """An app began a device flow."""

    code: str
    user_code: str
    client: str
    scope: str
    audience: str
    interval: float
    expires_at: float


class DeviceCodePolled(Event, kind="device_code_polled"):
    """An app asked whether the person is done; kept only where the interval is enforced."""

    code: str
    interval: float


class DeviceCodeApproved(Event, kind="device_code_approved"):
    """A person typed the user code and agreed."""

    code: str
    person: str
    account: str


class DeviceCodeDeclined(Event, kind="device_code_declined"):
    """A person typed the user code and said no."""

    code: str


class DeviceCodeRedeemed(Event, kind="device_code_redeemed"):
    """The app got its tokens."""

    code: str


class CodeExpired(Event, kind="code_expired"):
    """Nobody used a device or authorization code in time."""

    code: str


class AuthorizationCodeIssued(Event, kind="authorization_code_issued"):
    """A person agreed in the browser."""

    code: str
    person: str
    account: str
    client: str
    scope: str
    redirect_uri: str
    challenge: str
    nonce: str
    expires_at: float


class AuthorizationCodeRedeemed(Event, kind="authorization_code_redeemed"):
    """The app got its tokens; `family` is the sign-in that began, if one did."""

    code: str
    family: str


class ConsentGiven(Event, kind="consent_given"):
    """A person allowed an app some scopes, separated by blanks."""

    person: str
    client: str
    scopes: str


class FamilyBegan(Event, kind="family_began"):
    """A sign-in got its first refresh token."""

    family: str
    person: str
    account: str
    client: str
    scope: str
    token: str
    epoch: int
    expires_at: float


class TokenRotated(Event, kind="token_rotated"):
    """A refresh token was used and replaced by another."""

    family: str
    token: str
    expires_at: float


class FamilyRevoked(Event, kind="family_revoked"):
    """A sign-in is void from now on."""

    family: str
    why: str


class PersonRevoked(Event, kind="person_revoked"):
    """A person took back everything they ever granted."""

    person: str


#: The stream of the keys. It is the only one with anything secret in it, and is left out of every copy.
KEYS: Final = "keys"


class KeysSealed(Event, kind="keys_sealed"):
    """New keys count from now on; `sealed` opens only with the secret that the servers of this cloud share."""

    sealed: str
