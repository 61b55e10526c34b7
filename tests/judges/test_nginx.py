"""A real nginx with the lines that the deployment page shows: it takes them, and a class works behind it."""

import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

import romekit
from romekit.core.polling import LongPoll
from tests.certificate import a_certificate
from tests.cloud.listener import until
from tests.judges.judge import found
from tests.pinned import ROOT
from tests.serving import free_ports, serving

LINES = (ROOT / "notebooks" / "guides" / "deploy" / "nginx.conf").read_text(encoding="utf-8")
CODE = "WREN-42"
#: What the page leaves to whoever runs nginx: where it listens, its certificate, and where it may write.
AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl;
        server_name school.example;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        include {folder}/romekit.conf;
    }}
}}
"""


class Door(NamedTuple):
    """Where people come in, and the certificate they trust."""

    address: str
    certificate: Path

    def http(self, **options: object) -> httpx.Client:
        trusted = ssl.create_default_context(cafile=self.certificate)
        return httpx.Client(base_url=self.address, verify=trusted, trust_env=False, **options)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A class behind nginx."""
    nginx = found("nginx", "ROMEKIT_REQUIRE_NGINX", "nobody has tried the lines that the deployment page shows")
    folder = tmp_path_factory.mktemp("nginx")
    certificate, key = a_certificate(folder)
    inside, outside = free_ports(2)
    (folder / "romekit.conf").write_text(LINES.replace("127.0.0.1:8765", f"127.0.0.1:{inside}"))
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, port=outside, certificate=certificate, key=key))
    line = [nginx, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    tested = subprocess.run([*line, "-t"], capture_output=True, text=True, check=False)
    assert "test is successful" in tested.stderr, tested.stderr
    public = f"https://127.0.0.1:{outside}/rome"
    reach = ["--port", str(inside), "--public-url", public, "--behind-proxy", "127.0.0.1"]
    secret = ["--admin-secret-file", str(folder / "admin.secret")]
    with serving("--class", "Physics 9", "--class-code", CODE, *reach, *secret) as said, running(line):
        assert said == public
        door = Door(public, certificate)
        until(lambda: answers(door))
        yield door


@contextmanager
def running(line: list[str]) -> Iterator[None]:
    with subprocess.Popen(line) as nginx:
        try:
            yield
        finally:
            nginx.terminate()


def answers(door: Door) -> bool:
    with suppress(httpx.TransportError), door.http() as http:
        return http.get("/join").status_code == 200
    return False


@pytest.fixture
def mia(door: Door, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[romekit.Rome]:
    """A student who has joined through nginx."""
    monkeypatch.setenv("SSL_CERT_FILE", str(door.certificate))
    name = f"Mia {abs(hash(request.node.name)) % 1000}"
    rome = romekit.join(door.address, code=CODE, name=name, show=lambda said: None)
    yield rome
    rome.close()


def test_a_student_joins_sends_and_follows_through_it(mia: romekit.Rome) -> None:
    command = mia.launch(mia.devices()[0], "https://bing.com")
    assert command.follow().status == "completed"


def test_a_question_that_is_held_is_answered_as_soon_as_something_changes(mia: romekit.Rome) -> None:
    command = mia.launch(mia.devices()[0], "https://bing.com")
    begun = time.monotonic()
    command.follow(polling=LongPoll())
    took = time.monotonic() - begun
    assert command.status == "completed"
    told = {change.to_status: change.at for change in command.history()}
    assert took < told["completed"] - told["requesting"] + 5.0, "nothing keeps an answer back"
    assert len(command.seen()) == len(command.history())


def test_what_is_answered_leads_to_the_public_address(door: Door) -> None:
    with door.http() as http:
        page = http.get("/join")
        assert "path=/rome" in page.headers["set-cookie"].lower()
        assert "secure" in page.headers["set-cookie"].lower()
        flow = http.post("/consumers/oauth2/v2.0/devicecode", data={"client_id": "a", "scope": "Device.Read"}).json()
        assert flow["verification_uri"] == f"{door.address}/link"
        bare = http.get(door.address.removesuffix("/rome") + "/rome")
        assert (bare.status_code, bare.headers["location"].endswith("/rome/")) == (308, True)


def test_a_body_that_is_too_large_stops_at_nginx(door: Door) -> None:
    with door.http() as http:
        answer = http.post("/beta/me/devices/d/commands", content=b"x" * 70_000)
    assert (answer.status_code, "nginx" in answer.text) == (413, True)


#: The last test here: after it nobody gets in for a minute.
def test_what_a_client_writes_about_who_asks_is_replaced(door: Door) -> None:
    """Wrong codes are counted by who asks: somebody who calls themselves another each time is counted as one."""
    with door.http() as http:
        tries = [wrong_code(http, f"203.0.113.{number}") for number in range(40)]
    assert tries == [404] * 30 + [429] * 10


def wrong_code(http: httpx.Client, forwarded: str) -> int:
    page = http.get("/join", headers={"X-Forwarded-For": forwarded})
    csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    fields = {"csrf": csrf, "code": "OWL-11", "name": "Eve"}
    return http.post("/join", data=fields, headers={"X-Forwarded-For": forwarded}).status_code
