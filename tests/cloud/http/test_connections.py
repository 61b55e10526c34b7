"""Connections that ask nothing do not take the server from the others, and none that is being answered is closed."""

from __future__ import annotations

import asyncio
import re
import resource
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from romekit.cloud.engine.people import ALEX
from romekit.cloud.http.connections import Connections
from romekit.cloud.http.server import in_thread
from romekit.cloud.identity.tokens import seal
from romekit.cloud.stub import Stub
from romekit.core.clock import Wall
from tests.certificate import a_certificate
from tests.cloud.graph_client import KEY
from tests.serving import DIRECT, ROMEKIT

HALF = b"GET /link HTTP/1.1\r\nHost: 127.0.0.1\r\nX-More: "
WHOLE = b"GET /link HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


async def app(scope, receive, send):
    """Waits as long as the path says, then answers how much was sent."""
    request = Request(scope, receive)
    body = await request.body()
    await asyncio.sleep(float(request.url.path[1:] or 0))
    await PlainTextResponse(str(len(body)))(scope, receive, send)


def connected(address: str) -> socket.socket:
    host, _, port = address.rpartition("/")[2].rpartition(":")
    return socket.create_connection((host, int(port)), timeout=10)


def closed_after(line: socket.socket) -> float:
    """How many seconds pass until the other side hangs up; nothing is said before."""
    began = time.monotonic()
    assert line.recv(100) == b""
    return time.monotonic() - began


# ── how long one may keep the server waiting ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def hasty():
    """A server that waits for a second only."""
    with in_thread(app, connections=Connections(patience=1.0)) as address:
        yield address


@pytest.mark.parametrize(
    "said", [b"", HALF, b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nhalf"], ids=repr
)
def test_who_does_not_say_what_they_want_is_hung_up_on(hasty, said):
    with connected(hasty) as line:
        line.sendall(said)
        assert 0.5 < closed_after(line) < 8


def test_a_head_that_never_ends_is_not_waited_for_however_it_drips(hasty):
    with connected(hasty) as line:
        line.sendall(HALF)
        began = time.monotonic()
        with suppress(OSError):  # as soon as nobody listens
            while time.monotonic() - began < 8:
                line.sendall(b"x")
                time.sleep(0.05)
        assert time.monotonic() - began < 7


def test_a_body_that_keeps_coming_is_waited_for(hasty):
    with connected(hasty) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 12\r\n\r\n")
        for _ in range(12):
            time.sleep(0.15)
            line.sendall(b"x")
        assert line.recv(1000).endswith(b"12")


def test_a_hundred_requests_that_are_held_outlive_the_patience():
    stub = Stub(clock=Wall(), key=KEY)
    claims = {"sub": ALEX.id, "upn": ALEX.upn, "aud": "https://graph.microsoft.com", "acct": "personal"}
    token = seal({**claims, "scp": ["Device.Read", "Device.Command"], "exp": time.time() + 600}, KEY)
    place, limits = "/beta/me/romekit.changes?$deltatoken=latest", httpx.Limits(max_connections=None)

    async def play(address):
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=address, trust_env=False, limits=limits, headers=headers) as http:
            waits = {"If-None-Match": (await http.get(place)).headers["etag"], "Prefer": "wait=3"}
            began = time.monotonic()
            answers = await asyncio.gather(*(http.get(place, headers=waits) for _ in range(100)))
            return {each.status_code for each in answers}, time.monotonic() - began

    with in_thread(stub.app, connections=Connections(patience=1.0)) as address:
        answers, took = asyncio.run(play(address))
    assert answers == {304}
    assert took > 2.5


# ── how many there may be ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_one_who_waited_longest_makes_room_and_nobody_who_is_being_answered():
    with in_thread(app, connections=Connections(most=3)) as address, ExitStack() as ending:
        first, asking, third = (ending.enter_context(connected(address)) for _ in range(3))
        asking.sendall(WHOLE.replace(b"/link", b"/4"))
        time.sleep(1)  # it has been read by then
        fourth = ending.enter_context(connected(address))
        assert closed_after(first) < 5
        for line in (third, fourth):
            line.sendall(WHOLE.replace(b"/link", b"/4"))
        time.sleep(1)
        refused = ending.enter_context(connected(address))
        assert closed_after(refused) < 2
        assert all(line.recv(100).startswith(b"HTTP/1.1 200") for line in (asking, third, fourth))


@contextmanager
def serving_with(files: int, log: Path, *options: str) -> Iterator[str]:
    """The address of a `romekit serve` that may open so many files; what it complains of is in the log."""
    line = [ROMEKIT, "serve", "--port", "0", "--store", "memory", *options]

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files // 2, files))

    with (
        log.open("w") as complaints,
        subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=complaints, text=True, env=DIRECT, preexec_fn=limited
        ) as server,
    ):
        try:
            said = next(found for told in server.stdout or () if (found := re.search(r"Graph +(\S+)/beta", told)))
            yield said[1]
        finally:
            server.terminate()


def complaints_in(log: Path) -> list[str]:
    """What a server wrote down, but for strangers: clients of other programs come back to a port that was theirs."""
    return [line for line in log.read_text().splitlines() if "Invalid HTTP request received" not in line]


@pytest.mark.parametrize("said", [b"", HALF], ids=["nothing", "half a head"])
def test_more_idle_connections_than_files_leave_the_server_to_the_others(tmp_path, said):
    log = tmp_path / "log"
    with serving_with(200, log) as address, ExitStack() as ending:
        for _ in range(250):
            ending.enter_context(connected(address)).sendall(said)
        assert httpx.get(f"{address}/link", timeout=15, trust_env=False).status_code == 200
    assert not complaints_in(log)


def test_nor_do_those_that_never_begin_to_speak_tls(tmp_path):
    certificate, key = a_certificate(tmp_path)
    log = tmp_path / "log"
    files = ["--tls-cert", str(certificate), "--tls-key", str(key)]
    with serving_with(200, log, *files) as address, ExitStack() as ending:
        trusted = ssl.create_default_context(cafile=certificate)
        for number in range(250):
            line = ending.enter_context(connected(address))
            if number % 2:
                ending.enter_context(trusted.wrap_socket(line, server_hostname="127.0.0.1"))
        assert httpx.get(f"{address}/link", timeout=15, verify=trusted, trust_env=False).status_code == 200
    assert not complaints_in(log)
