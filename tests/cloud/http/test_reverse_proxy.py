"""Where a server stands: which names it answers to, what it writes into answers, and whom it believes."""

import asyncio

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse

from romekit.cloud.asgi import base_of, cookie_path, is_secure
from romekit.cloud.classroom.roster import Opening
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.http.reverse_proxy import (
    LOOPBACK_ONLY,
    ReverseProxy,
    ReverseProxyMiddleware,
    check_reach,
    checked_url,
    proxies_from,
)
from romekit.cloud.stub import Stub
from romekit.core.errors import BadInput, RomeError
from tests.cloud.a_class import CODE, LAUNCH, SECRET
from tests.cloud.support import DEVICE_GRANT

PUBLIC = "https://school.example/rome"
BEHIND = ReverseProxy(public_url=PUBLIC, proxies=proxies_from(["127.0.0.1"]))


async def echo(scope, receive, send):
    told = {"path": scope["path"], "raw": scope["raw_path"].decode(), "client": scope["client"][0]}
    told |= {"base": base_of(scope, Request(scope).headers), "home": cookie_path(scope), "secure": is_secure(scope)}
    await JSONResponse(told)(scope, receive, send)


def asked(front: ReverseProxy, path: str = "/x", *, client="127.0.0.1", more=(), **headers: str) -> httpx.Response:
    """A GET; `more` are lines of headers that may come more than once."""
    app = ReverseProxyMiddleware(echo, front)

    async def from_there(scope, receive, send):
        await app({**scope, "client": (client, 1)}, receive, send)

    given = {name.replace("_", "-"): value for name, value in headers.items()}
    with httpx.Client(transport=InProcessTransport(from_there), base_url="http://127.0.0.1") as http:
        return http.get(path, headers=[*given.items(), *more])


def test_by_itself_a_server_answers_to_this_machines_names_and_to_no_others():
    for host in ("127.0.0.1:8765", "localhost", "[::1]:80", "10.0.2.2:8765", "host.docker.internal:8765"):
        assert asked(LOOPBACK_ONLY, host=host).json()["base"] == f"http://{host}"
    for host in (
        "evil.example",
        "127.0.0.1.evil.example",
        "",
        "school.example",
        "localhost:x",
        "[::1]x",
        "a@localhost",
    ):
        assert asked(LOOPBACK_ONLY, host=host).status_code == 400


def test_a_server_answers_to_its_public_name_and_says_it_and_to_a_notebook_beside_it_with_the_address_it_used():
    said = asked(BEHIND, host="school.example").json()
    assert (said["base"], said["home"], said["secure"]) == (PUBLIC, "/rome/", True)
    refused = asked(BEHIND, host="evil.example")
    assert (refused.status_code, PUBLIC in refused.text) == (400, True)
    assert asked(BEHIND).json()["base"] == "http://127.0.0.1"


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/rome/beta/me%2Fdevices", "/beta/me%2Fdevices"),
        ("/beta/me%2Fdevices", "/beta/me%2Fdevices"),
        ("/romekit/join", "/romekit/join"),  # it only begins alike
    ],
)
def test_the_public_path_may_be_left_on_or_taken_off(path, seen):
    said = asked(BEHIND, path, host="school.example").json()
    assert (said["path"], said["raw"]) == (seen.replace("%2F", "/"), seen)


def test_a_public_path_with_an_escaped_letter_is_taken_off_as_it_is_written():
    proxy = ReverseProxy(public_url="https://hub.example/user/mia%40x/rome", proxies=proxies_from(["127.0.0.1"]))
    said = asked(proxy, "/user/mia%40x/rome/link", host="hub.example").json()
    assert (said["path"], said["raw"]) == ("/link", "/link")


def test_the_stated_proxies_are_believed_about_who_asks_and_nothing_else():
    others = {"x_forwarded_host": "evil.example", "x_forwarded_proto": "gopher"}
    said = asked(BEHIND, x_forwarded_for="6.6.6.6, 9.9.9.9", **others).json()
    assert (said["client"], said["base"]) == ("9.9.9.9", PUBLIC)
    lines = [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "9.9.9.9")]
    assert asked(BEHIND, more=lines).json()["client"] == "9.9.9.9", "the proxy's own line counts, not the client's"
    chain = ReverseProxy(public_url=PUBLIC, proxies=proxies_from(["127.0.0.1", "10.0.0.0/8"]))
    assert asked(chain, x_forwarded_for="6.6.6.6, 9.9.9.9, 10.1.2.3").json()["client"] == "9.9.9.9"


@pytest.mark.parametrize("front", [LOOPBACK_ONLY, ReverseProxy(public_url=PUBLIC)])
def test_anybody_else_is_not_believed(front):
    said = asked(front, client="6.6.6.6", x_forwarded_for="1.2.3.4").json()
    assert (said["client"], said["base"]) == ("6.6.6.6", "http://127.0.0.1")


@pytest.mark.parametrize("client", ["6.6.6.6", "2001:db8::1", "nobody", "127.0.0.2"])
def test_where_a_proxy_is_stated_nobody_comes_past_it(client):
    refused = asked(BEHIND, client=client, host="school.example")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "AccessDenied")
    assert PUBLIC in refused.text


@pytest.mark.parametrize(
    ("front", "has_class", "missing"),
    [
        (LOOPBACK_ONLY, False, "--class"),
        (BEHIND, False, "--class"),
        (ReverseProxy(public_url=PUBLIC), True, "--behind-proxy"),
        (ReverseProxy(proxies=BEHIND.proxies), True, "--public-url"),
    ],
)
def test_beyond_this_machine_everything_that_makes_it_safe_has_to_be_said(front, has_class, missing):
    with pytest.raises(RomeError, match=missing):
        check_reach("0.0.0.0", front, has_class=has_class)


def test_a_public_address_is_for_others_wherever_the_proxy_asks_and_with_all_said_a_server_may_listen_everywhere():
    with pytest.raises(RomeError, match=f"not for people who open {PUBLIC}") as refused:
        check_reach("127.0.0.1", BEHIND, has_class=False)
    assert "--class NAME" in refused.value.hint
    check_reach("127.0.0.1", BEHIND, has_class=True)
    check_reach("127.0.0.1", ReverseProxy(public_url="http://localhost:8000/rome"), has_class=False)
    check_reach("0.0.0.0", BEHIND, has_class=True)
    check_reach("127.0.0.1", LOOPBACK_ONLY, has_class=False)


@pytest.mark.parametrize(
    "url",
    ["school.example", "ftp://school.example", "https://", "https://a@b/", "https://a/?x", "https://a//b", "http://[x"],
)
def test_what_nobody_could_open_is_no_public_address(url):
    with pytest.raises(BadInput, match="cannot|not an address"):
        checked_url(url)


@pytest.mark.parametrize("proxy", ["nginx", "300.1.1.1", "10.0.0.0/99"])
def test_a_proxy_is_an_address(proxy):
    with pytest.raises(BadInput, match="proxy's address"):
        proxies_from([proxy])


class Awaited(httpx.BaseTransport):
    """Awaits an application, as a server does."""

    def __init__(self, app) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def answer() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app)) as http:
                return await http.request(request.method, request.url, headers=request.headers, content=body)

        body = request.read()
        answered = asyncio.run(answer())
        return httpx.Response(answered.status_code, headers=answered.headers, content=answered.content)


def test_every_address_in_an_answer_is_below_the_public_one():
    stub = Stub(classroom=Opening("P", SECRET.encode(), CODE))
    app = ReverseProxyMiddleware(stub.app, BEHIND)
    with httpx.Client(transport=Awaited(app), base_url=PUBLIC) as http:
        place = http.post(f"{PUBLIC}/romekit/join", json={"code": CODE, "name": "Mia"}).json()
        assert place["wall"] == f"{PUBLIC}/wall"
        page = http.get(f"{PUBLIC}/join")
        assert "Path=/rome/" in page.headers["set-cookie"]
        assert "Secure" in page.headers["set-cookie"]
        app_said = {"client_id": "a", "scope": "Device.Read Device.Command"}
        flow = http.post(f"{PUBLIC}/consumers/oauth2/v2.0/devicecode", data=app_said).json()
        assert flow["verification_uri"] == f"{PUBLIC}/link"
        said = {"account": place["account"], "word": place["word"], "user_code": flow["user_code"]}
        assert http.post(f"{PUBLIC}/romekit/join/approve", json=said).status_code == 204
        grant = {"grant_type": DEVICE_GRANT, "device_code": flow["device_code"]}
        token = http.post(f"{PUBLIC}/consumers/oauth2/v2.0/token", data={"client_id": "a", **grant}).json()
        bearer = {"Authorization": f"Bearer {token['access_token']}"}
        paged = http.get(f"{PUBLIC}/beta/me/devices?$top=1", headers=bearer).json()
        assert paged["@odata.nextLink"].startswith(f"{PUBLIC}/beta/me/devices?")
        assert len(http.get(paged["@odata.nextLink"], headers=bearer).json()["value"]) == 1
        sent = http.post(f"{PUBLIC}/beta/me/devices/{paged['value'][0]['id']}/commands", json=LAUNCH, headers=bearer)
        assert sent.headers["location"].startswith(f"{PUBLIC}/beta/me/devices/")
        assert http.get(sent.headers["location"], headers=bearer).json()["status"] == "requesting"
