"""Every student's wall at once: one question for the whole class, held until something has changed for somebody.

Each student's part has a **tag**, and the page says which tags it has (`known`, in the order of the class). So an
answer carries only the students that have changed, a class of thirty costs no more than what happens in it, and any
server can answer, because nothing about the page is remembered here. A part is worked out again only when its space
has changed.
"""

from __future__ import annotations

import json
from asyncio import get_running_loop
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from math import inf
from typing import Any, Final

from romekit.cloud.classroom.room import Room
from romekit.cloud.classroom.rules import ClassRules
from romekit.cloud.engine.classroom.state import Student
from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.rules import next_due
from romekit.cloud.engine.screens import cards
from romekit.cloud.engine.space import Space
from romekit.cloud.graph.graph import Graph
from romekit.core.screens import Card

#: Who has asked for something so many seconds ago is told as having done so; more would change the page all the time.
GRAIN: Final = 20.0


@dataclass(frozen=True, slots=True)
class StudentTile:
    """One student as the page shows them."""

    key: tuple[object, ...]
    space: Space
    tag: str
    body: dict[str, Any]


class Later:
    """Tells once for however many decisions, and not inside of them: whoever decides holds the lock of one space, and
    who is told here looks at all of them."""

    def __init__(self, told: Callable[[], object]) -> None:
        self._told = told
        self._loop = get_running_loop()
        self._is_planned = False

    def __call__(self) -> None:
        if not self._is_planned:
            self._is_planned = True
            with suppress(RuntimeError):  # the loop has ended, and with it whoever looked
                self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        self._is_planned = False
        self._told()


class Watching:
    """The class as one thing to look at."""

    def __init__(self, room: Room, rules: ClassRules, graph: Graph) -> None:
        self._room = room
        self._rules = rules
        self._spaces = graph.spaces
        self._mishaps = graph.faults
        self._parts: dict[str, StudentTile] = {}

    def parts(self) -> list[StudentTile]:
        """Everybody in the class, as they are now."""
        return [self._part(student) for student in self._room.now().present()]

    def told(self, known: str) -> dict[str, Any]:
        """What a page has to be told that knows these tags."""
        parts, had = self.parts(), set(known.split("."))
        return {
            "tags": [part.tag for part in parts],
            "order": [part.body["account"] for part in parts],
            "students": [part.body for part in parts if part.tag not in had],
            "class": self._about(),
        }

    def is_known(self, known: str, version: str) -> bool:
        """Whether this is all there is to tell."""
        return version == self.version and known == ".".join(part.tag for part in self.parts())

    @property
    def version(self) -> str:
        return str(self._room.now().version)

    def quiet_until(self) -> float:
        """When something happens next by itself, on the wall."""
        dues = [next_due(part.space) for part in self.parts()]
        return self._room.time.wall_at(min((at for at in dues if at is not None), default=inf))

    def watch(self, told: Callable[[], object]) -> Callable[[], None]:
        """Call `told` when anything happens to the class or to anybody in it, in the loop's own turn."""
        later = Later(told)
        ends = [self._room.watch(later)]
        ends += [self._spaces.ledger(each.account).watch(later) for each in self._room.now().present()]
        return lambda: [end() for end in ends].clear()

    def _about(self) -> dict[str, Any]:
        room = self._room.now()
        return {
            "name": room.name,
            "code": room.code,
            "isOpen": room.is_open,
            "isFrozen": room.frozen_at is not None,
            "frozenAt": room.frozen_at,
            "says": room.told,
            "version": str(room.version),
            "now": self._room.wall.now(),
        }

    def _part(self, student: Student) -> StudentTile:
        space, seen = self._spaces.now(student.account), self._seen(student)
        pending = self._mishaps.pending(space)
        kept, key = self._parts.get(student.account), (id(space), seen, *pending)
        if kept is None or kept.key != key:
            body = {
                **_body(student, space),
                "seen": seen,
                "faults": _in_words([space.faults[each] for each in pending]),
            }
            tag = sha256(json.dumps(body).encode()).hexdigest()[:10]
            kept = self._parts[student.account] = StudentTile(key, space, tag, body)
        return kept

    def _seen(self, student: Student) -> float:
        at = self._rules.seen.get(student.account, 0.0)
        return at - at % GRAIN


def _body(student: Student, space: Space) -> dict[str, Any]:
    return {
        "account": student.account,
        "name": student.name,
        "joined": student.joined_at,
        "sent": space.sent,
        "devices": [_device(card) for card in cards(space)],
    }


def _in_words(faults: list[Fault]) -> list[str]:
    """What still goes wrong on purpose: `crash`, or `refused at list ×2`."""
    counted = Counter(f"{fault.what} at {fault.where}" if fault.where else fault.what for fault in faults)
    return [f"{words} ×{times}" if times > 1 else words for words, times in counted.items()]


def _device(card: Card) -> dict[str, Any]:
    """What is left of a card where thirty times seven of them have to fit."""
    moving = card.commands[0] if card.commands else None
    return {
        "name": card.name,
        "presence": card.presence.value,
        "screen": card.screen.kind,
        "waiting": card.waiting,
        "moving": None if moving is None else f"{moving.status}: {moving.order}",
        "last": None if card.last is None else card.last.status,
        "order": None if card.last is None else card.last.order,
    }
