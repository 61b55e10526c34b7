"""Bare Starlette, under plain uvicorn with romekit's options, that answers with the bytes it is given: bare.py GET POST

Both bodies are JSON; GET writes its own anew each time, POST reads what was sent and writes its answer. Nothing of
romekit is between uvicorn and the routes: what romekit puts there is a part of its own cost.
"""

import json
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from romekit.cloud.http.server import address_of, listening

STATUS, ACCEPTED = map(json.loads, sys.argv[1:])
OPTIONS = {"lifespan": "off", "server_header": False, "date_header": False, "proxy_headers": False}


async def status(request):
    return JSONResponse(STATUS)


async def accept(request):
    return JSONResponse({**await request.json(), **ACCEPTED}, 201)


ROUTES = [
    Route("/beta/me/devices/{device}/commands", accept, methods=["POST"]),
    Route("/beta/me/devices/{device}/commands/{command}", status),
]
listener = listening()
print(json.dumps({"address": address_of(listener)}), flush=True)
config = uvicorn.Config(Starlette(routes=ROUTES), access_log=False, log_level="warning", **OPTIONS)
uvicorn.Server(config).run(sockets=[listener])
