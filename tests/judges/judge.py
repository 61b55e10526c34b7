"""A judge is a program that knows nothing of romekit. It is started here, its code approved, and its report read."""

import json
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from typing import Any

import httpx
import pytest

from tests.cloud.browser import Browser
from tests.serving import DIRECT, approve, process

CLIENTS = Path(__file__).parent / "clients"
#: Seconds a journey may take.
LATE = 180
#: Where OpenSSL, requests and Node look for certificates to trust.
TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


@contextmanager
def served(certificate: Path, *options: str) -> Iterator[str]:
    """The address of a server with the certificate of this machine, which was made before.

    Each client has one of its own: whoever writes more than eight times in ten seconds is asked to wait.
    """
    data = str(certificate.parent.parent)
    with process("--tls", *(options or ("--writes", "8", "--window", "10")), XDG_DATA_HOME=data) as (_, address):
        yield address


def report_of(
    *program: str,
    address: str,
    person: str = "alex@romekit.example",
    verify: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What a client program reports of its journey: the last line it prints, as JSON.

    The first line names a page, and perhaps a code; the person approves there, as in a browser that trusts the
    certificate in `verify`. The client trusts it as well, by the variables that its documentation names.
    """
    trust = dict.fromkeys(TRUST, str(verify)) if verify else {}
    line, env = [*program, address], {**DIRECT, **trust, **(environment or {})}
    with subprocess.Popen(line, stdout=PIPE, stderr=PIPE, text=True, cwd=CLIENTS, env=env) as client:
        assert client.stdout is not None
        first = client.stdout.readline()
        if first.startswith("{"):
            asked = json.loads(first)
            if "user_code" in asked:
                assert "You are signed in" in approve(asked["verification_uri"], asked["user_code"], person, verify)
            else:
                authorize(asked["authorization_uri"], person, verify)
        said, complaints = client.communicate(timeout=LATE)
    assert client.returncode == 0, f"{first}{said}{complaints}"
    return {**json.loads(said.splitlines()[-1]), "address": address}


def authorize(page: str, person: str, verify: Path | None) -> None:
    """Open the page that an app leads to, pick the person, allow; the browser goes back to the app."""
    context = ssl.create_default_context(cafile=verify) if verify else False
    with httpx.Client(trust_env=False, follow_redirects=True, verify=context) as http:
        browser = Browser(http)
        browser.open(page)
        browser.send(upn=person)
        browser.send(button="allow")


def found(program: str, variable: str, who: str) -> str:
    """Where a program is; where it is not a skip that says who has not judged, or a failure where it is required."""
    path = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
    if path is None:
        missing = pytest.fail if os.environ.get(variable) == "1" else pytest.skip
        missing(f"{program} is not installed here, so {who}")
    return path


def assert_the_journey(seen: Mapping[str, Any]) -> None:
    """What every client reports of it, whichever its language."""
    assert len(seen["devices"]) == 7
    assert seen["pages"] == [2, 2, 2, 1]
    assert seen["launch"].items() >= {"sent": 201, "end": "completed", "payload": 404}.items()
    assert seen["call"] == {"sent": 201, "end": "completed", "payload": 200, "answer": "pong"}
    assert seen["notFound"] == {"status": 404, "code": "itemNotFound"}
    assert seen["unauthorized"].items() >= {"status": 401, "code": "InvalidAuthenticationToken"}.items()
    assert (seen["throttled"]["status"], seen["throttled"]["code"]) == (429, "TooManyRequests")
    assert seen["throttled"]["retryAfter"].isdigit()


def assert_the_sign_in(seen: Mapping[str, Any]) -> None:
    """The issuer is the address that the client was told, and a token was renewed in silence."""
    assert seen["issuer"].startswith(f"{seen['address']}/")
    assert seen["renewed"] is True
