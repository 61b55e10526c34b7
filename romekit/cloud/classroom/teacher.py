"""`/class`: the teacher's page, behind the admin secret: every student's devices while they change, and the buttons.

The secret is typed once and compared in constant time; what the browser keeps afterwards is a signed cookie that is
good for a school day. Every button is a plain form with its token, so the page works without its script; with it,
nothing is reloaded. A form whose cookie is missing or forged does nothing, and says so. The actions are a table: a word
from a button, and what comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from romekit.cloud.asgi import base_of, unless_disconnected
from romekit.cloud.classroom.credentials import TEACHER
from romekit.cloud.classroom.join import in_json, retry_after, status_of
from romekit.cloud.classroom.overview import Overview
from romekit.cloud.classroom.roster import Roster
from romekit.cloud.engine.classroom.decide import announce, remove, set_frozen, set_joining, student_of
from romekit.cloud.engine.classroom.state import Classroom, Student
from romekit.cloud.engine.decide import clear_faults
from romekit.cloud.engine.faults import FAULTS, Fault, checked
from romekit.cloud.engine.rules import Asked
from romekit.cloud.graph.graph import Graph
from romekit.cloud.graph.long_poll import unchanged
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.forms import Fields, fields_of
from romekit.cloud.identity.pages import Forged, Sheet, check_form, form_token, in_pages, page, read
from romekit.cloud.store.contract import StoreRefused
from romekit.core.clock import Virtual
from romekit.core.errors import BadInput, NotAllowed, RomeError, WorldError
from romekit.core.presence import as_script

#: Seconds a page's request is held at most.
HELD: Final = 20.0
WHERE: Final = sorted({where for kind in FAULTS.values() for where in kind.where})

#: What a button does: it says so in a sentence.
Action = Callable[[Roster, Graph, Fields], str]


class TeacherPage:
    """The page, what it asks for, and what its buttons do."""

    def __init__(self, roster: Roster, overview: Overview, graph: Graph, context: IdentityContext) -> None:
        self._roster = roster
        self._overview = overview
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
            return self._page(request) if self._roster.is_teacher(request) else self._ask_secret(request)
        fields = await fields_of(request)
        check_form(context, request, fields)
        try:
            self._roster.check_secret(request, fields.get("secret", ""))
        except RomeError as error:
            return self._ask_secret(request, error)
        response = RedirectResponse("class", 303)
        self._roster.cookies.give(request, response, TEACHER, self._roster.now().name, self._roster.wall.now())
        return response

    async def _now(self, request: Request) -> Response:
        """The class as JSON, held while the page knows it already."""
        self._check_teacher(request)
        fields, overview = await fields_of(request), self._overview
        known, version = fields.get("known", ""), fields.get("version", "")
        if version and not isinstance(self._roster.wall, Virtual):
            until = partial(overview.quiet_until, known, version)
            holding = unchanged(self._roster.wall, HELD, until, overview.watch)
            await unless_disconnected(holding, request.receive)
        self._check_teacher(request)  # the cookie may have run out meanwhile
        body = {**overview.changes(known), "csrf": form_token(self._context, request)}
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    async def _do(self, request: Request) -> Response:
        self._check_teacher(request)
        fields = await fields_of(request)
        is_script = "application/json" in request.headers.get("accept", "")
        try:
            check_form(self._context, request, fields)
            if fields.get("do") == "leave":
                response = RedirectResponse("../class", 303)
                self._roster.cookies.take(request, response, TEACHER)
                return response
            said = act(self._roster, self._graph, fields)
        except Forged:
            raise NotAllowed("This page is older than the server.", status=403, hint="Reload it.") from None
        except RomeError as error:
            if is_script:
                raise
            return self._page(request, wrong=str(error), status=status_of(error))
        return JSONResponse({"said": said}) if is_script else self._page(request, said=said)

    def _check_teacher(self, request: Request) -> None:
        if not self._roster.is_teacher(request):
            hint = "Open /class and type the admin secret."
            raise NotAllowed("Only the teacher may do this.", status=403, code="AccessDenied", hint=hint)

    def _ask_secret(self, request: Request, error: RomeError | None = None) -> Response:
        response = page(
            self._context,
            request,
            "secret.html",
            status=status_of(error) if error else 200,
            title=self._roster.now().name,
            wrong=str(error) if error else "",
        )
        response.headers.update(retry_after(error) if error else {})
        return response

    def _page(self, request: Request, *, said: str = "", wrong: str = "", status: int = 200) -> Response:
        room = self._roster.now()
        css, js = read("page.css") + read("class.css"), as_script() + read("seen.js") + read("class.js")
        return page(
            self._context,
            request,
            "class.html",
            sheet=Sheet(css, js, asks=True),
            status=status,
            title=room.name,
            room=room,
            students=[tile.body for tile in self._overview.tiles()],
            address=f"{base_of(request.scope, request.headers)}/join",
            up="../" if request.url.path.endswith("/do") else "",
            faults=FAULTS,
            where=WHERE,
            said=said,
            wrong=wrong,
        )


def act(roster: Roster, graph: Graph, fields: Fields) -> str:
    """Do what a form asks for; what was done, in a sentence."""
    action = ACTIONS.get(fields.get("do", ""))
    if action is None:
        hint = f"There are: {', '.join(ACTIONS)}."
        raise BadInput(f"Nothing is called {fields.get('do', '')!r}.", field="do", hint=hint)
    return action(roster, graph, fields)


def _push(roster: Roster, graph: Graph, fields: Fields) -> str:
    fault = _fault_from(fields)
    if fault.what == "key rotation":
        graph.identity_fault("", fault.what)
        return "The cloud has new keys. Everybody's next request is refused once, and their tokens are renewed."
    whose = _each_meant(roster, fields, lambda account: graph.set_fault(account, fault))
    return f"{fault.what!r} is set for {whose}: {fault.story}."


def _clear(roster: Roster, graph: Graph, fields: Fields) -> str:
    whose = _each_meant(roster, fields, lambda account: graph.spaces.ask(account, clear_faults()))
    return f"Nothing goes wrong on purpose any more for {whose}."


def _each_meant(roster: Roster, fields: Fields, do: Callable[[str], object]) -> str:
    """Do something for the accounts that a form is about, one of them or all; whose they are."""
    account, students = fields.get("student", ""), roster.now().present()
    if account:
        students = [student_of(roster.now(), account)]
    if not students:
        raise BadInput("Nobody is in the class yet.", field="student", hint="Show them the code.")
    for student in students:
        with suppress(StoreRefused, WorldError):  # a damaged account must not keep the others from it
            do(student.account)
    return students[0].name if account else "everybody"


def _room(request: Asked[Classroom], said: str) -> Action:
    def act(roster: Roster, graph: Graph, fields: Fields) -> str:
        roster.ask(request)
        return said.format(code=roster.now().code)

    return act


def _remove(roster: Roster, graph: Graph, fields: Fields) -> str:
    student = student_of(roster.now(), fields.get("student", ""))
    graph.identity_fault(student.account, "consent withdrawn")
    roster.ask(remove(student.account))
    return f"{student.name} is not in the class any more, and their tokens are refused. Their name is free again."


def _remove_new(roster: Roster, graph: Graph, fields: Fields) -> str:
    """Remove everybody who joined lately and has sent nothing: one client may have taken many places."""
    minutes = _number("minutes", fields.get("minutes", "").strip() or "10")
    since = roster.wall.now() - 60 * minutes
    new = [each for each in roster.now().present() if each.joined_at >= since]
    idle = [each for each in new if not _has_sent(graph, each)]
    for student in idle:
        _remove(roster, graph, {"student": student.account})
    return f"{len(idle)} who joined within {minutes:g} minutes and have sent nothing are not in the class any more."


def _has_sent(graph: Graph, student: Student) -> bool:
    try:
        return bool(graph.spaces.now(student.account).sent)
    except (StoreRefused, WorldError):  # a damaged account is one that nobody can use
        return False


def _tell(roster: Roster, graph: Graph, fields: Fields) -> str:
    roster.ask(announce(fields.get("text", "")))
    text = roster.now().announcement
    return f"Everybody reads: {text}" if text else "Nothing is said to the class now."


ACTIONS: Final[dict[str, Action]] = {
    "push": _push,
    "clear": _clear,
    "freeze": _room(
        set_frozen(True), "The devices' time stands still. Requests are answered, tokens and sign-ins go on."
    ),
    "go on": _room(set_frozen(False), "The devices' time goes on from where it stood."),
    "open": _room(set_joining(True), "Whoever has the code can join: {code}."),
    "close": _room(
        set_joining(False), "Nobody new can join. Who is in the class stays, and can come back with their word."
    ),
    "remove": _remove,
    "remove new": _remove_new,
    "tell": _tell,
}


def _fault_from(fields: Fields) -> Fault:
    """The fault a form describes; empty fields are the usual, and an empty `times` is always."""
    times = fields.get("times", "1").strip()
    value = _number("value", fields.get("value", "").strip() or "0")
    hint = "Use a whole number from 1, or leave it empty for always."
    count = int(_number("times", times, r"0*[1-9]\d*", hint)) if times else None
    return checked(Fault(what=fields.get("what", ""), where=fields.get("where", ""), times=count, value=value))


def _number(field: str, text: str, shape: str = r"\d+\.?\d*|\.\d+", hint: str = "Use a number, such as 1.") -> float:
    if len(text) <= 12 and re.fullmatch(shape, text, re.ASCII):
        return float(text)
    raise BadInput(f"{field} cannot be {text[:20]!r}.", field=field, hint=hint)
