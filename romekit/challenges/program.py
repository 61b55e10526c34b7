"""A program in any language plays a day: the cloud on a loopback socket, everything it needs in its environment.

    ROMEKIT_GRAPH           Graph's base address         ROMEKIT_TOKEN           an access token
    ROMEKIT_TOKEN_URL       the token endpoint, with     ROMEKIT_REFRESH_TOKEN   and ROMEKIT_CLIENT_ID, to renew it
    ROMEKIT_CLOCK           POST {"seconds": 7} there to let simulated time pass; GET gives {"now": …}
    ROMEKIT_DEVICE, ROMEKIT_URI, …                       what the challenge gives a function by these names

The last line that it prints is its answer. Time moves only when it waits at ROMEKIT_CLOCK, so that the same program
sees the same day each time. A program that really sleeps is played with a `speed`: so many simulated seconds pass in a
real one, and its days are no longer the same to the millisecond.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from tempfile import TemporaryFile
from typing import IO, Any, Final

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from romekit.challenges import bounds
from romekit.challenges.day import Day
from romekit.cloud.http.server import in_thread
from romekit.core.endpoints import EMBEDDED
from romekit.core.errors import BadInput

CLOCK: Final = "/romekit/clock"
#: Real seconds that a program may take for one day.
REAL_SECONDS: Final = 60.0
#: Bytes that a program may print.
FLOOD: Final = 1_000_000


def player(
    prepare: Callable[[Day], dict[str, Any]], program: Sequence[str], *, speed: float = 0.0
) -> Callable[[Day], bounds.RunOutcome]:
    """Plays a program on a day. BadInput when it cannot be started at all."""

    def play(day: Day) -> bounds.RunOutcome:
        given = prepare(day)
        if any(map(callable, given.values())):
            hint = "Give a Python function to try_(…) instead."
            raise BadInput("This challenge hands functions to a program.", field="name", hint=hint)
        with in_thread(_Door(day, speed)) as address:
            return _run(program, _environment(day, address, given))

    return play


def _environment(day: Day, address: str, given: dict[str, Any]) -> dict[str, str]:
    graph = f"{address}/beta"
    return {
        **os.environ,
        "ROMEKIT_GRAPH": graph,
        "ROMEKIT_TOKEN": day.tokens.token(),
        "ROMEKIT_TOKEN_URL": f"{address}/consumers/oauth2/v2.0/token",
        "ROMEKIT_REFRESH_TOKEN": day.tokens.refresh_token,
        "ROMEKIT_CLIENT_ID": EMBEDDED.client_id,
        "ROMEKIT_CLOCK": f"{address}{CLOCK}",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        **{f"ROMEKIT_{name.upper()}": str(value).replace(EMBEDDED.graph, graph) for name, value in given.items()},
    }


def _run(program: Sequence[str], environment: dict[str, str]) -> bounds.RunOutcome:
    with TemporaryFile() as out, TemporaryFile() as err:
        try:
            process = subprocess.Popen(program, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        except OSError as problem:
            hint = "Give a program and its arguments behind --, such as: -- node client.mjs"
            message = f"{program[0]!r} cannot be started: {problem.strerror}."
            raise BadInput(message, field="program", hint=hint) from None
        ended = _ended(process, (out, err))
        for each in (out, err):
            each.seek(0)
        said, complaints = (each.read(FLOOD).decode(errors="replace").strip() for each in (out, err))
    *before, answer = said.splitlines() or [""]
    printed = "\n".join([*before, complaints])
    if process.returncode or ended:
        words = ended or f"It ended with code {process.returncode}. {complaints[-300:]}".strip()
        return bounds.RunOutcome(problem=words, printed=printed, is_hung=bool(ended))
    return bounds.RunOutcome(answer.strip(), repr(answer.strip()), printed=printed)


def _ended(process: subprocess.Popen[bytes], outputs: Sequence[IO[bytes]]) -> str:
    """Wait for the end of a program; why it had to be ended, if it had to be."""
    end, words = time.monotonic() + REAL_SECONDS, ""
    while process.poll() is None and not words:
        if any(os.fstat(each.fileno()).st_size > FLOOD for each in outputs):
            words = f"It printed more than {FLOOD:,} bytes."
        elif time.monotonic() > end:
            words = f"It took more than {REAL_SECONDS:g} real seconds. Let it wait at ROMEKIT_CLOCK, or give a --speed."
        time.sleep(0.005)
    process.kill()
    process.wait()
    return words


class _Door:
    """What a program reaches: Graph with a tap on it, the identity provider, and the clock."""

    def __init__(self, day: Day, speed: float) -> None:
        self._day, self._speed, self._seen_at = day, speed, time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        app: ASGIApp = self._graph
        if path == CLOCK:
            app = self._clock
        elif "/oauth2/" in path or "/.well-known/" in path or scope["type"] != "http":
            app = self._day.lab.stub.app
        try:
            await app(scope, receive, send)
        except bounds.BoundReached as stopped:
            words = {"error": {"code": "boundReached", "message": str(stopped)}}
            await JSONResponse(words, 410)(scope, receive, send)

    async def _graph(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Request(scope, receive)
        self._let_pass()
        request = httpx.Request(asked.method, str(asked.url), headers=asked.headers.raw, content=await asked.body())
        answer = self._day.wire.handle_request(request)
        await Response(answer.content, answer.status_code, dict(answer.headers))(scope, receive, send)

    def _let_pass(self) -> None:
        """For a program that really sleeps: as much simulated time as `speed` says."""
        now = time.monotonic()
        if self._speed:
            self._day.lab.clock.wait((now - self._seen_at) * self._speed)
        self._seen_at = now

    async def _clock(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, said, status = Request(scope, receive), dict[str, Any](), 200
        try:
            if request.method == "POST":
                self._day.clock.wait(float((await request.json())["seconds"]))
            said["now"] = self._day.clock.now()
        except (ValueError, TypeError, KeyError):
            said["error"], status = 'Send {"seconds": 7}.', 400
        await JSONResponse(said, status)(scope, receive, send)
