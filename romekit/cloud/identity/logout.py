"""The end of a session, and the page that explains an AADSTS number."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.asgi import cookie_path
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.discovery import tenant_of
from romekit.cloud.identity.forms import form_of, query_of
from romekit.cloud.identity.pages import COOKIE, plain
from romekit.cloud.identity.problems import PROBLEMS
from romekit.cloud.identity.redirect import origin_of, redirect


async def logout(context: IdentityContext, request: Request) -> Response:
    """The end session address: the browser is nobody again, and may go back to an app on the person's own machine.

    OpenID Connect RP-Initiated Logout; any other address is not redirected to.
    """
    tenant_of(request)
    fields = await form_of(request) if request.method == "POST" else query_of(request)
    uri = fields.get("post_logout_redirect_uri", "")
    if uri and origin_of(uri):
        said = redirect(uri, {"state": fields["state"]} if fields.get("state") else {})
    else:
        said = plain("You are signed out", "You can close this page.", "Apps keep what you allowed them.")
    said.delete_cookie(COOKIE, path=cookie_path(request.scope))
    context.directory.forget(request, said)
    return said


async def error(context: IdentityContext, request: Request) -> Response:
    """The page that the `error_uri` of a refusal names."""
    number = request.query_params.get("code", "")
    found = [problem for problem in PROBLEMS.values() if str(problem.number) == number]
    if not found:
        numbers = ", ".join(str(each) for each in sorted({problem.number for problem in PROBLEMS.values()}))
        return plain("No such error", "This cloud does not use that number.", f"It uses {numbers}.", status=400)
    return plain(f"AADSTS{number}", *[f"{problem.error}: {problem.text}" for problem in found])
