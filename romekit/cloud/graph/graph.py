"""Graph: a visible list of routes, and the one way that every request takes through them.

The four documented operations are rows one to four (dossier 2.1). What is named `romekit.…` is ours, kept apart in
OData's own way of naming functions and actions that belong to a namespace.
"""

from __future__ import annotations

from asyncio import shield, sleep, wrap_future
from collections.abc import Callable, Collection, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from romekit.cloud.graph import extensions, handlers, status_monitor
from romekit.cloud.graph.auth import Caller, caller_of, need
from romekit.cloud.graph.batch import PATH as BATCH, answer_batch, is_batch
from romekit.cloud.graph.context import Context
from romekit.cloud.graph.faults import SLOW, after, before
from romekit.cloud.graph.long_poll import unchanged
from romekit.cloud.graph.messages import GraphRequest, GraphResponse, Refused, envelope, refusal_of
from romekit.cloud.graph.odata.results import COMMAND_OPTIONS, COUNT_OPTIONS, LIST_OPTIONS, ME_OPTIONS
from romekit.cloud.graph.request_log import Exchange
from romekit.cloud.graph.routing import Answer, Route, find, preflight
from romekit.cloud.graph.throttling import NO_LIMITS
from romekit.cloud.store.contract import Conflict, Written
from romekit.core.clock import Clock
from romekit.core.errors import RomeError

DEVICES: Final = ("me", "devices")
DEVICE: Final = (*DEVICES, "{device}")
COMMANDS: Final = (*DEVICE, "commands")
COMMAND: Final = (*COMMANDS, "{command}")
READ: Final = "Device.Read"
USE: Final = "Device.Command"

ROUTES: Final = (
    Route("GET", DEVICES, READ, handlers.list_devices, "list", LIST_OPTIONS),
    Route("POST", COMMANDS, USE, handlers.send_command, "send"),
    Route("GET", COMMAND, USE, handlers.get_status, "status", COMMAND_OPTIONS, handlers.status_due),
    Route("GET", (*COMMAND, "responsepayload"), USE, handlers.get_payload, "payload"),
    Route("GET", ("me", "romekit.history"), USE, extensions.get_history, options=extensions.PAGED),
    Route("POST", (*COMMAND, "romekit.cancel"), USE, extensions.cancel_command),
    Route("POST", (*DEVICE, "romekit.presence"), USE, extensions.set_presence),
    Route("POST", (*DEVICE, "romekit.personality"), USE, extensions.set_personality),
    Route("POST", ("me", "romekit.fault"), USE, extensions.set_fault),
    Route("POST", ("me", "romekit.clearfaults"), USE, extensions.clear_faults),
    Route("GET", ("me", "romekit.deeds"), USE, extensions.get_deeds, options=extensions.PAGED),
    Route("GET", ("me", "romekit.wall"), USE, extensions.get_wall, unchanged_until=extensions.wall_due),
    Route("GET", ("me", "romekit.class"), USE, extensions.get_class),
    Route("POST", (*DEVICE, "romekit.apps"), USE, extensions.set_app),
    Route("GET", ("me", "romekit.changes"), USE, extensions.get_changes, "", extensions.DELTA, extensions.changes_due),
    Route("GET", (*DEVICES, "$count"), READ, handlers.count_devices, options=COUNT_OPTIONS),
    Route("POST", BATCH, "", answer_batch),
    Route("GET", ("me",), "User.Read", handlers.get_me, options=ME_OPTIONS),
    Route("GET", (), None, handlers.get_services),
    Route("GET", ("$metadata",), None, handlers.get_metadata),
)
#: What there is besides when it is switched on.
STATUS_MONITOR: Final = (
    Route("POST", (*DEVICE, status_monitor.PATH), USE, status_monitor.start_operation, "send"),
    Route("GET", (*DEVICE, status_monitor.PATH, "{command}"), USE, status_monitor.get_operation, "status"),
)
PUBLIC: Final = frozenset({route.path for route in ROUTES if route.scope is None})
NOBODY: Final = Caller("", "", frozenset())


def routes_of(context: Context) -> tuple[Route, ...]:
    return (*ROUTES, *STATUS_MONITOR) if context.status_monitor else ROUTES


@dataclass(slots=True)
class Graph(Context):
    """The Graph side of the cloud: the context that its handlers are given, and the answer to every request."""

    batches: int = field(default=0, init=False)  # that are being answered in turns

    def __post_init__(self) -> None:
        self.answer_part = self.answer

    def answer(self, request: GraphRequest, again: bool = False) -> GraphResponse:
        """The answer to any request below `/beta`; never an exception. `again` is for one that is answered anew."""
        answering = self._answering(request, again)
        while (response := _next(answering)) is None:
            pass
        return response

    async def answer_in_turns(self, request: GraphRequest, again: bool = False) -> GraphResponse:
        """The same, and other requests are answered between the parts of a batch: the more batches, the more turns."""
        answering, uncommitted = self._answering(request, again), self.spaces.store.uncommitted
        read: list[Collection[Written]] = []  # by each part: it is not what the others have read
        self.batches += 1
        try:
            while (response := _next(answering)) is None:
                read.append(uncommitted.taken().values())
                for _ in range(self.batches):
                    await sleep(0)
        finally:
            self.batches -= 1
        for number, part in enumerate(read):
            for written in part:
                if not written.is_over:
                    await shield(wrap_future(written.group.ended))
                if isinstance(written.problem, Conflict):
                    uncommitted.note(written)  # all of it is answered anew
                elif written.problem is not None:  # the other parts may be kept
                    lost = envelope(refusal_of(written.problem), request)
                    response.body["responses"][number] |= {"status": lost.status, "body": lost.body}
        return response

    def _answering(self, request: GraphRequest, again: bool) -> Generator[None, None, GraphResponse]:
        account = ""
        try:
            if request.method == "OPTIONS":
                return preflight(routes_of(self), request)
            is_public = len(request.segments) <= 1 and tuple(map(str.lower, request.segments)) in PUBLIC
            caller = NOBODY if is_public else caller_of(request, self.key)
            account = caller.upn
            if account:
                self._admit(caller, request, again)
            answer = self._routed(request, caller)
            response = (yield from answer) if isinstance(answer, Generator) else answer
        except Refused as refused:
            account = account or refused.account
            response = envelope(refused, request)
        except RomeError as error:
            response = envelope(refusal_of(error), request)
        if account and response.is_logged:
            self.request_log.keep(account, Exchange(request, response))
        return response

    def _admit(self, caller: Caller, request: GraphRequest, again: bool) -> None:
        """Refused, if the caller may not come in, or if this is one request too many."""
        self.policy.enter(caller, request)
        if again:
            self.request_log.drop(caller.upn, request)
        elif self.throttle.limits is not NO_LIMITS and not is_batch(request):
            self.throttle.count(caller.upn, request.method not in ("GET", "HEAD"), request.at)

    def not_stored(self, request: GraphRequest, error: RomeError) -> GraphResponse:
        """The answer to a request whose answer could not be stored, in place of that."""
        response = envelope(refusal_of(error), request)
        with suppress(Refused):
            account = caller_of(request, self.key).upn
            self.request_log.drop(account, request)
            self.request_log.keep(account, Exchange(request, response))
        return response

    async def held(self, clock: Clock, request: GraphRequest, seconds: float, *, awaited: bool = False) -> GraphRequest:
        """The request at the moment at which it can be answered, at the latest after so many seconds."""
        try:
            caller = caller_of(request, self.key)
            route, names = find(routes_of(self), request, caller)
        except (Refused, RomeError):
            return request
        due = route.unchanged_until
        if due is None:
            return request

        def until() -> float | None:
            at = due(self, caller, names, request)
            return None if at is None else self.policy.wall_at(at)

        await unchanged(clock, seconds, until, lambda notify: self.hold(caller.upn, notify), awaited=awaited)
        return request._replace(at=clock.now())

    def hold(self, account: str, notify: Callable[[], object]) -> Callable[[], None]:
        """Call `notify` whenever this account's space or the policy changes by a decision, until the result is called.

        Refused, if too many requests are held for the account at once.
        """
        ends = [self.policy.hold(account), self.spaces.ledger(account).watch(notify), self.policy.watch(notify)]
        return lambda: [end() for end in ends].clear()

    def _routed(self, request: GraphRequest, caller: Caller) -> Answer:
        route, names = find(routes_of(self), request, caller)
        if not route.scope:  # public, or a batch: its parts come back here one by one
            return route.handler(self, caller, names, request)
        need(caller, route.scope)
        self.policy.allow(caller, route.operation, request)
        if self.retired and route.path == DEVICES:
            return GraphResponse(200, {"value": []})
        if self.retired:
            raise Refused(410, "Gone", "This API is deprecated and stopped returning data on September 30, 2020.")
        if not (route.fault_point and self.spaces.seen(caller.upn).faults):
            return route.handler(self, caller, names, request)
        space = self.spaces.now(caller.upn)
        faults = self.faults.meet(space, route.fault_point, names.get("device", ""))
        before(faults)
        if any(fault.what == SLOW for fault in faults):  # refused before anything is done, when too many are held
            self.policy.hold(caller.upn)()
        answer = route.handler(self, caller, names, request)
        return answer if isinstance(answer, Generator) else after(faults, answer)


def _next(answering: Generator[None, None, GraphResponse]) -> GraphResponse | None:
    """Go on until there is a response, or until the next pause: then None."""
    try:
        next(answering)
    except StopIteration as done:
        response: GraphResponse = done.value
        return response
    return None
