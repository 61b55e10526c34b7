"""The link page, as a person without JavaScript walks through it, and what every page promises."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from romekit.cloud.engine.people import ALEX, PEOPLE, SAM, WREN, Person
from romekit.core.endpoints import DEMO_CLIENT
from tests.cloud.browser import Browser, Page
from tests.cloud.support import CLIENT, Cloud


def at_step(cloud: Cloud, step: int, flow: dict[str, str] | None = None) -> Browser:
    """A browser that has come to a step of the link page."""
    browser = Browser(cloud.browser())
    browser.open("/link")
    if step > 1:
        browser.send(user_code=(flow or cloud.device())["user_code"])
    if step > 2:
        browser.send(upn=ALEX.upn)
    return browser


def refused(page: Page, *said: str) -> bool:
    """Whether a page refuses, in these words, and is still a page with one heading."""
    assert (page.response.status_code, page.headings) == (400, 1)
    return all(each in page.text for each in said)


@pytest.mark.witness("sign-in endpoint", "GET|POST /link", "U 9.2")
@pytest.mark.witness("header", "sign-in: Set-Cookie", "I ours")
def test_a_person_types_the_code_picks_an_account_and_allows_the_app(cloud: Cloud) -> None:
    flow = cloud.device()
    page = Browser(cloud.browser()).open("/link?otc=abcd-2345")
    assert page.fields["user_code"] == "ABCD2345", "an address can bring the code along"
    cookie = page.response.headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax", "secure"} <= set(cookie.split("; "))
    browser = at_step(cloud, 1)
    assert "Step 1 of 3" in browser.page.text
    assert browser.send(user_code=flow["user_code"].lower()).choices == [person.upn for person in PEOPLE]
    consent = browser.send(upn=ALEX.upn)
    scopes = ("Read your devices", "Communicate with your devices", "Stay signed in")
    for said in (ALEX.name, f"gives itself the id {CLIENT}", *scopes):
        assert said in consent.text
    assert "You are signed in" in browser.send("allow").text
    assert cloud.claims(flow)["upn"] == ALEX.upn


def test_an_app_that_is_known_is_asked_for_by_its_name_and_another_by_the_id_it_gives_itself() -> None:
    cloud = Cloud(settings={"names": {CLIENT: "Weather & Rome"}})
    assert "The app Weather & Rome would like to" in at_step(cloud, 3).page.text
    stranger = at_step(cloud, 3, cloud.device(client_id="<b>Bank</b>")).page
    assert "An app that gives itself the id <b>Bank</b> would like to" in stranger.text
    assert "<b>Bank" not in stranger.response.text
    usual = Cloud()
    assert "The app romekit would like to" in at_step(usual, 3, usual.device(client_id=DEMO_CLIENT)).page.text


def test_nothing_is_decided_before_the_last_button_and_a_person_may_say_no(cloud: Cloud) -> None:
    flow = cloud.device()
    browser = at_step(cloud, 3, flow)
    assert cloud.poll(flow).json()["error"] == "authorization_pending"
    assert "You said no" in browser.send("deny").text
    assert cloud.poll(flow).json()["error"] == "authorization_declined"


@pytest.mark.parametrize("people", [1, 2], ids=["one person with two tabs", "two people"])
def test_two_sign_ins_at_once_never_mix(cloud: Cloud, people: int) -> None:
    flows = [cloud.device(), cloud.device()]
    first = at_step(cloud, 3, flows[0])
    second = Browser(first.http if people == 1 else cloud.browser())
    second.open("/link")
    second.send(user_code=flows[1]["user_code"])
    second.send(upn=SAM.upn)
    for browser in (first, second) if people == 1 else (second, first):
        browser.send("allow")
    assert [cloud.claims(flow)["upn"] for flow in flows] == [ALEX.upn, SAM.upn]


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Type the code"), ("NOSUCH22", "not known here"), ("<b>", "not known here"), ("x" * 1000, "not known here")],
)
def test_a_wrong_code_is_told_at_the_field(typed: str, said: str) -> None:
    page = at_step(Cloud(), 1).send(user_code=typed)
    assert refused(page, said)
    (field,) = [attrs for tag, attrs in page.tags if tag == "input" and attrs.get("id") == "user_code"]
    assert field["aria-invalid"] == "true"
    assert "wrong" in (field["aria-describedby"] or "").split()


def test_a_code_that_ran_out_says_how_to_get_a_new_one_and_who_comes_second_comes_too_late(cloud: Cloud) -> None:
    flow = cloud.device()
    first, second = at_step(cloud, 3, flow), at_step(cloud, 3, flow)
    first.send("allow")
    assert refused(second.send("allow"), "used already")
    browser = at_step(cloud, 3)
    cloud.clock.advance(900)
    assert refused(browser.send("allow"), "run out", "Start the sign-in again")


def test_a_work_account_is_told_that_this_is_not_for_it(cloud: Cloud) -> None:
    page = at_step(cloud, 2).send(upn=WREN.upn)
    said = "You can't sign in here with a work or school account. Use a personal account instead."
    assert refused(page, said)
    assert WREN.upn in page.choices, "and another can be picked right there"


@pytest.mark.parametrize(
    ("picked", "said"),
    [
        ({"upn": ""}, "Pick one of these accounts"),
        ({"upn": "nobody@romekit.example"}, "Pick one of these accounts"),
        ({}, "Pick an account."),
    ],
)
def test_an_account_that_does_not_exist_cannot_be_picked(picked: dict[str, str], said: str) -> None:
    assert refused(at_step(Cloud(), 2).send(**picked), said)


@pytest.mark.parametrize("remove", ["cookie", "token", "both", "another"])
@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_form_without_its_cookie_and_token_does_nothing(cloud: Cloud, remove: str, step: int) -> None:
    flow = cloud.device()
    browser = at_step(cloud, step, flow)
    if remove in ("cookie", "both"):
        browser.http.cookies.clear()
    token = {"token": "", "both": "", "another": at_step(cloud, 1).page.fields["csrf"]}.get(remove)
    forged = {} if token is None else {"csrf": token}
    assert refused(browser.send("allow" if step == 3 else "", **forged), "Nothing was done")
    assert cloud.poll(flow).json()["error"] == "authorization_pending"


def test_names_codes_and_apps_are_escaped() -> None:
    nasty = '"><script>alert(1)</script>'
    mallory = Person("m@romekit.example", nasty)
    cloud = Cloud(people=(mallory,))
    flow = cloud.device(client_id=nasty)
    browser = Browser(cloud.browser())
    pages = [
        browser.open(f"/link?otc={nasty}"),
        browser.send(user_code=flow["user_code"]),
        browser.send(upn=mallory.upn),
        browser.send("allow"),
        browser.open(f"/error?code={nasty}"),
        browser.open(f"/{nasty.replace('/', '')}/oauth2/v2.0/logout"),
        browser.open(f"/consumers/oauth2/v2.0/authorize?client_id=x&redirect_uri=http://evil/{nasty}"),
    ]
    for page in pages:
        assert "<script" not in page.response.text
        assert not any(tag == "script" for tag, _ in page.tags)


def every_page() -> list[tuple[str, Page]]:
    cloud = Cloud()
    code, people, consent = (at_step(cloud, step).page for step in (1, 2, 3))
    done = at_step(cloud, 3).send("allow")
    wrong = at_step(cloud, 1).send(user_code="NOSUCH22")
    browser = Browser(cloud.browser())
    pages = {"code": code, "people": people, "consent": consent, "done": done, "wrong code": wrong}
    pages |= {"error": browser.open("/error?code=70016"), "no error": browser.open("/error")}
    pages |= {"signed out": browser.open("/common/oauth2/v2.0/logout")}
    pages |= {"no request": browser.open("/common/oauth2/v2.0/authorize")}
    return list(pages.items())


@pytest.mark.witness(
    "header", "sign-in: Content-Security-Policy, sign-in: Referrer-Policy, sign-in: X-Content-Type-Options", "I ours"
)
@pytest.mark.parametrize(("name", "page"), every_page(), ids=lambda each: each if isinstance(each, str) else "")
def test_every_page_keeps_its_promises_and_is_locked_down(name: str, page: Page) -> None:
    tags = page.tags
    assert page.headings == 1
    assert ("html", {"lang": "en"}) in tags
    assert "Simulated sign-in: romekit, not Microsoft" in page.text
    assert not any(attrs.get("type") == "password" for _, attrs in tags)
    labels = {attrs.get("for") for tag, attrs in tags if tag == "label"}
    assert all(attrs["id"] in labels for tag, attrs in tags if tag == "input" and attrs.get("type") == "text")
    assert not any("style" in attrs or any(key.startswith("on") for key in attrs) for _, attrs in tags)
    assert not any(str(attrs.get(key, "")).startswith(("/", "http")) for _, attrs in tags for key in ("href", "action"))
    headers = page.response.headers
    policy = headers["content-security-policy"]
    assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert "script-src" not in policy
    said = [headers[name] for name in ("referrer-policy", "x-content-type-options", "cache-control")]
    assert said == ["no-referrer", "nosniff", "no-store"]
    (style,) = re.findall(r"<style>(.*?)</style>", page.response.text, re.DOTALL)
    assert f"style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in policy


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"a=1&a=2", b"x" * 100_000, b"&".join(b"f%d=1" % n for n in range(200)), b"user_code=%00"]
)
@pytest.mark.parametrize("path", ["/link", "/consumers/oauth2/v2.0/authorize", "/nowhere/oauth2/v2.0/authorize"])
def test_no_input_breaks_a_page(path: str, body: bytes) -> None:
    page = Page(Cloud().http.post(path, content=body))
    is_large = len(body) > 65_536 and "nowhere" not in path
    assert (page.response.status_code, page.headings) == (413 if is_large else 400, 1)


@pytest.mark.witness("sign-in endpoint", "GET /error", "D 9.3")
def test_an_error_number_is_explained(cloud: Cloud) -> None:
    refusal = cloud.poll(cloud.device()).json()
    page = Browser(cloud.browser()).open(refusal["error_uri"])
    assert all(said in page.text for said in ("AADSTS70016", "authorization_pending"))
