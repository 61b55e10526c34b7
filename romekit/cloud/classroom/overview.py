"""Every student's devices at once: one request for the whole class, held until something has changed for somebody.

Each student's tile has a **tag**, and the page sends the tags it has (`known`, in the order of the class). So an
answer carries only the students that have changed, a class of thirty costs no more than what happens in it, and any
server can answer, because nothing about the page is remembered here. A tile is worked out again only when its space
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

from romekit.cloud.classroom.policy import ClassPolicy
from romekit.cloud.classroom.roster import Roster
from romekit.cloud.engine.classroom.state import Student
from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.rules import next_due
from romekit.cloud.engine.screens import cards
from romekit.cloud.engine.space import EMPTY, Space
from romekit.cloud.graph.graph import Graph
from romekit.cloud.store.contract import StoreRefused
from romekit.core.screens import Card

#: The time of a student's last request is rounded to so many seconds; otherwise the page would change all the time.
GRAIN: Final = 20.0
BROKEN: Final = "This account is damaged and cannot be used. Remove it, and let the student join again."


@dataclass(frozen=True, slots=True)
class StudentTile:
    """One student as the page shows them."""

    key: tuple[object, ...]
    space: Space
    tag: str
    body: dict[str, Any]


class Coalesced:
    """Notifies once for many decisions, in the loop's own turn: whoever decides holds the lock of one space, and
    whoever is notified here looks at all of them."""

    def __init__(self, notify: Callable[[], object]) -> None:
        self._notify = notify
        self._loop = get_running_loop()
        self._is_planned = False

    def __call__(self) -> None:
        if not self._is_planned:
            self._is_planned = True
            with suppress(RuntimeError):  # the loop has ended, and with it whoever looked
                self._loop.call_soon_threadsafe(self._run)

    def _run(self) -> None:
        self._is_planned = False
        self._notify()


class Overview:
    """The class as one thing to look at."""

    def __init__(self, roster: Roster, policy: ClassPolicy, graph: Graph) -> None:
        self._roster = roster
        self._policy = policy
        self._spaces = graph.spaces
        self._faults = graph.faults
        self._tiles: dict[str, StudentTile] = {}

    def tiles(self) -> list[StudentTile]:
        return [self._tile(student) for student in self._roster.now().present()]

    def changes(self, known: str) -> dict[str, Any]:
        room, tiles, tags = self._roster.now(), self.tiles(), set(known.split("."))
        about = {
            "name": room.name,
            "code": room.code,
            "isOpen": room.is_open,
            "isFrozen": room.frozen_at is not None,
            "frozenAt": room.frozen_at,
            "says": room.announcement,
            "version": str(room.version),
            "now": self._roster.wall.now(),
        }
        return {
            "tags": [tile.tag for tile in tiles],
            "order": [tile.body["account"] for tile in tiles],
            "students": [tile.body for tile in tiles if tile.tag not in tags],
            "class": about,
        }

    def quiet_until(self, known: str, version: str) -> float | None:
        """When something happens next by itself, on the wall; None for a page that does not have everything."""
        tiles = self.tiles()
        if version != str(self._roster.now().version) or known != ".".join(tile.tag for tile in tiles):
            return None
        dues = [next_due(tile.space) for tile in tiles]
        return self._roster.time.wall_at(min((at for at in dues if at is not None), default=inf))

    def watch(self, notify: Callable[[], object]) -> Callable[[], None]:
        """Call `notify` when anything happens to the class or to anybody in it, until the result is called."""
        later = Coalesced(notify)
        ends = [self._roster.ledger.watch(later)]
        for student in self._roster.now().present():
            with suppress(StoreRefused):  # an account that cannot be read does not change
                ends.append(self._spaces.ledger(student.account).watch(later))
        return lambda: [end() for end in ends].clear()

    def _tile(self, student: Student) -> StudentTile:
        """The tile of a student; one whose account is damaged says so, and the others are as they are."""
        at, broken = self._policy.seen.get(student.account, 0.0), ""
        seen = at - at % GRAIN
        try:
            space = self._spaces.now(student.account)
        except StoreRefused:
            space, broken = EMPTY, BROKEN
        pending = self._faults.pending(space)
        tile, key = self._tiles.get(student.account), (id(space), seen, *pending)
        if tile is None or tile.key != key:
            body = {
                "account": student.account,
                "name": student.name,
                "joined": student.joined_at,
                "sent": space.sent,
                "devices": [_device(card) for card in cards(space)],
                "seen": seen,
                "broken": broken,
                "faults": _in_words([space.faults[each] for each in pending]),
            }
            tag = sha256(json.dumps(body).encode()).hexdigest()[:10]
            tile = self._tiles[student.account] = StudentTile(key, space, tag, body)
        return tile


def _in_words(faults: list[Fault]) -> list[str]:
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
