"""How MSAL reaches an identity provider, and what it cannot reach."""

import asyncio
import os
import socket
import ssl
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from threading import Thread

import httpx
import msal
import pytest

import romekit
from romekit.auth.class_account import ClassServer
from romekit.auth.http import MappedTransport, MsalHttpClient, RefusingTransport, login_client
from romekit.auth.session import application
from romekit.client.client import AsyncRome, Rome
from romekit.cloud.http.in_process import InProcessTransport
from romekit.core.clock import Virtual
from romekit.core.endpoints import EMBEDDED, STUB_GRAPH, STUB_LOGIN, microsoft, served
from romekit.core.errors import BadInput, Unreachable
from romekit.lab.lab import Lab
from tests.certificate import a_certificate
from tests.client.services import Tokens

ELSEWHERE = microsoft("5f3c1d2e-0000-4000-8000-00000000c0de")


def test_msal_is_served_as_requests_would_serve_it():
    asked = []
    client = httpx.Client(transport=httpx.MockTransport(lambda request: asked.append(request) or httpx.Response(200)))
    http = MsalHttpClient(client)
    http.post("https://x/", data={"a": "1", "claims": None}, headers={"x-one": "1", "x-none": None})
    http.post("https://x/", data="raw")
    http.get("https://x/?p=1", params=None, headers=None)
    http.get("https://x/?p=1", params={})
    http.close()
    assert [request.content for request in asked] == [b"a=1", b"raw", b"", b""], "what is None is dropped"
    assert (asked[0].headers["x-one"], "x-none" in asked[0].headers) == ("1", False)
    assert [str(request.url) for request in asked[2:]] == ["https://x/?p=1"] * 2, "a query in the address stays"
    assert client.is_closed


@pytest.mark.parametrize(
    "address", ["https://login.microsoftonline.com/common", "https://example.com", "http://127.0.0.1"]
)
def test_a_simulated_sign_in_goes_nowhere_else(address):
    embedded = login_client(EMBEDDED, InProcessTransport(Lab().stub.app))
    for client in (login_client(EMBEDDED), embedded, login_client(served("http://x:1"))):
        with client, pytest.raises(httpx.ConnectError, match="does not go to"):
            client.get(address)
    with login_client(EMBEDDED) as client, pytest.raises(httpx.ConnectError):
        client.get(STUB_LOGIN)  # its own host, and no way to it


def test_msal_may_be_pointed_elsewhere_and_still_cannot_leave():
    cloud, door = replace(EMBEDDED, authority=ELSEWHERE.authority), InProcessTransport(Lab().stub.app)
    with login_client(cloud, door) as client, pytest.raises(Unreachable, match="does not go to login.mic"):
        application(cloud, client)


@pytest.mark.parametrize(
    ("target", "base", "host"),
    [
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765", "127.0.0.1:8765"),
        ("https://school.example/rome/", "https://school.example/rome", "school.example"),
    ],
)
def test_what_is_meant_for_the_virtual_host_goes_where_it_listens_also_below_a_path(target, base, host):
    asked = []
    inner = httpx.MockTransport(lambda request: asked.append(request) or httpx.Response(200))
    with httpx.Client(transport=MappedTransport(target, inner)) as client:
        client.get(f"{STUB_GRAPH}/beta/me/devices?$top=1")
    assert (str(asked[0].url), asked[0].headers["host"]) == (f"{base}/beta/me/devices?$top=1", host)


def test_microsoft_itself_is_reached_directly_and_only_then_and_no_network_is_told_in_words():
    with login_client(microsoft("some-id")) as client:
        assert isinstance(client._transport, httpx.HTTPTransport)
    with login_client(EMBEDDED) as client:
        assert isinstance(client._transport, RefusingTransport)
    client = httpx.Client(transport=RefusingTransport())
    with client, pytest.raises(Unreachable, match="cannot be reached") as told:
        application(ELSEWHERE, client)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__
    assert str(told.value).count("..") == 0


def test_msal_takes_the_keywords_nobody_promised():
    """`exit_condition`, `http_exceptions` and `auth_code_receiver` are in no documentation (msal-recipes 1.4, 2)."""
    app, scopes = Lab().msal_app(), ["https://graph.microsoft.com/Device.Read"]
    flow = app.initiate_device_flow(scopes)
    flow["latest_attempt_at"] = 0
    pending = app.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)
    assert pending["error"] == "authorization_pending"
    assert app.acquire_token_silent_with_error(["x"], account=None, http_exceptions=(httpx.TransportError,)) is None

    class Receiver:
        def get_auth_response(self, auth_uri=None, state=None, timeout=None, **_):
            return {"error": "access_denied", "state": state}

    answer = app.acquire_token_interactive(scopes, auth_code_receiver=Receiver(), port=1)
    assert answer["error"] == "access_denied"
    assert msal.BrowserInteractionTimeoutError


PROXY = "http://127.0.0.1:9"
PLAIN = served("http://127.0.0.1:9")


def clients_of(cloud):
    """Everything that talks to a cloud over httpx: signing in, both clients, and joining a class."""
    yield lambda: login_client(cloud)
    yield lambda: Rome(cloud, None)
    yield lambda: AsyncRome(cloud, None)
    if cloud.socket:
        yield lambda: ClassServer(cloud)


@pytest.fixture
def environment(monkeypatch):
    """Sets variables, where there are none of the kind."""
    for name in [*os.environ]:
        if name.upper() in {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSLKEYLOGFILE"}:
            monkeypatch.delenv(name)
    return lambda **variables: [monkeypatch.setenv(*each) for each in variables.items()]


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSLKEYLOGFILE"])
@pytest.mark.parametrize("cloud", [ELSEWHERE, served("https://school.example")], ids=["microsoft", "served"])
def test_a_variable_that_names_a_missing_file_is_named_with_the_file(environment, cloud, variable):
    environment(**{variable: "/gone/a.pem"})
    for make in clients_of(cloud):
        with pytest.raises(BadInput, match=rf"{variable} names '/gone/a.pem'.*No such file.*take it away") as refused:
            make()
        assert refused.value.field == variable


def check_that_clients_can_be_made_of(cloud):
    for make in clients_of(cloud):
        client = make()
        asyncio.run(client.aclose()) if isinstance(client, AsyncRome) else client.close()


def test_where_nothing_is_encrypted_no_certificates_are_read(environment):
    environment(SSL_CERT_FILE="/gone/cacert.pem", SSLKEYLOGFILE="/gone/keys.log")
    check_that_clients_can_be_made_of(PLAIN)


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"ALL_PROXY": "socks5://127.0.0.1:9"}, "ALL_PROXY"),
        ({"HTTPS_PROXY": "ftp://me:secret@127.0.0.1"}, "HTTPS_PROXY"),
        ({"https_proxy": "http://127.0.0.1:x"}, "https_proxy"),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "localhost,[::1]"}, "NO_PROXY"),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "fe80::/10"}, "NO_PROXY"),
    ],
)
def test_a_proxy_variable_that_cannot_be_used_is_named_without_its_password(environment, variables, name):
    environment(**variables)
    for make in clients_of(ELSEWHERE):
        with pytest.raises(BadInput, match=rf"{name}: .*Set {name} to something else") as refused:
            make()
        assert refused.value.field == name
        assert "secret" not in str(refused.value)
    check_that_clients_can_be_made_of(PLAIN)  # which no proxy is asked for


def test_a_proxy_that_does_not_answer_is_named(environment):
    environment(HTTPS_PROXY="http://127.0.0.1:9")
    with pytest.raises(Unreachable) as told:
        romekit.connect("microsoft", client_id="00000000-0000-0000-0000-000000000001")
    assert told.value.hint.startswith("HTTPS_PROXY sends this through a proxy")


@pytest.fixture
def encrypted(tmp_path):
    """An https server whose certificate is nobody's but its own: its address and the certificate."""
    certificate, key = a_certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with answering(tls) as address:
        yield address, certificate


@contextmanager
def answering(tls=None):
    """A server that answers everything with an empty list, whatever it is asked; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    body = b'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 13\r\n\r\n{"value": []}'

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                with tls.wrap_socket(connection, server_side=True) if tls else connection as stream:
                    is_http = stream.recv(65_536).startswith((b"GET ", b"POST "))
                    stream.sendall(body if is_http else b"HTTP/1.1 400 No\r\n\r\n")

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def failures_at(address):
    """How signing in, a client and joining a class say that an address cannot be reached."""
    cloud = served(address)
    with login_client(cloud) as http, pytest.raises(Unreachable) as failed:
        application(cloud, http)
    yield failed.value
    with closing(Rome(cloud, Tokens(), clock=Virtual())) as rome, pytest.raises(Unreachable) as failed:
        rome.devices()
    yield failed.value
    with closing(ClassServer(cloud)) as server, pytest.raises(Unreachable) as failed:
        server.join("WREN-42", "Mia")
    yield failed.value


def test_a_certificate_authority_of_ones_own_is_named_in_a_variable(environment, encrypted):
    address, certificate = encrypted
    assert all("SSL_CERT_FILE" in problem.hint for problem in failures_at(address))
    environment(SSL_CERT_FILE=str(certificate))
    with closing(Rome(served(address), Tokens())) as rome:
        assert rome.devices() == []
    name = address.replace("127.0.0.1", "localhost")
    assert all("for another name" in problem.hint for problem in failures_at(name))


def test_http_where_https_is_spoken_and_https_where_it_is_not_are_told(encrypted):
    address, _ = encrypted
    hints = [problem.hint for problem in failures_at(address.replace("https", "http"))]
    assert all("https://" in hint for hint in hints), hints
    with answering() as plain:
        hints = [problem.hint for problem in failures_at(plain.replace("http", "https"))]
    assert all("begins with http://" in hint for hint in hints), hints
