"""One POST over HTTP with short limits: to a checked address, without proxies and without following redirects.

The address is resolved already; the `Host` header and the certificate still go by the name. Only the status of the
response counts. A receiver that sends a byte now and then keeps every read short, so the whole has a limit too.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any, Final

import httpx

from romekit.cloud.webhooks.addresses import Target

#: Seconds for connecting and for each read, for the whole of it, and the bytes of an answer that are looked at.
TIMEOUT: Final = 2.0
WHOLE: Final = 5.0
READ: Final = 4096


def post(target: Target, addresses: Sequence[str], headers: Mapping[str, str], body: bytes) -> int:
    """The status of the answer, or httpx.HTTPError; where one address takes no connection, the next is tried."""
    certificates = ssl.create_default_context() if target.scheme == "https" else False
    with httpx.Client(trust_env=False, follow_redirects=False, timeout=TIMEOUT, verify=certificates) as http:
        for address in addresses[:-1]:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return _posted(http, target, address, headers, body)
        return _posted(http, target, addresses[-1], headers, body)


def _posted(http: httpx.Client, target: Target, address: str, headers: Mapping[str, str], body: bytes) -> int:
    host = f"[{address}]" if ":" in address else address
    url = f"{target.scheme}://{host}:{target.port}{target.rest or '/'}"
    sockets: list[socket.socket] = []

    def notice(event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            sockets.append(info["return_value"].get_extra_info("socket"))

    extensions = {"trace": notice, "sni_hostname": target.host}
    headers = {**headers, "Host": target.written}
    with _limited(sockets), http.stream("POST", url, headers=headers, content=body, extensions=extensions) as answer:
        seen = 0
        with suppress(httpx.HTTPError):
            for piece in answer.iter_raw(1024):
                seen += len(piece)
                if seen >= READ:
                    break
        return answer.status_code


@contextmanager
def _limited(sockets: list[socket.socket]) -> Iterator[None]:
    """Cut the latest of these connections when the whole has taken too long."""

    def cut() -> None:
        if sockets:
            with suppress(OSError):
                sockets[-1].shutdown(socket.SHUT_RDWR)

    timer = Timer(WHOLE, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
