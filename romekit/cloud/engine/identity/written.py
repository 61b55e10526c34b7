"""What the identity provider knows as plain data and back, for snapshots."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import reduce
from typing import Final

from rpds import HashTrieMap

from romekit.cloud.engine.agenda import Agenda, Entry, put
from romekit.cloud.engine.columns import Ways, as_columns, as_pairs, by_id, from_columns, from_pairs
from romekit.cloud.engine.identity.state import OPEN, AuthorizationCode, CodeState, DeviceCode, Family, Identity

_STATES: Final = {state.value: state for state in CodeState}
_CODE: Final[Ways] = {"state": _STATES.__getitem__}


def as_text(identity: Identity) -> str:
    """What is known, as JSON."""
    data = {
        "at": identity.at,
        "issued": identity.issued,
        "devices": as_columns(DeviceCode, identity.devices.values()),
        "codes": as_columns(AuthorizationCode, identity.codes.values()),
        "families": as_columns(Family, identity.families.values()),
        "user_codes": as_pairs(identity.user_codes),
        "tokens": as_pairs(identity.tokens),
        "consents": [[*key, sorted(scopes)] for key, scopes in identity.consents.items()],
        "epochs": as_pairs(identity.epochs),
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> Identity:
    """The same again."""
    data = json.loads(text)
    devices = from_columns(DeviceCode, data["devices"], _CODE)
    codes = from_columns(AuthorizationCode, data["codes"], _CODE)
    consents = {(person, client, epoch): frozenset(scopes) for person, client, epoch, scopes in data["consents"]}
    return Identity(
        at=data["at"],
        issued=data["issued"],
        devices=by_id(devices, "code"),
        codes=by_id(codes, "code"),
        families=by_id(from_columns(Family, data["families"])),
        user_codes=from_pairs(data["user_codes"]),
        tokens=from_pairs(data["tokens"]),
        consents=HashTrieMap(consents),
        epochs=from_pairs(data["epochs"]),
        agenda=_planned([*devices, *codes]),
    )


def _planned(codes: Iterable[DeviceCode | AuthorizationCode]) -> Agenda | None:
    """When the open codes run out. Which of two that end together is first does not matter to anybody."""
    entries = [Entry(each.expires_at, number, each.code) for number, each in enumerate(codes) if each.state in OPEN]
    return reduce(put, entries, None)
