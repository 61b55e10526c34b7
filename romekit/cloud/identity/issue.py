"""From a grant to the answer an app gets: access token, id_token, refresh token (dossier 9.4)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from romekit.cloud.engine.identity.requests import Grant
from romekit.cloud.engine.people import Person
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.problems import refuse
from romekit.cloud.identity.scopes import GRAPH, Scopes, scopes_of
from romekit.cloud.identity.tokens import seal


def token_answer(desk: IdentityContext, grant: Grant, with_client_info: bool) -> dict[str, Any]:
    """The JSON of a token answer."""
    person = desk.person(grant.person)
    if person is None:
        raise refuse("revoked")
    scopes = scopes_of(grant.scope)
    lifetime = int(desk.settings.access_lifetime)
    body: dict[str, Any] = {
        "token_type": "Bearer",
        "scope": scopes.answered(desk.settings.response_scope),
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": seal(_access_claims(desk, grant, person, scopes), desk.key),
    }
    if grant.refresh_token:
        body["refresh_token"] = grant.refresh_token
    if "openid" in scopes.names:
        body["id_token"] = desk.signing.sign(_id_claims(desk, grant, person, scopes))
    if with_client_info:
        body["client_info"] = _packed({"uid": person.id, "utid": person.tenant})
    return body


def issuer_of(desk: IdentityContext, person: Person) -> str:
    """Who issues tokens for this person."""
    return f"{desk.issuer_base}/{person.tenant}/v2.0"


def _access_claims(desk: IdentityContext, grant: Grant, person: Person, scopes: Scopes) -> dict[str, Any]:
    now = int(desk.clock.now())
    return {
        "aud": GRAPH,
        "iss": issuer_of(desk, person),
        "iat": now,
        "exp": now + int(desk.settings.access_lifetime),
        "sub": person.id,
        "upn": person.upn,
        "name": person.name,
        "tid": person.tenant,
        "acct": person.kind,
        "appid": grant.client,
        "scp": scopes.for_graph,
        "epoch": grant.epoch,
        "uti": sha256(desk.fresh().encode()).hexdigest()[:22],  # no two tokens are the same string
    }


def _id_claims(desk: IdentityContext, grant: Grant, person: Person, scopes: Scopes) -> dict[str, Any]:
    now = int(desk.clock.now())
    claims: dict[str, Any] = {
        "ver": "2.0",
        "iss": issuer_of(desk, person),
        "sub": _pairwise(person.id, grant.client),
        "aud": grant.client,
        "exp": now + 86_400,
        "iat": now,
        "nbf": now,
        "auth_time": int(grant.began_at),
        "oid": person.id,
        "tid": person.tenant,
    }
    if "profile" in scopes.names:
        claims |= {"name": person.name, "preferred_username": person.upn}
    if "email" in scopes.names:
        claims["email"] = person.upn
    return claims | ({"nonce": grant.nonce} if grant.nonce else {})


def _pairwise(person: str, client: str) -> str:
    """A name for the person that differs from app to app."""
    hashed = sha256(f"{person}:{client}".encode()).digest()[:16]
    return "A" * 21 + urlsafe_b64encode(hashed).rstrip(b"=").decode()


def _packed(data: dict[str, str]) -> str:
    return urlsafe_b64encode(json.dumps(data, separators=(",", ":")).encode()).rstrip(b"=").decode()
