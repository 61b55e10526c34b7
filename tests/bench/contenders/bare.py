"""Bare Starlette, under plain uvicorn with romekit's parser, that answers with the bytes it is given: bare.py GET POST

Both bodies are JSON; GET writes its own anew each time, POST reads what was sent and writes its answer.
"""

import json
import socket
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

STATUS, ACCEPTED = map(json.loads, sys.argv[1:])


async def status(request):
    return JSONResponse(STATUS)


async def accept(request):
    return JSONResponse({**await request.json(), **ACCEPTED}, 201)


ROUTES = [
    Route("/beta/me/devices/{device}/commands", accept, methods=["POST"]),
    Route("/beta/me/devices/{device}/commands/{command}", status),
]
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named, or asyncio leaves Nagle on
listener.bind(("127.0.0.1", 0))
print(json.dumps({"address": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
options = {"http": "httptools", "lifespan": "off", "server_header": False, "date_header": False, "proxy_headers": False}
config = uvicorn.Config(Starlette(routes=ROUTES), access_log=False, log_level="warning", **options)
uvicorn.Server(config).run(sockets=[listener])
