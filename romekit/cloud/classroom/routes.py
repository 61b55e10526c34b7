"""What a class adds to a cloud: its people, its policy, its seeds, and the addresses that come with it."""

from __future__ import annotations

from starlette.routing import Route

from romekit.cloud.classroom.join import Joining
from romekit.cloud.classroom.overview import Overview
from romekit.cloud.classroom.policy import ClassPolicy
from romekit.cloud.classroom.roster import Roster
from romekit.cloud.classroom.teacher import TeacherPage
from romekit.cloud.engine.seed import DEMO_DEVICES
from romekit.cloud.graph.graph import Graph
from romekit.cloud.identity.context import IdentityContext


def class_routes(roster: Roster, graph: Graph, context: IdentityContext) -> list[Route]:
    """Give the class to Graph and to the identity provider; its addresses."""
    graph.policy = policy = ClassPolicy(roster, graph.spaces, graph.faults)
    graph.spaces.plan = lambda account: roster.plan(account, DEMO_DEVICES)
    context.directory = roster
    teacher = TeacherPage(roster, Overview(roster, policy, graph), graph, context)
    return [*Joining(roster, context).routes(), *teacher.routes()]
