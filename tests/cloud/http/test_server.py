"""HTTP as its standards say, on a real socket, in both settings of the server."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from romekit.cloud.engine.people import SAM
from romekit.cloud.http.reverse_proxy import LOOPBACK_ONLY, ReverseProxy, proxies_from
from romekit.cloud.http.server import HttpServer, listening
from romekit.cloud.stub import Stub
from romekit.core.clock import Wall
from tests.cloud.graph_client import KEY, token_of

CHANGES = "/beta/me/romekit.changes?$deltatoken=latest"
PROXIED = ReverseProxy(public_url="https://school.example", proxies=proxies_from(["127.0.0.1"]))


@contextmanager
def serving(proxy: ReverseProxy = LOOPBACK_ONLY) -> Iterator[tuple[str, int]]:
    """Where a cloud listens."""
    listener = listening()
    address = listener.getsockname()
    server = HttpServer(Stub(clock=Wall(), key=KEY).app, proxy)
    thread = Thread(target=server.run, args=[listener], daemon=True)
    thread.start()
    while not server.is_started:
        time.sleep(0.002)
    try:
        yield address
    finally:
        server.stop()
        thread.join(timeout=8)
        assert not thread.is_alive()


@pytest.fixture(scope="module", params=[LOOPBACK_ONLY, PROXIED], ids=["loopback", "proxied"])
def server(request) -> Iterator[tuple[str, int]]:
    with serving(request.param) as address:
        yield address


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    with serving() as address:
        yield address


def said(address: tuple[str, int], text: str, body: bytes = b"") -> bytes:
    """Everything the server says to a request, until it closes the connection or is silent for a moment."""
    with socket.create_connection(address, timeout=10) as line:
        line.sendall(text.replace("\n", "\r\n").encode() + body)
        heard = b""
        line.settimeout(0.5)
        try:
            while piece := line.recv(65536):
                heard += piece
        except TimeoutError:
            heard += b"(still open)"
        except ConnectionResetError:  # the server did not read all of it
            pass
        return heard


def head(path: str, *lines: str, method: str = "GET", host: str = "Host: 127.0.0.1") -> str:
    return "\n".join([f"{method} {path} HTTP/1.1", host, f"Authorization: Bearer {token_of()}", *lines, "", ""])


def etag_of(address: tuple[str, int]) -> str:
    """What is not changed yet."""
    heard = said(address, head(CHANGES))
    return heard[heard.lower().index(b"etag: ") + 6 :].partition(b"\r")[0].decode()


@pytest.mark.witness("error", "431 BadRequest", "I ours")
@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (head("/beta/me/devices"), 200),
        ("GET /beta/me/devices HTTP/1.0\n\n", 401),
        (head("/beta/me/devices", "Host: evil.example"), 400),
        (head("/beta/me/devices", host="Host: evil.example"), 400),
        (head("/beta/me/devices", f"Authorization: Bearer {token_of(SAM)}"), 400),
        (head("/beta/me/devices", *(f"X-{number}: y" for number in range(7000))), 431),
    ],
    ids=["plain", "HTTP/1.0", "two hosts", "another host", "two tokens", "a long head"],
)
def test_what_a_head_says_decides(server, request_head, status):
    assert said(server, request_head).startswith(b"HTTP/1.1 %d" % status)


def test_the_authority_of_an_absolute_address_is_the_host(address):
    right = said(address, head("http://localhost:80/beta/me/devices?$top=1"))
    assert b'"@odata.nextLink":"http://localhost:80/beta/me/devices?' in right
    wrong = said(address, head("http://evil.example/beta/me/devices"))
    assert (wrong[:12], b'"error":{"code":"BadRequest"' in wrong) == (b"HTTP/1.1 400", True)


def test_lines_of_a_list_count_together(server):
    lines = 'If-None-Match: "no"', f"If-None-Match: {etag_of(server)}", 'If-None-Match: "other"'
    assert said(server, head(CHANGES, *lines)).startswith(b"HTTP/1.1 304")


def test_a_body_of_two_lengths_is_refused_and_the_connection_closed(server):
    lines = "Content-Length: 3", "Transfer-Encoding: chunked", "Content-Type: application/json"
    smuggled = head("/beta/me/devices")
    heard = said(server, head("/beta/$batch", *lines, method="POST"), b"0\r\n\r\n" + smuggled.encode())
    assert heard.startswith(b"HTTP/1.1 400")
    assert (heard.count(b"HTTP/1.1"), b"(still open)" in heard) == (1, False)


@pytest.mark.witness("header", "request: content-length", "I ours")
@pytest.mark.witness("sign-in error", "too_large", "I ours")
def test_a_body_that_is_announced_as_too_large_is_not_asked_for(address):
    for place in ("/beta/$batch", "/consumers/oauth2/v2.0/token", "/link"):
        lines = "Content-Length: 1000000000", "Expect: 100-continue", "Content-Type: application/json"
        heard = said(address, head(place, *lines, method="POST"))
        assert (heard[:12], b"(still open)" in heard) == (b"HTTP/1.1 413", False), place


def test_a_body_that_turns_out_too_large_is_not_read_to_its_end_and_a_head_without_an_end_is_refused(address):
    chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    heard = said(address, head("/beta/$batch", "Transfer-Encoding: chunked", method="POST"), chunk * 4)
    assert heard.startswith(b"HTTP/1.1 413")
    assert said(address, "GET /link HTTP/1.1\nHost: 127.0.0.1\nX-More: " + "x" * 200_000).startswith(b"HTTP/1.1 400")


def test_an_offer_to_speak_http_2_is_ignored_and_its_body_is_kept(address):
    lines = "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"
    body = b'{"requests":[{"id":"1","method":"GET","url":"/me/devices?$top=1"}]}'
    more = f"Content-Length: {len(body)}", "Content-Type: application/json"
    heard = said(address, head("/beta/$batch", *lines, *more, method="POST"), body)
    assert (heard[:12], b'"status":200' in heard) == (b"HTTP/1.1 200", True)


def test_requests_that_are_sent_at_once_are_answered_in_turn(server):
    heard = said(server, head("/beta/me/devices") + head("/nowhere") + head("/beta/me/devices", "Connection: close"))
    statuses = [piece[:3] for piece in heard.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"404", b"200"]


@pytest.mark.parametrize("proxy", [LOOPBACK_ONLY, PROXIED], ids=["loopback", "proxied"])
def test_a_server_that_stops_answers_what_it_holds(proxy):
    heard: list[bytes] = []
    with serving(proxy) as address:
        waiting = head(CHANGES, f"If-None-Match: {etag_of(address)}", "Prefer: wait=60")

        def wait() -> None:
            with socket.create_connection(address, timeout=20) as line:
                line.sendall(waiting.replace("\n", "\r\n").encode())
                heard.append(line.recv(65536))

        thread = Thread(target=wait)
        thread.start()
        time.sleep(0.3)
        began = time.monotonic()
    thread.join()
    assert heard[0].startswith(b"HTTP/1.1 503")
    assert time.monotonic() - began < 2
