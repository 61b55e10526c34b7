"""`/oauth2/v2.0/authorize`: the browser flow. Pick who you are, allow the app, and back with a code.

The whole request travels in the form and is checked again at every step. Only when app and redirect address are good
do further mistakes go back to the app; before that they stay on a page of ours (RFC 6749, 4.1.2.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.engine.identity.requests import IssueAuthorizationCode
from romekit.cloud.engine.people import Person
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.device_code import check_account
from romekit.cloud.identity.forms import Fields, client_of, correlation_of, fields_of, form_of, need
from romekit.cloud.identity.pages import check_form, page
from romekit.cloud.identity.problems import SignInRefused, description, refuse
from romekit.cloud.identity.redirect import MODES, Return, way_back
from romekit.cloud.identity.scopes import Scopes, scopes_of
from romekit.cloud.identity.tenants import Tenant, tenant_of
from romekit.core.errors import RomeError, WorldError

KEPT: Final = (
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "login_hint",
)
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A browser sign-in as an app asked for it, checked."""

    tenant: Tenant
    client: str
    back: Return
    scopes: Scopes
    challenge: str
    nonce: str
    prompt: str
    kept: Fields


async def authorize(desk: IdentityContext, request: Request) -> Response:
    """The address an app opens in the person's browser."""
    tenant = tenant_of(request.path_params["tenant"])
    is_form = request.method == "POST"
    fields = await form_of(request) if is_form else fields_of(request.scope["query_string"].decode("latin-1"))
    client, back = client_of(fields, desk), way_back(fields)
    if is_form:
        check_form(desk, request, fields)
    try:
        wanted = _wanted(tenant, client, back, fields)
        return _who(desk, request, wanted, fields)
    except SignInRefused as refused:
        return _refused(desk, request, back, refused)


def _wanted(tenant: Tenant, client: str, back: Return, fields: Fields) -> Wanted:
    mode = fields.get("response_mode") or "query"
    if mode not in MODES:
        raise refuse("bad_response_mode", value=mode[:40])
    if (kind := need(fields, "response_type")) != "code":
        raise refuse("bad_response_type", value=kind[:40])
    challenge = fields.get("code_challenge", "")
    if fields.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise refuse("no_pkce")
    scopes = scopes_of(need(fields, "scope"), tenant.audience)
    kept: Fields = {name: fields[name] for name in KEPT if name in fields}
    return Wanted(tenant, client, back, scopes, challenge, fields.get("nonce", ""), fields.get("prompt", ""), kept)


def _who(desk: IdentityContext, request: Request, wanted: Wanted, fields: Fields) -> Response:
    """Who is it? Nobody is ever signed in already, so `prompt=none` cannot work."""
    if wanted.prompt == "none":
        raise refuse("nobody_signed_in")
    if request.method != "POST" or "upn" not in fields:
        return _people_page(desk, request, wanted, "Pick an account." if "step" in fields else "")
    person = next(iter(desk.offered(request, fields["upn"] or "nobody")), None)
    if person is None:
        return _people_page(desk, request, wanted, "Pick one of these accounts.")
    try:
        check_account(person, wanted.tenant.audience, wanted.scopes.names)
    except RomeError as error:
        return _people_page(desk, request, wanted, str(error))
    return _decided(desk, request, wanted, person, fields.get("decision", ""))


def _decided(desk: IdentityContext, request: Request, wanted: Wanted, person: Person, decision: str) -> Response:
    """Is it allowed? Whoever has allowed all of it before is not asked again."""
    if decision == "deny":
        raise refuse("denied")
    has_all = wanted.scopes.names <= desk.known().consent(person.upn, wanted.client)
    if decision == "allow" or (has_all and wanted.prompt != "consent"):
        return wanted.back.with_answer(code=_issued(desk, wanted, person))
    return page(
        desk,
        request,
        "consent.html",
        to=f"'self' {wanted.back.origin}",
        title="Allow this app?",
        step="Step 2 of 2",
        action="authorize",
        fields=wanted.kept | {"upn": person.upn},
        person=person,
        client=wanted.client,
        app=desk.settings.names.get(wanted.client, ""),
        scopes=wanted.scopes.words,
    )


def _issued(desk: IdentityContext, wanted: Wanted, person: Person) -> str:
    """A code for the app."""
    code = f"M.R3_ROM.{desk.fresh()}"
    verdict = desk.ask(
        IssueAuthorizationCode(
            code=code,
            person=person.upn,
            account=person.kind,
            client=wanted.client,
            scope=wanted.scopes.asked,
            scopes=wanted.scopes.names,
            audience=wanted.tenant.audience,
            redirect_uri=wanted.back.uri,
            challenge=wanted.challenge,
            nonce=wanted.nonce,
            lifetime=desk.settings.code_lifetime,
        )
    )
    if verdict.problem is not None:
        raise WorldError("No code could be issued.", hint="Start the sign-in again in the app.")
    return code


def _people_page(desk: IdentityContext, request: Request, wanted: Wanted, wrong: str = "") -> Response:
    hinted = desk.person(wanted.kept.get("login_hint", ""))
    return page(
        desk,
        request,
        "people.html",
        status=400 if wrong else 200,
        to=f"'self' {wanted.back.origin}",
        title="Who are you?",
        step="Step 1 of 2",
        action="authorize",
        fields=wanted.kept | {"step": "1"},
        people=desk.offered(request),
        door="../../../join",
        chosen=hinted.upn if hinted else "",
        wrong=wrong,
    )


def _refused(desk: IdentityContext, request: Request, back: Return, refused: SignInRefused) -> Response:
    said = description(refused, desk.clock.now(), desk.new_id(), correlation_of(request, desk))
    return back.with_answer(error=refused.problem.error, error_description=said)
