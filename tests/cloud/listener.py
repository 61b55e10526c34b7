"""A receiver of updates on a real loopback socket, which answers as it is told."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Listener:
    """What arrived, as (path, headers, body), and the statuses to answer with; 200 when there are none left."""

    def __init__(self, address: str = "127.0.0.1", tls: Any = None) -> None:
        self.arrived: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.extra: dict[str, str] = {}
        self.content = b"{}"
        self.drips = 0.0
        self.server = _server(address, self)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]

    def uri(self, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}/updates?x=1"

    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, _, body in self.arrived]

    def statuses(self) -> list[str]:
        return [body["status"] for body in self.bodies()]


def _server(address: str, listener: Listener) -> ThreadingHTTPServer:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.arrived.append((self.path, {key.lower(): value for key, value in self.headers.items()}, body))
            self.send_response(listener.answers.pop(0) if listener.answers else 200)
            for name, value in {"Content-Length": str(len(listener.content)), **listener.extra}.items():
                self.send_header(name, value)
            while listener.drips > 0:
                self.wfile.write(b"X-Drip: 1\r\n")
                time.sleep(listener.drips)
            self.end_headers()
            self.wfile.write(listener.content)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *said: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        daemon_threads = True

        def handle_error(self, request: Any, client: Any) -> None:
            """Whoever hangs up on us may."""

    return Quiet((address, 0), Answering)


def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something has become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.005)


@contextmanager
def listening(address: str = "127.0.0.1", tls: Any = None) -> Iterator[Listener]:
    """A listener for as long as the block lasts."""
    listener = Listener(address, tls)
    thread = Thread(target=listener.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        listener.drips = 0.0
        listener.server.shutdown()
        listener.server.server_close()
        thread.join()
