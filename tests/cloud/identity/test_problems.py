"""The words and numbers of refusals, typed from Microsoft's documents (dossier 9.3) and held against our table."""

import pytest

from romekit.cloud.identity.problems import PROBLEMS, SignInRefused, as_body, refuse, too_many
from romekit.core.errors import Busy

#: name -> error, AADSTS number, HTTP status, suberror. What has 400 here may also be told on a page or to an app.
MICROSOFTS = {
    "missing": ("invalid_request", 900144, 400, ""),
    "repeated": ("invalid_request", 9000411, 400, ""),
    "unreadable": ("invalid_request", 900561, 400, ""),
    "too_large": ("invalid_request", 900561, 413, ""),
    "no_tenant": ("invalid_request", 90002, 400, ""),
    "no_client": ("unauthorized_client", 700016, 400, ""),
    "secret_needed": ("invalid_client", 7000218, 401, ""),
    "secret_refused": ("invalid_client", 700025, 401, ""),
    "bad_client_authentication": ("invalid_client", 7000215, 401, ""),
    "no_grant_type": ("unsupported_grant_type", 70003, 400, ""),
    "bad_scope": ("invalid_scope", 70011, 400, ""),
    "pending": ("authorization_pending", 70016, 400, ""),
    "slow_down": ("slow_down", 70016, 400, ""),
    "too_many": ("temporarily_unavailable", 90055, 429, ""),
    "declined": ("authorization_declined", 65004, 400, ""),
    "denied": ("access_denied", 65004, 400, ""),
    "bad_device_code": ("bad_verification_code", 70018, 400, ""),
    "device_code_expired": ("expired_token", 70019, 400, ""),
    "bad_code": ("invalid_grant", 70000, 400, ""),
    "code_expired": ("invalid_grant", 70008, 400, ""),
    "code_redeemed": ("invalid_grant", 54005, 400, ""),
    "token_reused": ("invalid_grant", 70000, 400, "bad_token"),
    "revoked": ("invalid_grant", 50173, 400, "bad_token"),
    "other_client": ("invalid_grant", 70000, 400, "client_mismatch"),
    "other_redirect": ("invalid_grant", 500112, 400, ""),
    "bad_verifier": ("invalid_grant", 501481, 400, ""),
    "no_consent": ("invalid_grant", 65001, 400, "consent_required"),
    "work_account": ("invalid_grant", 50020, 400, ""),
    "personal_account": ("invalid_grant", 500200, 400, ""),
    "bad_redirect": ("invalid_request", 50011, 400, ""),
    "bad_response_type": ("unsupported_response_type", 700054, 400, ""),
    "bad_response_mode": ("invalid_request", 70007, 400, ""),
    "no_pkce": ("invalid_request", 9002325, 400, ""),
    "not_kept": ("temporarily_unavailable", 90033, 503, ""),
    "nobody_signed_in": ("login_required", 50058, 400, ""),
}


def test_the_words_and_numbers_of_refusals_are_microsofts():
    told = {name: (each.error, each.number, each.status, each.suberror) for name, each in PROBLEMS.items()}
    assert told == MICROSOFTS


@pytest.mark.witness("sign-in error", "too_many", "I ours")
@pytest.mark.parametrize("name", MICROSOFTS)
def test_a_refusal_says_its_word_and_its_number(name):
    words = dict.fromkeys(("name", "why", "tenant", "client", "grant", "scope", "redirect", "value"), "x")
    refused = refuse(name, **words) if name != "missing" else SignInRefused(PROBLEMS[name], "x")
    error, number, _, suberror = MICROSOFTS[name]
    body = as_body(refused, 0.0, "trace", "correlation", "https://login.example")
    assert (body["error"], body["error_codes"], body.get("suberror", "")) == (error, [number], suberror)
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert body["error_uri"] == f"https://login.example/error?code={number}"


@pytest.mark.witness("header", "sign-in: Retry-After", "D RFC 9110")
def test_what_may_be_tried_again_says_when():
    assert too_many(Busy("Later.", retry_after=12.2)).headers == {"Retry-After": "13"}
    assert refuse("not_kept", why="").headers == {"Retry-After": "1"}
