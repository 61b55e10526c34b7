"""Opening a class in a stub: what is put in the place of what a cloud of one's own has."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.routing import Route

from romekit.cloud.classroom.door import Door
from romekit.cloud.classroom.join_page import JoinPage
from romekit.cloud.classroom.room import Room, stream_of
from romekit.cloud.classroom.rules import ClassRules
from romekit.cloud.classroom.teacher import TeacherPage
from romekit.cloud.classroom.watching import Watching
from romekit.cloud.engine.classroom.decide import CLASS_RULES
from romekit.cloud.engine.classroom.state import Quotas
from romekit.cloud.engine.seed import DEMO_DEVICES
from romekit.cloud.graph.graph import Graph
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.store.contract import Store
from romekit.cloud.store.ledger import Ledger
from romekit.core.clock import Clock


@dataclass(frozen=True, slots=True)
class Opening:
    """A class to be opened: its name, the teacher's secret, perhaps its code, and what each student may use."""

    name: str
    secret: bytes = field(repr=False)
    code: str = ""
    quotas: Quotas = Quotas()  # noqa: RUF009 (frozen, so one serves all)


def opened(opening: Opening, store: Store, wall: Clock, seed: str) -> Room:
    """The class as it was left, or a new one."""
    room = Room(Ledger(store, stream_of(opening.name), CLASS_RULES), wall, opening.secret)
    room.open(opening.name, seed, opening.quotas, opening.code)
    return room


def move_in(room: Room, graph: Graph, context: IdentityContext) -> list[Route]:
    """Let the class have a cloud: its people, its rules, its seeds; the addresses that come with it."""
    rules = ClassRules(room, graph.spaces, graph.faults)
    graph.policy = rules
    graph.spaces.plan = lambda account: room.plan(account, DEMO_DEVICES)
    context.directory = room
    pages = TeacherPage(room, Watching(room, rules, graph), graph, context)
    return [*JoinPage(room, context).routes(), *Door(room, context).routes(), *pages.routes()]
