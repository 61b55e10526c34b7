"""`/link`: type the code, pick who you are, allow or refuse, done.

Each step carries everything in its form, so that two people, or one with two tabs, never meet.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.engine.identity.state import DeviceCode
from romekit.cloud.engine.people import Person
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.device_code import approve, check_account, decline, normal, open_code
from romekit.cloud.identity.forms import Fields, fields_of, form_of
from romekit.cloud.identity.pages import check_form, page, plain
from romekit.cloud.identity.scopes import scopes_of
from romekit.core.errors import RomeError


async def link(desk: IdentityContext, request: Request) -> Response:
    """The page a device flow's `verification_uri` names. `?otc=CODE` fills the code in, as Microsoft's does."""
    if request.method != "POST":
        given = fields_of(request.scope["query_string"].decode("latin-1")).get("otc", "")
        return _code_page(desk, request, normal(given)[:20])
    fields = await form_of(request)
    check_form(desk, request, fields)
    typed = normal(fields.get("user_code", ""))[:20]
    if not typed:
        return _code_page(desk, request, "", "Type the code that your app shows.")
    try:
        flow = open_code(desk, typed)
    except RomeError as error:
        return _code_page(desk, request, typed, str(error))
    return _who(desk, request, flow, fields)


def _who(desk: IdentityContext, request: Request, flow: DeviceCode, fields: Fields) -> Response:
    """The second step and what follows it."""
    if "upn" not in fields:
        return _people_page(desk, request, flow, "Pick an account." if "step" in fields else "")
    person = next(iter(desk.offered(request, fields["upn"] or "nobody")), None)
    if person is None:
        return _people_page(desk, request, flow, "Pick one of these accounts.")
    try:
        check_account(person, flow.audience, scopes_of(flow.scope).names)
        return _decided(desk, request, flow, person, fields.get("decision", ""))
    except RomeError as error:
        return _people_page(desk, request, flow, str(error), person.upn)


def _decided(desk: IdentityContext, request: Request, flow: DeviceCode, person: Person, decision: str) -> Response:
    """The third step and the end."""
    if decision == "allow":
        approve(desk, flow.user_code, person)
        lines = f"{person.name} is signed in to the app.", "You can close this page and go back to it."
        return plain("You are signed in", *lines)
    if decision == "deny":
        decline(desk, flow.user_code)
        return plain("You said no", "The app gets nothing.", "You can close this page.")
    return page(
        desk,
        request,
        "consent.html",
        title="Allow this app?",
        step="Step 3 of 3",
        action="link",
        fields={"user_code": flow.user_code, "upn": person.upn},
        person=person,
        client=flow.client,
        app=desk.settings.names.get(flow.client, ""),
        scopes=scopes_of(flow.scope).words,
    )


def _code_page(desk: IdentityContext, request: Request, user_code: str, wrong: str = "") -> Response:
    status = 400 if wrong else 200
    return page(desk, request, "code.html", status=status, title="Enter the code", user_code=user_code, wrong=wrong)


def _people_page(
    desk: IdentityContext, request: Request, flow: DeviceCode, wrong: str = "", chosen: str = ""
) -> Response:
    return page(
        desk,
        request,
        "people.html",
        status=400 if wrong else 200,
        title="Who are you?",
        step="Step 2 of 3",
        action="link",
        fields={"user_code": flow.user_code, "step": "2"},
        people=desk.offered(request),
        door=f"join?otc={flow.user_code}",
        chosen=chosen,
        wrong=wrong,
    )
