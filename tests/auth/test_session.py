"""A session: tokens on demand, renewed in silence; a person only when one is needed; and what MSAL's answers mean."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest

from romekit.auth.session import ERRORS, Session, error_of, problem_of
from romekit.cloud.identity.context import IdentitySettings
from romekit.core.endpoints import EMBEDDED
from romekit.core.errors import Busy, ConsentNeeded, SignInNeeded, Unreachable, Unreadable
from tests.auth.wires import Provider


@pytest.fixture
def session(provider):
    return provider.session()


def test_a_token_is_handed_out_without_asking_anybody_and_a_refused_one_renewed_once(provider, session):
    first = session.token()
    assert repr(session) == "Session(alex@romekit.example)"
    asked = len(provider.wire.asked)
    assert {session.token() for _ in range(100)} == {first}
    assert len(provider.wire.asked) == asked
    old, polls = session.token(), provider.wire.polls
    new = session.token(refused=old)
    assert new != old
    assert session.token() == session.token(refused=old) == new
    assert provider.wire.polls == polls + 1


def test_threads_refused_with_the_same_token_renew_it_once(provider, session):
    old, polls, ready = session.token(), provider.wire.polls, Barrier(8)
    with ThreadPoolExecutor(8) as threads:
        tokens = [*threads.map(lambda _: ready.wait() is not None and session.token(refused=old), range(8))]
    assert (len(tokens), len(set(tokens))) == (8, 1)
    assert provider.wire.polls == polls + 1


@pytest.mark.parametrize("spelling", ["asked", "short", "full"])
def test_scopes_granted_in_another_spelling_are_found_again(spelling):
    provider = Provider()
    provider.lab.stub.identity.settings = IdentitySettings(response_scope=spelling)
    session = provider.session()
    polls = provider.wire.polls
    session.token()
    assert provider.wire.polls == polls
    assert provider.lab.rome(session).devices()


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (httpx.ConnectError("down"), Unreachable),
        (httpx.Response(503), Busy),
        (httpx.Response(400, json={"error": "invalid_grant", "error_description": "bad token"}), SignInNeeded),
        (httpx.Response(400, json={"error": "invalid_grant", "suberror": "consent_required"}), ConsentNeeded),
    ],
)
def test_a_renewal_that_fails_says_why_and_may_be_tried_again_at_once(provider, session, trouble, error):
    old = session.token()
    provider.wire.trouble = [trouble]
    with pytest.raises(error):
        session.token(refused=old)
    assert session.token(refused=old) != old


def test_after_signing_out_there_is_no_token_and_somebody_without_a_name_is_somebody(provider, session):
    session.token()
    session.sign_out()
    session.sign_out()
    with pytest.raises(SignInNeeded, match="Nobody is signed in"):
        session.token()
    assert session._token == ""
    session = Session(provider.app(), EMBEDDED.scopes, {"access_token": "x", "scope": ""})
    assert (session.account, session.name) == ("somebody", "somebody")
    with pytest.raises(SignInNeeded):
        session.token()


@pytest.mark.parametrize(("word", "error"), sorted(ERRORS.items()))
def test_each_word_has_its_error(word, error):
    told = error_of({"error": word, "error_description": "AADSTS1: Because of this.\r\nTrace ID: 1\r\nTimestamp: 2"})
    assert type(told) is error
    assert told.code == word
    assert str(told).startswith("The sign-in was refused: AADSTS1: Because of this. ")
    assert "Trace" not in str(told)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({}, SignInNeeded),
        ({"error": "brand_new"}, SignInNeeded),
        ({"error": "x", "error_description": ""}, SignInNeeded),
        ({"error": None}, SignInNeeded),
        ({"error": "invalid_grant", "suberror": "consent_required"}, ConsentNeeded),
    ],
)
def test_a_word_nobody_knows_means_to_sign_in_again_and_a_missing_consent_is_told(answer, error):
    assert type(error_of(answer)) is error
    assert "refused: " in str(error_of(answer))


@pytest.mark.parametrize(
    ("problem", "error"),
    [
        (httpx.ConnectError("down"), Unreachable),
        (httpx.ReadTimeout(""), Unreachable),
        (OSError(98, "Address already in use"), Unreachable),
        (json.JSONDecodeError("no", "<html>", 0), Unreadable),
        (ValueError("Unable to get authority configuration"), Unreadable),
        (RuntimeError("HTTP Error: 503"), Busy),
    ],
)
def test_what_msal_lets_through_is_told_in_our_words(problem, error):
    told = problem_of(problem)
    assert type(told) is error
    assert problem_of(told) is told
