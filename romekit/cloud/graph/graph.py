"""The device commands of Microsoft Graph beta: a visible list of routes, and the one way through them.

The four documented operations are rows one to four (dossier 2.1). What is named `romekit.…` is ours, kept apart in
OData's own way of naming functions and actions that belong to a namespace.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.requests import SetFault
from romekit.cloud.graph import changes, wall
from romekit.cloud.graph import handlers as operations
from romekit.cloud.graph.auth import Caller, caller_of, need
from romekit.cloud.graph.batch import PATH as BATCH
from romekit.cloud.graph.batch import answer_batch, is_batch
from romekit.cloud.graph.faults import FaultInjector, after, before, is_slow
from romekit.cloud.graph.messages import GraphRequest, GraphResponse, Refused, envelope, refusal_of
from romekit.cloud.graph.odata import entity, listing
from romekit.cloud.graph.policy import Policy
from romekit.cloud.graph.public import public
from romekit.cloud.graph.request_log import Exchange, RequestLog
from romekit.cloud.graph.routing import Route, find
from romekit.cloud.graph.throttling import Throttle
from romekit.cloud.store.spaces import Spaces
from romekit.cloud.webhooks.queue import PostBack
from romekit.core.errors import RomeError
from romekit.core.model import MODERN, Profile

DEVICES: Final = ("me", "devices")
COMMANDS: Final = (*DEVICES, "{device}", "commands")
COMMAND: Final = (*COMMANDS, "{command}")

ROUTES: Final = (
    Route("GET", DEVICES, "Device.Read", operations.list_devices, "list", listing.TAKEN),
    Route("POST", COMMANDS, "Device.Command", operations.send_command, "send"),
    Route(
        "GET",
        COMMAND,
        "Device.Command",
        operations.get_status,
        "status",
        entity.TAKEN,
        operations.status_unchanged_until,
    ),
    Route("GET", (*COMMAND, "responsepayload"), "Device.Command", operations.get_payload, "payload"),
    Route("GET", ("me", "romekit.history"), "Device.Command", operations.get_history),
    Route("POST", (*COMMAND, "romekit.cancel"), "Device.Command", operations.cancel_command),
    Route("POST", (*DEVICES, "{device}", "romekit.presence"), "Device.Command", operations.set_presence),
    Route("POST", (*DEVICES, "{device}", "romekit.personality"), "Device.Command", operations.set_personality),
    Route("POST", ("me", "romekit.fault"), "Device.Command", operations.set_fault),
    Route("POST", ("me", "romekit.clearfaults"), "Device.Command", operations.clear_faults),
    Route("GET", ("me", "romekit.deeds"), "Device.Command", operations.get_deeds),
    Route("GET", ("me", "romekit.wall"), "Device.Command", wall.get_wall, unchanged_until=wall.wall_unchanged_until),
    Route("GET", ("me", "romekit.class"), "Device.Command", operations.get_class),
    Route("POST", (*DEVICES, "{device}", "romekit.apps"), "Device.Command", wall.set_app),
    Route(
        "GET",
        ("me", "romekit.changes"),
        "Device.Command",
        changes.get_changes,
        options=changes.TAKEN,
        unchanged_until=changes.unchanged_until,
    ),
    Route("GET", (*DEVICES, "$count"), "Device.Read", operations.count_devices, options=listing.COUNTED),
    Route("POST", BATCH, "", answer_batch),
)


@dataclass(slots=True)
class Graph:
    """The Graph side of the stub: spaces, the key its tokens are sealed with, and how it spells.

    `retired` makes it the service as it is since 30 September 2020 (dossier 7.1, last row; ours in detail), `hints`
    one that says when it is worth asking again (hints.py).
    """

    spaces: Spaces
    key: bytes
    profile: Profile = MODERN
    throttle: Throttle = field(default_factory=Throttle)
    exchanges: RequestLog = field(default_factory=RequestLog)
    mishaps: FaultInjector = field(default_factory=FaultInjector)
    retired: bool = False
    hints: bool = False
    house: Policy = field(default_factory=Policy)
    identity_fault: Callable[[str, str], object] = field(default=lambda account, what: None)
    postback: PostBack = field(init=False)

    def __post_init__(self) -> None:
        self.postback = PostBack(self.spaces, self.profile, self.key)

    def answer(self, asked: GraphRequest, again: bool = False) -> GraphResponse:
        """The answer to any request below `/beta`; never an exception. `again` is for one that is answered anew."""
        account = ""
        try:
            if (known_to_all := public(asked, ROUTES, self.profile)) is not None:
                return known_to_all
            caller = caller_of(asked, self.key)
            account = caller.upn
            self.house.enter(caller, asked)
            if again:
                self.exchanges.drop(account, asked)
            elif not is_batch(asked):
                self.throttle.count(caller.upn, asked.method != "GET", asked.at)
            reply = self._routed(asked, caller)
        except Refused as refused:
            account = account or refused.account
            reply = envelope(refused, asked)
        except RomeError as error:
            reply = envelope(refusal_of(error), asked)
        if account and reply.is_kept:
            self.exchanges.keep(account, Exchange(asked, reply))
        return reply

    def not_kept(self, asked: GraphRequest, error: RomeError) -> GraphResponse:
        """The answer to a request whose answer could not be kept, in place of that."""
        reply = envelope(refusal_of(error), asked)
        with suppress(Refused):
            account = caller_of(asked, self.key).upn
            self.exchanges.drop(account, asked)
            self.exchanges.keep(account, Exchange(asked, reply))
        return reply

    def set_fault(self, account: str, fault: Fault) -> None:
        """Let something go wrong in an account's space, or with its tokens."""
        self.spaces.ask(account, SetFault(fault))
        if fault.kind.side == "identity":
            self.identity_fault(account, fault.what)

    def question(self, asked: GraphRequest) -> Callable[[], float | None]:
        """For a request that would rather wait, looked up once: what it asks again and again.

        That tells when to look next; None as soon as there is something to answer, and always for what is not held.
        """
        try:
            caller = caller_of(asked, self.key)
            route, names = find(ROUTES, asked, caller)
        except (Refused, RomeError):
            return lambda: None
        until = route.unchanged_until
        return (lambda: None) if until is None else (lambda: self._on_the_wall(until(self, caller, names, asked)))

    def _on_the_wall(self, at: float | None) -> float | None:
        """When a moment of the device worlds comes on the clock that requests wait by."""
        return None if at is None else self.house.wall_at(at)

    def watch(self, asked: GraphRequest, told: Callable[[], object]) -> Callable[[], None]:
        """Hold the caller's request as `hold` does."""
        return self.hold(caller_of(asked, self.key).upn, told)

    def hold(self, account: str, told: Callable[[], object]) -> Callable[[], None]:
        """Call `told` whenever this account's space or the rules change by a decision, until the result is called.

        Refused, if too many requests are held for the account at once.
        """
        ended = [self.house.hold(account), self.spaces.ledger(account).watch(told), self.house.watch(told)]
        return lambda: [end() for end in ended].clear()

    def _routed(self, asked: GraphRequest, caller: Caller) -> GraphResponse:
        route, names = find(ROUTES, asked, caller)
        if not route.scope:  # a batch: its requests come back here one by one
            return route.serve(self, caller, names, asked)
        need(caller, route.scope)
        self.house.allow(caller, route, asked)
        if self.retired:
            return _since_retired(route)
        if not (route.operation and self.spaces.seen(caller.upn).faults):
            return route.serve(self, caller, names, asked)
        space = self.spaces.now(caller.upn)
        faults = self.mishaps.meet(space, route.operation, names.get("device", ""))
        before(faults)
        if is_slow(faults):  # refused before anything is done, when so many are held already
            self.house.hold(caller.upn)()
        return after(faults, route.serve(self, caller, names, asked))


def _since_retired(route: Route) -> GraphResponse:
    if route.path == DEVICES:
        return GraphResponse(200, {"value": []})
    raise Refused(410, "Gone", "This API is deprecated and stopped returning data on September 30, 2020.")
