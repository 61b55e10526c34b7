"""The contract: what Graph takes and answers here, as an OpenAPI 3.1 document made from the tables that make it so.

It is built when somebody asks for it, and served to everybody at `/romekit/openapi.json` in the casing of the server.
"""

from __future__ import annotations

import json
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from romekit.cloud.graph.context import Context
from romekit.core.model import Profile


def contract(context: Context) -> Route:
    """The route at which the contract of this Graph is read."""

    async def read(request: Request) -> Response:
        said = _encoded(context.profile, context.status_monitor)
        return Response(said, media_type="application/json", headers={"Access-Control-Allow-Origin": "*"})

    return Route("/romekit/openapi.json", read)


@lru_cache
def _encoded(profile: Profile, status_monitor: bool) -> bytes:
    from romekit.cloud.openapi.document import document  # few read it, and every start would pay for it

    return json.dumps(document(profile, status_monitor), ensure_ascii=False, separators=(",", ":")).encode()
