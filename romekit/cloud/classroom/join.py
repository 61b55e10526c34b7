"""Joining a class, from a program and from a browser: a name and a code in, an account out.

    POST /romekit/join           {"code": "WREN-42", "name": "Mia"}                    201, account and rejoin word
                                 {"code": "WREN-42", "name": "Mia", "word": "…"}       200, the same account again
    POST /romekit/join/approve   {"account": "…", "word": "…", "user_code": "…"}       204

A notebook on a hub has no browser of its own that could have joined, so whoever knows a student's word may approve a
device code in their name; tokens then come the ordinary way, from an unmodified MSAL. Bodies are JSON and say so: a
page on another site cannot send that without asking first, and is not allowed to. A join with an `Idempotency-Key` may
be repeated when its answer was lost: it gives the same account and word again.

`/join` is the page for a browser, which is that student from then on. A name that somebody has already is asked about:
that somebody gives their rejoin word, anybody else gets a number behind their name.
"""

from __future__ import annotations

import json
from math import ceil
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from romekit.cloud.asgi import base_of
from romekit.cloud.classroom.credentials import JOINED
from romekit.cloud.classroom.roster import Roster
from romekit.cloud.engine.classroom import names
from romekit.cloud.engine.classroom.state import Student
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.device_code import approve
from romekit.cloud.identity.forms import NO_STORE, Endpoint, Fields, body_once, fields_of
from romekit.cloud.identity.pages import check_form, in_pages, page
from romekit.cloud.identity.problems import SignInRefused
from romekit.core.errors import BadInput, Busy, NotFound, RomeError
from romekit.core.names import as_typed

LARGEST: Final = 4096
#: The most letters of any text in a body; an account is longer than a name can be.
LONGEST: Final = 200
#: What travels through the page.
CARRIED: Final = ("code", "name", "otc", "key")


class Joining:
    """The two addresses for programs, the page, and the first page of the server, which leads there."""

    def __init__(self, roster: Roster, context: IdentityContext) -> None:
        self._roster = roster
        self._context = context

    def routes(self) -> list[Route]:
        return [
            Route("/", RedirectResponse("join"), methods=["GET"]),
            Route("/join", in_pages(self._context, self._page), methods=["GET", "POST"]),
            Route("/romekit/join", in_json(self._join, self._context), methods=["POST"]),
            Route("/romekit/join/approve", in_json(self._approve, self._context), methods=["POST"]),
        ]

    async def _join(self, request: Request) -> Response:
        said = await _json_of(request)
        code, name, word = _text(said, "code"), _text(said, "name"), said.get("word", "")
        if word:
            student, status, fresh = await self._roster.rejoin(request, code, name, str(word)), 200, {}
        else:
            key, another = request.headers.get("idempotency-key", ""), said.get("another") is True
            student, made = await self._roster.join(request, code, name, another=another, key=key)
            status, fresh = 201, {"word": made}
        place = {
            "class": self._roster.now().name,
            "name": student.name,
            "account": student.account,
            "wall": f"{base_of(request.scope, request.headers)}/wall",
        }
        return JSONResponse(place | fresh, status, NO_STORE)

    async def _approve(self, request: Request) -> Response:
        said = await _json_of(request)
        student = await self._roster.proved(request, _text(said, "account"), _text(said, "word"))
        approve(self._context, _text(said, "user_code"), student.person)
        return Response(status_code=204, headers=NO_STORE)

    async def _page(self, context: IdentityContext, request: Request) -> Response:
        fields = await fields_of(request)
        if request.method != "POST":
            student = self._roster.student_at(request)
            if student is not None and "new" not in fields:
                return self._joined_page(request, student, fields.get("otc", ""))
            carried = {name: fields.get(name, "")[:60] for name in CARRIED}
            return self._form_page(request, carried | {"key": context.fresh()})
        check_form(context, request, fields)
        try:
            student, key = await self._joined(request, fields)
        except RomeError as error:
            return self._form_page(request, fields, error)
        # A redirect, so that reloading the next page does not join again.
        otc = as_typed(fields.get("otc", ""))[:20]
        response = RedirectResponse(f"join?otc={otc}" if otc else "join", 303)
        self._roster.remember(request, response, student)
        self._roster.cookies.give(request, response, JOINED, key, self._roster.wall.now())
        return response

    async def _joined(self, request: Request, fields: Fields) -> tuple[Student, str]:
        code, name, key = fields.get("code", ""), fields.get("name", ""), fields.get("key", "")
        if (word := fields.get("word", "").strip()) and fields.get("as") != "another":
            return await self._roster.rejoin(request, code, name, word), ""
        student, _ = await self._roster.join(request, code, name, another=fields.get("as") == "another", key=key)
        return student, f"{key}:{names.tidied(name)}" if key else ""

    def _form_page(self, request: Request, fields: Fields, error: RomeError | None = None) -> Response:
        room = self._roster.now()
        code = error.code if error else None
        free = ""
        if code in ("nameTaken", "wrongWord") and "@" not in fields["name"]:
            free = names.next_free(fields["name"], room.called)
        return page(
            self._context,
            request,
            "join.html",
            status=status_of(error) if error else 200,
            title=f"Join {room.name}",
            fields={name: fields.get(name, "") for name in CARRIED},
            field=(error.field or "") if error else "",
            wrong=str(error) if error else "",
            asks_word=code in ("nameTaken", "wrongWord", "tooManyTries", "classClosed"),
            free=free,
            is_open=room.is_open,
        )

    def _joined_page(self, request: Request, student: Student, otc: str) -> Response:
        room = self._roster.now()
        key, _, name = self._roster.cookies.read(request, JOINED, self._roster.wall.now()).partition(":")
        return page(
            self._context,
            request,
            "joined.html",
            title=f"You are {student.name}",
            student=student,
            room=room.name,
            code=room.code,
            told=room.announcement,
            word=self._roster.word_of_join(student, name, key) if key else "",
            otc=as_typed(otc)[:20],
            address=json.dumps(base_of(request.scope, request.headers)),
            name=json.dumps(student.name, ensure_ascii=False),
        )


async def _json_of(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise BadInput("This address takes JSON.", status=415, hint="Send it as application/json.")
    try:
        said = json.loads(await body_once(request, LARGEST))
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise BadInput("The body is not a JSON object.", hint='Send {"code": "WREN-42", "name": "Mia"}.')
    return said


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name, "")
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"{name} is missing.", field=name, hint=f"Send {name} as a text.")
    if len(value) > LONGEST:
        most = names.LONGEST if name == "name" else LONGEST
        raise BadInput(f"{name} is too long: {len(value)} letters.", field=name, hint=f"Send at most {most}.")
    return value


def in_json(endpoint: Endpoint, context: IdentityContext | None = None) -> Endpoint:
    """The endpoint; whatever goes wrong is said in JSON. With a context its answer waits for the store."""

    async def serve(request: Request) -> Response:
        try:
            if context is None:
                return await endpoint(request)
            return await context.commit_barrier.answered(request.scope, lambda again: endpoint(request))
        except SignInRefused as refused:  # nothing that could be read
            body = {"error": {"code": "BadRequest", "message": refused.text}}
            return JSONResponse(body, refused.problem.status, {**NO_STORE, **refused.headers})
        except RomeError as error:
            code = error.code or ("itemNotFound" if isinstance(error, NotFound) else "BadRequest")
            target = {"target": error.field} if error.field else {}
            body = {"error": {"code": code, "message": str(error), **target}}
            return JSONResponse(body, status_of(error), {**NO_STORE, **retry_after(error)})

    return serve


def status_of(error: RomeError) -> int:
    return error.status or (404 if isinstance(error, NotFound) else 400)


def retry_after(error: RomeError) -> dict[str, str]:
    """The headers of a refusal: when to come back."""
    pause = error.retry_after if isinstance(error, Busy) else None
    return {} if pause is None else {"Retry-After": str(max(1, ceil(pause)))}
