"""The world in which fleets are followed: a romekit server with a hundred devices that do not dawdle, that counts.

world.py DEVICES LEGS: so many devices, each leg takes LEGS seconds at most. The same seed, so the same world for all
who play. How many requests it has answered is at /count.
"""

import json
import sys

from starlette.responses import JSONResponse

from romekit.cloud.engine.decide import AddDevice
from romekit.cloud.engine.devices import PERSONALITIES, Personality
from romekit.cloud.http.reverse_proxy import ReverseProxy, proxies_from
from romekit.cloud.http.server import HttpServer, address_of, collect_seldom, listening
from romekit.cloud.stub import Stub
from romekit.core.clock import Wall

DEVICES, LEGS = int(sys.argv[1]), float(sys.argv[2])
LEG = (max(0.001, LEGS / 2), max(0.001, LEGS))
PERSONALITIES["at once"] = Personality(story="never dawdles", deliver=LEG, acknowledge=LEG, run=LEG)


class Counting:
    """Counts what it lets through."""

    def __init__(self, app):
        self._app = app
        self._count = 0

    async def __call__(self, scope, receive, send):
        if scope["path"] == "/count":
            await JSONResponse({"requests": self._count})(scope, receive, send)
            return
        self._count += 1
        await self._app(scope, receive, send)


def device(number):
    name = f"Device {number:04}"
    return AddDevice(
        name=name, manufacturer="Contoso", model="Box", kind="Desktop", platform="Windows", personality="at once"
    )


stub = Stub(clock=Wall(), seed="bench", devices=[device(number) for number in range(1, DEVICES + 1)])
listener = listening()
address = address_of(listener)
print(json.dumps({"address": address}), flush=True)
collect_seldom()  # as `romekit serve` does
HttpServer(Counting(stub.app), ReverseProxy(proxies=proxies_from(["127.0.0.1"]))).run(listener)
