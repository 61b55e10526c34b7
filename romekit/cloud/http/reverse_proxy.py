"""How a server is reached, and what it believes of a request that comes through a reverse proxy.

Without any option a server is for this machine only. A server for others is told its public address, and that is the
only source of what it writes into its answers (Location, nextLink, the page where one types a code): no header of a
client or a proxy is used for it. A stated proxy is trusted to say who asks (`X-Forwarded-For`), which failed attempts
are counted by; a server that has one refuses requests from anywhere else.

If the public address has a path and the proxy left it on (JupyterHub does, nginx does as it is told), it is removed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from time import time
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from romekit.cloud.asgi import PUBLIC, SUSPENDS
from romekit.cloud.graph.messages import GraphRequest, Refused, encoded, envelope, headers_of
from romekit.core.errors import BadInput, RomeError

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
#: The names by which an emulator or a container reaches the machine that it runs on.
FROM_WITHIN: Final = frozenset({"10.0.2.2", "10.0.3.2", "host.docker.internal", "host.containers.internal"})
#: A Host: a name or an address, and perhaps a port.
HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]*)(:\d{0,5})?")
#: Bytes that the target and the headers of a request may have.
LARGEST_HEAD: Final = 65_536
#: Headers that a request may have once only: another one would be read by some and not by others.
ONCE: Final = frozenset({b"host", b"authorization"})
#: A request target in absolute form (RFC 9112, 3.2.2): its authority counts instead of the Host header.
ABSOLUTE: Final = re.compile(rb"https?://([^/?#]*)(/[^?#]*)?", re.IGNORECASE)

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseProxy:
    """How a server is reached. Without anything: on loopback, over http, by nobody else."""

    public_url: str = ""
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[Network, ...] = ()

    def trusts(self, address: str) -> bool:
        """Whether whoever connects from there is a stated proxy."""
        try:
            client = ip_address(address)
        except ValueError:
            return False
        return any(client in network for network in self.proxies)


LOOPBACK_ONLY: Final = ReverseProxy()


def checked_url(text: str) -> str:
    """A public address without a slash at its end; BadInput if it is none."""
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one, parts = False, urlsplit("")
    is_one = is_one and text.isascii() and text.isprintable() and " " not in text
    is_one = is_one and not {".", ".."} & {*parts.path.split("/")}
    if not is_one or parts.query or parts.fragment or parts.username is not None or "//" in parts.path:
        hint = "Write it as https://rome.school.example or https://school.example/rome."
        raise BadInput(f"{text!r} is not an address people can open.", field="public_url", hint=hint)
    return text.rstrip("/")


def proxies_from(texts: Sequence[str]) -> tuple[Network, ...]:
    """The addresses or networks of proxies; BadInput if one is none."""
    try:
        return tuple(ip_network(text.strip(), strict=False) for text in texts)
    except ValueError as problem:
        hint = "Give the proxy's address as the server sees it: 127.0.0.1."
        raise BadInput(f"{problem}.", field="behind_proxy", hint=hint) from None


def check_reach(host: str, proxy: ReverseProxy, *, has_class: bool) -> None:
    """RomeError in words, unless it is safe to listen there."""
    home = urlsplit(proxy.public_url).hostname if proxy.public_url else None
    if host in LOOPBACK and home in (None, *LOOPBACK):
        return
    needed = {
        "--class NAME, so that people get accounts of their own and a teacher has an admin secret": has_class,
        "--behind-proxy ADDRESS of the reverse proxy that does TLS and keeps slow clients away": proxy.proxies,
        "--public-url, the address people will open": proxy.public_url,
    }
    if missing := [option for option, is_given in needed.items() if not is_given]:
        where = f"listens on this machine only, not on {host!r}"
        if host in LOOPBACK:
            where = f"is for this machine only, not for people who open {proxy.public_url}"
        hint = f"Use --host 127.0.0.1, or give {'; and '.join(missing)}. See notebooks/guides/deployment.md."
        raise RomeError(f"romekit {where}, unless others can use it safely.", field="host", hint=hint)


class ReverseProxyMiddleware:
    """Refuses requests that are ambiguous, for other hosts or past the proxy; tells the application its address.

    The check of the host keeps a page on the web from reaching the server through a name that resolves to this
    machine (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, proxy: ReverseProxy = LOOPBACK_ONLY) -> None:
        self._app = app
        self._proxy = proxy
        public = urlsplit(proxy.public_url)
        self._hosts = LOOPBACK | FROM_WITHIN | {public.hostname}
        self._path = public.path.rstrip("/").encode()
        self._trusts = lru_cache(maxsize=1024)(proxy.trusts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app({**scope, SUSPENDS: True}, receive, send)
            return
        try:
            placed, host, is_forwarded = _with_one_host(scope)
            self._place(placed, _name_in(host), is_forwarded=is_forwarded)
        except Refused as refused:
            await _as_response(refused)(scope, receive, send)
        else:
            await self._app(placed, receive, send)

    def _place(self, placed: Scope, name: str, *, is_forwarded: bool) -> None:
        """Say in the scope who asks and where; Refused for what comes past the proxy or asks for another host."""
        proxy = self._proxy
        address = placed["client"][0] if placed.get("client") else ""
        if proxy.proxies and not self._trusts(address):
            why = f"This server is reached through its proxy only. Open it as {proxy.public_url}."
            raise Refused(403, "AccessDenied", why)
        if name not in self._hosts:
            where = proxy.public_url or "127.0.0.1"
            raise Refused(400, "BadRequest", f"This server does not answer to that name. Open it as {where}.")
        # Some proxies add a line of their own to those of the client.
        is_forwarded = is_forwarded and bool(proxy.proxies)
        if is_forwarded:
            forwarded = [value for key, value in placed["headers"] if key == b"x-forwarded-for"]
            placed["client"] = (_asking(b",".join(forwarded).decode("latin-1"), self._trusts), 0)
        if proxy.public_url and (is_forwarded or name not in LOOPBACK):
            placed[PUBLIC] = proxy.public_url
        raw: bytes = placed.get("raw_path") or placed["path"].encode()
        if self._path and raw.startswith(self._path + b"/"):
            placed["raw_path"] = raw[len(self._path) :]
            placed["path"] = unquote(placed["raw_path"])


def _as_response(refused: Refused) -> Response:
    request = GraphRequest("", (), {}, b"", time(), str(uuid4()))
    reply = envelope(refused, request)
    return Response(encoded(reply), reply.status, headers_of(reply, request) | {"Connection": "close"})


def _asking(forwarded: str, is_proxy: Callable[[str], bool]) -> str:
    """The last address in X-Forwarded-For that is no proxy of ours; anybody may have written what stands before it."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    return next((hop for hop in reversed(hops) if not is_proxy(hop)), hops[0] if hops else "")


def _with_one_host(scope: Scope) -> tuple[dict[str, Any], str, bool]:
    """A copy of the scope, the host that is asked for, and whether a proxy forwarded it; Refused if ambiguous."""
    placed: dict[str, Any] = {**scope, SUSPENDS: True}
    headers: dict[bytes, bytes] = {}
    raw = scope.get("raw_path") or b"/"
    size = len(raw) + len(scope.get("query_string", b""))
    for key, value in scope["headers"]:
        size += len(key) + len(value) + 4  # ": " and the end of the line
        if key in ONCE and key in headers:
            raise Refused(400, "BadRequest", f"The request has more than one {key.decode().title()}.")
        headers[key] = value
    if b"content-length" in headers and b"transfer-encoding" in headers:
        raise Refused(400, "BadRequest", "The request has both Content-Length and Transfer-Encoding.")
    if size > LARGEST_HEAD:
        raise Refused(431, "BadRequest", f"The head of the request has more than {LARGEST_HEAD} bytes.")
    host = headers.get(b"host", b"")
    if not raw.startswith(b"/") and (absolute := ABSOLUTE.match(raw)):
        host, raw = absolute[1], absolute[2] or b"/"
        placed |= {"raw_path": raw, "path": unquote(raw.decode("latin-1"))}
    elif not host and scope.get("http_version") == "1.0" and scope.get("server"):
        host = b"%s:%d" % (scope["server"][0].encode(), scope["server"][1] or 80)
    if host != headers.get(b"host"):
        placed["headers"] = [(b"host", host), *(each for each in scope["headers"] if each[0] != b"host")]
    return placed, host.decode("latin-1"), b"x-forwarded-for" in headers


def _name_in(host: str) -> str:
    """The name in a Host header, without its port; nothing when it is none."""
    found = HOST.fullmatch(host)
    return found[1].strip("[]").lower() if found else ""
