"""The contract on the server: public, in the casing the server answers in, at an address that is not Graph's."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from romekit.cloud.graph.graph import Graph

PATH = "/romekit/openapi.json"


def contract(graph: Graph) -> Route:
    """The route at which the contract of this Graph is read."""

    async def read(request: Request) -> Response:
        from romekit.cloud.openapi.document import document  # few read it, and every start would pay for it

        return JSONResponse(document(graph.profile), headers={"Access-Control-Allow-Origin": "*"})

    return Route(PATH, read)
