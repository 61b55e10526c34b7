"""Signing in with a browser: MSAL's own flow, the stub's own pages, and a person without JavaScript."""

import httpx
import pytest

from romekit.auth.browser import sign_in
from romekit.cloud.http.in_process import InProcessTransport
from romekit.core.endpoints import EMBEDDED
from romekit.core.errors import RomeError, SignInDeclined, SignInExpired, SignInNeeded, Unreadable
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
    def get_auth_response(self, **_):
        raise self.problem

    def __init__(self, problem):
        self.problem = problem


@pytest.fixture
def lab():
    return Lab()


def signed_in(lab, receiver):
    return sign_in(lab.msal_app(), EMBEDDED, auth_code_receiver=receiver, port=51234)


def test_a_person_signs_in_and_is_served(lab):
    session = signed_in(lab, Person(lab))
    assert session.account == "alex@romekit.example"
    assert len(lab.rome(session).devices()) == 7


def test_a_person_who_says_no_is_believed(lab):
    with pytest.raises(SignInDeclined):
        signed_in(lab, Person(lab, button="deny"))


def test_an_answer_to_another_sign_in_is_refused(lab):
    with pytest.raises(SignInNeeded, match="does not belong to this sign-in"):
        signed_in(lab, Person(lab, state="somebody elses"))


def test_tokens_for_another_sign_in_are_forgotten(lab, monkeypatch):
    app = lab.msal_app()
    monkeypatch.setattr(app, "acquire_token_interactive", _answers_another(app, lab))
    with pytest.raises(SignInNeeded, match="does not belong to this sign-in"):
        sign_in(app, EMBEDDED)
    assert app.get_accounts() == []


def _answers_another(app, lab):
    def acquire(*_, **__):
        flow = app.initiate_device_flow(list(EMBEDDED.scopes))
        lab.stub.identity.approve(flow["user_code"], lab.person.upn)
        flow["latest_attempt_at"] = 0
        app.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)
        assert app.get_accounts()
        raise RuntimeError("The nonce in id token did not match")

    return acquire


def test_a_browser_that_never_comes_back_is_expired(lab):
    import msal

    with pytest.raises(SignInExpired, match="did not come back in time"):
        signed_in(lab, Lost(msal.BrowserInteractionTimeoutError("too long")))


@pytest.mark.parametrize("problem", [OSError(98, "in use"), httpx.ConnectError("down"), KeyError("x")])
def test_whatever_else_stops_it_is_told_in_our_words(lab, problem):
    with pytest.raises(RomeError):
        signed_in(lab, Lost(problem))


def test_what_is_not_an_identity_provider_is_unreadable(lab):
    import json

    with pytest.raises(Unreadable):
        signed_in(lab, Lost(json.JSONDecodeError("no", "<html>", 0)))
