"""`/class`: the teacher's page, behind the admin secret: every student's wall while it changes, and the buttons.

The secret is typed once and compared in constant time, wrong tries are few; what the browser keeps afterwards is a
sealed cookie that is good for a school day. Every button is a plain form with its token, so the page works without its
script; with it, nothing is reloaded. A form whose cookie is missing or forged does nothing, and says so.
"""

from __future__ import annotations

import hmac
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from romekit.cloud.asgi import base_of, unless_disconnected
from romekit.cloud.classroom.cookies import TEACHER
from romekit.cloud.classroom.deeds import do
from romekit.cloud.classroom.door import asking, in_json, later, status_of
from romekit.cloud.classroom.room import Room
from romekit.cloud.classroom.watching import Watching
from romekit.cloud.engine.faults import FAULTS
from romekit.cloud.graph.graph import Graph
from romekit.cloud.graph.long_poll import unchanged
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.forms import form_of, query_of
from romekit.cloud.identity.pages import Forged, Sheet, check_form, form_token, in_pages, page, read
from romekit.core.clock import Virtual
from romekit.core.errors import NotAllowed, RomeError
from romekit.core.presence import as_script

#: Seconds a page's question is held at most.
HELD: Final = 20.0
WHERE: Final = sorted({where for kind in FAULTS.values() for where in kind.where})


class TeacherPage:
    """The page, what it asks for, and what its buttons do."""

    def __init__(self, room: Room, watching: Watching, graph: Graph, context: IdentityContext) -> None:
        self._room = room
        self._watching = watching
        self._graph = graph
        self._context = context

    def routes(self) -> list[Route]:
        return [
            Route("/class", in_pages(self._context, self._show), methods=["GET", "POST"]),
            Route("/class/now", in_json(self._now)),
            Route("/class/do", in_json(self._do, self._context), methods=["POST"]),
        ]

    async def _show(self, context: IdentityContext, request: Request) -> Response:
        if request.method != "POST":
            return self._page(request) if self._room.is_teacher(request) else self._ask_secret(request)
        fields = await form_of(request)
        check_form(context, request, fields)
        try:
            self._check_secret(request, fields.get("secret", ""))
        except RomeError as error:
            return self._ask_secret(request, error)
        response = RedirectResponse("class", 303)
        self._room.seals.give(request, response, TEACHER, self._room.now().name, self._room.wall.now())
        return response

    async def _now(self, request: Request) -> Response:
        """The class as JSON, held while the page knows it already."""
        self._check_teacher(request)
        asked = query_of(request)
        known, version, watching = asked.get("known", ""), asked.get("version", ""), self._watching
        if version and not isinstance(self._room.wall, Virtual):
            holding = unchanged(
                self._room.wall,
                HELD,
                lambda: watching.quiet_until() if watching.is_known(known, version) else None,
                watching.watch,
            )
            await unless_disconnected(holding, request.receive)
        self._check_teacher(request)  # the cookie may have run out meanwhile
        told = {**watching.told(known), "csrf": form_token(self._context, request)}
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    async def _do(self, request: Request) -> Response:
        self._check_teacher(request)
        fields = await form_of(request)
        is_script = "application/json" in request.headers.get("accept", "")
        try:
            check_form(self._context, request, fields)
            if fields.get("do") == "leave":
                return self._left(request)
            said = do(self._room, self._graph, fields)
        except Forged:
            raise NotAllowed("This page is older than the server.", status=403, hint="Reload it.") from None
        except RomeError as error:
            if is_script:
                raise
            return self._page(request, wrong=str(error), status=status_of(error))
        return JSONResponse({"said": said}) if is_script else self._page(request, said=said)

    # ── who it is ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _check_teacher(self, request: Request) -> None:
        if not self._room.is_teacher(request):
            hint = "Open /class and type the admin secret."
            raise NotAllowed("Only the teacher may do this.", status=403, code="AccessDenied", hint=hint)

    def _check_secret(self, request: Request, secret: str) -> None:
        who, now = asking(request), self._room.wall.now()
        self._room.secrets.check(who, now)
        if not hmac.compare_digest(secret.strip().encode(), self._room.secret):
            self._room.secrets.wrong(who, now)
            hint = "It is in the file that romekit serve named when it started."
            raise NotAllowed("That is not the admin secret.", field="secret", status=403, hint=hint)

    def _left(self, request: Request) -> Response:
        response = RedirectResponse("../class", 303)
        self._room.seals.take(request, response, TEACHER)
        return response

    # ── what is shown ───────────────────────────────────────────────────────────────────────────────────────────────

    def _ask_secret(self, request: Request, error: RomeError | None = None) -> Response:
        response = page(
            self._context,
            request,
            "secret.html",
            status=200 if error is None else status_of(error),
            title=self._room.now().name,
            wrong=str(error) if error else "",
        )
        response.headers.update(later(error) if error else {})
        return response

    def _page(self, request: Request, *, said: str = "", wrong: str = "", status: int = 200) -> Response:
        room = self._room.now()
        return page(
            self._context,
            request,
            "class.html",
            sheet=Sheet(
                read("page.css") + read("class.css"), as_script() + read("seen.js") + read("class.js"), asks=True
            ),
            status=status,
            title=room.name,
            room=room,
            students=[part.body for part in self._watching.parts()],
            address=f"{base_of(request.scope, request.headers)}/join",
            up="../" if request.url.path.endswith("/do") else "",
            faults=FAULTS,
            where=WHERE,
            said=said,
            wrong=wrong,
        )
