"""The contract: what Graph takes and answers here, as an OpenAPI 3.1 document made from the tables that make it so.

It is built when somebody asks for it, and served to everybody at `/romekit/openapi.json` in the casing of the server.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from romekit.cloud.graph.context import Context


def contract(context: Context) -> Route:
    """The route at which the contract of this Graph is read."""

    async def read(request: Request) -> Response:
        from romekit.cloud.openapi.document import document  # few read it, and every start would pay for it

        said = document(context.profile, context.status_monitor)
        return JSONResponse(said, headers={"Access-Control-Allow-Origin": "*"})

    return Route("/romekit/openapi.json", read)
