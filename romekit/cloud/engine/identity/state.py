"""What the identity provider knows at one moment, and how each event changes it (`IDENTITY_RULES`).

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
from romekit.cloud.engine.rules import Agenda, Entry, Rules, rescheduled

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
    person: str = ""
    account: str = ""
    epoch: int = 0
    nonce: str = ""

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
    polled_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCode(Code):
    """A browser flow: a person has agreed, and the app may fetch its tokens once."""

    redirect_uri: str
    challenge: str
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
    codes: HashTrieMap[str, Code] = HashTrieMap()  # noqa: RUF009 (immutable, so one empty map serves all)
    user_codes: HashTrieMap[str, str] = HashTrieMap()  # noqa: RUF009 (as above)
    families: HashTrieMap[str, Family] = HashTrieMap()  # noqa: RUF009 (as above)
    tokens: HashTrieMap[str, str] = HashTrieMap()  # noqa: RUF009 (as above)
    consents: HashTrieMap[tuple[str, str, int], frozenset[str]] = HashTrieMap()  # noqa: RUF009 (as above)
    epochs: HashTrieMap[str, int] = HashTrieMap()  # noqa: RUF009 (as above)
    agenda: Agenda = ()

    def epoch(self, person: str) -> int:
        return self.epochs.get(person) or 0

    def consent(self, person: str, client: str) -> frozenset[str]:
        return self.consents.get((person, client, self.epoch(person))) or frozenset()

    def by_user_code(self, user_code: str) -> DeviceCode | None:
        """The device flow a person means by the code they typed."""
        code = self.codes.get(self.user_codes.get(user_code) or "")
        return code if isinstance(code, DeviceCode) else None


NOBODY: Final = Identity()

#: Seconds for which it is still known what a code or a sign-in was after it has run out.
REMEMBERED: Final = 3600.0
#: After how many new codes the old ones are looked through.
SELDOM: Final = 256


def digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _details(event: Event) -> dict[str, Any]:
    return {each.name: getattr(event, each.name) for each in fields(event) if each.name != "at"}


def _device_code_issued(identity: Identity, event: events.DeviceCodeIssued) -> Identity:
    identity = _next(identity, event.at)
    code = DeviceCode(**_details(event), number=identity.issued)
    user_codes = identity.user_codes.insert(code.user_code, code.code)
    return _with_code(replace(identity, user_codes=user_codes), code)


def _authorization_code_issued(identity: Identity, event: events.AuthorizationCodeIssued) -> Identity:
    identity = _next(identity, event.at)
    code = AuthorizationCode(**_details(event), epoch=identity.epoch(event.person), number=identity.issued)
    return _with_code(identity, code)


def _next(identity: Identity, now: float) -> Identity:
    """One more code; now and then those that ran out long ago leave, as anybody can ask for new ones all the time."""
    identity = replace(identity, issued=identity.issued + 1)
    if identity.issued % SELDOM:
        return identity
    end = now - REMEMBERED
    codes = {key for key, code in identity.codes.items() if code.expires_at < end}
    families = {key for key, family in identity.families.items() if family.expires_at < end}
    return replace(
        identity,
        codes=_without(identity.codes, codes),
        user_codes=_without(identity.user_codes, {key for key, code in identity.user_codes.items() if code in codes}),
        families=_without(identity.families, families),
        tokens=_without(identity.tokens, {key for key, family in identity.tokens.items() if family in families}),
    )


def _without(table: HashTrieMap[str, V], keys: set[str]) -> HashTrieMap[str, V]:
    for key in keys:
        table = table.remove(key)
    return table


def _code(identity: Identity, event: Any, **changes: Any) -> Identity:
    return _with_code(identity, replace(identity.codes[event.code], **changes))


def _with_code(identity: Identity, code: Code) -> Identity:
    before = identity.codes.get(code.code)
    agenda = rescheduled(identity.agenda, before.planned if before else None, code.planned)
    return replace(identity, codes=identity.codes.insert(code.code, code), agenda=agenda)


def _approved(identity: Identity, event: events.DeviceCodeApproved) -> Identity:
    who = {"person": event.person, "account": event.account, "epoch": identity.epoch(event.person)}
    return _code(identity, event, state=CodeState.APPROVED, **who)


def _consented(identity: Identity, event: events.ConsentGiven) -> Identity:
    allowed = identity.consent(event.person, event.client) | frozenset(event.scopes.split())
    key = (event.person, event.client, identity.epoch(event.person))
    return replace(identity, consents=identity.consents.insert(key, allowed))


def _family_began(identity: Identity, event: events.FamilyBegan) -> Identity:
    details = _details(event)
    return _with_family(identity, Family(**details | {"id": details.pop("family"), "began_at": event.at}))


def _rotated(identity: Identity, event: events.TokenRotated) -> Identity:
    family = identity.families[event.family]
    return _with_family(identity, replace(family, token=event.token, expires_at=event.expires_at))


def _with_family(identity: Identity, family: Family) -> Identity:
    families, tokens = identity.families.insert(family.id, family), identity.tokens.insert(family.token, family.id)
    return replace(identity, families=families, tokens=tokens)


def _person_revoked(identity: Identity, event: events.PersonRevoked) -> Identity:
    return replace(identity, epochs=identity.epochs.insert(event.person, identity.epoch(event.person) + 1))


CHANGES: Final[dict[type[Event], Callable[[Identity, Any], Identity]]] = {
    events.DeviceCodeIssued: _device_code_issued,
    events.DeviceCodePolled: lambda it, event: _code(it, event, polled_at=event.at, interval=event.interval),
    events.DeviceCodeApproved: _approved,
    events.DeviceCodeDeclined: lambda it, event: _code(it, event, state=CodeState.DECLINED),
    events.DeviceCodeRedeemed: lambda it, event: _code(it, event, state=CodeState.REDEEMED),
    events.AuthorizationCodeIssued: _authorization_code_issued,
    events.AuthorizationCodeRedeemed: lambda it, event: _code(it, event, state=CodeState.REDEEMED, family=event.family),
    events.CodeExpired: lambda it, event: _code(it, event, state=CodeState.EXPIRED),
    events.ConsentGiven: _consented,
    events.FamilyBegan: _family_began,
    events.TokenRotated: _rotated,
    events.FamilyRevoked: lambda it, event: _with_family(it, replace(it.families[event.family], revoked=event.why)),
    events.PersonRevoked: _person_revoked,
}


def _is_needed(identity: Identity, event: Event, now: float) -> bool:
    """The events of a code are needed until an hour after its end."""
    code = getattr(event, "code", "")
    known = identity.codes.get(code)
    return not code or (known is not None and known.expires_at >= now - REMEMBERED)


#: Codes that nobody uses run out. So do refresh tokens, but nobody watches that: it is seen when one is shown.
IDENTITY_RULES: Final = Rules(
    "identity provider",
    NOBODY,
    CHANGES,
    lambda identity, entry: [events.CodeExpired(at=entry.at, code=entry.id)],
    _is_needed,
)
