"""Joining from a program: a name and a code in, an account out, and a sign-in approved without a browser.

    POST /romekit/join           {"code": "WREN-42", "name": "Mia"}                    201, account and rejoin word
                                 {"code": "WREN-42", "name": "Mia", "word": "…"}       200, the same account again
    POST /romekit/join/approve   {"account": "…", "word": "…", "user_code": "…"}       204

A notebook on a hub has no browser of its own that could have joined, so whoever knows a student's word may approve a
device code in their name; tokens then come the ordinary way, from an unmodified MSAL. Bodies are JSON and say so: a
page on another site cannot send that without asking first, and is not allowed to.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from romekit.cloud.asgi import BodyTooLarge, base_of, body_of
from romekit.cloud.classroom.room import Room
from romekit.cloud.engine.classroom import names
from romekit.cloud.engine.classroom.state import Student
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.device_code import approve
from romekit.cloud.identity.forms import NO_STORE, READ
from romekit.cloud.identity.problems import SignInRefused
from romekit.core.errors import BadInput, Busy, NotFound, RomeError

JOIN: Final = "/romekit/join"
APPROVE: Final = "/romekit/join/approve"
LARGEST: Final = 4096
#: The most letters of any text in a body; an account is longer than a name can be.
LONGEST: Final = 200


class Door:
    """The two addresses."""

    def __init__(self, room: Room, context: IdentityContext) -> None:
        self._room = room
        self._context = context

    def routes(self) -> list[Route]:
        return [
            Route(JOIN, in_json(self.join, self._context), methods=["POST"]),
            Route(APPROVE, in_json(self.approve, self._context), methods=["POST"]),
        ]

    async def join(self, request: Request) -> Response:
        said = await _said(request)
        who, code, name, word = asking(request), _text(said, "code"), _text(said, "name"), said.get("word", "")
        if word:
            student, fresh, status = self._room.back(who, code, name, str(word)), "", 200
        else:
            student, fresh = self._room.join(who, code, name, another=said.get("another") is True)
            status = 201
        return JSONResponse(self._told(request, student, fresh), status, NO_STORE)

    async def approve(self, request: Request) -> Response:
        said = await _said(request)
        student = self._room.proved(asking(request), _text(said, "account"), _text(said, "word"))
        approve(self._context, _text(said, "user_code"), student.person)
        return Response(status_code=204, headers=NO_STORE)

    def _told(self, request: Request, student: Student, word: str) -> dict[str, Any]:
        told = {
            "class": self._room.now().name,
            "name": student.name,
            "account": student.account,
            "wall": f"{base_of(request.scope, request.headers)}/wall",
        }
        return told | ({"word": word} if word else {})


def asking(request: Request) -> str:
    """The address a request comes from, by which wrong tries are counted."""
    return request.client.host if request.client else ""


async def _said(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise BadInput("This address takes JSON.", status=415, hint="Send it as application/json.")
    body = request.scope.get(READ)  # an answer that is worked out anew finds it read already
    if body is None:
        try:
            body = request.scope[READ] = await body_of(request.headers, request.receive, LARGEST)
        except BodyTooLarge:
            words = f"The body has more than {LARGEST} bytes."
            raise BadInput(words, status=413, hint="Send a code and a name.") from None
    try:
        said = json.loads(body)
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


Endpoint = Callable[[Request], Awaitable[Response]]


def in_json(endpoint: Endpoint, context: IdentityContext | None = None) -> Endpoint:
    """Whatever goes wrong is told in JSON. With a desk the answer goes out when what it rests on is on disk."""

    async def serve(request: Request) -> Response:
        try:
            if context is None:
                return await endpoint(request)
            return await context.commit_barrier.answered(request.scope, lambda again: endpoint(request))
        except SignInRefused as refused:  # no form that could be read
            body = {"error": {"code": "BadRequest", "message": refused.text}}
            return JSONResponse(body, 400, NO_STORE)
        except RomeError as error:
            return JSONResponse(_in_words(error), status_of(error), {**NO_STORE, **later(error)})

    return serve


def _in_words(error: RomeError) -> dict[str, Any]:
    """Graph's error body, with the field that is meant."""
    code = error.code or ("itemNotFound" if isinstance(error, NotFound) else "BadRequest")
    target = {"target": error.field} if error.field else {}
    return {"error": {"code": code, "message": str(error), **target}}


def status_of(error: RomeError) -> int:
    return error.status or (404 if isinstance(error, NotFound) else 400)


def later(error: RomeError) -> dict[str, str]:
    """When to come back, for who came too often."""
    pause = error.retry_after if isinstance(error, Busy) else None
    return {} if pause is None else {"Retry-After": f"{pause:.0f}"}
