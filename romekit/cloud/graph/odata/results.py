"""Query results: a list of devices or one command, with the properties that were asked for.

A list is sorted, filtered, counted and cut into pages. A page ends with the address of the next one. Its `$skiptoken`
says which device came last, signed together with the account and all other options: one that was changed, or taken
over to another query, is refused. It does not count devices, so that one which joins between two pages neither hides
another nor shows it twice.

A command's answer is a navigation property, `responsepayload` (dossier 3.2): usually fetched from an address of its
own, with `$expand` embedded, or null while there is none. The type is open: an app's own property names stay as they
are.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from romekit.cloud.graph.messages import GraphRequest, Refused
from romekit.cloud.graph.odata.filters import predicate_of
from romekit.cloud.graph.odata.options import Options
from romekit.cloud.graph.odata.types import COMMAND, DEVICE, PropertyKind
from romekit.core.model import Answer, Command, Device, Profile

#: The options of a list, of its `$count`, of a command and of a person.
LIST_OPTIONS: Final = frozenset("count filter orderby select skip skiptoken top".split())
COUNT_OPTIONS: Final = frozenset({"filter"})
COMMAND_OPTIONS: Final = frozenset({"expand", "select"})
ME_OPTIONS: Final = frozenset({"select"})
#: Devices on a page without `$top`. Ours: as elsewhere in Graph.
PAGE: Final = 100
SEAL: Final = 16
#: What `$expand` takes on a command.
PAYLOAD: Final = "responsepayload"


class Row(NamedTuple):
    """A device, and its number among those of the person."""

    number: int
    device: Device


def page(rows: Sequence[Row], options: Options, request: GraphRequest, profile: Profile, key: bytes) -> dict[str, Any]:
    """The part of the list that was asked for, as Graph writes it."""
    is_first = not options.skiptoken
    found = filtered(_after_token(_in_order(rows, options), options, key), options)
    shown = found[options.skip if is_first else 0 :]
    size = options.top or PAGE
    body: dict[str, Any] = {"@odata.count": len(found)} if options.count and is_first else {}
    body["value"] = [selected(row.device.as_wire(profile), DEVICE, options, profile) for row in shown[:size]]
    if len(shown) > size:
        last = str(shown[size - 1].number).encode()
        token = urlsafe_b64encode(last + _seal(last, options, key)).decode()
        body["@odata.nextLink"] = _link(request, options, token)
    return body


def filtered(rows: Sequence[Row], options: Options) -> Sequence[Row]:
    if not options.filter:
        return rows
    is_wanted = predicate_of(options.filter)
    return [row for row in rows if is_wanted(row.device)]


def _in_order(rows: Sequence[Row], options: Options) -> Sequence[Row]:
    """The rows as `$orderby` wants them, null first."""
    for name, is_descending in reversed(options.orderby):
        of = attrgetter(f"device.{DEVICE.find_own(name, 'orderby').attribute}")
        rows = sorted(rows, key=lambda row: (of(row) is not None, of(row) or ""), reverse=is_descending)
    return rows


def _after_token(rows: Sequence[Row], options: Options, key: bytes) -> Sequence[Row]:
    if not options.skiptoken:
        return rows
    try:
        raw = urlsafe_b64decode(options.skiptoken)
    except ValueError:
        raw = b""
    text, seal = raw[:-SEAL], raw[-SEAL:]
    last = [at for at, row in enumerate(rows) if str(row.number).encode() == text]
    if not last or not hmac.compare_digest(seal, _seal(text, options, key)):
        message = "The skip token is not one of this query. Follow '@odata.nextLink' as it is."
        raise Refused(400, "BadRequest", message, target="$skiptoken")
    return rows[last[0] + 1 :]


def _seal(text: bytes, options: Options, key: bytes) -> bytes:
    others = repr(sorted((name, value) for name, value in options.given if name != "skiptoken"))
    return hmac.digest(key, text + others.encode(), "sha256")[:SEAL]


def _link(request: GraphRequest, options: Options, token: str) -> str:
    path = "/".join(quote(segment, safe="@") for segment in request.segments)
    others = [(f"${name}", value) for name, value in options.given if name != "skiptoken"]
    query = urlencode([*others, ("$skiptoken", token)], quote_via=quote, safe="$,()")
    return f"{request.base}/{path}?{query}"


def command_entity(
    command: Command, answer: Mapping[str, Any] | None, options: Options, profile: Profile
) -> dict[str, Any]:
    """The command as Graph writes it, with the selected properties and perhaps its answer."""
    for name in options.expand:
        if name.lower() != PAYLOAD:
            message = f"'{name}' cannot be expanded here. A command has '{PAYLOAD}', without options of its own."
            raise Refused(400, "ExpandNotSupported", message, target="$expand")
    whole = command.as_wire(profile)
    entity = selected(whole["value"] if profile.wrapped else whole, COMMAND, options, profile)
    if options.expand:
        embedded = Answer(answer).as_wire() if answer is not None else None
        entity = {**entity, PAYLOAD: embedded and {k: v for k, v in embedded.items() if k != "@odata.context"}}
    return {"value": entity} if profile.wrapped else entity


def selected(entity: dict[str, Any], kind: PropertyKind, options: Options, profile: Profile) -> dict[str, Any]:
    """The entity with the selected properties only; what it does not have is null."""
    names = [kind.find(name, "select").name(profile) for name in options.select if name != "*"]
    return {name: entity.get(name) for name in names} if names and "*" not in options.select else entity
