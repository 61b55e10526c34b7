"""`/wall`: pick whose devices to look at, then see every one of them change while you watch.

The server fills in plain HTML; its script then asks `wall/now` again and again, each time held until something has
changed, and redraws what has. In front of a lab it is answered at once: a page does not move virtual time. The address
says whose wall it is, so that tabs do not mix, and is relative, for a proxy's path.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import romekit
from romekit.cloud.asgi import unless_disconnected
from romekit.cloud.engine.decide import set_app, set_presence
from romekit.cloud.engine.people import Person
from romekit.cloud.engine.rules import Asked
from romekit.cloud.engine.screens import cards
from romekit.cloud.engine.space import Space
from romekit.cloud.graph.extensions import etag_of, next_change, presence_of, wall_of
from romekit.cloud.graph.graph import Graph
from romekit.cloud.graph.long_poll import etag_headers, has_current, unchanged, wanted_wait
from romekit.cloud.graph.messages import GraphRequest, Refused, refusal_of
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.forms import Fields, fields_of
from romekit.cloud.identity.pages import Forged, Sheet, check_form, form_token, page, people_page, plain, read
from romekit.cloud.identity.problems import SignInRefused
from romekit.core.clock import Clock, Virtual
from romekit.core.errors import NotFound, RomeError
from romekit.core.presence import PRESENCE, as_script

SHARE: Final = Path(romekit.__file__).parent / "share"
Endpoint = Callable[[Request], Awaitable[Response]]


class WallPage:
    """The page, what it asks for, and what its buttons do."""

    def __init__(self, graph: Graph, context: IdentityContext, clock: Clock) -> None:
        self._graph, self._context, self._clock = graph, context, clock

    def routes(self) -> list[Route]:
        return [
            Route("/wall", _refusing(self._stored(self.show)), methods=["GET", "POST"]),
            Route("/wall/now", _refusing(self.now, is_page=False)),
            Route("/wall/do", _refusing(self._stored(self.do)), methods=["POST"]),
        ]

    def _stored(self, endpoint: Endpoint) -> Endpoint:
        barrier = self._context.commit_barrier
        return lambda request: barrier.answered(request.scope, lambda again: endpoint(request))

    async def show(self, request: Request) -> Response:
        """The wall of the account in the address; without one, a page to pick it."""
        fields = await fields_of(request)
        if request.method == "POST":
            check_form(self._context, request, fields)
            if self._owner(request, fields) is None:
                return self._pick(request, "Pick one of these accounts.")
            return RedirectResponse(_address("wall", fields["upn"]), 303)
        owners = self._owners(request)
        is_only = len(owners) == 1
        owner = owners[0] if is_only and "upn" not in fields else self._owner(request, fields)
        if owner is None:
            return self._pick(request, "Nobody here has that account." if fields.get("upn") else "")
        shown: dict[str, Any] = {
            "title": f"{owner.name}'s devices",
            "owner": owner,
            "says": self._graph.policy.says(),
            "is_only": is_only,
            "cards": cards(self._graph.spaces.now(owner.upn)),
            "words": PRESENCE,
            "clock": lambda at: f"{datetime.fromtimestamp(at, UTC):%H:%M:%S} UTC",
            "is_virtual": isinstance(self._clock, Virtual),
        }
        css = read("page.css") + read("wall.css", SHARE) + read("wall.css")
        script = as_script() + read("wall.js", SHARE) + read("seen.js") + read("wall.js")
        return page(self._context, request, "wall.html", sheet=Sheet(css, script, asks=True), **shown)

    async def now(self, request: Request) -> Response:
        """The wall as JSON, with the token for its forms; held while the page has it already."""
        owner = self._needed(request, await fields_of(request))
        seen = GraphRequest("GET", (), dict(request.headers), b"", self._clock.now(), "")

        def body() -> dict[str, Any]:
            more = {"says": self._graph.policy.says(), "csrf": form_token(self._context, request)}
            return wall_of(self._graph.spaces.now(owner.upn)) | more

        def until() -> float | None:
            known = has_current(seen, etag_of(body()))
            return self._graph.policy.wall_at(next_change(self._graph.spaces.now(owner.upn))) if known else None

        if (seconds := wanted_wait(seen)) and not isinstance(self._clock, Virtual):
            with suppress(Refused):  # too many are held for this account: answered at once, and the page asks again
                holding = unchanged(self._clock, seconds, until, lambda notify: self._graph.hold(owner.upn, notify))
                await unless_disconnected(holding, request.receive)
        shown = body()
        headers = {**etag_headers(seen, etag_of(shown)), "Cache-Control": "no-store"}
        return Response(None, 304, headers) if has_current(seen, headers["ETag"]) else JSONResponse(shown, 200, headers)

    async def do(self, request: Request) -> Response:
        """Do what a button asks for. A page without a script is led back to its wall."""
        fields = await fields_of(request)
        check_form(self._context, request, fields)
        owner, wish = self._needed(request, fields), _wish(fields)
        self._graph.policy.let_write(owner.upn)
        self._graph.spaces.ask(owner.upn, wish)
        return Response(None, 204) if _is_script(request) else RedirectResponse(_address("../wall", owner.upn), 303)

    def _owners(self, request: Request) -> list[Person]:
        return [person for person in self._context.directory.shown(request) if person.kind == "personal"]

    def _owner(self, request: Request, fields: Fields) -> Person | None:
        wanted = fields.get("upn", "").strip().lower()
        return next((person for person in self._owners(request) if person.upn.lower() == wanted), None)

    def _needed(self, request: Request, fields: Fields) -> Person:
        owner = self._owner(request, fields)
        if owner is None:
            raise NotFound("Nobody here has that account.", hint="Open the wall again and pick one.")
        return owner

    def _pick(self, request: Request, wrong: str) -> Response:
        words = {"title": "Whose devices?", "step": "", "action": "wall", "fields": {}, "join": "join"}
        return people_page(self._context, request, wrong=wrong, people=self._owners(request), **words)


def _wish(fields: Fields) -> Asked[Space]:
    device = fields.get("device", "")
    if "app" in fields:
        return set_app(device, fields["app"], fields.get("installed") == "true")
    return set_presence(device, presence_of(fields.get("presence", "")))


def _address(path: str, upn: str) -> str:
    return f"{path}?{urlencode({'upn': upn})}"


def _is_script(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _refusing(endpoint: Endpoint, *, is_page: bool = True) -> Endpoint:
    """The endpoint; what goes wrong in it is said on a page, or to a script in JSON."""

    async def serve(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Forged:
            words = "This page is older than the server. Reload it, then press again."
            refused = Refused(403, "AccessDenied", words)
        except SignInRefused as problem:
            refused = Refused(400, "BadRequest", problem.text)
        except RomeError as problem:
            refused = refusal_of(problem)
        except Refused as problem:
            refused = problem
        if not is_page or _is_script(request):
            body = {"error": {"code": refused.code, "message": refused.message}}
            return JSONResponse(body, refused.status, headers=refused.headers)
        again = "wall" if request.url.path.endswith("/wall") else "../wall"
        title, link = "That did not work", "Back to the devices"
        return plain(title, refused.message, status=refused.status, again=again, link=link)

    return serve
