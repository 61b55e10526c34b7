"""`/oauth2/v2.0/devicecode`, and what a person answers to it, from the page or from a program."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.engine.identity.requests import Approve, Decline, Denial, IssueDeviceCode
from romekit.cloud.engine.identity.state import DeviceCode
from romekit.cloud.engine.people import Person
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.forms import answer, client_of, form_of, need
from romekit.cloud.identity.scopes import DEFAULT, scopes_of
from romekit.cloud.identity.tenants import tenant_of
from romekit.core.errors import NotAllowed, NotFound, Rejected, RomeError, SignInExpired, WorldError


async def device_code(desk: IdentityContext, request: Request) -> Response:
    """The address where an app begins a device flow (dossier 9.2)."""
    tenant = tenant_of(request.path_params["tenant"])
    fields = await form_of(request)
    client = client_of(fields, desk)
    scopes = scopes_of(need(fields, "scope"), tenant.audience)
    secret, user_code = _issued(desk, client, scopes.asked, tenant.audience)
    page = f"{desk.browser_base}/link"
    return answer(
        {
            "user_code": user_code,
            "device_code": secret,
            "verification_uri": page,
            "expires_in": int(desk.settings.device_lifetime),
            "interval": int(desk.settings.device_interval),
            "message": f"To sign in, use a web browser to open the page {page} and enter the code {user_code} "
            "to authenticate.",
        }
    )


def _issued(desk: IdentityContext, client: str, scope: str, audience: str) -> tuple[str, str]:
    """A device code and a user code that nobody else has."""
    for _ in range(20):
        issue = IssueDeviceCode(
            device_code=f"ROM{desk.fresh()}",
            user_code=desk.new_user_code(),
            client=client,
            scope=scope,
            audience=audience,
            lifetime=desk.settings.device_lifetime,
            interval=desk.settings.device_interval,
        )
        if desk.ask(issue).problem is None:
            return issue.device_code, issue.user_code
    raise WorldError("No new code could be found.", hint="`fresh` must give another text each time.")


def normal(user_code: str) -> str:
    """A code as a person types it, without blanks, dashes and small letters."""
    return "".join(each for each in user_code.upper() if each.isalnum())


def open_code(desk: IdentityContext, user_code: str) -> DeviceCode:
    """The flow a code stands for, or in plain words why it cannot go on."""
    found = desk.known().by_user_code(normal(user_code))
    if found is None:
        raise _said(Denial.NO_SUCH_CODE)
    if found.state != "pending":
        raise _said(Denial.EXPIRED if found.state == "expired" else Denial.USED)
    return found


def check_account(person: Person, audience: str, names: frozenset[str]) -> None:
    """Refuse a person whose kind of account cannot get what is asked for here."""
    if audience not in ("any", person.kind):
        raise _said(Denial.WRONG_ACCOUNT, person)
    if person.kind == "personal" and DEFAULT in names:
        raise NotAllowed("The scope .default is not for personal accounts.", hint="The app must name its scopes.")


def approve(desk: IdentityContext, user_code: str, person: Person) -> None:
    """The person agrees to what the code's app asks for."""
    found = open_code(desk, user_code)
    names = scopes_of(found.scope).names
    check_account(person, found.audience, names)
    verdict = desk.ask(Approve(user_code=found.user_code, person=person.upn, account=person.kind, scopes=names))
    if verdict.problem is not None:
        raise _said(verdict.problem, person)


def decline(desk: IdentityContext, user_code: str) -> None:
    """The person says no."""
    found = open_code(desk, user_code)
    verdict = desk.ask(Decline(user_code=found.user_code))
    if verdict.problem is not None:
        raise _said(verdict.problem)


#: What a person hears, and what to do next.
SAID: Final[dict[Denial, tuple[type[RomeError], str, str]]] = {
    Denial.NO_SUCH_CODE: (NotFound, "That code is not known here.", "Check it and type it again."),
    Denial.EXPIRED: (SignInExpired, "That code has run out.", "Start the sign-in again in the app to get a new one."),
    Denial.USED: (Rejected, "That code has been used already.", "Start the sign-in again in the app."),
}
WRONG_ACCOUNT: Final = {
    "work": ("You can't sign in here with a work or school account.", "Use a personal account instead."),
    "personal": ("You can't sign in here with a personal account.", "Use a work or school account instead."),
}


def _said(problem: Denial, person: Person | None = None) -> RomeError:
    if problem is Denial.WRONG_ACCOUNT:
        message, hint = WRONG_ACCOUNT[person.kind if person else "work"]
        return NotAllowed(message, hint=hint)
    kind, message, hint = SAID[problem]
    return kind(message, hint=hint)
