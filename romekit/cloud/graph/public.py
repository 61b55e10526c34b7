"""What needs no token: `$metadata`, which Graph shows to everybody, and the question a browser asks first.

A page on the web may call Graph, the first sample of this API was one. Its browser asks with OPTIONS whether it may
send the token (CORS), and that question has no token in it. HEAD is not answered: nothing documents it for this API,
and a 405 that names the verbs there are says more than a GET without its body.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from romekit.cloud.graph.messages import GraphRequest, GraphResponse, Refused
from romekit.cloud.graph.routing import Route, verbs
from romekit.core.model import Profile

METADATA: Final = ("$metadata",)
#: What a browser may send when it does not ask for certain headers.
HEADERS: Final = "authorization, content-type, accept, client-request-id, if-none-match, prefer"
REMEMBERED: Final = "3600"


def public(asked: GraphRequest, routes: Sequence[Route], profile: Profile) -> GraphResponse | None:
    """The answer to a request that needs no token; None for all others."""
    if asked.method == "OPTIONS":
        return _preflight(asked, routes)
    if len(asked.segments) != 1 or asked.segments[0].lower() != METADATA[0]:
        return None
    if asked.method != "GET":
        raise Refused(405, "notAllowed", f"{asked.method} is not allowed here.", headers={"Allow": "GET"})
    from romekit.cloud.graph.odata.metadata import csdl  # few read it, and every start would pay for the XML library

    return GraphResponse(200, csdl(profile), {"Content-Type": "application/xml"})


def _preflight(asked: GraphRequest, routes: Sequence[Route]) -> GraphResponse:
    segments = asked.segments
    if len(segments) > 1 and segments[0].lower() == "users":
        segments = ("me", *segments[2:])
    # Where nothing is, the browser may still ask: only then does its page see that nothing is there.
    there = ["GET"] if segments == METADATA else verbs(routes, segments) or ["GET", "POST"]
    allowed = ", ".join([*there, "OPTIONS"])
    headers = {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": asked.headers.get("access-control-request-headers") or HEADERS,
        "Access-Control-Max-Age": REMEMBERED,
    }
    return GraphResponse(204, None, headers)
