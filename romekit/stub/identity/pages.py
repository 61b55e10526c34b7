"""Pages for people: plain forms that work without JavaScript, behind a strict content security policy.

Each page allows exactly what it needs: our one style sheet, by its hash; forms to ourselves and, where the answer goes
back to an app, to that app's address, because Chromium checks redirects after a form too (msal-recipes 2.2). Form
actions are relative, so that the pages also work behind a proxy's path. Every form carries a token that belongs to a
cookie (HttpOnly, SameSite=Lax); without both of them nothing is done.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Awaitable, Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from romekit.errors import RomeError
from romekit.stub.identity.desk import Desk
from romekit.stub.identity.forms import Endpoint, Fields
from romekit.stub.identity.problems import SignInRefused

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER: Final = Path(__file__).parent.parent / "pages"
COOKIE: Final = "romekit_form"
#: Sends the form of the page that goes back to an app.
SUBMIT: Final = "document.forms[0].submit()"


class Forged(Exception):
    """A form without the token or the cookie that belong together."""


def page(
    desk: Desk, request: Request, template: str, *, status: int = 200, to: str = "'self'", **words: Any
) -> HTMLResponse:
    """A page with a form. `to` is where its forms may go."""
    secret = request.cookies.get(COOKIE, "")
    is_new = not 20 <= len(secret) <= 200
    secret = desk.fresh() if is_new else secret
    response = _written(template, status, to, csrf=_token(desk, secret), **words)
    if is_new:
        is_secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, secret, httponly=True, samesite="lax", secure=is_secure)
    return response


def plain(title: str, *lines: str, status: int = 200, again: str = "") -> HTMLResponse:
    """A page that only says something; `again` is the address of the page to start again from."""
    return _written("words.html", status, "'none'", title=title, lines=lines, again=again)


def sent_by_form(origin: str, uri: str, fields: Fields) -> HTMLResponse:
    """A page that posts an answer to an app."""
    return _written("form_post.html", 200, origin, title="Back to the app", action=uri, fields=fields)


def check_form(desk: Desk, request: Request, fields: Fields) -> None:
    """Is this one of our forms, from the browser that we gave it to? Forged otherwise."""
    secret = request.cookies.get(COOKIE, "")
    if not secret or not hmac.compare_digest(_token(desk, secret).encode(), fields.get("csrf", "").encode()):
        raise Forged


def in_pages(desk: Desk, endpoint: Callable[[Desk, Request], Awaitable[Response]]) -> Endpoint:
    """The endpoint at this desk, whatever goes wrong told on a page that says what to do next."""

    async def serve(request: Request) -> Response:
        again = "link" if request.url.path.endswith("/link") else ""
        try:
            return await endpoint(desk, request)
        except Forged:
            lines = "This form is too old, came from elsewhere, or the browser refused its cookie.", "Nothing was done."
            return plain("Please start again", *lines, status=400, again=again)
        except SignInRefused as refused:
            title = f"The sign-in cannot go on (AADSTS{refused.problem.number})"
            lines = refused.text, "Go back to the app and start the sign-in there once more."
            return plain(title, *lines, status=400, again=again)
        except RomeError as error:
            return plain("The sign-in cannot go on", error.message, error.hint, status=400, again=again)

    return serve


def _token(desk: Desk, secret: str) -> str:
    return hmac.new(desk.key, b"form:" + secret.encode(), "sha256").hexdigest()


def _written(template: str, status: int, to: str, **words: Any) -> HTMLResponse:
    css = _read("page.css")
    script = f"script-src '{_hash(SUBMIT)}'; " if template == "form_post.html" else ""
    policy = (
        f"default-src 'none'; style-src '{_hash(css)}'; {script}form-action {to}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(_templates().get_template(template).render(**words), status, headers)


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # 40 ms, only for those who open a page
    from markupsafe import Markup

    made = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
    made.globals |= {"css": Markup(_read("page.css")), "js": Markup(SUBMIT)}  # our own text, nobody's input
    return made


@cache
def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def _hash(text: str) -> str:
    """A text as a content security policy names it."""
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()
