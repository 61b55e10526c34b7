"""Tokens: what an app gets for a grant (dossier 9.4), and how access tokens are sealed and read.

Access tokens are claims, sealed with a key that the servers share, so nobody has to look one up. They look like those
of personal accounts, `EwB…` without dots (dossier 9.5), so that a client that tries to decode one fails here as it
would with Microsoft. They are sealed against change, not against reading: there is no secret inside.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Collection
from hashlib import sha256
from typing import Any, Final

from romekit.cloud.engine.identity.tokens import Grant
from romekit.cloud.engine.people import Person
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.keys import base64url
from romekit.cloud.identity.problems import refuse
from romekit.cloud.identity.scopes import GRAPH, WORDS, Scopes, scopes_of

PREFIX: Final = "EwB"
SEAL: Final = 32
#: Longer ones are not read at all; ours have about 600 characters.
LONGEST: Final = 8192

_written = json.JSONEncoder(separators=(",", ":")).encode


class BadToken(ValueError):
    """This is not an access token of ours, or not any more what it was."""


def seal(claims: dict[str, Any], key: bytes) -> str:
    said = _written(claims).encode()
    # Blanks up to a multiple of three bytes: then base64 has no padding and no spare bits, and one spelling only.
    said += b" " * (-(SEAL + len(said)) % 3)
    return PREFIX + b64encode(hmac.digest(key, said, "sha256") + said).decode()


def unseal(token: str, key: bytes) -> dict[str, Any]:
    """The claims of a token; BadToken if it was not sealed with this key. When it ends, the caller checks."""
    is_like_ours = token.startswith(PREFIX) and len(token) <= LONGEST
    try:
        raw = b64decode(token[len(PREFIX) :], validate=True) if is_like_ours else b""
    except ValueError:
        raw = b""
    said = raw[SEAL:]
    if not hmac.compare_digest(raw[:SEAL], hmac.digest(key, said, "sha256")):
        raise BadToken("This is no access token of this identity provider, or it was changed.")
    claims: dict[str, Any] = json.loads(said)
    return claims


def token_answer(context: IdentityContext, grant: Grant, issuer: str, with_client_info: bool) -> dict[str, Any]:
    """The JSON of a token answer; `issuer` is the address whose token endpoint was asked."""
    person = context.directory.person(grant.person)
    if person is None:
        raise refuse("revoked")
    scopes = scopes_of(grant.scope)
    lifetime = int(context.settings.access_lifetime)
    body: dict[str, Any] = {
        "token_type": "Bearer",
        "scope": scopes.answered(context.settings.response_scope),
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": seal(_access_claims(context, grant, issuer, person, scopes), context.key),
    }
    if grant.refresh_token:
        body["refresh_token"] = grant.refresh_token
    if "openid" in scopes.names:
        body["id_token"] = context.signing.sign(_id_claims(context, grant, issuer, person, scopes))
    if with_client_info:
        body["client_info"] = base64url(_written({"uid": person.id, "utid": person.tenant}).encode())
    return body


def _access_claims(
    context: IdentityContext, grant: Grant, issuer: str, person: Person, scopes: Scopes
) -> dict[str, Any]:
    now = int(context.clock.now())
    return {
        "aud": GRAPH,
        "iss": issuer,
        "iat": now,
        "exp": now + int(context.settings.access_lifetime),
        "sub": person.id,
        "upn": person.upn,
        "name": person.name,
        "tid": person.tenant,
        "acct": person.kind,
        "appid": grant.client,
        "scp": [name for name in WORDS if name in scopes.names and name != "offline_access"],
        "epoch": grant.epoch,
        "uti": sha256(context.fresh().encode()).hexdigest()[:22],  # no two tokens are the same string
    }


def _id_claims(context: IdentityContext, grant: Grant, issuer: str, person: Person, scopes: Scopes) -> dict[str, Any]:
    now = int(context.clock.now())
    claims: dict[str, Any] = {
        "ver": "2.0",
        "iss": issuer,
        "sub": pairwise(person.id, grant.client),
        "aud": grant.client,
        "exp": now + 86_400,
        "iat": now,
        "nbf": now,
        "auth_time": int(grant.began_at),
        "oid": person.id,
        "tid": person.tenant,
    }
    return claims | profile_of(person, scopes.names) | ({"nonce": grant.nonce} if grant.nonce else {})


def profile_of(person: Person, names: Collection[str]) -> dict[str, str]:
    """What an app may know of a person with these scopes."""
    profile = {"name": person.name, "preferred_username": person.upn} if "profile" in names else {}
    return profile | ({"email": person.upn} if "email" in names else {})


def pairwise(person: str, client: str) -> str:
    """A name for the person that differs from app to app."""
    hashed = sha256(f"{person}:{client}".encode()).digest()[:16]
    return "A" * 21 + base64url(hashed)
