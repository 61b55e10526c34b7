"""Where a server stands in the world, and what it believes of a request that came from out there.

By itself it is for this machine only. A server for others is told its public address, and that is the only source of
what it writes into its answers (Location, nextLink, the page where one types a code): no header a client or a proxy
sends is used for it, because whoever could choose it could send people elsewhere. What a proxy may say is who asks
(`X-Forwarded-For`), and only one whose address was named is believed; it is what wrong tries are counted by.

A path in the public address is taken off if the proxy left it on (JupyterHub does, nginx does as it is told), so
everything behind this works on paths without it. Cookies are for that path only, so that other services of the same
host do not get them, and Secure where the address is https.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from romekit.cloud.asgi import PUBLIC, SUSPENDS
from romekit.core.endpoints import STUB_GRAPH, STUB_LOGIN
from romekit.core.errors import BadInput, RomeError

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
#: Unmodified MSAL asks its https host, and romekit's client maps that to the socket (signin/http.py).
VIRTUAL_HOSTS: Final = frozenset({STUB_GRAPH.partition("//")[2], STUB_LOGIN.partition("//")[2]})

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseProxy:
    """How a server is reached. Without anything: on loopback, over http, by nobody else."""

    public_url: str = ""
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[Network, ...] = field(default=())

    @property
    def path(self) -> str:
        """The path everything is below, without a slash at its end."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def hosts(self) -> frozenset[str]:
        """The names this server answers to."""
        public = urlsplit(self.public_url).hostname
        return LOOPBACK | VIRTUAL_HOSTS | ({public} if public else set())

    def believes(self, address: str) -> bool:
        """Whether whoever connects from there is the stated proxy."""
        try:
            asking = ip_address(address)
        except ValueError:
            return False
        return any(asking in network for network in self.proxies)


LOOPBACK_ONLY: Final = ReverseProxy()


def checked_url(text: str) -> str:
    """A public address without a slash at its end; BadInput if it is none."""
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one, parts = False, urlsplit("")
    is_one = is_one and text.isprintable() and " " not in text
    if not is_one or parts.query or parts.fragment or parts.username is not None or "//" in parts.path:
        raise BadInput(
            f"{text!r} is not an address people can open.",
            field="public_url",
            hint="Write it as https://rome.school.example or https://school.example/rome.",
        )
    return text.rstrip("/")


def proxies_from(texts: Sequence[str]) -> tuple[Network, ...]:
    """The addresses or networks of proxies; BadInput if one is none."""
    try:
        return tuple(ip_network(text.strip(), strict=False) for text in texts)
    except ValueError as problem:
        raise BadInput(
            f"{problem}.", field="behind_proxy", hint="Give the proxy's address as the server sees it: 127.0.0.1."
        ) from None


def check_reach(host: str, front: ReverseProxy, *, has_class: bool) -> None:
    """RomeError in words, unless it is safe to listen there."""
    home = urlsplit(front.public_url).hostname if front.public_url else None
    if host in LOOPBACK and home in (None, *VIRTUAL_HOSTS, *LOOPBACK):
        return
    missing = []
    if not has_class:
        missing.append("--class NAME, so that people get accounts of their own and a teacher has an admin secret")
    if front.certificate is None and not front.proxies:
        missing.append("--tls-cert and --tls-key, or --behind-proxy ADDRESS of the proxy that does TLS")
    if not front.public_url:
        missing.append("--public-url, the address people will open")
    if missing:
        where = f"listens on this machine only, not on {host!r}"
        if host in LOOPBACK:
            where = f"is for this machine only, not for people who open {front.public_url}"
        raise RomeError(
            f"romekit {where}, unless others can use it safely.",
            field="host",
            hint=f"Use --host 127.0.0.1, or give {'; and '.join(missing)}. See notebooks/guides/deployment.md.",
        )


class ReverseProxyMiddleware:
    """Refuses requests for other hosts, and tells the application where it stands."""

    def __init__(self, app: ASGIApp, front: ReverseProxy = LOOPBACK_ONLY) -> None:
        self._app = app
        self._front = front
        self._hosts = front.hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app({**scope, SUSPENDS: True}, receive, send)
            return
        if _host(scope) not in self._hosts:
            where = self._front.public_url or "127.0.0.1"
            words = f"This server does not answer to that name. Open it as {where}."
            await PlainTextResponse(words, 400)(scope, receive, send)
            return
        await self._app(self._placed(scope), receive, send)

    def _placed(self, scope: Scope) -> Scope:
        front = self._front
        placed: dict[str, Any] = {**scope, SUSPENDS: True}
        if front is LOOPBACK_ONLY:
            return placed
        is_proxied = bool(front.proxies) and self._is_proxied(placed)
        if front.public_url and (is_proxied or _host(scope) not in VIRTUAL_HOSTS | LOOPBACK):
            placed[PUBLIC] = front.public_url
        if front.path and scope["path"].startswith(f"{front.path}/"):
            placed["path"] = scope["path"][len(front.path) :]
            raw: bytes = scope.get("raw_path") or scope["path"].encode()
            placed["raw_path"] = raw[len(front.path) :]
        return placed

    def _is_proxied(self, placed: dict[str, Any]) -> bool:
        """Whether a proxy that is believed says who asks; if so, it is they who ask."""
        client, said = placed.get("client"), ",".join(_lines(placed, b"x-forwarded-for"))
        is_believed = bool(client and said and self._front.believes(client[0]))
        if is_believed:
            placed["client"] = (_asking(said, self._front), 0)
        return is_believed


def _asking(said: str, front: ReverseProxy) -> str:
    """The last address in X-Forwarded-For that is no proxy of ours; what stands before it, anybody may have written."""
    hops = [hop.strip() for hop in said.split(",") if hop.strip()]
    return next((hop for hop in reversed(hops) if not front.believes(hop)), hops[0] if hops else "")


def _host(scope: Scope) -> str:
    value = _header(scope, b"host")
    return value.rpartition("]")[0].lstrip("[") if value.startswith("[") else value.partition(":")[0].lower()


def _header(scope: Scope, name: bytes) -> str:
    return next(_lines(scope, name), "")


def _lines(scope: Scope, name: bytes) -> Iterator[str]:
    """Each line of a header, in order: some proxies add one of their own to those of the client."""
    return (str(value, "latin-1") for key, value in scope["headers"] if key == name)
