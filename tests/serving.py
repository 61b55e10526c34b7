"""`romekit serve` as a program of its own on a real socket, and a person who approves in a browser."""

import os
import re
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.cloud.browser import Browser

ROMEKIT = Path(sys.executable).with_name("romekit")
#: The environment without proxies: what is said to 127.0.0.1 goes there.
DIRECT = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
SCOPE = "https://graph.microsoft.com/Device.Read https://graph.microsoft.com/Device.Command"


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """The address of a `romekit serve` with these options, for as long as the block lasts."""
    with process(*options) as (_, address):
        yield address


@contextmanager
def process(*options: str, program: Path = ROMEKIT, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A `romekit serve` with these options and its address, for as long as the block lasts. In memory, unless told."""
    kept = [] if "--store" in options else ["--store", "memory"]
    line = [program, "serve", "--port", "0", *kept, *options]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=DIRECT | environment) as server:
        try:
            yield server, _address_said(server)
        finally:
            server.terminate()


def _address_said(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    heard = []
    for line in server.stdout:
        heard.append(line)
        if found := re.search(r"Sign in +(https?://\S+)/link", line):
            return found[1]
    raise AssertionError(f"romekit serve said no address but: {''.join(heard)!r}")


def approve(page: str, code: str, person: str, verify: Path | None = None) -> str:
    """Open the page, type the code, pick the person, allow; the words on the last page."""
    context = ssl.create_default_context(cafile=verify) if verify else False
    with httpx.Client(trust_env=False, follow_redirects=True, verify=context) as http:
        browser = Browser(http)
        browser.open(page)
        browser.send(user_code=code)
        browser.send(upn=person)
        return browser.send(button="allow").text


def signing_in(address: str) -> dict[str, str]:
    """A device code sign-in that has just begun: its page, its code and the rest of the answer."""
    asked = {"client_id": "a-program", "scope": f"offline_access {SCOPE}"}
    answer = httpx.post(f"{address}/consumers/oauth2/v2.0/devicecode", data=asked, trust_env=False)
    return dict(answer.json())


def token(address: str, **fields: str) -> dict[str, str]:
    """What the token endpoint answers to a program."""
    asked = {"client_id": "a-program"} | fields
    return dict(httpx.post(f"{address}/consumers/oauth2/v2.0/token", data=asked, trust_env=False).json())


def sign_in(address: str, person: str = "alex@romekit.example", page: str = "") -> dict[str, str]:
    """The tokens of somebody who approves a device code here, or on the page of another server."""
    flow = signing_in(address)
    assert "You are signed in" in approve(page or flow["verification_uri"], flow["user_code"], person)
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    return token(address, grant_type=grant, device_code=flow["device_code"])


@contextmanager
def signed_in(address: str, person: str = "alex@romekit.example") -> Iterator[httpx.Client]:
    """A plain HTTP client for `/beta`, with a token got by device code."""
    with httpx.Client(base_url=f"{address}/beta", trust_env=False) as http:
        http.headers["Authorization"] = f"Bearer {sign_in(address, person)['access_token']}"
        yield http


def free_ports(number: int = 1) -> list[int]:
    """Ports that nobody has."""
    with ExitStack() as held:
        taken = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [each.getsockname()[1] for each in taken]
