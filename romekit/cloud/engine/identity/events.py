"""The events of the identity provider's space. Codes and tokens appear as SHA-256 digests, never as themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from romekit.cloud.engine.events import KINDS, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCodeIssued(Event):
    """An app began a device flow."""

    kind: ClassVar[str] = "device_code_issued"
    code: str
    user_code: str
    client: str
    scope: str
    audience: str
    interval: float
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCodePolled(Event):
    """An app asked whether the person is done; kept only where the interval is enforced."""

    kind: ClassVar[str] = "device_code_polled"
    code: str
    interval: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCodeApproved(Event):
    """A person typed the user code and agreed."""

    kind: ClassVar[str] = "device_code_approved"
    code: str
    person: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCodeDeclined(Event):
    """A person typed the user code and said no."""

    kind: ClassVar[str] = "device_code_declined"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCodeRedeemed(Event):
    """The app got its tokens."""

    kind: ClassVar[str] = "device_code_redeemed"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeExpired(Event):
    """Nobody used a device or authorization code in time."""

    kind: ClassVar[str] = "code_expired"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCodeIssued(Event):
    """A person agreed in the browser."""

    kind: ClassVar[str] = "authorization_code_issued"
    code: str
    person: str
    account: str
    client: str
    scope: str
    redirect_uri: str
    challenge: str
    nonce: str
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCodeRedeemed(Event):
    """The app got its tokens; `family` is the sign-in that began, if one did."""

    kind: ClassVar[str] = "authorization_code_redeemed"
    code: str
    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    """A person allowed an app some scopes, separated by blanks."""

    kind: ClassVar[str] = "consent_given"
    person: str
    client: str
    scopes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyBegan(Event):
    """A sign-in got its first refresh token."""

    kind: ClassVar[str] = "family_began"
    family: str
    person: str
    account: str
    client: str
    scope: str
    token: str
    epoch: int
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRotated(Event):
    """A refresh token was used and replaced by another."""

    kind: ClassVar[str] = "token_rotated"
    family: str
    token: str
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyRevoked(Event):
    """A sign-in is void from now on."""

    kind: ClassVar[str] = "family_revoked"
    family: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRevoked(Event):
    """A person took back everything they ever granted."""

    kind: ClassVar[str] = "person_revoked"
    person: str


KINDS.update(
    {
        event.kind: event
        for event in (
            DeviceCodeIssued,
            DeviceCodePolled,
            DeviceCodeApproved,
            DeviceCodeDeclined,
            DeviceCodeRedeemed,
            CodeExpired,
            AuthorizationCodeIssued,
            AuthorizationCodeRedeemed,
            ConsentGiven,
            FamilyBegan,
            TokenRotated,
            FamilyRevoked,
            PersonRevoked,
        )
    }
)
