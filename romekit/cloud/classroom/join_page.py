"""`/join`: type the class's code and your name, and this browser is you from then on.

A name that somebody has already is asked about kindly: whoever is that somebody gives their rejoin word, anybody else
gets a number behind their name. The word is shown on the page that follows, once; only its hash is kept.
"""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from romekit.cloud.asgi import base_of
from romekit.cloud.classroom.cookies import STUDENT
from romekit.cloud.classroom.door import asking, status_of
from romekit.cloud.classroom.room import Room
from romekit.cloud.engine.classroom.names import another
from romekit.cloud.engine.classroom.state import Student
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.device_code import normal
from romekit.cloud.identity.forms import Fields, form_of, query_of
from romekit.cloud.identity.pages import check_form, in_pages, page
from romekit.core.errors import RomeError

SHOWN: tuple[str, ...] = ("code", "name", "otc")


async def _to_the_door(request: Request) -> Response:
    return RedirectResponse("join")


class JoinPage:
    """The page, and the first page of the server, which leads there."""

    def __init__(self, room: Room, context: IdentityContext) -> None:
        self._room = room
        self._context = context

    def routes(self) -> list[Route]:
        return [
            Route("/", _to_the_door),
            Route("/join", in_pages(self._context, self._serve), methods=["GET", "POST"]),
        ]

    async def _serve(self, context: IdentityContext, request: Request) -> Response:
        if request.method != "POST":
            given = query_of(request)
            kept = {name: given.get(name, "")[:60] for name in SHOWN}
            student = self._room.student_at(request)
            if student is not None and "new" not in given:
                return self._joined(request, student, kept["otc"])
            return self._asked(request, kept)
        fields = await form_of(request)
        check_form(context, request, fields)
        try:
            student, word = self._let_in(request, fields)
        except RomeError as error:
            return self._asked(request, fields, error)
        response = self._joined(request, student, fields.get("otc", ""), word)
        self._room.seals.give(request, response, STUDENT, student.account, context.clock.now())
        return response

    def _let_in(self, request: Request, fields: Fields) -> tuple[Student, str]:
        who, code, name = asking(request), fields.get("code", ""), fields.get("name", "")
        if (word := fields.get("word", "").strip()) and fields.get("as") != "another":
            return self._room.back(who, code, name, word), ""
        return self._room.join(who, code, name, another=fields.get("as") == "another")

    def _asked(self, request: Request, fields: Fields, error: RomeError | None = None) -> Response:
        room = self._room.now()
        is_taken = error is not None and error.code in ("nameTaken", "wrongWord", "tooManyTries", "classClosed")
        free = ""
        if error is not None and error.code in ("nameTaken", "wrongWord") and "@" not in fields["name"]:
            free = another(fields["name"], lambda each: room.called(each) is not None)
        return page(
            self._context,
            request,
            "join.html",
            status=200 if error is None else status_of(error),
            title=f"Join {room.name}",
            fields={name: fields.get(name, "") for name in SHOWN},
            field=(error.field or "") if error else "",
            wrong=str(error) if error else "",
            asks_word=is_taken,
            free=free,
            is_open=room.is_open,
        )

    def _joined(self, request: Request, student: Student, otc: str, word: str = "") -> Response:
        room = self._room.now()
        return page(
            self._context,
            request,
            "joined.html",
            title=f"You are {student.name}",
            student=student,
            room=room.name,
            code=room.code,
            told=room.told,
            word=word,
            otc=normal(otc)[:20],
            address=json.dumps(base_of(request.scope, request.headers)),
            name=json.dumps(student.name, ensure_ascii=False),
        )
