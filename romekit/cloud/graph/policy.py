"""The rules of the house: what a caller may do here beside what their token says, and whether the devices' time runs.

By itself a stub has none: whoever has a token may do what it says, as often as they like. A class has some of its own
(classroom/rules.py), and puts them in the place of these.
"""

from __future__ import annotations

from collections.abc import Callable

from romekit.cloud.graph.auth import Caller
from romekit.cloud.graph.messages import GraphRequest, GraphResponse, Refused
from romekit.cloud.graph.routing import Route


class Policy:
    """No rules at all."""

    def enter(self, caller: Caller, asked: GraphRequest) -> None:
        """Refused, if this caller is not welcome any more."""

    def allow(self, caller: Caller, route: Route, asked: GraphRequest) -> None:
        """Refused, if the caller has had their share of what this route gives."""

    def let_write(self, account: str) -> None:
        """Refused, if this account has no room for anything more to happen."""

    def hold(self, account: str) -> Callable[[], None]:
        """A request of this account is held until what is returned is called; Refused, if that is one too many."""
        return lambda: None

    def wall_at(self, time: float) -> float:
        """When, on the wall, the devices' time will be this; infinity if it stands still."""
        return time

    def watch(self, told: Callable[[], object]) -> Callable[[], None]:
        """Call `told` when a rule has changed that held requests have to know."""
        return lambda: None

    def says(self) -> str:
        """What everybody who looks at their devices should read."""
        return ""

    def about(self, caller: Caller) -> GraphResponse:
        """What a caller may know about the rules."""
        raise Refused(404, "itemNotFound", "There is no class on this server. Its operator opens one with --class.")
