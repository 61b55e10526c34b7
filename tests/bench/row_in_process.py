"""What a notebook's own cloud costs: starting, a command with its status, and a status when much has been before.

Each beside something everybody knows, or beside the same in an empty space.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from romekit.cloud.http.in_process import InProcessTransport
from romekit.core.model import Launch
from romekit.lab.lab import Lab
from tests.bench.rounds import ROUNDS, Line, Play, alone, costs, in_turns, rates

BING = "https://bing.com"
TIMES, OVER = 500, 10_000
COLD = "import romekit; assert len(romekit.Lab().rome().devices()) == 7"
#: Installed code is compiled already; where Python is told not to keep what it compiles, it would be so each time.
SURROUNDINGS = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ANSWER = {"id": "0" * 64, "status": "requesting", "type": None, "error": None, "payload": {"uri": BING}}


def in_process(rounds: int = ROUNDS) -> list[Line]:
    starts = in_turns({"bare": _fresh("pass"), "import": _fresh("import romekit"), "cold": _fresh(COLD)}, rounds)
    ways = {"ours": _pair(), "bare": _bare_pair()}
    pairs = in_turns({name: _per_second(pair) for name, pair in ways.items()}, rounds)
    statuses = in_turns({"empty": _microseconds(_status(0)), "over": _microseconds(_status(OVER))}, rounds)
    what, after = "send + status in process", f"status after {OVER:,} commands that are over"
    starting = {"most": 0.6, "reader": "Start Python, import romekit, sign in with MSAL, list the devices"}
    return [
        alone("cold: import, sign in with MSAL, list devices", "s", starts["cold"], **starting),
        costs("import romekit", "s", starts["import"], "bare Python", starts["bare"]),
        rates(what, "pairs/s", pairs["ours"], "bare Starlette, same transport", pairs["bare"], least=0.45),
        costs(after, "µs", statuses["over"], "status in an empty space", statuses["empty"], least=1 / 1.1),
    ]


def _fresh(code: str) -> Play:
    """Seconds that a new interpreter takes for it."""

    def play() -> float:
        began = perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, env=SURROUNDINGS)
        return perf_counter() - began

    return play


def _per_second(do: Callable[[], object]) -> Play:
    def play() -> float:
        began = perf_counter()
        for _ in range(TIMES):
            do()
        return TIMES / (perf_counter() - began)

    return play


def _microseconds(do: Callable[[], object]) -> Play:
    rate = _per_second(do)
    return lambda: 1e6 / rate()


def _pair() -> Callable[[], object]:
    rome = Lab(pace=0).rome()
    surface = rome.device("surface")
    return lambda: rome.launch(surface, BING).refresh()


def _status(over: int) -> Callable[[], object]:
    """The status of a command that is over, where so many have been before it."""
    lab = Lab(pace=0)
    rome = lab.rome()
    surface = rome.device("surface")
    for _ in range(over // TIMES):
        rome.send_many([(surface, Launch(BING))] * TIMES).check()
        lab.clock.wait(3600)
    command = rome.launch(surface, BING)
    lab.clock.wait(3600)
    return command.refresh


def _asking(send: Callable[[httpx.Request], httpx.Response]) -> Callable[[], object]:
    """What romekit would send, with nothing around it."""
    headers = {"Accept": "application/json", "Authorization": "Bearer " + "x" * 400, "client-request-id": "0" * 36}
    place, body = "https://peer.localhost/devices/d/commands", {"type": "LaunchUri", "payload": {"uri": BING}}

    def pair() -> None:
        send(httpx.Request("POST", place, headers=headers, json=body)).json()
        send(httpx.Request("GET", f"{place}/{'0' * 64}", headers=headers)).json()

    return pair


def _bare_pair() -> Callable[[], object]:
    async def accept(request: Request) -> JSONResponse:
        return JSONResponse({**ANSWER, **await request.json()}, 201)

    async def status(request: Request) -> JSONResponse:
        return JSONResponse(ANSWER)

    place = "/devices/{device}/commands"
    routes = [Route(place, accept, methods=["POST"]), Route(f"{place}/{{command}}", status)]
    return _asking(InProcessTransport(Starlette(routes=routes)).handle_request)
