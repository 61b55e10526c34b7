"""What the identity provider knows at one moment, and how each event changes it (`CHANGES`).

Access tokens are not here: they are sealed and need no look-up. Nor is any secret: codes and tokens are known by their
SHA-256 only, so that a history can be shown, saved and shared. Whatever a person granted remembers the person's
**epoch**, the number of times they revoked everything; when it is no longer the current one, the grant is void.

Open codes are in the agenda, which is where they run out. Codes and sign-ins that are over stay for an hour, so that
whoever comes late hears why, and leave then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, TypeVar

from rpds import HashTrieMap

from romekit.cloud.engine.events import Event
from romekit.cloud.engine.identity import events
from romekit.cloud.engine.rules import Agenda, Entry, rescheduled

V = TypeVar("V")


class CodeState(StrEnum):
    """Where a code is in its short life."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    REDEEMED = "redeemed"
    EXPIRED = "expired"


#: A code in one of these can still run out.
OPEN: Final = frozenset({CodeState.PENDING, CodeState.APPROVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What both kinds of code have: who asked for it, for what, and until when it is good."""

    code: str
    number: int
    client: str
    scope: str
    expires_at: float
    state: CodeState
    epoch: int = 0

    @property
    def planned(self) -> Entry | None:
        """When it runs out; None for one that is over."""
        return Entry(self.expires_at, self.number, self.code) if self.state in OPEN else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode(Code):
    """A device flow: the app polls with the device code, a person types the user code."""

    user_code: str
    audience: str
    interval: float
    state: CodeState = CodeState.PENDING
    person: str = ""
    account: str = ""
    polled_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCode(Code):
    """A browser flow: a person has agreed, and the app may fetch its tokens once."""

    person: str
    account: str
    redirect_uri: str
    challenge: str
    nonce: str
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

    issued: int = 0
    devices: HashTrieMap[str, DeviceCode] = HashTrieMap()  # noqa: RUF009 (immutable, so one empty map serves all)
    user_codes: HashTrieMap[str, str] = HashTrieMap()  # noqa: RUF009 (as above)
    codes: HashTrieMap[str, AuthorizationCode] = HashTrieMap()  # noqa: RUF009 (as above)
    families: HashTrieMap[str, Family] = HashTrieMap()  # noqa: RUF009 (as above)
    tokens: HashTrieMap[str, str] = HashTrieMap()  # noqa: RUF009 (as above)
    consents: HashTrieMap[tuple[str, str, int], frozenset[str]] = HashTrieMap()  # noqa: RUF009 (as above)
    epochs: HashTrieMap[str, int] = HashTrieMap()  # noqa: RUF009 (as above)
    agenda: Agenda = ()

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

#: Seconds for which it is still known what a code or a sign-in was after it has run out.
REMEMBERED: Final = 3600.0
#: After how many new codes the old ones are looked through.
SELDOM: Final = 256


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


def _details(event: Event) -> dict[str, Any]:
    """The fields of an event but its time."""
    return {each.name: getattr(event, each.name) for each in fields(event) if each.name != "at"}


def _device_code_issued(identity: Identity, event: events.DeviceCodeIssued) -> Identity:
    identity = _next(identity, event.at)
    code = DeviceCode(**_details(event), number=identity.issued)
    user_codes = identity.user_codes.insert(code.user_code, code.code)
    return _with_device_code(replace(identity, user_codes=user_codes), None, code)


def _authorization_code_issued(identity: Identity, event: events.AuthorizationCodeIssued) -> Identity:
    identity = _next(identity, event.at)
    code = AuthorizationCode(**_details(event), epoch=identity.epoch(event.person), number=identity.issued)
    return _with_code(identity, None, code)


def _next(identity: Identity, now: float) -> Identity:
    """One more code; now and then those that ran out long ago leave, as anybody can ask for new ones all the time."""
    identity = replace(identity, issued=identity.issued + 1)
    if identity.issued % SELDOM:
        return identity
    end = now - REMEMBERED
    devices = [each for each in identity.devices.values() if each.expires_at < end]
    families = [each.id for each in identity.families.values() if each.expires_at < end]
    tokens = [token for token, family in identity.tokens.items() if family in set(families)]
    return replace(
        identity,
        devices=_without(identity.devices, [each.code for each in devices]),
        user_codes=_without(identity.user_codes, [each.user_code for each in devices]),
        codes=_without(identity.codes, [each.code for each in identity.codes.values() if each.expires_at < end]),
        families=_without(identity.families, families),
        tokens=_without(identity.tokens, tokens),
    )


def _without(table: HashTrieMap[str, V], keys: list[str]) -> HashTrieMap[str, V]:
    for key in keys:
        table = table.remove(key)
    return table


def _device(identity: Identity, code: str, **changes: Any) -> Identity:
    before = identity.devices[code]
    return _with_device_code(identity, before, replace(before, **changes))


def _code(identity: Identity, code: str, **changes: Any) -> Identity:
    before = identity.codes[code]
    return _with_code(identity, before, replace(before, **changes))


def _with_device_code(identity: Identity, before: DeviceCode | None, code: DeviceCode) -> Identity:
    agenda = rescheduled(identity.agenda, before, code)
    return replace(identity, devices=identity.devices.insert(code.code, code), agenda=agenda)


def _with_code(identity: Identity, before: AuthorizationCode | None, code: AuthorizationCode) -> Identity:
    agenda = rescheduled(identity.agenda, before, code)
    return replace(identity, codes=identity.codes.insert(code.code, code), agenda=agenda)


def _approved(identity: Identity, event: events.DeviceCodeApproved) -> Identity:
    who = {"person": event.person, "account": event.account, "epoch": identity.epoch(event.person)}
    return _device(identity, event.code, state=CodeState.APPROVED, **who)


def _expired(identity: Identity, event: events.CodeExpired) -> Identity:
    change = _device if event.code in identity.devices else _code
    return change(identity, event.code, state=CodeState.EXPIRED)


def _consented(identity: Identity, event: events.ConsentGiven) -> Identity:
    allowed = identity.consent(event.person, event.client) | frozenset(event.scopes.split())
    key = (event.person, event.client, identity.epoch(event.person))
    return replace(identity, consents=identity.consents.insert(key, allowed))


def _family_began(identity: Identity, event: events.FamilyBegan) -> Identity:
    details = _details(event)
    return _with_token(identity, Family(**details | {"id": details.pop("family"), "began_at": event.at}))


def _rotated(identity: Identity, event: events.TokenRotated) -> Identity:
    family = identity.families[event.family]
    return _with_token(identity, replace(family, token=event.token, expires_at=event.expires_at))


def _with_token(identity: Identity, family: Family) -> Identity:
    """The identity with the newest token of a family."""
    families, tokens = identity.families.insert(family.id, family), identity.tokens.insert(family.token, family.id)
    return replace(identity, families=families, tokens=tokens)


def _family_revoked(identity: Identity, event: events.FamilyRevoked) -> Identity:
    revoked = replace(identity.families[event.family], revoked=event.why)
    return replace(identity, families=identity.families.insert(revoked.id, revoked))


def _person_revoked(identity: Identity, event: events.PersonRevoked) -> Identity:
    return replace(identity, epochs=identity.epochs.insert(event.person, identity.epoch(event.person) + 1))


CHANGES: Final[dict[type[Event], Callable[[Identity, Any], Identity]]] = {
    events.DeviceCodeIssued: _device_code_issued,
    events.DeviceCodePolled: lambda identity, event: _device(
        identity, event.code, polled_at=event.at, interval=event.interval
    ),
    events.DeviceCodeApproved: _approved,
    events.DeviceCodeDeclined: lambda identity, event: _device(identity, event.code, state=CodeState.DECLINED),
    events.DeviceCodeRedeemed: lambda identity, event: _device(identity, event.code, state=CodeState.REDEEMED),
    events.AuthorizationCodeIssued: _authorization_code_issued,
    events.AuthorizationCodeRedeemed: lambda identity, event: _code(
        identity, event.code, state=CodeState.REDEEMED, family=event.family
    ),
    events.CodeExpired: _expired,
    events.ConsentGiven: _consented,
    events.FamilyBegan: _family_began,
    events.TokenRotated: _rotated,
    events.FamilyRevoked: _family_revoked,
    events.PersonRevoked: _person_revoked,
}
