"""Signing in with a browser: MSAL's own flow, the stub's own pages, and a person without JavaScript."""

import json

import httpx
import msal
import pytest

from romekit.auth.session import sign_in_by_browser
from romekit.cloud.http.in_process import InProcessTransport
from romekit.core.endpoints import EMBEDDED
from romekit.core.errors import Busy, SignInDeclined, SignInExpired, SignInNeeded, Unreachable, Unreadable
from romekit.lab.lab import Lab
from tests.cloud.browser import Browser


class Person:
    """Stands where MSAL waits for the browser to come back: opens the page and clicks through it."""

    def __init__(self, lab, button="allow", **changes):
        self._lab, self._button, self._changes = lab, button, changes

    def get_auth_response(self, auth_uri=None, **_):
        with httpx.Client(transport=InProcessTransport(self._lab.stub.app)) as http:
            browser = Browser(http)
            browser.open(auth_uri)
            browser.send(upn=self._lab.person.upn)
            return {**browser.send(self._button).fields, **self._changes}


class Lost:
    def __init__(self, problem):
        self.problem = problem

    def get_auth_response(self, **_):
        raise self.problem


@pytest.fixture
def lab():
    return Lab()


def signed_in(lab, receiver):
    return sign_in_by_browser(lab.msal_app(), EMBEDDED, auth_code_receiver=receiver, port=51234)


def test_a_person_signs_in_and_is_served(lab):
    session = signed_in(lab, Person(lab))
    assert session.account == "alex@romekit.example"
    assert len(lab.rome(session).devices()) == 7


@pytest.mark.parametrize(
    ("clicks", "error"),
    [({"button": "deny"}, SignInDeclined), ({"state": "somebody elses"}, SignInNeeded)],
    ids=["no", "an answer to another sign-in"],
)
def test_a_refusal_is_believed_and_an_answer_to_another_sign_in_is_refused(lab, clicks, error):
    with pytest.raises(error, match="refused|does not belong to this sign-in"):
        signed_in(lab, Person(lab, **clicks))


def test_tokens_for_another_sign_in_are_forgotten(lab, monkeypatch):
    app = lab.msal_app()

    def answers_another(*_, **__):
        flow = app.initiate_device_flow(list(EMBEDDED.scopes))
        lab.stub.identity.approve(flow["user_code"], lab.person.upn)
        flow["latest_attempt_at"] = 0
        app.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)
        assert app.get_accounts()
        raise RuntimeError("The nonce in id token did not match")

    monkeypatch.setattr(app, "acquire_token_interactive", answers_another)
    with pytest.raises(SignInNeeded, match="does not belong to this sign-in"):
        sign_in_by_browser(app, EMBEDDED)
    assert app.get_accounts() == []


@pytest.mark.parametrize(
    ("problem", "error", "said"),
    [
        (msal.BrowserInteractionTimeoutError("too long"), SignInExpired, "did not come back in time"),
        (OSError(98, "in use"), Unreachable, "in use"),
        (httpx.ConnectError("down"), Unreachable, "down"),
        (KeyError("x"), Busy, "failed: KeyError"),
        (json.JSONDecodeError("no", "<html>", 0), Unreadable, "not an identity provider"),
    ],
)
def test_whatever_stops_it_is_told_in_our_words(lab, problem, error, said):
    with pytest.raises(error, match=said):
        signed_in(lab, Lost(problem))
