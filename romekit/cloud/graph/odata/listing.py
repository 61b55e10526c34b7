"""A list of devices as it was asked for: sorted, filtered, counted, cut into pages, and with the wanted properties.

A page ends with the address of the next one. Its `$skiptoken` says which device came last, sealed together with the
account and all other options: one that was changed, or taken over to another query, is refused. It names a device and
does not count them, so that one which joins between two pages neither hides another nor shows it twice.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from romekit.cloud.graph.messages import GraphRequest, Refused
from romekit.cloud.graph.odata.filters import matcher
from romekit.cloud.graph.odata.options import Options
from romekit.cloud.graph.odata.properties import DEVICE, only
from romekit.core.model import Device, Profile

TAKEN: Final = frozenset("count filter orderby select skip skiptoken top".split())
#: The options that make sense for a mere count.
COUNTED: Final = frozenset({"filter"})
#: Devices on a page for who does not say `$top`. Ours: as elsewhere in Graph.
PAGE: Final = 100
SEAL: Final = 16

#: Signs what a token says.
Signed = Callable[[bytes], bytes]


class CollectionRow(NamedTuple):
    """A device, and its number among those of the person."""

    number: int
    device: Device


def page(
    rows: Sequence[CollectionRow], options: Options, asked: GraphRequest, profile: Profile, signed: Signed
) -> dict[str, Any]:
    """The part of the list that was asked for, as Graph writes it."""
    is_first = not options.skiptoken
    found = chosen(_behind(_in_order(rows, options), options, signed), options)
    shown = found[options.skip if is_first else 0 :]
    size = options.top or PAGE
    body: dict[str, Any] = {"@odata.count": len(found)} if options.count and is_first else {}
    body["value"] = _written([row.device for row in shown[:size]], options, profile)
    if len(shown) > size:
        body["@odata.nextLink"] = _link(asked, options, _token(shown[size - 1].number, options, signed))
    return body


def chosen(rows: Sequence[CollectionRow], options: Options) -> Sequence[CollectionRow]:
    """The devices that `$filter` finds."""
    if not options.filter:
        return rows
    is_wanted = matcher(options.filter)
    return [row for row in rows if is_wanted(row.device)]


def signer(key: bytes, account: str) -> Signed:
    """Tokens of this account only."""
    return lambda said: hmac.digest(key, b"skiptoken\0" + account.encode() + b"\0" + said, "sha256")[:SEAL]


def _in_order(rows: Sequence[CollectionRow], options: Options) -> Sequence[CollectionRow]:
    ordered = list(rows)
    for name, is_descending in reversed(options.orderby):
        attribute = DEVICE.find_own(name, "orderby").attribute
        ordered.sort(key=lambda row: _null_first(getattr(row.device, attribute)), reverse=is_descending)
    return ordered


def _null_first(value: str | None) -> tuple[bool, str]:
    return (value is not None, value or "")


def _behind(rows: Sequence[CollectionRow], options: Options, signed: Signed) -> Sequence[CollectionRow]:
    """The devices that no page has shown yet."""
    if not options.skiptoken:
        return rows
    try:
        raw = urlsafe_b64decode(options.skiptoken)
    except ValueError:
        raw = b""
    said, seal = raw[:-SEAL], raw[-SEAL:]
    last = [at for at, row in enumerate(rows) if str(row.number).encode() == said]
    if not last or not hmac.compare_digest(seal, signed(said + _other_options(options))):
        message = "The skip token is not one of this query. Follow '@odata.nextLink' as it is."
        raise Refused(400, "BadRequest", message, target="$skiptoken")
    return rows[last[0] + 1 :]


def _token(number: int, options: Options, signed: Signed) -> str:
    said = str(number).encode()
    return urlsafe_b64encode(said + signed(said + _other_options(options))).decode()


def _other_options(options: Options) -> bytes:
    return repr(sorted((name, value) for name, value in options.given if name != "skiptoken")).encode()


def _link(asked: GraphRequest, options: Options, token: str) -> str:
    path = "/".join(quote(segment, safe="@") for segment in asked.segments)
    others = [(f"${name}", value) for name, value in options.given if name != "skiptoken"]
    query = urlencode([*others, ("$skiptoken", token)], quote_via=quote, safe="$,()")
    return f"{asked.base}/{path}?{query}"


def _written(devices: Sequence[Device], options: Options, profile: Profile) -> list[dict[str, Any]]:
    written = [device.as_wire(profile) for device in devices]
    if not options.select or "*" in options.select:
        return written
    selected = [DEVICE.find(name, "select") for name in options.select]
    return [only(entity, selected, profile) for entity in written]
