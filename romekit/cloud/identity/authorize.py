"""`/oauth2/v2.0/authorize`: the browser flow. Pick who you are, allow the app, and go back to it with a code.

The whole request travels in the form and is checked again at every step. Only when app and redirect address are good
are further mistakes sent back to the app; before that they stay on a page of ours (RFC 6749, 4.1.2.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.engine.identity.browser import issue_authorization_code
from romekit.cloud.engine.people import Person
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.device_code import picked
from romekit.cloud.identity.discovery import Tenant, tenant_of
from romekit.cloud.identity.forms import Fields, client_of, correlation_of, fields_of, need
from romekit.cloud.identity.pages import check_form, consent_page, people_page
from romekit.cloud.identity.problems import SignInRefused, description, refuse
from romekit.cloud.identity.redirect import MODES, Return, way_back
from romekit.cloud.identity.scopes import Scopes, scopes_of
from romekit.core.errors import RomeError, WorldError

#: The parameters that travel through the pages.
CARRIED: Final = (
    "client_id redirect_uri response_type response_mode scope state nonce code_challenge code_challenge_method prompt "
    "login_hint"
).split()
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A browser sign-in as an app asked for it, checked."""

    tenant: Tenant
    client: str
    back: Return
    scopes: Scopes
    carried: Fields


async def authorize(context: IdentityContext, request: Request) -> Response:
    """The address an app opens in the person's browser."""
    tenant = tenant_of(request)
    fields = await fields_of(request)
    client, back = client_of(context, fields, request), way_back(fields)
    if "csrf" in fields:
        check_form(context, request, fields)
    else:  # an app may begin by POST as well (OpenID Connect Core, 3.1.2.1), and can say nothing for the person
        fields = {name: fields[name] for name in CARRIED if name in fields}
    try:
        return _who(context, request, _checked(tenant, client, back, fields), fields)
    except SignInRefused as refused:
        said = description(refused, context.clock.now(), context.new_id(), correlation_of(request, context))
        return back.with_answer(error=refused.problem.error, error_description=said)


def _checked(tenant: Tenant, client: str, back: Return, fields: Fields) -> AuthorizationRequest:
    mode = fields.get("response_mode") or "query"
    if mode not in MODES:
        raise refuse("bad_response_mode", value=mode[:40])
    if (kind := need(fields, "response_type")) != "code":
        raise refuse("bad_response_type", value=kind[:40])
    if fields.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(fields.get("code_challenge", "")):
        raise refuse("no_pkce")
    scopes = scopes_of(need(fields, "scope"), tenant.audience)
    carried = {name: fields[name] for name in CARRIED if name in fields}
    return AuthorizationRequest(tenant, client, back, scopes, carried)


def _who(context: IdentityContext, request: Request, wanted: AuthorizationRequest, fields: Fields) -> Response:
    """Ask who it is. Nobody is ever signed in already, so `prompt=none` cannot work."""
    if fields.get("prompt") == "none":
        raise refuse("nobody_signed_in")
    try:
        person = picked(context, request, fields, wanted.tenant.audience, wanted.scopes.names)
    except RomeError as error:
        hinted = context.directory.person(fields.get("login_hint", ""))
        return people_page(
            context,
            request,
            step="Step 1 of 2",
            action="authorize",
            fields=wanted.carried | {"step": "1"},
            join="../../../join",
            chosen=hinted.upn if hinted else "",
            wrong=str(error),
            to=f"'self' {wanted.back.origin}",
        )
    return _decided(context, request, wanted, person, fields.get("decision", ""))


def _decided(
    context: IdentityContext, request: Request, wanted: AuthorizationRequest, person: Person, decision: str
) -> Response:
    """Ask whether it is allowed. Whoever has allowed all of it before is not asked again."""
    if decision == "deny":
        raise refuse("denied")
    has_all = wanted.scopes.names <= context.state().consent(person.upn, wanted.client)
    if decision == "allow" or (has_all and wanted.carried.get("prompt") != "consent"):
        return wanted.back.with_answer(code=_issued(context, wanted, person))
    fields = wanted.carried | {"upn": person.upn}
    step = {"step": "Step 2 of 2", "action": "authorize", "fields": fields, "to": f"'self' {wanted.back.origin}"}
    return consent_page(context, request, person, wanted.client, wanted.scopes, **step)


def _issued(context: IdentityContext, wanted: AuthorizationRequest, person: Person) -> str:
    code = f"M.R3_ROM.{context.fresh()}"
    verdict = context.ask(
        issue_authorization_code(
            code=code,
            person=person.upn,
            account=person.kind,
            client=wanted.client,
            scope=wanted.scopes.asked,
            scopes=wanted.scopes.names,
            audience=wanted.tenant.audience,
            redirect_uri=wanted.back.uri,
            challenge=wanted.carried["code_challenge"],
            nonce=wanted.carried.get("nonce", ""),
            lifetime=context.settings.code_lifetime,
        )
    )
    if verdict.problem is not None:
        raise WorldError("No code could be issued.", hint="Start the sign-in again in the app.")
    return code
