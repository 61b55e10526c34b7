"""How the identity provider says no: Microsoft's words and numbers, as a table (dossier 9.3, msal-recipes 8).

Clients are to look at `error` only; the AADSTS number and its sentence are for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any, Final

from romekit.core.errors import Busy


@dataclass(frozen=True, slots=True)
class OAuthError:
    """One row: the OAuth error, Microsoft's number, its sentence, and the HTTP status."""

    error: str
    number: int
    text: str
    status: int = 400
    suberror: str = ""


#: Words in braces are filled in where the problem is raised.
PROBLEMS: Final = {
    "missing": OAuthError(
        "invalid_request", 900144, "The request body must contain the following parameter: '{name}'."
    ),
    "repeated": OAuthError(
        "invalid_request", 9000411, "The request is not properly formatted. The parameter '{name}' is duplicated."
    ),
    "unreadable": OAuthError("invalid_request", 900561, "The request cannot be read: {why}."),
    "too_large": OAuthError("invalid_request", 900561, "The request has more bytes than are read here.", status=413),
    "no_tenant": OAuthError(
        "invalid_request",
        90002,
        "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID. "
        "This cloud knows consumers, common, organizations and contoso.example.",
    ),
    "no_client": OAuthError("unauthorized_client", 700016, "Application with identifier '{client}' was not found."),
    "secret_needed": OAuthError(
        "invalid_client",
        7000218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'. "
        "This cloud knows public apps only, which act for a person who signs in.",
        status=401,
    ),
    "secret_refused": OAuthError(
        "invalid_client",
        700025,
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        status=401,
    ),
    "bad_client_authentication": OAuthError(
        "invalid_client", 7000215, "An app names itself by client_id, or by HTTP Basic without a secret.", status=401
    ),
    "no_grant_type": OAuthError(
        "unsupported_grant_type", 70003, "The app requested an unsupported grant type '{grant}'."
    ),
    "bad_scope": OAuthError(
        "invalid_scope",
        70011,
        "The provided value for the input parameter 'scope' isn't valid. The scope {scope} isn't valid{why}.",
    ),
    "pending": OAuthError(
        "authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling."
    ),
    "slow_down": OAuthError("slow_down", 70016, "Authorization is pending. Poll less often, 5 seconds more each time."),
    "too_many": OAuthError("temporarily_unavailable", 90055, "{why}", status=429),
    "declined": OAuthError("authorization_declined", 65004, "User declined to consent to access the app."),
    "denied": OAuthError("access_denied", 65004, "User declined to consent to access the app."),
    "bad_device_code": OAuthError(
        "bad_verification_code", 70018, "Invalid verification code: the device code is not known or has been used."
    ),
    "device_code_expired": OAuthError(
        "expired_token", 70019, "Verification code expired. Have the user retry the sign-in."
    ),
    "bad_code": OAuthError(
        "invalid_grant", 70000, "The provided value for the input parameter 'code' or 'refresh_token' is not valid."
    ),
    "code_expired": OAuthError(
        "invalid_grant", 70008, "The provided authorization code or refresh token has expired due to inactivity."
    ),
    "code_redeemed": OAuthError(
        "invalid_grant",
        54005,
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code "
        "or use an existing refresh token.",
    ),
    "token_reused": OAuthError(
        "invalid_grant",
        70000,
        "The refresh token was replaced by a newer one and cannot be used again.",
        suberror="bad_token",
    ),
    "revoked": OAuthError(
        "invalid_grant",
        50173,
        "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
        suberror="bad_token",
    ),
    "other_client": OAuthError(
        "invalid_grant", 70000, "The provided grant was issued to another client.", suberror="client_mismatch"
    ),
    "other_redirect": OAuthError(
        "invalid_grant",
        500112,
        "The reply address does not match the reply address provided when requesting Authorization code.",
    ),
    "bad_verifier": OAuthError(
        "invalid_grant",
        501481,
        "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
    ),
    "no_consent": OAuthError(
        "invalid_grant",
        65001,
        "The user or administrator has not consented to use the application. "
        "Send an interactive authorization request for this user and resource.",
        suberror="consent_required",
    ),
    "work_account": OAuthError(
        "invalid_grant",
        50020,
        "User account from identity provider 'Contoso' does not exist in tenant 'Microsoft Accounts' "
        "and cannot access the application. Sign in with a personal Microsoft account.",
    ),
    "personal_account": OAuthError(
        "invalid_grant",
        500200,
        "User account is a personal Microsoft account. Personal Microsoft accounts are not supported "
        "for this application unless explicitly invited to an organization.",
    ),
    "bad_redirect": OAuthError(
        "invalid_request",
        50011,
        "The redirect URI '{redirect}' specified in the request does not match the redirect URIs "
        "configured for the application.",
    ),
    "bad_response_type": OAuthError("unsupported_response_type", 700054, "response_type '{value}' is not enabled."),
    "bad_response_mode": OAuthError("invalid_request", 70007, "'{value}' is not a supported value of 'response_mode'."),
    "no_pkce": OAuthError(
        "invalid_request", 9002325, "Proof Key for Code Exchange (a code_challenge with method S256) is required."
    ),
    "not_kept": OAuthError(
        "temporarily_unavailable", 90033, "A transient error has occurred. Please try again. {why}", status=503
    ),
    "nobody_signed_in": OAuthError(
        "login_required", 50058, "A silent sign-in request was sent but no user is signed in."
    ),
}


#: What goes with a status: nobody reads the rest of a body that is too large.
HEADERS: Final = {413: {"Connection": "close"}, 503: {"Retry-After": "1"}}


class SignInRefused(Exception):
    """An answer of the identity provider that is not a success."""

    def __init__(self, problem: OAuthError, text: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.problem = problem
        self.text = text
        self.headers = headers or {}


def refuse(name: str, /, **words: str) -> SignInRefused:
    """The problem with this name, its sentence filled in."""
    problem = PROBLEMS[name]
    return SignInRefused(problem, problem.text.format(**words), HEADERS.get(problem.status))


def too_many(busy: Busy) -> SignInRefused:
    """The refusal of somebody who asks too often."""
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
    """The JSON of a refusal."""
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
