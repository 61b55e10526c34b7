"""JavaScript clients from npm: msal-node with Graph's own client, openid-client, and msal-browser in a page."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import running
from tests.judges.judge import assert_the_journey, assert_the_sign_in, report_of, served
from tests.judges.node import clients

PERSON, ANOTHER = "alex@romekit.example", "sam@romekit.example"


@pytest.fixture(scope="module")
def folder():
    return clients()


@pytest.fixture(scope="module", params=["msal_node.mjs", "openid_client.mjs"])
def seen(request, folder, certificate):
    """The report of one journey; the certificate is trusted as Node's documentation says."""
    with served(certificate) as address:
        return report_of("node", str(folder / request.param), address=address, verify=certificate)


def test_it_is_signed_in_by_the_issuer_it_asked_renews_in_silence_and_plays_the_whole_journey(seen):
    assert_the_journey(seen)
    assert_the_sign_in(seen)


@pytest.fixture(scope="module")
def spa(folder):
    """The page of a single-page app, on an origin of its own."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/spa.html"
        server.shutdown()


@pytest.fixture
def page(spa, address):
    """The app in Chromium, whose person has accepted the certificate of this machine."""
    with running() as browser:
        context = browser.new_context(ignore_https_errors=True)
        page = context.new_page()
        page.goto(f"{spa}?cloud={address}")
        page.wait_for_function("window.play !== undefined")
        yield page


def sign_in(page: Page, person: str) -> None:
    """What the person does on the pages of the identity provider."""
    page.get_by_text(person).first.click()
    page.get_by_role("button", name="Continue").or_(page.get_by_role("button", name="Next")).first.click()
    page.get_by_role("button", name="Allow").first.click()


def test_msal_browser_signs_in_by_popup_renews_in_silence_and_plays_the_journey(page, address):
    with page.expect_popup() as opened:
        page.evaluate("void (window.signedIn = window.popup())")
    sign_in(opened.value, PERSON)
    assert page.evaluate("window.signedIn") == PERSON
    silent = page.evaluate("window.silent()")
    assert (silent["cached"], silent["renewed"]) == (True, True)
    assert silent["issuer"].startswith(f"{address}/")
    assert_the_journey(page.evaluate("window.play()"))


def test_msal_browser_signs_in_by_redirect(page):
    with page.expect_navigation():
        page.evaluate("void window.redirect()")
    sign_in(page, ANOTHER)
    # The answer lands on one page and is redeemed on the next: a function that is waited for outlives the change.
    page.wait_for_function(f"window.returned === '{ANOTHER}'")
