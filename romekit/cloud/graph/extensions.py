"""The handlers of what is ours alone, named `romekit.…`: history, changes, the wall, the class, and what owners set.

The list of changes speaks as Graph's delta queries do: `$deltatoken=latest` says where the list ends now, and each
response ends with the address to ask next, `@odata.deltaLink`. A client that follows many commands asks for this list
instead of for each command. A command that moved three times is in it once, as it is now.

Requests for the wall are not logged: a page asks again and again, and the log is for what a person did.
"""

from __future__ import annotations

import json
from hashlib import sha256
from math import inf
from typing import Any, Final

from romekit.cloud.engine import decide
from romekit.cloud.engine.decide import command_of, device_of
from romekit.cloud.engine.events import CommandAccepted, CommandAnswered, CommandMoved, DeviceDid, Event
from romekit.cloud.engine.faults import fault_from_wire
from romekit.cloud.engine.history import transitions
from romekit.cloud.engine.rules import next_due
from romekit.cloud.engine.screens import cards
from romekit.cloud.engine.space import Space
from romekit.cloud.graph.auth import Caller
from romekit.cloud.graph.bodies import json_of
from romekit.cloud.graph.context import Context
from romekit.cloud.graph.handlers import as_command, command_context, etag, with_context
from romekit.cloud.graph.long_poll import etag_headers, has_current
from romekit.cloud.graph.messages import GraphRequest, GraphResponse, Refused
from romekit.cloud.graph.odata.options import options_of
from romekit.core.errors import BadInput
from romekit.core.presence import Presence

DELTA: Final = frozenset({"deltatoken"})
#: The most events that a page of the history or of the deeds goes through.
EVENTS_PAGE: Final = 1000
PAGED: Final = frozenset({"skiptoken"})
#: The events that change a command's entity.
CHANGING: Final = (CommandAccepted, CommandMoved, CommandAnswered)
#: The most events one answer goes through, a few milliseconds' work; after that it has a next page instead of a delta
#: link. A command that goes on moving is on several pages, so small ones cost more in all.
CHANGES_PAGE: Final = 5000


def get_history(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    events, begin, links = _page_of_events(context, caller, request)
    return GraphResponse(200, {"value": [each.as_wire() for each in transitions(events, begin)], **links})


def get_deeds(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    events, begin, links = _page_of_events(context, caller, request)
    did = [event for event in events[begin:] if isinstance(event, DeviceDid)]
    deeds = [{"at": each.at, "device": each.device, "command": each.command, "deed": each.deed} for each in did]
    return GraphResponse(200, {"value": deeds, **links})


def _page_of_events(context: Context, caller: Caller, request: GraphRequest) -> tuple[list[Event], int, dict[str, str]]:
    """The events up to the end of a page, where the page begins, and the link to the next one, if there is one."""
    events = context.spaces.events(caller.upn)
    begin = _position(options_of(request.query, PAGED).skiptoken, "skiptoken", len(events))
    end = begin + EVENTS_PAGE
    address = f"{request.base}/me/{request.segments[-1]}?$skiptoken={end}"
    return events[:end], begin, {"@odata.nextLink": address} if end < len(events) else {}


def get_class(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    return context.policy.about(caller)


def cancel_command(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    context.spaces.ask(caller.upn, decide.cancel(names["device"], names["command"]))
    command = command_of(context.spaces.now(caller.upn), names["device"], names["command"])
    body = with_context(as_command(command).as_wire(context.profile), request, lambda: command_context(caller, names))
    return GraphResponse(202, body, {"ETag": etag(command)})


def set_presence(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    context.spaces.ask(caller.upn, decide.set_presence(names["device"], presence_of(_property(request, "presence"))))
    device = device_of(context.spaces.now(caller.upn), names["device"])
    return GraphResponse(200, device.as_listed().as_wire(context.profile))


def presence_of(word: object) -> Presence:
    if word not in list(Presence):
        raise BadInput(f"presence {word!r} is unknown.", field="presence", hint=f"Use: {', '.join(Presence)}.")
    return Presence(str(word))


def set_personality(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    context.spaces.ask(caller.upn, decide.set_personality(names["device"], str(_property(request, "personality"))))
    return GraphResponse(204)


def set_fault(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    fault = fault_from_wire(json_of(request))
    if fault.what == "key rotation":
        raise Refused(403, "AccessDenied", "New keys concern everybody: only the owner of the cloud can rotate them.")
    context.set_fault(caller.upn, fault)
    return GraphResponse(204)


def clear_faults(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    context.spaces.ask(caller.upn, decide.clear_faults())
    return GraphResponse(204)


def set_app(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    app, installed = _property(request, "app"), _property(request, "installed")
    if not isinstance(installed, bool):
        raise BadInput(f"installed cannot be {installed!r}.", field="installed", hint="Use true or false.")
    context.spaces.ask(caller.upn, decide.set_app(names["device"], str(app), installed))
    shown = cards(context.spaces.now(caller.upn))
    return GraphResponse(200, next(card.as_wire() for card in shown if card.device == names["device"]))


def _property(request: GraphRequest, name: str) -> Any:
    body = json_of(request)
    return body.get(name) if isinstance(body, dict) else None


def get_wall(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    body = wall_of(context.spaces.now(caller.upn))
    headers = etag_headers(request, etag_of(body))
    is_known = has_current(request, headers["ETag"])
    return GraphResponse(304 if is_known else 200, None if is_known else body, headers, is_logged=False)


def wall_due(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> float | None:
    """When the wall may change by itself; None when the client does not have it as it is."""
    space = context.spaces.now(caller.upn)
    return next_change(space) if has_current(request, etag_of(wall_of(space))) else None


def wall_of(space: Space) -> dict[str, Any]:
    return {"value": [card.as_wire() for card in cards(space)]}


def etag_of(body: dict[str, Any]) -> str:
    """What changes whenever anything in a body does."""
    return f'W/"{sha256(json.dumps(body).encode()).hexdigest()[:24]}"'


def next_change(space: Space) -> float:
    """When something happens next by itself; infinity if nothing is planned."""
    at = next_due(space)
    return inf if at is None else at


def get_changes(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    ledger, now = context.spaces.ledger(caller.upn), context.spaces.clock.now()
    end = ledger.count(now)
    begin = _delta_position(request, end)
    events = ledger.events(now, begin)[:CHANGES_PAGE]
    position = begin + len(events)
    headers = etag_headers(request, f'W/"{position}"')
    if not events and has_current(request, headers["ETag"]):
        return GraphResponse(304, None, headers)
    link = "@odata.deltaLink" if position == end else "@odata.nextLink"
    commands = ledger.at(now).commands
    # each command once, in the order of their latest change
    latest_first = dict.fromkeys([event.command for event in reversed(events) if isinstance(event, CHANGING)])
    changed = [as_command(commands[each]).as_wire(context.profile) for each in [*latest_first][::-1]]
    address = f"{request.base}/me/romekit.changes?$deltatoken={position}"
    return GraphResponse(200, {"value": changed, link: address}, headers)


def changes_due(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> float | None:
    """When something may happen next, for a client that has everything up to now; None when there is a change."""
    ledger, now = context.spaces.ledger(caller.upn), context.spaces.clock.now()
    end = ledger.count(now)
    if _delta_position(request, end) != end or not has_current(request, f'W/"{end}"'):
        return None
    at = ledger.next_due()
    return inf if at is None else at


def _delta_position(request: GraphRequest, end: int) -> int:
    """How many events the client has already; without a token none."""
    token = options_of(request.query, DELTA).deltatoken
    return end if token == "latest" else _position(token, "deltatoken", end)


def _position(token: str, option: str, end: int) -> int:
    """The number of events that a token stands for; none without a token."""
    if token and not (token.isascii() and token.isdigit() and len(token) <= 18 and int(token) <= end):
        message = f"'{token[:40]}' is no token of this list. Take it from @odata.nextLink or @odata.deltaLink."
        raise Refused(400, "BadRequest", message, target=f"${option}")
    return int(token or 0)
