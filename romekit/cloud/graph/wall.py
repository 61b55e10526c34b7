"""The wall over HTTP, an extension of ours: a card per device, held while nothing changes, and apps put on and off.

Whoever looks at a wall asks again and again, so a look is not kept among the exchanges: they are for what a person did.
"""

from __future__ import annotations

import json
from hashlib import sha256
from math import inf
from typing import TYPE_CHECKING, Any

from romekit.cloud.engine.due import next_due
from romekit.cloud.engine.requests import SetApp
from romekit.cloud.engine.screens import cards
from romekit.cloud.engine.space import Space
from romekit.cloud.graph.auth import Caller
from romekit.cloud.graph.bodies import json_of
from romekit.cloud.graph.conditional import is_known, tagged
from romekit.cloud.graph.messages import GraphRequest, GraphResponse
from romekit.core.errors import BadInput

if TYPE_CHECKING:  # graph lists these functions as its routes, so it is the one to import
    from romekit.cloud.graph.graph import Graph


def get_wall(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    body = wall_of(graph.spaces.now(caller.upn))
    etag = etag_of(body)
    if is_known(asked, etag):
        return GraphResponse(304, None, tagged(asked, etag), is_kept=False)
    return GraphResponse(200, body, tagged(asked, etag), is_kept=False)


def wall_unchanged_until(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> float | None:
    """When the wall may look different by itself; None when the caller does not know it as it is."""
    space = graph.spaces.now(caller.upn)
    return quiet_until(space) if is_known(asked, etag_of(wall_of(space))) else None


def set_app(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    body = json_of(asked)
    app, installed = (body.get(name) if isinstance(body, dict) else None for name in ("app", "installed"))
    if not isinstance(installed, bool):
        raise BadInput(f"installed cannot be {installed!r}.", field="installed", hint="Use true or false.")
    graph.spaces.ask(caller.upn, SetApp(names["device"], str(app), installed))
    shown = cards(graph.spaces.now(caller.upn))
    return GraphResponse(200, next(card.as_wire() for card in shown if card.device == names["device"]))


def wall_of(space: Space) -> dict[str, Any]:
    """The wall as JSON."""
    return {"value": [card.as_wire() for card in cards(space)]}


def etag_of(body: dict[str, Any]) -> str:
    """What changes whenever anything in a body does."""
    return f'W/"{sha256(json.dumps(body).encode()).hexdigest()[:24]}"'


def quiet_until(space: Space) -> float:
    """When something happens next by itself; never, if nothing is planned."""
    at = next_due(space)
    return inf if at is None else at
