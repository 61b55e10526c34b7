"""What MSAL's answers mean."""

import json

import httpx
import pytest

from romekit.auth.session import ERRORS, error_of, problem_of
from romekit.core.errors import Busy, ConsentNeeded, SignInNeeded, Unreachable, Unreadable


@pytest.mark.parametrize(("word", "error"), sorted(ERRORS.items()))
def test_each_word_has_its_error(word, error):
    told = error_of({"error": word, "error_description": "AADSTS1: Because of this.\r\nTrace ID: 1\r\nTimestamp: 2"})
    assert type(told) is error
    assert told.code == word
    assert str(told).startswith("The sign-in was refused: AADSTS1: Because of this. ")
    assert "Trace" not in str(told)


def test_a_missing_consent_is_told_whatever_the_word():
    assert type(error_of({"error": "invalid_grant", "suberror": "consent_required"})) is ConsentNeeded


@pytest.mark.parametrize(
    "answer", [{}, {"error": "brand_new"}, {"error": "x", "error_description": ""}, {"error": None}]
)
def test_a_word_nobody_knows_means_to_sign_in_again(answer):
    assert type(error_of(answer)) is SignInNeeded
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
    assert type(problem_of(problem)) is error


def test_an_error_of_ours_stays_itself():
    ours = SignInNeeded("so")
    assert problem_of(ours) is ours
