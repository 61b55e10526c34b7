"""Pages for people: plain forms that work without JavaScript, behind a strict content security policy.

Each page allows exactly what it needs: its style sheet, by its hash; forms to this server and, where the answer goes
back to an app, to that app's address, because Chromium checks redirects after a form too (msal-recipes 2.2). Form
actions are relative, so that the pages also work behind a proxy's path. Every form carries a token that belongs to a
cookie (HttpOnly, SameSite=Lax); a form without both of them does nothing.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from romekit.cloud.asgi import cookie_path, is_secure
from romekit.cloud.engine.people import Person
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.forms import ContextEndpoint, Endpoint, Fields, committed
from romekit.cloud.identity.problems import PROBLEMS, SignInRefused
from romekit.cloud.identity.scopes import WORDS, Scopes
from romekit.core.errors import RomeError

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER: Final = Path(__file__).parent.parent / "pages"
COOKIE: Final = "romekit_form"
#: Sends the form of the page that goes back to an app.
SUBMIT: Final = "document.forms[0].submit()"


class Forged(Exception):
    """A form without the token or the cookie that belong together."""


class Sheet(NamedTuple):
    """A page's style sheet and script, each ours and complete, and whether the script asks our server for more."""

    css: str
    js: str = ""
    asks: bool = False


def page(
    context: IdentityContext,
    request: Request,
    template: str,
    *,
    status: int = 200,
    to: str = "'self'",
    sheet: Sheet | None = None,
    **words: Any,
) -> HTMLResponse:
    secret = request.cookies.get(COOKIE, "")
    is_new = not 20 <= len(secret) <= 200
    secret = context.fresh() if is_new else secret
    response = _written(template, status, to, sheet, csrf=form_token(context, request, secret), **words)
    if is_new:
        path, secure = cookie_path(request.scope), is_secure(request.scope)
        response.set_cookie(COOKIE, secret, path=path, httponly=True, samesite="lax", secure=secure)
    return response


def people_page(context: IdentityContext, request: Request, *, wrong: str = "", **words: Any) -> HTMLResponse:
    """The page on which a person picks an account. `words` say the step, its fields, and where to join a class."""
    usual = {"title": "Who are you?", "people": context.directory.offered(request), "chosen": ""}
    return page(context, request, "people.html", status=400 if wrong else 200, wrong=wrong, **(usual | words))


def consent_page(
    context: IdentityContext, request: Request, person: Person, client: str, scopes: Scopes, **words: Any
) -> HTMLResponse:
    """The page on which a person allows an app what it asks for, or does not. `words` say the step and its fields."""
    app, asked = context.settings.names.get(client, ""), [said for name, said in WORDS.items() if name in scopes.names]
    about: dict[str, Any] = {"person": person, "client": client, "app": app, "scopes": asked}
    return page(context, request, "consent.html", title="Allow this app?", **about, **words)


def form_token(context: IdentityContext, request: Request, secret: str = "") -> str:
    """The token that belongs to the browser's cookie, or to the `secret` of a new one; empty where there is neither."""
    secret = secret or request.cookies.get(COOKIE, "")
    return hmac.new(context.key, b"form:" + secret.encode(), "sha256").hexdigest() if secret else ""


def plain(title: str, *lines: str, status: int = 200, again: str = "", link: str = "Enter another code") -> Response:
    """A page that only says something; `again` is the address of the page to start again from, `link` what it says."""
    return _written("words.html", status, "'none'", title=title, lines=lines, again=again, link=link)


async def error(context: IdentityContext, request: Request) -> Response:
    number = request.query_params.get("code", "")
    if found := [f"{each.error}: {each.text}" for each in PROBLEMS.values() if str(each.number) == number]:
        return plain(f"AADSTS{number}", *found)
    numbers = ", ".join(map(str, sorted({each.number for each in PROBLEMS.values()})))
    return plain("No such error", "This cloud does not use that number.", f"It uses {numbers}.", status=400)


def sent_by_form(origin: str, uri: str, fields: Fields) -> HTMLResponse:
    sheet = Sheet(read("page.css"), SUBMIT)
    return _written("form_post.html", 200, origin, sheet, title="Back to the app", action=uri, fields=fields)


def check_form(context: IdentityContext, request: Request, fields: Fields) -> None:
    """Is this one of our forms, from the browser that we gave it to? Forged otherwise."""
    token = form_token(context, request)
    if not token or not hmac.compare_digest(token.encode(), fields.get("csrf", "").encode()):
        raise Forged


def in_pages(context: IdentityContext, endpoint: ContextEndpoint) -> Endpoint:
    """The endpoint; whatever goes wrong is said on a page that names the next step."""

    async def serve(request: Request) -> Response:
        again = "link" if request.url.path.endswith("/link") else ""
        try:
            return await committed(context, request, endpoint)
        except Forged:
            lines = "This form is too old, came from elsewhere, or the browser refused its cookie.", "Nothing was done."
            return plain("Please start again", *lines, status=400, again=again)
        except SignInRefused as refused:
            title = f"The sign-in cannot go on (AADSTS{refused.problem.number})"
            lines = refused.text, "Go back to the app and start the sign-in there once more."
            status = 400 if refused.problem.status == 401 else refused.problem.status
            said = plain(title, *lines, status=status, again=again)
            said.headers.update(refused.headers)
            return said
        except RomeError as error:
            return plain("The sign-in cannot go on", error.message, error.hint, status=400, again=again)

    return serve


def _written(template: str, status: int, to: str, sheet: Sheet | None = None, **words: Any) -> HTMLResponse:
    from markupsafe import Markup  # comes with Jinja

    css, js, asks = sheet or Sheet(read("page.css"))
    script = (f"script-src '{_hash(js)}'; " if js else "") + ("connect-src 'self'; " if asks else "")
    policy = (
        f"default-src 'none'; style-src '{_hash(css)}'; {script}form-action {to}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    ours = {"css": Markup(css), "js": Markup(js)}  # our own text, nobody's input
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(_templates().get_template(template).render(**ours, **words), status, headers)


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # 40 ms, only for those who open a page

    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)


@cache
def read(name: str, folder: Path = FOLDER) -> str:
    return (folder / name).read_text(encoding="utf-8")


@cache
def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()
