"""The way back to an app, after signing in and after signing out: the person's own machine, or Microsoft's page for
native apps, and nowhere else, whatever else is wrong.

Microsoft does not take `[::1]` either, and a content security policy could not name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.asgi import cookie_path
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.discovery import tenant_of
from romekit.cloud.identity.forms import Fields, fields_of, need
from romekit.cloud.identity.pages import COOKIE, plain, sent_by_form
from romekit.cloud.identity.problems import refuse

NATIVE: Final = "https://login.microsoftonline.com/common/oauth2/nativeclient"
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1"})
#: How an answer travels (OAuth 2.0 Multiple Response Types 2.1; Form Post Response Mode).
MODES: Final = ("query", "fragment", "form_post")


@dataclass(frozen=True, slots=True)
class Return:
    """The way back to an app: its address, how to put the answer, and the state to hand back with it."""

    uri: str
    origin: str
    mode: str
    state: str

    def with_answer(self, **fields: str) -> Response:
        sent = fields | ({"state": self.state} if self.state else {})
        if self.mode == "form_post":
            return sent_by_form(self.origin, self.uri, sent)
        return redirect(self.uri, sent, joint="#" if self.mode == "fragment" else "")


def redirect(uri: str, fields: Fields, joint: str = "") -> Response:
    """A redirect to an address that is allowed, with fields in its query, or behind another `joint`."""
    joint = joint or ("&" if "?" in uri else "?")
    place = f"{uri}{joint}{urlencode(fields)}" if fields else uri
    headers = {"Location": place, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(status_code=303, headers=headers)


def way_back(fields: Fields) -> Return:
    uri = need(fields, "redirect_uri")
    origin = origin_of(uri)
    if origin is None:
        raise refuse("bad_redirect", redirect=uri[:200])
    mode = fields.get("response_mode", "")
    return Return(uri, origin, mode if mode in MODES else "query", fields.get("state", ""))


def origin_of(uri: str) -> str | None:
    """The origin of an address that may be redirected to; None for any other."""
    if not uri.isascii() or any(each <= " " or each in "\\\"'<>\x7f" for each in uri):
        return None
    if uri == NATIVE:
        return "https://login.microsoftonline.com"
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return None
    has_more = "@" in parts.netloc or "#" in uri or "*" in parts.netloc
    if parts.scheme not in ("http", "https") or parts.hostname not in LOOPBACK or has_more:
        return None
    return f"{parts.scheme}://{parts.hostname}" + (f":{port}" if port is not None else "")


async def logout(context: IdentityContext, request: Request) -> Response:
    """The end session address (OpenID Connect RP-Initiated Logout): the browser is nobody again, and may go back."""
    tenant_of(request)
    fields = await fields_of(request)
    uri = fields.get("post_logout_redirect_uri", "")
    if uri and origin_of(uri):
        said = redirect(uri, {"state": fields["state"]} if fields.get("state") else {})
    else:
        said = plain("You are signed out", "You can close this page.", "Apps keep what you allowed them.")
    said.delete_cookie(COOKIE, path=cookie_path(request.scope))
    context.directory.forget(request, said)
    return said
