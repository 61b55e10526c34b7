"""The browser flow: MSAL's two steps, and a person without JavaScript in between (msal-recipes 2.2)."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from romekit.cloud.engine.people import ALEX, SAM, WREN
from romekit.cloud.identity.redirect import origin_of
from romekit.cloud.identity.tokens import unseal
from tests.cloud.browser import Browser, Page
from tests.cloud.support import CLIENT, DEVICES, KEY, Cloud

BACK = "http://localhost:51234"
VERIFIER = "v" * 50
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "client_id": CLIENT,
    "response_type": "code",
    "redirect_uri": BACK,
    "scope": "openid profile offline_access Device.Read",
    "state": "xyz",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def address(tenant: str = "consumers", **changes: str | None) -> str:
    asked = {name: value for name, value in (ASKED | changes).items() if value is not None}
    return f"/{tenant}/oauth2/v2.0/authorize?{httpx.QueryParams(asked)}"


def opened(**changes: str | None) -> Page:
    """The page at an address of a cloud of its own."""
    return Browser(Cloud().browser()).open(address(**changes))


def agree(cloud: Cloud, url: str, upn: str = ALEX.upn, button: str = "allow") -> Page:
    browser = Browser(cloud.browser())
    browser.open(url)
    browser.send(upn=upn)
    return browser.send(button)


def answer_of(page: Page) -> dict[str, str]:
    """What a redirect brings back to the app."""
    assert page.response.status_code == 303
    location = page.response.headers["location"]
    assert location.startswith(BACK + "?")
    return dict(parse_qsl(urlsplit(location).query))


def code_for(cloud: Cloud, tenant: str = "consumers", upn: str = ALEX.upn) -> str:
    return answer_of(agree(cloud, address(tenant), upn))["code"]


def begun(cloud: Cloud, button: str = "allow") -> tuple[Any, dict[str, Any], dict[str, str]]:
    """MSAL, the flow it has begun, and what comes back to it when a person has pressed the button."""
    app = cloud.app()
    flow = app.initiate_auth_code_flow(DEVICES, redirect_uri=BACK, response_mode="form_post")
    back = agree(cloud, flow["auth_uri"], button=button)
    assert (back.action, back.method) == (BACK, "post")
    return app, flow, back.fields


def redeem(cloud: Cloud, code: str, tenant: str = "consumers", **changes: str) -> httpx.Response:
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    return cloud.token(tenant, **(fields | changes))


@pytest.mark.witness("sign-in endpoint", "GET|POST /{tenant}/oauth2/v2.0/authorize", "D 9.1")
def test_msal_signs_a_person_in_through_the_browser_and_refuses_a_state_that_is_not_its_own(cloud: Cloud) -> None:
    app, flow, back = begun(cloud)
    with pytest.raises(ValueError, match="state"):
        app.acquire_token_by_auth_code_flow(flow, back | {"state": "another"})
    answer = app.acquire_token_by_auth_code_flow(flow, back)
    assert answer["id_token_claims"]["preferred_username"] == ALEX.upn
    assert answer["id_token_claims"]["nonce"], "MSAL has checked it"
    again = app.acquire_token_by_auth_code_flow(flow, back)
    assert (again["error"], again["error_codes"]) == ("invalid_grant", [54005])


@pytest.mark.witness("sign-in error", "denied", "I 9.3")
@pytest.mark.witness("header", "sign-in: Location", "X 8.2")
def test_msal_hears_that_the_person_said_no_and_may_have_its_answer_in_the_query(cloud: Cloud) -> None:
    app, flow, back = begun(cloud, "deny")
    heard = app.acquire_token_by_auth_code_flow(flow, back)
    assert heard["error"] == "access_denied"
    assert heard["error_description"].startswith("AADSTS65004: ")
    with pytest.warns(UserWarning, match="response_mode"):
        flow = app.initiate_auth_code_flow(DEVICES, redirect_uri=BACK)
    back = answer_of(agree(cloud, flow["auth_uri"] + "&response_mode=query"))
    assert "access_token" in app.acquire_token_by_auth_code_flow(flow, back)


def test_the_form_that_goes_back_sends_itself_or_is_sent_by_a_button() -> None:
    page = agree(Cloud(), address(response_mode="form_post"))
    assert "document.forms[0].submit()" in page.text
    assert any(tag == "button" for tag, _ in page.tags)
    assert page.fields.keys() == {"code", "state"}
    policy = page.response.headers["content-security-policy"]
    assert f"form-action {BACK};" in policy
    assert "script-src 'sha256-" in policy


@pytest.mark.witness("sign-in error", "code_redeemed", "D 9.3")
def test_a_code_is_redeemed_once_and_the_second_time_ends_the_sign_in(cloud: Cloud) -> None:
    code = code_for(cloud)
    first = redeem(cloud, code).json()
    assert unseal(first["access_token"], KEY)["upn"] == ALEX.upn
    assert redeem(cloud, code).json()["error_codes"] == [54005]
    renewed = cloud.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert renewed["error_codes"] == [50173]


@pytest.mark.witness("sign-in error", "bad_verifier", "D ENTRA error codes")
@pytest.mark.witness("sign-in error", "other_redirect, other_client", "G 9.3")
@pytest.mark.witness("sign-in error", "bad_code", "D 9.3")
def test_a_wrong_verifier_gets_nothing_and_spoils_nothing(cloud: Cloud) -> None:
    code = code_for(cloud)
    assert redeem(cloud, code, code_verifier="w" * 50).json()["error_codes"] == [501481]
    assert redeem(cloud, code, redirect_uri=BACK + "/").json()["error_codes"] == [500112]
    assert redeem(cloud, code, client_id="thief").json()["suberror"] == "client_mismatch"
    assert redeem(cloud, code, code_verifier="").json()["error_codes"] == [900144]
    assert redeem(cloud, "guess").json()["error_codes"] == [70000]
    assert "access_token" in redeem(cloud, code).json()


@pytest.mark.witness("sign-in error", "code_expired", "D 9.3")
def test_a_code_runs_out_after_ten_minutes_and_one_from_before_a_revocation_is_void(cloud: Cloud) -> None:
    code = code_for(cloud)
    cloud.clock.advance(600)
    assert redeem(cloud, code).json()["error_codes"] == [70008]
    code = code_for(cloud, upn=SAM.upn)
    cloud.idp.revoke(SAM.upn)
    assert redeem(cloud, code).json()["error_codes"] == [50173]


def test_two_browsers_at_once_never_mix(cloud: Cloud) -> None:
    one, other = Browser(cloud.browser()), Browser(cloud.browser())
    for browser in (one, other):
        browser.open(address(state="one" if browser is one else "other"))
    one.send(upn=ALEX.upn)
    other.send(upn=SAM.upn)
    back = {"other": answer_of(other.send("allow")), "one": answer_of(one.send("allow"))}
    got = {back[name]["state"]: unseal(redeem(cloud, back[name]["code"]).json()["access_token"], KEY) for name in back}
    assert (got["one"]["upn"], got["other"]["upn"]) == (ALEX.upn, SAM.upn)


def test_who_has_allowed_an_app_is_not_asked_again_unless_it_wants_to_and_a_hint_fills_in_who(
    cloud: Cloud,
) -> None:
    agree(cloud, address())
    browser = Browser(cloud.browser())
    browser.open(address())
    assert "code" in answer_of(browser.send(upn=ALEX.upn))
    browser.open(address(prompt="consent"))
    assert "Allow this app?" in browser.send(upn=ALEX.upn).text
    browser.open(address())
    assert "Allow this app?" in browser.send(upn=SAM.upn).text
    browser.open(address(scope="openid Device.Command"))
    assert "Allow this app?" in browser.send(upn=ALEX.upn).text
    assert opened(login_hint=SAM.upn).fields["upn"] == SAM.upn
    page = agree(Cloud(), address(redirect_uri=BACK + "/cb?a=b"))
    found = parse_qs(urlsplit(page.response.headers["location"]).query)
    assert (found["a"], found["state"]) == (["b"], ["xyz"])


def test_a_work_account_is_refused_on_the_page_at_consumers_and_pages_before_the_app_may_lead_back_to_it(cloud):
    browser = Browser(cloud.browser())
    for page in (browser.open(address()), browser.send(upn=WREN.upn)):
        assert f"form-action 'self' {BACK};" in page.response.headers["content-security-policy"]
        assert page.action == "authorize"
    assert page.response.status_code == 400
    assert "You can't sign in here with a work or school account" in page.text
    browser.send(upn=ALEX.upn)
    assert "code" in answer_of(browser.send("allow")), "another person can be picked"


@pytest.mark.parametrize("tenant", ["common", "organizations"])
def test_a_work_account_signs_in_where_it_belongs(cloud: Cloud, tenant: str) -> None:
    code = code_for(cloud, tenant, WREN.upn)
    assert redeem(cloud, code, "consumers").json()["error_codes"] == [50020]
    assert unseal(redeem(cloud, code, tenant).json()["access_token"], KEY)["acct"] == "work"


@pytest.mark.witness("sign-in error", "bad_response_type, bad_response_mode, nobody_signed_in", "D ENTRA error codes")
@pytest.mark.witness("sign-in error", "no_pkce", "G 9.3")
@pytest.mark.parametrize(
    ("changes", "error", "number"),
    [
        ({"response_type": "id_token"}, "unsupported_response_type", 700054),
        ({"response_type": None}, "invalid_request", 900144),
        ({"response_mode": "pigeon"}, "invalid_request", 70007),
        ({"code_challenge": None}, "invalid_request", 9002325),
        ({"code_challenge": "short"}, "invalid_request", 9002325),
        ({"code_challenge_method": "plain"}, "invalid_request", 9002325),
        ({"code_challenge_method": None}, "invalid_request", 9002325),
        ({"scope": "Mail.Read"}, "invalid_scope", 70011),
        ({"scope": "https://graph.microsoft.com/.default"}, "invalid_scope", 70011),
        ({"scope": None}, "invalid_request", 900144),
        ({"prompt": "none"}, "login_required", 50058),
    ],
)
def test_a_mistake_of_the_app_goes_back_to_it(changes: dict[str, str | None], error: str, number: int) -> None:
    back = answer_of(opened(**changes))
    assert (back["error"], back["state"]) == (error, "xyz")
    assert back["error_description"].startswith(f"AADSTS{number}: ")


NATIVE = "https://login.microsoftonline.com/common/oauth2/nativeclient"
ALLOWED = {
    "http://localhost": "http://localhost",
    "http://localhost/": "http://localhost",
    "http://localhost:1/path?a=b": "http://localhost:1",
    "http://127.0.0.1:65535/": "http://127.0.0.1:65535",
    "HTTPS://LOCALHOST:8443": "https://localhost:8443",
    NATIVE: "https://login.microsoftonline.com",
}
REFUSED = [
    *("https://evil.example/", "http://localhost.evil.example", "http://localhost@evil.example", "http://[::1]:8080"),
    *("http://evil.example@localhost", "http://localhost:99999", "http://localhost:port", "http://localhost#fragment"),
    *("http://localhost\\@evil.example", "http://localhost/\r\nX-Injected: 1", "http://localhost/' ;script-src *"),
    *("http://[", "//localhost", "javascript:alert(1)//localhost", "myapp://localhost", f"{NATIVE}/../x"),
    *("http://löcalhost", "urn:ietf:wg:oauth:2.0:oob"),
]


@pytest.mark.parametrize("uri", ALLOWED)
def test_the_own_machine_may_be_redirected_to(uri: str) -> None:
    assert origin_of(uri) == ALLOWED[uri]


@pytest.mark.witness("sign-in error", "bad_redirect", "D ENTRA error codes")
@pytest.mark.parametrize("uri", REFUSED)
def test_no_other_address_is_ever_redirected_to(uri: str) -> None:
    for changes in ({}, {"scope": "Mail.Read"}, {"prompt": "none"}):
        page = opened(redirect_uri=uri, **changes)
        assert (page.response.status_code, "location" in page.response.headers) == (400, False)
        assert ("AADSTS50011" in page.text, page.headings) == (True, 1)


@pytest.mark.parametrize("remove", ["cookie", "token"])
def test_a_forged_form_does_nothing(cloud: Cloud, remove: str) -> None:
    browser = Browser(cloud.browser())
    browser.open(address())
    browser.send(upn=ALEX.upn)
    forged: dict[str, Any] = {"csrf": ""} if remove == "token" else {}
    if remove == "cookie":
        browser.http.cookies.clear()
    page = browser.send("allow", **forged)
    assert (page.response.status_code, "Nothing was done" in page.text) == (400, True)
    assert cloud.store.read("identity") == []


def test_an_app_may_begin_by_post_and_says_nothing_for_the_person(cloud: Cloud) -> None:
    spoken_for = ASKED | {"upn": ALEX.upn, "decision": "allow", "step": "2"}
    answer = cloud.browser().post("/consumers/oauth2/v2.0/authorize", data=spoken_for)
    assert (answer.status_code, "Who are you?" in answer.text, cloud.store.read("identity")) == (200, True, [])
