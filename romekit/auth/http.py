"""httpx clients as romekit makes them, and the one through which MSAL reaches an identity provider.

MSAL insists on `https`, so romekit's own provider has a virtual https host. In-process it is answered by the embedded
application, behind `romekit serve` by a loopback socket. Whatever is not that host is refused: a simulated sign-in can
never leave the machine.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx

from romekit.core.endpoints import STUB_GRAPH, STUB_LOGIN, Cloud
from romekit.core.errors import BadInput

HttpxClient = TypeVar("HttpxClient", httpx.Client, httpx.AsyncClient)

#: A sign-in asks every few seconds at most, and nobody closes a session: so no connection is kept open for it.
LIMITS: Final = httpx.Limits(max_keepalive_connections=0)
PROXIES: Final = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
#: What an error of httpx says -> what to try next. The usual hint is that of Unreachable.
HINTS: Final = {
    "certificate is not valid for": "The certificate is for another name: write the address with that name.",
    "Hostname mismatch": "The certificate is for another name: write the address with that name.",
    "certificate has expired": "Tell whoever runs the server that its certificate has expired.",
    "CERTIFICATE_VERIFY_FAILED": (
        "This computer does not know who signed the server's certificate. A school with a certificate authority of its "
        "own has a file for this: name it in the environment variable SSL_CERT_FILE and start Python anew."
    ),
    "[SSL": "Does this server speak https at all? If not, its address begins with http://.",
}


def http_client(kind: type[HttpxClient], address: str, **options: Any) -> HttpxClient:
    """An httpx client for an address; BadInput names the variable of the environment that cannot be used."""
    verify = tls_context(address)
    try:
        return kind(verify=verify, **options)
    except (ImportError, ValueError, httpx.InvalidURL) as problem:
        name = next(filter(_is_bad_proxy, os.environ), "NO_PROXY")
        what = f"The proxy settings of this computer cannot be used. {name}: {str(problem).rstrip('.')}."
        hint = f"Set {name} to something else, or take it away, and start Python anew."
        raise BadInput(what, field=name, hint=hint) from None


def _is_bad_proxy(name: str) -> bool:
    address = os.environ[name]
    if name.upper() not in {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} or not address:
        return False
    try:
        httpx.HTTPTransport(proxy=address if "://" in address else f"http://{address}", verify=tls_context("")).close()
    except (ImportError, ValueError, httpx.InvalidURL):
        return True
    return False


def tls_context(address: str) -> ssl.SSLContext:
    """The certificates to trust at an address: none, and no file is read for them, where it is not https."""
    if not address.startswith("https://"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return httpx.create_ssl_context()
    except OSError as problem:
        named = {os.environ[each]: each for each in ("SSL_CERT_FILE", "SSLKEYLOGFILE") if each in os.environ}
        name = named.get(str(problem.filename), "SSL_CERT_FILE")  # without a file name it is about certificates
        what = f"{name} names {os.environ.get(name)!r}, which cannot be used: {problem.strerror or problem}."
        hint = f"Set {name} to a file that can be opened, or take it away."
        raise BadInput(what, field=name, hint=hint) from None


def hint_for(problem: Exception) -> str | None:
    """What to try next when a request got no answer; None for the usual."""
    said = str(problem)
    if isinstance(problem, httpx.ConnectError | httpx.ProxyError) and (name := _proxy_before(problem)):
        return f"{name} sends this through a proxy: check it, or take it away, and start Python anew."
    is_broken_off = isinstance(problem, httpx.ReadError | httpx.RemoteProtocolError)
    broken_off = "Check that the server runs. If it speaks https, its address begins with https://."
    return next((hint for sign, hint in HINTS.items() if sign in said), broken_off if is_broken_off else None)


def _proxy_before(problem: httpx.RequestError) -> str:
    """The variable that names the proxy before a server of Microsoft's; romekit's own are reached without one."""
    with suppress(RuntimeError):  # an error that MSAL's own code raised has no request
        if problem.request.url.host.endswith((".microsoft.com", ".microsoftonline.com")):
            return next((name for name in PROXIES if os.environ.get(name)), "")
    return ""


class MsalHttpClient:
    """What MSAL calls its http_client, over an httpx.Client."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def get(self, url: str, params: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        return self._client.get(url, params=params or None, headers=_without_none(headers))

    def post(self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        body: dict[str, Any] = {"data" if isinstance(data, Mapping) else "content": _without_none(data)}
        return self._client.post(url, params=params or None, headers=_without_none(headers), **body)

    def close(self) -> None:
        self._client.close()


def _without_none(fields: Any) -> Any:  # which requests drops and httpx sends (msal-recipes 1.2)
    return {key: value for key, value in fields.items() if value is not None} if isinstance(fields, Mapping) else fields


class MappedTransport(httpx.BaseTransport):
    """Sends what is meant for a virtual host to the address where it really listens."""

    def __init__(self, target: str, inner: httpx.BaseTransport | None = None) -> None:
        self._target = httpx.URL(target)
        self._inner = inner or httpx.HTTPTransport(
            retries=1, verify=tls_context(target), trust_env=False, limits=LIMITS
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        virtual, target = request.url, self._target
        path = target.raw_path.rstrip(b"/") + virtual.raw_path
        request.url = virtual.copy_with(scheme=target.scheme, host=target.host, port=target.port, raw_path=path)
        request.headers["Host"] = target.netloc.decode("ascii")  # the server and a proxy before it know no other name
        response = self._inner.handle_request(request)
        if not virtual.path.endswith("/.well-known/openid-configuration") or response.status_code != 200:
            return response
        response.read()
        said = response.json()
        for name in (
            "token_endpoint",
            "device_authorization_endpoint",
        ):  # the virtual host again: MSAL takes https only
            path = urlsplit(said[name]).path.removeprefix(target.path.rstrip("/"))
            said[name] = str(virtual.copy_with(path=path, query=None))
        return httpx.Response(200, json=said)

    def close(self) -> None:
        self._inner.close()


class RefusingTransport(httpx.BaseTransport):
    """Refuses every request: the default of a simulated sign-in."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"romekit's simulated sign-in does not go to {request.url.host}.", request=request)


def login_client(cloud: Cloud, embedded: httpx.BaseTransport | None = None) -> httpx.Client:
    """The HTTP client for a cloud's identity provider; `embedded` is the way into an application in this process."""
    if not cloud.simulated:
        return http_client(httpx.Client, cloud.authority, follow_redirects=True, timeout=10.0, limits=LIMITS)
    nowhere = RefusingTransport()
    try:
        way = embedded or (MappedTransport(cloud.socket) if cloud.socket else nowhere)
    except httpx.InvalidURL as problem:
        hint = "Use an address such as http://127.0.0.1:8765."
        what = f"{cloud.socket!r} is not the address of a server: {problem}."
        raise BadInput(what, field="cloud", hint=hint) from None
    mounts = {STUB_LOGIN: way, STUB_GRAPH: way}
    return httpx.Client(transport=nowhere, mounts=mounts, follow_redirects=True, timeout=10.0, trust_env=False)
