"""Who is asking, and may they? Device commands are for personal accounts, with `Device.Read` or `Device.Command`.

Work accounts and apps without a person are refused (dossier 6), tokens are checked without a look-up, and each refusal
uses the words that were seen in the wild (dossier 7.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from romekit.cloud.graph.messages import GraphRequest, Refused
from romekit.cloud.identity.tokens import BadToken, unseal

AUDIENCES: Final = frozenset({"https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000"})
CHALLENGE: Final = (
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
    'client_id="00000003-0000-0000-c000-000000000000"'
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The person a token speaks for, and what the app may do in their name."""

    id: str
    upn: str
    scopes: frozenset[str]
    app: str = ""


def caller_of(asked: GraphRequest, key: bytes) -> Caller:
    """The caller an Authorization header names; Refused with 401 when it names none."""
    claims, caller = _read(asked.headers.get("authorization", ""), key)
    _check(claims, asked.at)
    return caller


@lru_cache(maxsize=1024)
def _read(header: str, key: bytes) -> tuple[Mapping[str, Any], Caller]:
    """What a header says, and for whom. The same ones come again and again; what is refused here is not remembered."""
    word, _, token = header.partition(" ")
    if not header.strip() or not token.strip():
        raise _unauthenticated("Access token is empty.")
    if word.lower() != "bearer":
        raise _unauthenticated("CompactToken parsing failed with error code: 80049217")
    try:
        claims = unseal(token.strip(), key)
    except BadToken:
        raise _unauthenticated("CompactToken parsing failed with error code: 80049217") from None
    scopes = frozenset(claims.get("scp", ()))
    return claims, Caller(str(claims.get("sub", "")), str(claims.get("upn", "")), scopes, str(claims.get("appid", "")))


def _check(claims: Mapping[str, Any], now: float) -> None:
    whose = str(claims.get("upn", ""))
    if claims.get("aud") not in AUDIENCES:
        raise _unauthenticated("Access token validation failure. Invalid audience.", whose)
    if claims.get("exp", 0.0) <= now:
        raise _unauthenticated("CompactToken validation failed with reason code: 80049228.", whose)
    if claims.get("idtyp") == "app":
        raise Refused(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
    if claims.get("acct") != "personal":
        raise Refused(
            403,
            "AccessDenied",
            "Device commands are for personal Microsoft accounts; this is a work or school account.",
        )


def need(caller: Caller, scope: str) -> None:
    """Refuse with 403 a caller whose token lacks the scope."""
    if scope not in caller.scopes:
        raise Refused(
            403,
            "Authorization_RequestDenied",
            f"Insufficient privileges to complete the operation. It needs the scope {scope}.",
        )


def _unauthenticated(message: str, whose: str = "") -> Refused:
    refused = Refused(401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": CHALLENGE})
    refused.account = whose
    return refused
