"""How the identity provider says no: Microsoft's words and numbers, as a table (dossier 9.3, msal-recipes 8).

Clients are to look at `error` only; the AADSTS number and its sentence are for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any, Final

from romekit.core.errors import Busy

#: By OAuth error and our name: Microsoft's number and sentence. Words in braces are filled in where it is raised.
TEXTS: Final = {
    "invalid_request": {
        "missing": "900144 The request body must contain the following parameter: '{name}'.",
        "repeated": "9000411 The request is not properly formatted. The parameter '{name}' is duplicated.",
        "unreadable": "900561 The request cannot be read: {why}.",
        "too_large": "900561 The request has more bytes than are read here.",
        "no_tenant": "90002 Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID. This cloud"
        " knows consumers, common, organizations and contoso.example.",
        "bad_redirect": "50011 The redirect URI '{redirect}' specified in the request does not match the redirect URIs"
        " configured for the application.",
        "bad_response_mode": "70007 '{value}' is not a supported value of 'response_mode'.",
        "no_pkce": "9002325 Proof Key for Code Exchange (a code_challenge with method S256) is required.",
    },
    "unauthorized_client": {"no_client": "700016 Application with identifier '{client}' was not found."},
    "invalid_client": {
        "secret_needed": "7000218 The request body must contain the following parameter: 'client_assertion' or "
        "'client_secret'. This cloud knows public apps only, which act for a person who signs in.",
        "secret_refused": "700025 Client is public so neither 'client_assertion' nor 'client_secret' should be "
        "presented.",
        "bad_client_authentication": "7000215 An app names itself by client_id, or by HTTP Basic without a secret.",
    },
    "unsupported_grant_type": {"no_grant_type": "70003 The app requested an unsupported grant type '{grant}'."},
    "invalid_scope": {
        "bad_scope": "70011 The provided value for the input parameter 'scope' isn't valid. The scope {scope} isn't "
        "valid{why}.",
    },
    "authorization_pending": {
        "pending": "70016 OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
    },
    "slow_down": {"slow_down": "70016 Authorization is pending. Poll less often, 5 seconds more each time."},
    "temporarily_unavailable": {
        "too_many": "90055 {why}",
        "not_kept": "90033 A transient error has occurred. Please try again. {why}",
    },
    "authorization_declined": {"declined": "65004 User declined to consent to access the app."},
    "access_denied": {"denied": "65004 User declined to consent to access the app."},
    "bad_verification_code": {
        "bad_device_code": "70018 Invalid verification code: the device code is not known or has been used.",
    },
    "expired_token": {"device_code_expired": "70019 Verification code expired. Have the user retry the sign-in."},
    "invalid_grant": {
        "bad_code": "70000 The provided value for the input parameter 'code' or 'refresh_token' is not valid.",
        "code_expired": "70008 The provided authorization code or refresh token has expired due to inactivity.",
        "code_redeemed": "54005 OAuth2 Authorization code was already redeemed, please retry with a new valid code or "
        "use an existing refresh token.",
        "token_reused": "70000 The refresh token was replaced by a newer one and cannot be used again.",
        "revoked": "50173 The provided grant has expired due to it being revoked, a fresh auth token is needed.",
        "other_client": "70000 The provided grant was issued to another client.",
        "other_redirect": "500112 The reply address does not match the reply address provided when requesting "
        "Authorization code.",
        "bad_verifier": "501481 The Code_Verifier does not match the code_challenge supplied in the authorization "
        "request.",
        "no_consent": "65001 The user or administrator has not consented to use the application. Send an interactive "
        "authorization request for this user and resource.",
        "work_account": "50020 User account from identity provider 'Contoso' does not exist in tenant 'Microsoft "
        "Accounts' and cannot access the application. Sign in with a personal Microsoft account.",
        "personal_account": "500200 User account is a personal Microsoft account. Personal Microsoft accounts are not "
        "supported for this application unless explicitly invited to an organization.",
    },
    "unsupported_response_type": {"bad_response_type": "700054 response_type '{value}' is not enabled."},
    "login_required": {"nobody_signed_in": "50058 A silent sign-in request was sent but no user is signed in."},
}
#: The HTTP statuses that are not 400: by our name, or else by OAuth error.
STATUSES: Final = {"too_large": 413, "too_many": 429, "not_kept": 503, "invalid_client": 401}
SUBERRORS: Final = {
    "token_reused": "bad_token",
    "revoked": "bad_token",
    "other_client": "client_mismatch",
    "no_consent": "consent_required",
}
#: What goes with a status: nobody reads the rest of a body that is too large.
HEADERS: Final = {413: {"Connection": "close"}, 503: {"Retry-After": "1"}}


@dataclass(frozen=True, slots=True)
class OAuthError:
    """One kind of refusal."""

    error: str
    number: int
    text: str
    status: int
    suberror: str


def _problem(error: str, name: str, row: str) -> OAuthError:
    number, _, text = row.partition(" ")
    status = STATUSES.get(name) or STATUSES.get(error, 400)
    return OAuthError(error, int(number), text, status, SUBERRORS.get(name, ""))


PROBLEMS: Final = {name: _problem(error, name, row) for error, rows in TEXTS.items() for name, row in rows.items()}


class SignInRefused(Exception):
    """An answer of the identity provider that is not a success."""

    def __init__(self, problem: OAuthError, text: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.problem = problem
        self.text = text
        self.headers = headers or {}


def refuse(name: str, /, **words: str) -> SignInRefused:
    problem = PROBLEMS[name]
    return SignInRefused(problem, problem.text.format(**words), HEADERS.get(problem.status))


def too_many(busy: Busy) -> SignInRefused:
    refused = refuse("too_many", why=str(busy))
    refused.headers = {"Retry-After": str(ceil(busy.retry_after or 1))}
    return refused


def description(refused: SignInRefused, now: float, trace: str, correlation: str) -> str:
    """The `error_description`: number, sentence and what support would ask for."""
    return (
        f"AADSTS{refused.problem.number}: {refused.text}\r\nTrace ID: {trace}\r\n"
        f"Correlation ID: {correlation}\r\nTimestamp: {_stamp(now)}"
    )


def as_body(refused: SignInRefused, now: float, trace: str, correlation: str, base: str) -> dict[str, Any]:
    problem = refused.problem
    body = {
        "error": problem.error,
        "error_description": description(refused, now, trace, correlation),
        "error_codes": [problem.number],
        "timestamp": _stamp(now),
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"{base}/error?code={problem.number}",
    }
    return body | ({"suberror": problem.suberror} if problem.suberror else {})


def _stamp(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
