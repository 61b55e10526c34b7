"""The identity provider for any client: OpenID Connect and OAuth as their standards say, at any address."""

from base64 import b64encode
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import msal
import pytest

from romekit.cloud.asgi import suspending
from romekit.cloud.engine.people import ALEX, CONSUMERS
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.http.reverse_proxy import LOOPBACK_ONLY, ReverseProxy, ReverseProxyMiddleware, proxies_from
from romekit.cloud.stub import Stub
from romekit.core.clock import Virtual
from tests.certificate import a_certificate
from tests.cloud.identity.test_browser import address
from tests.cloud.support import ASKED, CLIENT, DEVICE_GRANT, DEVICES, Cloud, once
from tests.serving import serving

PUBLIC = "https://school.example/rome"
PROXIED = ReverseProxy(public_url=PUBLIC, proxies=proxies_from(["127.0.0.1"]))
SPA = "http://localhost:3000"
DEVICE_CODE = "/consumers/oauth2/v2.0/devicecode"


@pytest.mark.parametrize("tenant", ["consumers", "common", CONSUMERS, "Consumers"])
@pytest.mark.parametrize(
    ("base", "proxy"),
    [
        ("http://127.0.0.1:8765", LOOPBACK_ONLY),
        ("http://localhost:8765", LOOPBACK_ONLY),
        ("http://[::1]:8765", LOOPBACK_ONLY),
        ("https://127.0.0.1:8765", LOOPBACK_ONLY),
        (PUBLIC, PROXIED),
    ],
)
def test_everything_agrees_on_the_address_that_was_asked(base, proxy, tenant):
    stub = Stub(clock=Virtual())
    app = ReverseProxyMiddleware(stub.app, proxy)
    with httpx.Client(transport=InProcessTransport(app)) as http:
        issuer = f"{base}/{tenant}/v2.0"
        found = http.get(f"{issuer}/.well-known/openid-configuration").json()
        assert found["issuer"] == issuer
        assert all(value.startswith(f"{base}/") for name, value in found.items() if name.endswith(("endpoint", "uri")))
        said = {"client_id": CLIENT, "scope": ASKED}
        flow = http.post(found["device_authorization_endpoint"], data=said).json()
        assert flow["verification_uri"] == f"{base}/link"
        stub.identity.approve(flow["user_code"], ALEX.upn)
        grant = {"grant_type": DEVICE_GRANT, "client_id": CLIENT, "device_code": flow["device_code"]}
        tokens = http.post(found["token_endpoint"], data=grant).json()
        (key,) = http.get(found["jwks_uri"]).json()["keys"]
        past = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        claims = jwt.decode(tokens["id_token"], jwt.PyJWK(key), ["RS256"], audience=CLIENT, issuer=issuer, options=past)
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        person = http.get(found["userinfo_endpoint"], headers=bearer).json()
        assert person == {"sub": claims["sub"], "name": ALEX.name, "preferred_username": ALEX.upn}
        assert http.post(found["token_endpoint"], data=said).json()["error_uri"].startswith(f"{base}/error?")


def test_a_notebook_on_the_servers_machine_sends_its_person_to_the_public_pages():
    stub = Stub(clock=Virtual())
    stub.identity.browser_base = PUBLIC
    app = ReverseProxyMiddleware(stub.app, PROXIED)
    with httpx.Client(transport=InProcessTransport(app), base_url="http://127.0.0.1:8765") as http:
        found = http.get("/consumers/v2.0/.well-known/openid-configuration").json()
        assert found["issuer"] == "http://127.0.0.1:8765/consumers/v2.0"
        assert found["authorization_endpoint"].startswith(f"{PUBLIC}/consumers/")
        flow = http.post(found["device_authorization_endpoint"], data={"client_id": "a", "scope": ASKED}).json()
        assert flow["verification_uri"] == f"{PUBLIC}/link"


@pytest.mark.parametrize("tenant", ["consumers", "common", CONSUMERS])
def test_unmodified_msal_signs_in_over_https(tmp_path, monkeypatch, tenant):
    certificate, key = a_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))  # as requests' documentation says
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving("--tls-cert", str(certificate), "--tls-key", str(key)) as address:
        app = msal.PublicClientApplication(CLIENT, authority=f"{address}/{tenant}", instance_discovery=False)
        flow = app.initiate_device_flow(DEVICES)
        assert flow["verification_uri"] == f"{address}/link"
        assert once(app, flow)["error"] == "authorization_pending"
        browser = app.initiate_auth_code_flow(DEVICES, redirect_uri=SPA, response_mode="form_post")
        assert browser["auth_uri"].startswith(f"{address}/{tenant}/oauth2/v2.0/authorize?")


@pytest.mark.witness(
    "header",
    "sign-in: Access-Control-Allow-Origin, sign-in: Access-Control-Allow-Methods, sign-in: "
    "Access-Control-Allow-Headers, sign-in: Access-Control-Expose-Headers, sign-in: Access-Control-Max-Age, "
    "sign-in request: access-control-request-headers",
    "D Fetch",
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/consumers/v2.0/.well-known/openid-configuration"),
        ("GET", "/common/discovery/instance"),
        ("GET", "/consumers/discovery/v2.0/keys"),
        ("POST", DEVICE_CODE),
        ("POST", "/consumers/oauth2/v2.0/token"),
        ("GET", "/oidc/userinfo"),
    ],
)
def test_a_page_of_another_origin_may_ask_and_read_what_apps_ask(method, path):
    http = Cloud().http
    asks = {"Origin": SPA, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization"}
    preflight = http.options(path, headers=asks)
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, "*")
    assert method in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"] == "authorization"
    answer = http.request(method, path, headers={"Origin": SPA})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "WWW-Authenticate" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("path", ["/link", "/consumers/oauth2/v2.0/authorize", "/consumers/oauth2/v2.0/logout"])
def test_pages_with_cookies_are_not_for_other_origins(path):
    http = Cloud().http
    assert "access-control-allow-origin" not in http.get(path, headers={"Origin": SPA}).headers
    assert http.options(path, headers={"Origin": SPA}).status_code == 405


def basic(text: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(text.encode()).decode()}"}


def test_a_public_app_may_name_itself_by_http_basic(cloud: Cloud):
    flow = cloud.http.post(DEVICE_CODE, data={"scope": ASKED}, headers=basic("an%20app%3A1:")).json()
    cloud.idp.approve(flow["user_code"], ALEX.upn)
    grant = {"grant_type": DEVICE_GRANT, "device_code": flow["device_code"]}
    answer = cloud.http.post("/consumers/oauth2/v2.0/token", data=grant, headers=basic("an%20app%3A1:"))
    claims = jwt.decode(answer.json()["id_token"], options={"verify_signature": False})
    assert claims["aud"] == "an app:1"


@pytest.mark.witness("header", "sign-in request: authorization, sign-in: WWW-Authenticate", "D RFC 6749")
@pytest.mark.witness("sign-in error", "bad_client_authentication", "D RFC 6749")
@pytest.mark.parametrize(
    ("headers", "fields", "status", "error"),
    [
        (basic("a:secret"), {}, 401, "invalid_client"),
        (basic(":"), {}, 401, "invalid_client"),
        ({"Authorization": "Basic %%%"}, {}, 401, "invalid_client"),
        ({"Authorization": "Digest a"}, {}, 401, "invalid_client"),
        (basic("a:"), {"client_id": "b"}, 400, "invalid_request"),
        ({}, {"client_id": "a", "client_secret": "secret"}, 401, "invalid_client"),
        ({}, {}, 400, "invalid_request"),
    ],
)
def test_an_app_that_names_itself_badly_is_told_how(headers, fields, status, error):
    said = {"grant_type": "refresh_token", "refresh_token": "x"} | fields
    answer = Cloud().http.post("/consumers/oauth2/v2.0/token", data=said, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers.get("www-authenticate", "").startswith("Basic") == (status == 401 and bool(headers))


@pytest.mark.witness("sign-in endpoint", "GET|POST /oidc/userinfo", "D OpenID Connect")
def test_a_token_that_is_no_good_any_more_tells_nothing(cloud: Cloud):

    def asked(token: str | None) -> tuple[int, str]:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        answer = cloud.http.get("/oidc/userinfo", headers=headers)
        return answer.status_code, answer.headers.get("www-authenticate", "").partition(",")[0]

    refused = 401, 'Bearer error="invalid_token"'
    token = cloud.signed_in()["access_token"]
    assert asked(None) == (401, "Bearer")
    assert asked("nonsense") == refused
    assert asked(token) == (200, "")
    cloud.idp.revoke(ALEX.upn)
    assert asked(token) == refused
    later = cloud.signed_in()["access_token"]
    assert asked(later) == (200, "")
    cloud.clock.wait(3601)
    assert asked(later) == refused
    without = cloud.signed_in(scope="Device.Read")["access_token"]
    assert asked(without) == (403, 'Bearer error="insufficient_scope"')


def test_an_answer_can_travel_in_the_fragment_and_the_life_of_access_tokens_can_be_set():
    asked = address(redirect_uri=f"{SPA}/spa.html?a=b", response_mode="fragment", state="a state", prompt="none")
    place = urlsplit(Cloud().http.get(asked).headers["location"])
    assert (place.path, place.query) == ("/spa.html", "a=b")
    told = parse_qs(place.fragment)
    assert (told["error"], told["state"]) == (["login_required"], ["a state"])
    assert Cloud(settings={"access_lifetime": 30}).signed_in()["expires_in"] == 30


@pytest.mark.witness("sign-in endpoint", "GET|POST /{tenant}/oauth2/v2.0/logout", "D 9.1")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_after_signing_out_a_browser_goes_back_to_an_app_of_this_machine_only(method):
    http = Cloud().http

    def left(uri: str) -> httpx.Response:
        said = {"post_logout_redirect_uri": uri, "state": "s"}
        more = {"params": said} if method == "GET" else {"data": said}
        return http.request(method, "/consumers/oauth2/v2.0/logout", **more)

    back = left(f"{SPA}/bye?x=1")
    assert (back.status_code, back.headers["location"]) == (303, f"{SPA}/bye?x=1&state=s")
    assert "romekit_form" in back.headers["set-cookie"]
    for uri in ("https://evil.example", "http://localhost.evil.example/", "javascript:alert(1)", "//evil.example"):
        assert "You are signed out" in left(uri).text


def test_one_address_begins_so_many_sign_ins_only_and_others_go_on(cloud: Cloud):
    cloud.transport._app = suspending(cloud.transport._app)
    began = [cloud.http.post(DEVICE_CODE, data={"client_id": "a", "scope": ASKED}) for _ in range(251)]
    refused = began.pop()
    assert {answer.status_code for answer in began} == {200}
    assert (refused.status_code, refused.json()["error"]) == (429, "temporarily_unavailable")
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    cloud.clock.wait(float(refused.headers["retry-after"]))
    assert "user_code" in cloud.device()


def test_one_sign_in_is_renewed_so_often_only():
    cloud = Cloud(settings={"rotate": False})
    token = cloud.signed_in()["refresh_token"]
    answers = [cloud.token(grant_type="refresh_token", refresh_token=token).status_code for _ in range(122)]
    assert answers == [200] * 120 + [429] * 2
