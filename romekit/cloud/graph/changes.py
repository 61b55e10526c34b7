"""What has changed, for whoever follows many commands: one question instead of one per command.

An extension of ours, told in the words of Graph's delta queries: `$deltatoken=latest` answers where the list ends now,
and each answer ends with the address to ask next, `@odata.deltaLink`. A request with `Prefer: wait` and the ETag of
that place is held until there is something to tell (holding.py). A command that moved three times is told once, as it
is now.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final

from romekit.cloud.engine.events import CommandAccepted, CommandAnswered, CommandMoved, Event
from romekit.cloud.graph import handlers as operations
from romekit.cloud.graph.auth import Caller
from romekit.cloud.graph.conditional import is_known, tagged
from romekit.cloud.graph.messages import GraphRequest, GraphResponse, Refused
from romekit.cloud.graph.odata.options import options_of

if TYPE_CHECKING:  # graph lists this as one of its routes, so it is the one to import
    from romekit.cloud.graph.graph import Graph

TAKEN: Final = frozenset({"deltatoken"})
PATH: Final = "me/romekit.changes"
#: The events that change a command's entity.
TOLD: Final = (CommandAccepted, CommandMoved, CommandAnswered)
#: The most events one answer goes through, a few milliseconds' work; after that it has a next page instead of a delta
#: link. A command that goes on moving is told on several pages, so small ones cost more in all.
PAGE: Final = 5000


def get_changes(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    ledger, now = graph.spaces.ledger(caller.upn), graph.spaces.clock.now()
    end = ledger.count(now)
    begin = _place(asked, end)
    events = ledger.events(now, begin)[:PAGE]
    place = begin + len(events)
    headers = tagged(asked, etag(place))
    if not events and is_known(asked, etag(place)):
        return GraphResponse(304, None, headers)
    link = "@odata.deltaLink" if place == end else "@odata.nextLink"
    commands = ledger.at(now).commands
    changed = [operations.as_command(commands[each]).as_wire(graph.profile) for each in _concerned(events)]
    return GraphResponse(200, {"value": changed, link: f"{asked.base}/{PATH}?$deltatoken={place}"}, headers)


def unchanged_until(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> float | None:
    """When something may happen next, for who knows everything up to now; None when there is something to tell."""
    ledger, now = graph.spaces.ledger(caller.upn), graph.spaces.clock.now()
    place = ledger.count(now)
    if _place(asked, place) != place or not is_known(asked, etag(place)):
        return None
    at = ledger.next_due()
    return inf if at is None else at


def etag(place: int) -> str:
    """What changes whenever anything happens in the space."""
    return f'W/"{place}"'


def _place(asked: GraphRequest, end: int) -> int:
    """How many events the client knows; without a token none."""
    token = options_of(asked.query, TAKEN).deltatoken
    if token == "latest":
        return end
    if not token:
        return 0
    if not (token.isascii() and token.isdigit() and len(token) <= 18 and int(token) <= end):
        message = f"'{token[:40]}' is no delta token of this list. Take it from @odata.deltaLink, or say latest."
        raise Refused(400, "BadRequest", message, target="$deltatoken")
    return int(token)


def _concerned(events: list[Event]) -> list[str]:
    """The commands that events are about, each once, in the order of their latest change."""
    latest_first = dict.fromkeys([event.command for event in reversed(events) if isinstance(event, TOLD)])
    return [*latest_first][::-1]
