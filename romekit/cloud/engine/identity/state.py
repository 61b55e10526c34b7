"""What the identity provider knows at one moment: codes, consent and refresh tokens, in a space of their own.

Access tokens are not here: they are sealed and need no look-up. Nor is any secret: codes and tokens are known by their
SHA-256 only, so that a history can be shown, saved and shared. Whatever a person granted remembers the person's
**epoch**, the number of times they revoked everything; when it is no longer the current one, the grant is void.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Final

from rpds import HashTrieMap

from romekit.cloud.engine.agenda import Agenda


class CodeState(StrEnum):
    """Where a code is in its short life."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    REDEEMED = "redeemed"
    EXPIRED = "expired"


#: A code in one of these can still run out.
OPEN: Final = frozenset({CodeState.PENDING, CodeState.APPROVED})


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """A device flow: the app polls with the device code, a person types the user code."""

    code: str
    user_code: str
    client: str
    scope: str
    audience: str
    interval: float
    expires_at: float
    state: CodeState = CodeState.PENDING
    person: str = ""
    account: str = ""
    epoch: int = 0
    polled_at: float | None = None


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """A browser flow: a person has agreed, and the app may fetch its tokens once."""

    code: str
    person: str
    account: str
    client: str
    scope: str
    redirect_uri: str
    challenge: str
    nonce: str
    epoch: int
    expires_at: float
    state: CodeState = CodeState.APPROVED
    family: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """One sign-in and its refresh tokens, of which only the newest, `token`, is good."""

    id: str
    person: str
    account: str
    client: str
    scope: str
    token: str
    epoch: int
    began_at: float
    expires_at: float
    revoked: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Everything the identity provider knows. `user_codes` and `tokens` are indexes into the maps before them."""

    at: float = 0.0
    issued: int = 0
    devices: HashTrieMap[str, DeviceCode] = HashTrieMap()  # noqa: RUF009 (immutable, so one empty map serves all)
    user_codes: HashTrieMap[str, str] = HashTrieMap()  # noqa: RUF009 (as above)
    codes: HashTrieMap[str, AuthorizationCode] = HashTrieMap()  # noqa: RUF009 (as above)
    families: HashTrieMap[str, Family] = HashTrieMap()  # noqa: RUF009 (as above)
    tokens: HashTrieMap[str, str] = HashTrieMap()  # noqa: RUF009 (as above)
    consents: HashTrieMap[tuple[str, str, int], frozenset[str]] = HashTrieMap()  # noqa: RUF009 (as above)
    epochs: HashTrieMap[str, int] = HashTrieMap()  # noqa: RUF009 (as above)
    agenda: Agenda | None = field(default=None, compare=False, repr=False)

    def epoch(self, person: str) -> int:
        """How often this person has revoked everything."""
        return self.epochs.get(person) or 0

    def consent(self, person: str, client: str) -> frozenset[str]:
        """The scopes this person has allowed this app."""
        return self.consents.get((person, client, self.epoch(person))) or frozenset()

    def by_user_code(self, user_code: str) -> DeviceCode | None:
        """The device flow a person means by the code they typed."""
        code = self.user_codes.get(user_code)
        return None if code is None else self.devices[code]


NOBODY: Final = Identity()


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode()).hexdigest()
