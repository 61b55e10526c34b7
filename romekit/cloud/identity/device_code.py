"""The device flow: an app gets a code, and a person types it at `/link`, picks who they are, and allows or refuses.

Each step of the page carries everything in its form, so that two people, or one with two tabs, never meet.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.asgi import client_address, may_suspend
from romekit.cloud.engine.identity import device
from romekit.cloud.engine.identity.state import DeviceCode
from romekit.cloud.engine.identity.tokens import Denial
from romekit.cloud.engine.people import Person
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.discovery import tenant_of
from romekit.cloud.identity.forms import Fields, answer, client_of, fields_of, need
from romekit.cloud.identity.pages import check_form, consent_page, page, people_page, plain
from romekit.cloud.identity.scopes import DEFAULT, scopes_of
from romekit.core.errors import BadInput, NotAllowed, NotFound, Rejected, RomeError, SignInExpired, WorldError
from romekit.core.names import as_typed


async def device_code(context: IdentityContext, request: Request) -> Response:
    """The address where an app begins a device flow (dossier 9.2)."""
    tenant = tenant_of(request)
    fields = await fields_of(request)
    client = client_of(context, fields, request)
    scopes = scopes_of(need(fields, "scope"), tenant.audience)
    if may_suspend(request.scope):  # a server; in an embedded cloud time may stand still between many sign-ins
        context.codes_of_one.take(client_address(request), context.clock.now())
        context.codes_of_all.take("", context.clock.now())
    secret, user_code = _issued(context, client, scopes.asked, tenant.audience)
    address = f"{context.page_base(request)}/link"
    how = f"To sign in, use a web browser to open the page {address} and enter the code {user_code} to authenticate."
    body = {
        "user_code": user_code,
        "device_code": secret,
        "verification_uri": address,
        "expires_in": int(context.settings.device_lifetime),
        "interval": int(context.settings.device_interval),
        "message": how,
    }
    return answer(body)


def _issued(context: IdentityContext, client: str, scope: str, audience: str) -> tuple[str, str]:
    for _ in range(20):
        secret, user_code = f"ROM{context.fresh()}", context.new_user_code()
        issue = device.issue_device_code(
            device_code=secret,
            user_code=user_code,
            client=client,
            scope=scope,
            audience=audience,
            lifetime=context.settings.device_lifetime,
            interval=context.settings.device_interval,
        )
        if context.ask(issue).problem is None:
            return secret, user_code
    raise WorldError("No new code could be found.", hint="`fresh` must give another text each time.")


def open_code(context: IdentityContext, user_code: str) -> DeviceCode:
    """The flow a code stands for, or in plain words why it cannot go on."""
    found = context.state().by_user_code(as_typed(user_code))
    if found is None:
        raise _said(Denial.NO_SUCH_CODE)
    if found.state != "pending":
        raise _said(Denial.EXPIRED if found.state == "expired" else Denial.USED)
    return found


def check_account(person: Person, audience: str, names: frozenset[str]) -> None:
    """Refuse a person whose kind of account cannot get what is asked for here."""
    if audience not in ("any", person.kind):
        raise _said(person.kind)
    if person.kind == "personal" and DEFAULT in names:
        raise _said(DEFAULT)


def approve(context: IdentityContext, user_code: str, person: Person) -> None:
    """The person agrees to what the code's app asks for."""
    found = open_code(context, user_code)
    names = scopes_of(found.scope).names
    check_account(person, found.audience, names)
    asked = device.approve(user_code=found.user_code, person=person.upn, account=person.kind, scopes=names)
    verdict = context.ask(asked)
    if verdict.problem is not None:
        raise _said(verdict.problem)


def decline(context: IdentityContext, user_code: str) -> None:
    verdict = context.ask(device.decline(user_code=as_typed(user_code)))
    if verdict.problem is not None:
        raise _said(verdict.problem)


#: What a person hears, and what to do next: by what is wrong with a code, an account or a scope.
SAID: Final[dict[str, tuple[type[RomeError], str, str]]] = {
    Denial.NO_SUCH_CODE: (NotFound, "That code is not known here.", "Check it and type it again."),
    Denial.EXPIRED: (SignInExpired, "That code has run out.", "Start the sign-in again in the app to get a new one."),
    Denial.USED: (Rejected, "That code has been used already.", "Start the sign-in again in the app."),
    "work": (NotAllowed, "You can't sign in here with a work or school account.", "Use a personal account instead."),
    "personal": (
        NotAllowed,
        "You can't sign in here with a personal account.",
        "Use a work or school account instead.",
    ),
    DEFAULT: (NotAllowed, "The scope .default is not for personal accounts.", "The app must name its scopes."),
}


def _said(problem: str) -> RomeError:
    kind, message, hint = SAID[problem]
    return kind(message, hint=hint)


async def link(context: IdentityContext, request: Request) -> Response:
    """The page a device flow's `verification_uri` names. `?otc=CODE` fills the code in, as Microsoft's does."""
    fields = await fields_of(request)
    if request.method != "POST":
        return _code_page(context, request, as_typed(fields.get("otc", ""))[:20])
    check_form(context, request, fields)
    typed = as_typed(fields.get("user_code", ""))[:20]
    if not typed:
        return _code_page(context, request, "", "Type the code that your app shows.")
    try:
        flow = open_code(context, typed)
    except RomeError as error:
        return _code_page(context, request, typed, str(error))
    try:
        person = picked(context, request, fields, flow.audience, scopes_of(flow.scope).names)
        return _decided(context, request, flow, person, fields.get("decision", ""))
    except RomeError as error:
        return people_page(
            context,
            request,
            step="Step 2 of 3",
            action="link",
            fields={"user_code": flow.user_code, "step": "2"},
            join=f"join?otc={flow.user_code}",
            chosen=fields.get("upn", ""),
            wrong=str(error),
        )


def picked(context: IdentityContext, request: Request, fields: Fields, audience: str, names: frozenset[str]) -> Person:
    """The person that a form says; an error for the next form if nobody was picked, or nobody who can go on."""
    if request.method != "POST" or "upn" not in fields:
        raise BadInput("Pick an account." if "step" in fields else "")
    upn = fields["upn"].strip().lower()
    person = next((each for each in context.directory.offered(request) if each.upn.lower() == upn), None)
    if person is None:
        raise BadInput("Pick one of these accounts.")
    check_account(person, audience, names)
    return person


def _decided(context: IdentityContext, request: Request, flow: DeviceCode, person: Person, decision: str) -> Response:
    if decision == "allow":
        approve(context, flow.user_code, person)
        lines = f"{person.name} is signed in to the app.", "You can close this page and go back to it."
        return plain("You are signed in", *lines)
    if decision == "deny":
        decline(context, flow.user_code)
        return plain("You said no", "The app gets nothing.", "You can close this page.")
    fields = {"user_code": flow.user_code, "upn": person.upn}
    scopes = scopes_of(flow.scope)
    return consent_page(context, request, person, flow.client, scopes, step="Step 3 of 3", action="link", fields=fields)


def _code_page(context: IdentityContext, request: Request, user_code: str, wrong: str = "") -> Response:
    status = 400 if wrong else 200
    return page(context, request, "code.html", status=status, title="Enter the code", user_code=user_code, wrong=wrong)
