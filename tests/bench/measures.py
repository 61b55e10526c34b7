"""What romekit promises to be able to do, measured on this machine, each beside something everybody knows.

    python -m tests.bench in-process   prints the table
    pytest -m bench -s tests/bench     holds it against the targets, and the rows beside the peers as well

Numbers of a shared machine wander by a third from minute to minute; the ratios to a peer, from the same run, do not.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from uuid import uuid4

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from romekit.cloud.http.in_process import InProcessTransport
from romekit.lab.lab import Lab

BING = "https://bing.com"
ROUNDS, PAIRS, SIGN_INS = 7, 500, 60


@dataclass(frozen=True)
class Measure:
    """One number. `target` is what it must reach: at most for seconds, at least for rates; None is for comparison."""

    name: str
    value: float
    unit: str
    target: float | None = None

    @property
    def is_reached(self) -> bool:
        if self.target is None:
            return True
        return self.value <= self.target if self.unit in {"s", "ms"} else self.value >= self.target


def measured() -> list[Measure]:
    """Everything, once."""
    return [*starting(), *pairs(), *sign_ins()]


# ── starting ────────────────────────────────────────────────────────────────────────────────────────────────────────

#: Installed code is compiled already; where Python is told not to keep what it compiles, it would be so each time.
SURROUNDINGS = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
COLD = "import romekit; assert len(romekit.Lab().rome().devices()) == 7"


def starting() -> list[Measure]:
    """A bare interpreter, one that imports romekit, and one that signs in and lists devices. Each in turn, so that a
    slow minute of the machine slows all of them."""
    _fresh(COLD)
    bare, imported, cold = [], [], []
    for turn in range(20):
        bare.append(_fresh("pass"))
        imported.append(_fresh("import romekit"))
        if turn % 4 == 0:
            cold.append(_fresh(COLD))
    return [
        Measure("bare Python", median(bare) * 1000, "ms"),
        Measure("import romekit, over bare Python", (median(imported) - median(bare)) * 1000, "ms", 10),
        Measure("cold: import, world, MSAL sign-in, devices", median(cold), "s", 0.6),
    ]


def _fresh(code: str) -> float:
    began = perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=SURROUNDINGS)
    return perf_counter() - began


# ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def pairs() -> list[Measure]:
    """Sending a command and asking for its status, beside two peers that send and answer as much and do nothing."""
    runs = {"romekit": _romekit(), "Starlette": _bare_starlette(), "MockTransport": _mock_transport()}
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            rates[name].append(_rate(run, PAIRS))
    speed = {name: median(each) for name, each in rates.items()}
    return [
        Measure("send + status through Rome, in process", speed["romekit"], "pairs/s", 2000),
        Measure("  the best of the rounds", max(rates["romekit"]), "pairs/s"),
        Measure("  peer: bare Starlette JSON, same door", speed["Starlette"], "pairs/s"),
        Measure("  peer: httpx.Client + MockTransport", speed["MockTransport"], "pairs/s"),
        Measure("  romekit / bare Starlette", speed["romekit"] / speed["Starlette"], "×"),
        Measure("  romekit / httpx.Client + MockTransport", speed["romekit"] / speed["MockTransport"], "×"),
    ]


def _rate(run: Callable[[], object], times: int) -> float:
    run()
    began = perf_counter()
    for _ in range(times):
        run()
    return times / (perf_counter() - began)


def _romekit() -> Callable[[], object]:
    rome = Lab().rome()
    surface = rome.device("surface")
    return lambda: rome.launch(surface, BING).refresh()


ANSWER = {"id": "0" * 64, "status": "requesting", "type": None, "error": None, "payload": {"uri": BING}}


def _request(method: str, path: str) -> httpx.Request:
    """The request that romekit would send."""
    headers = {
        "Accept": "application/json",
        "Authorization": "Bearer " + "x" * 400,
        "User-Agent": "peer",
        "client-request-id": str(uuid4()),
    }
    body = {"type": "LaunchUri", "payload": {"uri": BING}} if method == "POST" else None
    return httpx.Request(method, f"https://peer.localhost{path}", headers=headers, json=body)


def _bare_starlette() -> Callable[[], object]:
    async def accept(request: Request) -> JSONResponse:
        return JSONResponse({**ANSWER, **await request.json()}, 201)

    async def status(request: Request) -> JSONResponse:
        return JSONResponse(ANSWER)

    routes = [
        Route("/devices/{device}/commands", accept, methods=["POST"]),
        Route("/devices/{device}/commands/{command}", status),
    ]
    door = InProcessTransport(Starlette(routes=routes))

    def pair() -> None:
        door.send(_request("POST", "/devices/d/commands")).json()
        door.send(_request("GET", "/devices/d/commands/" + "0" * 64)).json()

    return pair


def _mock_transport() -> Callable[[], object]:
    client = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, json=ANSWER)))

    def pair() -> None:
        client.send(_request("POST", "/devices/d/commands")).json()
        client.send(_request("GET", "/devices/d/commands/" + "0" * 64)).json()

    return pair


# ── signing in ──────────────────────────────────────────────────────────────────────────────────────────────────────


def sign_ins() -> list[Measure]:
    """Whole device code sign-ins with unmodified MSAL: discovery, a code, the person's consent, the tokens."""
    lab = Lab()
    rate = _rate(lambda: lab.sign_in(approve_after=0.0).session(), SIGN_INS)
    return [Measure("MSAL device code sign-in, in process", rate, "sign-ins/s")]


# ── telling ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def table(measures: list[Measure]) -> str:
    """The numbers, for a person."""
    lines = [f"{'':44}{'measured':>12}  {'':11}{'target':>8}"]
    for each in measures:
        target = "" if each.target is None else f"{each.target:>8,g}  {'reached' if each.is_reached else 'MISSED'}"
        digits = 2 if each.value < 10 else 1 if each.value < 100 else 0
        lines.append(f"{each.name:44}{each.value:>12,.{digits}f}  {each.unit:11}{target}")
    return "\n".join(lines)
