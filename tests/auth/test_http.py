"""How MSAL reaches an identity provider, and what it cannot reach."""

from dataclasses import replace

import httpx
import msal
import pytest

from romekit.auth.http import ForMsal, Mapped, Nowhere, login_client
from romekit.auth.session import application
from romekit.cloud.http.in_process import InProcessTransport
from romekit.core.endpoints import EMBEDDED, STUB_GRAPH, STUB_LOGIN, microsoft, served
from romekit.core.errors import Unreachable
from romekit.lab.lab import Lab


def echoing():
    """A client whose answers are the requests."""
    asked = []

    def answer(request):
        asked.append(request)
        return httpx.Response(200, text="ok")

    return httpx.Client(transport=httpx.MockTransport(answer)), asked


def test_what_is_none_is_dropped_as_requests_would():
    client, asked = echoing()
    ForMsal(client).post("https://x/", data={"a": "1", "claims": None}, headers={"x-one": "1", "x-none": None})
    assert asked[0].content == b"a=1"
    assert "x-none" not in asked[0].headers
    assert asked[0].headers["x-one"] == "1"


def test_a_query_in_the_address_stays():
    client, asked = echoing()
    ForMsal(client).get("https://x/?p=1", params=None, headers=None)
    ForMsal(client).get("https://x/?p=1", params={})
    assert [str(request.url) for request in asked] == ["https://x/?p=1"] * 2


def test_a_body_that_is_no_form_is_sent_as_it_is():
    client, asked = echoing()
    http = ForMsal(client)
    http.post("https://x/", data="raw")
    http.close()
    assert asked[0].content == b"raw"
    assert client.is_closed


@pytest.mark.parametrize(
    "address", ["https://login.microsoftonline.com/common", "https://example.com", "http://127.0.0.1"]
)
def test_a_simulated_sign_in_goes_nowhere_else(address):
    for client in (
        login_client(EMBEDDED),
        login_client(EMBEDDED, InProcessTransport(Lab().stub.app)),
        login_client(served("http://x:1")),
    ):
        with client, pytest.raises(httpx.ConnectError, match="does not go to"):
            client.get(address)


def test_without_a_way_to_a_stub_even_its_own_host_is_nowhere():
    with login_client(EMBEDDED) as client, pytest.raises(httpx.ConnectError):
        client.get(STUB_LOGIN)


def test_msal_may_be_pointed_elsewhere_and_still_cannot_leave():
    cloud = replace(EMBEDDED, authority="https://login.microsoftonline.com/consumers")
    with (
        login_client(cloud, InProcessTransport(Lab().stub.app)) as client,
        pytest.raises(Unreachable, match="does not go to login.mic"),
    ):
        application(cloud, client)


def test_what_is_meant_for_the_virtual_host_goes_where_it_listens():
    asked = []
    inner = httpx.MockTransport(lambda request: asked.append(request) or httpx.Response(200))
    with httpx.Client(transport=Mapped("http://127.0.0.1:8765", inner)) as client:
        client.get(f"{STUB_GRAPH}/beta/me/devices?$top=1")
    assert str(asked[0].url) == "http://127.0.0.1:8765/beta/me/devices?$top=1"
    assert asked[0].headers["host"] == "127.0.0.1:8765"


def test_microsoft_itself_is_reached_directly_and_only_then():
    with login_client(microsoft("some-id")) as client:
        assert isinstance(client._transport, httpx.HTTPTransport)
    with login_client(EMBEDDED) as client:
        assert isinstance(client._transport, Nowhere)


def test_no_network_is_told_in_words():
    cloud = microsoft("5f3c1d2e-0000-4000-8000-00000000c0de")
    with httpx.Client(transport=Nowhere()) as client, pytest.raises(Unreachable, match="cannot be reached") as told:
        application(cloud, client)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__
    assert str(told.value).count("..") == 0


def test_msal_takes_the_keywords_nobody_promised():
    """`exit_condition`, `http_exceptions` and `auth_code_receiver` are in no documentation (msal-recipes 1.4, 2)."""
    lab = Lab()
    app = lab.msal_app()
    flow = app.initiate_device_flow(["https://graph.microsoft.com/Device.Read"])
    flow["latest_attempt_at"] = 0
    pending = app.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)
    assert pending["error"] == "authorization_pending"
    assert app.acquire_token_silent_with_error(["x"], account=None, http_exceptions=(httpx.TransportError,)) is None

    class Receiver:
        def get_auth_response(self, auth_uri=None, state=None, timeout=None, **_):
            return {"error": "access_denied", "state": state}

    answer = app.acquire_token_interactive(
        ["https://graph.microsoft.com/Device.Read"], auth_code_receiver=Receiver(), port=1
    )
    assert answer["error"] == "access_denied"
    assert msal.BrowserInteractionTimeoutError


def test_a_server_below_a_path_is_asked_below_that_path():
    asked = []
    inner = httpx.MockTransport(lambda request: asked.append(request) or httpx.Response(200))
    with httpx.Client(transport=Mapped("https://school.example/rome/", inner)) as client:
        client.get(f"{STUB_GRAPH}/beta/me/devices?$top=1")
    assert str(asked[0].url) == "https://school.example/rome/beta/me/devices?$top=1"
    assert asked[0].headers["host"] == "school.example"
