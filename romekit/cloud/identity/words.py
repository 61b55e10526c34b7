"""Two pages that only say something: what an AADSTS number means, and that one is signed out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.asgi import cookie_path
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.pages import COOKIE, plain
from romekit.cloud.identity.problems import PROBLEMS
from romekit.cloud.identity.tenants import tenant_of


async def error(desk: IdentityContext, request: Request) -> Response:
    """The page that the `error_uri` of a refusal names."""
    number = request.query_params.get("code", "")
    found = [problem for problem in PROBLEMS.values() if str(problem.number) == number]
    if not found:
        known = ", ".join(str(each) for each in sorted({problem.number for problem in PROBLEMS.values()}))
        return plain("No such error", "This stub does not use that number.", f"It uses {known}.", status=400)
    return plain(f"AADSTS{number}", *[f"{problem.error}: {problem.text}" for problem in found])


async def logout(desk: IdentityContext, request: Request) -> Response:
    """The end session address: the browser is nobody again. Nothing is redirected to."""
    tenant_of(request.path_params["tenant"])
    said = plain("You are signed out", "You can close this page.", "Apps keep what you allowed them.")
    said.delete_cookie(COOKIE, path=cookie_path(request.scope))
    desk.directory.forget(request, said)
    return said
