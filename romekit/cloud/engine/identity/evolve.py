"""`evolve` for the identity provider's space: the only way it ever changes."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Final

from romekit.cloud.engine.agenda import Entry, put
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.identity.events import (
    AuthorizationCodeIssued,
    AuthorizationCodeRedeemed,
    CodeExpired,
    ConsentGiven,
    DeviceCodeApproved,
    DeviceCodeDeclined,
    DeviceCodeIssued,
    DeviceCodePolled,
    DeviceCodeRedeemed,
    FamilyBegan,
    FamilyRevoked,
    PersonRevoked,
    TokenRotated,
)
from romekit.cloud.engine.identity.state import AuthorizationCode, CodeState, DeviceCode, Family, Identity
from romekit.core.errors import WorldError

#: Seconds for which it is still known what a code was, so that whoever comes late is told that it has run out.
REMEMBERED: Final = 3600.0
#: After how many new codes the old ones are looked through.
SELDOM: Final = 256


def evolve(identity: Identity, event: Event) -> Identity:
    """What the identity provider knows after `event`."""
    return _evolved(replace(identity, at=event.at), event)


def _evolved(identity: Identity, event: Event) -> Identity:
    match event:
        case DeviceCodeIssued():
            return _device_code_issued(identity, event)
        case DeviceCodePolled():
            return _device(identity, event.code, polled_at=event.at, interval=event.interval)
        case DeviceCodeApproved():
            who = {"person": event.person, "account": event.account, "epoch": identity.epoch(event.person)}
            return _device(identity, event.code, state=CodeState.APPROVED, **who)
        case DeviceCodeDeclined():
            return _device(identity, event.code, state=CodeState.DECLINED)
        case DeviceCodeRedeemed():
            return _device(identity, event.code, state=CodeState.REDEEMED)
        case AuthorizationCodeIssued():
            return _authorization_code_issued(identity, event)
        case AuthorizationCodeRedeemed():
            return _code(identity, event.code, state=CodeState.REDEEMED, family=event.family)
        case CodeExpired():
            change = _device if event.code in identity.devices else _code
            return change(identity, event.code, state=CodeState.EXPIRED)
    return _granted(identity, event)


def _granted(identity: Identity, event: Event) -> Identity:
    match event:
        case ConsentGiven():
            allowed = identity.consent(event.person, event.client) | frozenset(event.scopes.split())
            key = (event.person, event.client, identity.epoch(event.person))
            return replace(identity, consents=identity.consents.insert(key, allowed))
        case FamilyBegan():
            return _token(identity, _family_of(event), event.token)
        case TokenRotated():
            family = replace(identity.families[event.family], token=event.token, expires_at=event.expires_at)
            return _token(identity, family, event.token)
        case FamilyRevoked():
            revoked = replace(identity.families[event.family], revoked=event.why)
            return replace(identity, families=identity.families.insert(revoked.id, revoked))
        case PersonRevoked():
            later = identity.epoch(event.person) + 1
            return replace(identity, epochs=identity.epochs.insert(event.person, later))
    raise WorldError(f"No identity provider knows the event {event.kind!r}.")


def _device_code_issued(identity: Identity, event: DeviceCodeIssued) -> Identity:
    kept = {each.name: getattr(event, each.name) for each in fields(event) if each.name != "at"}
    identity = _tidied(identity, event.at)
    return replace(
        _planned(identity, event.code, event.expires_at),
        devices=identity.devices.insert(event.code, DeviceCode(**kept)),
        user_codes=identity.user_codes.insert(event.user_code, event.code),
    )


def _authorization_code_issued(identity: Identity, event: AuthorizationCodeIssued) -> Identity:
    kept = {each.name: getattr(event, each.name) for each in fields(event) if each.name != "at"}
    code = AuthorizationCode(**kept, epoch=identity.epoch(event.person))
    identity = _tidied(identity, event.at)
    return replace(
        _planned(identity, event.code, event.expires_at),
        codes=identity.codes.insert(event.code, code),
    )


def _tidied(identity: Identity, now: float) -> Identity:
    """The identity without the codes that were over long ago: anybody can ask for new ones, as often as they like."""
    if identity.issued % SELDOM:
        return identity
    devices, user_codes, codes = identity.devices, identity.user_codes, identity.codes
    for code, device in identity.devices.items():
        if device.expires_at < now - REMEMBERED:
            devices, user_codes = devices.remove(code), user_codes.remove(device.user_code)
    for code, known in identity.codes.items():
        if known.expires_at < now - REMEMBERED:
            codes = codes.remove(code)
    return replace(identity, devices=devices, user_codes=user_codes, codes=codes)


def _planned(identity: Identity, code: str, at: float) -> Identity:
    number = identity.issued + 1
    return replace(identity, issued=number, agenda=put(identity.agenda, Entry(at, number, code)))


def _family_of(event: FamilyBegan) -> Family:
    return Family(
        event.family,
        event.person,
        event.account,
        event.client,
        event.scope,
        event.token,
        event.epoch,
        event.at,
        event.expires_at,
    )


def _token(identity: Identity, family: Family, token: str) -> Identity:
    """The identity with a token as the newest of its family."""
    return replace(
        identity,
        families=identity.families.insert(family.id, family),
        tokens=identity.tokens.insert(token, family.id),
    )


def _device(identity: Identity, code: str, **changes: object) -> Identity:
    changed = replace(identity.devices[code], **changes)  # type: ignore[arg-type]  # fields of a DeviceCode
    return replace(identity, devices=identity.devices.insert(code, changed))


def _code(identity: Identity, code: str, **changes: object) -> Identity:
    changed = replace(identity.codes[code], **changes)  # type: ignore[arg-type]  # fields of an AuthorizationCode
    return replace(identity, codes=identity.codes.insert(code, changed))
