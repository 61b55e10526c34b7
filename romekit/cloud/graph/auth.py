"""Authorization: who is asking, and what they may do.

Device commands are for personal accounts, with `Device.Read` or `Device.Command`. Work accounts and apps without a
person are refused (dossier 6). Tokens are checked without a look-up, and each refusal uses the words that were seen in
the wild (dossier 7.1). A Policy can refuse more than a token does; a class has one of its own (classroom/policy.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from romekit.cloud.graph.messages import GraphRequest, GraphResponse, Refused
from romekit.cloud.identity.tokens import BadToken, unseal

GRAPH: Final = "00000003-0000-0000-c000-000000000000"
AUDIENCES: Final = frozenset({"https://graph.microsoft.com", GRAPH})


@dataclass(frozen=True, slots=True)
class Caller:
    """The person a token speaks for, and what the app may do in their name."""

    id: str
    upn: str
    scopes: frozenset[str]
    app: str = ""
    name: str = ""


def caller_of(request: GraphRequest, key: bytes) -> Caller:
    """The caller an Authorization header names; Refused with 401 when it names none, with 400 for two of them."""
    header = request.headers.get("authorization", "")
    if "\n" in header:  # what separates two lines of this header (http/application.py)
        raise Refused(400, "BadRequest", "The Authorization header is there twice. Send it once.")
    try:
        claims, caller = _read(header, key)
        _check(claims, request.at)
    except Refused as refused:
        if refused.status == 401:  # where a token is to be had, and whether one was there that is refused (RFC 6750, 3)
            address = f"{request.base.rpartition('/')[0]}/common/oauth2/v2.0/authorize"
            error = ', error="invalid_token"' if header.lower().startswith("bearer ") else ""
            challenge = f'Bearer realm="", authorization_uri="{address}", client_id="{GRAPH}"{error}'
            refused.headers["WWW-Authenticate"] = challenge
        raise
    return caller


@lru_cache(maxsize=1024)
def _read(header: str, key: bytes) -> tuple[Mapping[str, Any], Caller]:
    """The claims of a header and its caller. Cached, as clients send the same header again and again."""
    word, _, token = header.partition(" ")
    if not token.strip():
        raise _unauthenticated("Access token is empty.")
    if word.lower() != "bearer":
        raise _unauthenticated("CompactToken parsing failed with error code: 80049217")
    try:
        claims = unseal(token.strip(), key)
    except BadToken:
        raise _unauthenticated("CompactToken parsing failed with error code: 80049217") from None
    scopes = frozenset(claims.get("scp", ()))
    id_, upn, app, name = [str(claims.get(each, "")) for each in ("sub", "upn", "appid", "name")]
    return claims, Caller(id_, upn, scopes, app, name)


def _check(claims: Mapping[str, Any], now: float) -> None:
    account = str(claims.get("upn", ""))
    if claims.get("aud") not in AUDIENCES:
        raise _unauthenticated("Access token validation failure. Invalid audience.", account)
    if claims.get("exp", 0.0) <= now:
        raise _unauthenticated("CompactToken validation failed with reason code: 80049228.", account)
    if claims.get("idtyp") == "app":
        raise Refused(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
    if claims.get("acct") != "personal":
        words = "Device commands are for personal Microsoft accounts; this is a work or school account."
        raise Refused(403, "AccessDenied", words)


def need(caller: Caller, scope: str) -> None:
    """Refuse with 403 a caller whose token lacks the scope."""
    if scope not in caller.scopes:
        message = f"Insufficient privileges to complete the operation. It needs the scope {scope}."
        challenge = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
        raise Refused(403, "Authorization_RequestDenied", message, headers=challenge)


def _unauthenticated(message: str, account: str = "") -> Refused:
    return Refused(401, "InvalidAuthenticationToken", message, account=account)


class Policy:
    """What a server allows beside what tokens say, and how its devices' time runs. By itself it allows everything."""

    def enter(self, caller: Caller, request: GraphRequest) -> None:
        """Refused, if this caller may not use the server (any more)."""

    def allow(self, caller: Caller, operation: str, request: GraphRequest) -> None:
        """Refused, if the caller has used up their share of this operation (the name of its handler)."""

    def let_write(self, account: str) -> None:
        """Refused, if the account's space is full."""

    def hold(self, account: str) -> Callable[[], None]:
        """Count a held request of this account until the result is called; Refused, if it is one too many."""
        return lambda: None

    def wall_at(self, time: float) -> float:
        """When on the wall clock the devices' time will be this; infinity if it stands still."""
        return time

    def watch(self, notify: Callable[[], object]) -> Callable[[], None]:
        """Call `notify` when a rule changes that held requests depend on, until the result is called."""
        return lambda: None

    def says(self) -> str:
        """A message to show above everybody's devices."""
        return ""

    def about(self, caller: Caller) -> GraphResponse:
        """What a caller may know about the rules."""
        raise Refused(404, "itemNotFound", "There is no class on this server. Its operator opens one with --class.")
