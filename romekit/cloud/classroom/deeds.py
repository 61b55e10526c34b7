"""What a teacher can do, as a table: a word from a button, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from romekit.cloud.classroom.room import Room
from romekit.cloud.engine.classroom.decide import Freeze, GoOn, Remove, SetJoining, Tell, student_of
from romekit.cloud.engine.classroom.state import Student
from romekit.cloud.engine.faults import Fault, checked
from romekit.cloud.engine.requests import ClearFaults
from romekit.cloud.graph.graph import Graph
from romekit.cloud.identity.forms import Fields
from romekit.core.errors import BadInput


def do(room: Room, graph: Graph, fields: Fields) -> str:
    """Do what a form asks for; what was done, in a sentence."""
    deed = DEEDS.get(fields.get("do", ""))
    if deed is None:
        raise BadInput(
            f"Nothing is called {fields.get('do', '')!r}.", field="do", hint=f"There are: {', '.join(DEEDS)}."
        )
    return deed(room, graph, fields)


def _push(room: Room, graph: Graph, fields: Fields) -> str:
    fault = fault_from(fields)
    if fault.what == "key rotation":
        graph.identity_fault("", fault.what)
        return "The cloud has new keys. Everybody's next request is refused once, and their tokens are renewed."
    students, words = _meant(room, fields)
    for student in students:
        graph.set_fault(student.account, fault)
    return f"{fault.what!r} is set for {words}: {fault.story}."


def _clear(room: Room, graph: Graph, fields: Fields) -> str:
    students, words = _meant(room, fields)
    for student in students:
        graph.spaces.ask(student.account, ClearFaults())
    return f"Nothing goes wrong on purpose any more for {words}."


def _freeze(room: Room, graph: Graph, fields: Fields) -> str:
    room.ask(Freeze())
    return "The devices' time stands still. Requests are answered, tokens and sign-ins go on."


def _go_on(room: Room, graph: Graph, fields: Fields) -> str:
    room.ask(GoOn())
    return "The devices' time goes on from where it stood."


def _open(room: Room, graph: Graph, fields: Fields) -> str:
    room.ask(SetJoining(True))
    return f"Whoever has the code can join: {room.now().code}."


def _close(room: Room, graph: Graph, fields: Fields) -> str:
    room.ask(SetJoining(False))
    return "Nobody new can join. Who is in the class stays, and can come back with their word."


def _remove(room: Room, graph: Graph, fields: Fields) -> str:
    student = student_of(room.now(), fields.get("student", ""))
    graph.identity_fault(student.account, "consent withdrawn")
    room.ask(Remove(student.account))
    return f"{student.name} is not in the class any more, and their tokens are refused. Their name is free again."


def _tell(room: Room, graph: Graph, fields: Fields) -> str:
    room.ask(Tell(fields.get("text", "")))
    told = room.now().told
    return f"Everybody reads: {told}" if told else "Nothing is said to the class now."


DEEDS: Final[dict[str, Callable[[Room, Graph, Fields], str]]] = {
    "push": _push,
    "clear": _clear,
    "freeze": _freeze,
    "go on": _go_on,
    "open": _open,
    "close": _close,
    "remove": _remove,
    "tell": _tell,
}


def fault_from(fields: Fields) -> Fault:
    """The fault a form describes; empty fields are the usual."""
    return checked(
        Fault(
            what=fields.get("what", ""),
            where=fields.get("where", ""),
            times=_times(fields.get("times", "1").strip()),
            value=_number("value", fields.get("value", "").strip() or "0"),
        )
    )


def _times(text: str) -> int | None:
    """How often; None, which is always, for an empty field."""
    if text == "":
        return None
    if len(text) <= 12 and text.isascii() and text.isdigit() and int(text) >= 1:
        return int(text)
    hint = "Use a whole number from 1, or leave it empty for always."
    raise BadInput(f"times cannot be {text[:20]!r}.", field="times", hint=hint)


def _number(field: str, text: str) -> float:
    if len(text) <= 12 and text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    raise BadInput(f"{field} cannot be {text[:20]!r}.", field=field, hint="Use a number, such as 1.")


def _meant(room: Room, fields: Fields) -> tuple[list[Student], str]:
    """The students a form is about: one of them, or all."""
    if account := fields.get("student", ""):
        student = student_of(room.now(), account)
        return [student], student.name
    present = room.now().present()
    if not present:
        raise BadInput("Nobody is in the class yet.", field="student", hint="Show them the code.")
    return present, "everybody"
