"""The policy of a class: whoever is not in it does nothing, and nobody takes more than their share.

Shares are counted in the space where that can be done (commands and events in all, faults), so every server counts the
same. Commands within a minute, and requests that are held right now, each server counts for itself.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from typing import Final

from romekit.cloud.classroom.roster import Roster
from romekit.cloud.engine.space import Space
from romekit.cloud.graph.auth import Caller, Policy
from romekit.cloud.graph.faults import FaultInjector
from romekit.cloud.graph.messages import GraphRequest, GraphResponse, Refused, retry_after
from romekit.cloud.store.ledger import Spaces

MINUTE: Final = 60.0
#: Faults that are over stay in the space until they are cleared, and each request has to look at all of them.
MOST_FAULTS: Final = 1000
#: Routes that are request again and again and write nothing need no share; these write.
WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class ClassPolicy(Policy):
    """What students may do; `seen` is when each request for something last."""

    def __init__(self, roster: Roster, spaces: Spaces, faults: FaultInjector) -> None:
        self._roster = roster
        self._spaces = spaces
        self._faults = faults
        self._sent: dict[str, deque[tuple[float, str]]] = {}
        self._held: Counter[str] = Counter()
        self.seen: dict[str, float] = {}

    def enter(self, caller: Caller, request: GraphRequest) -> None:
        room = self._roster.now()
        if room.student(caller.upn) is None:
            why = f"This account is not in the class {room.name!r} (any more). Join it at /join."
            raise Refused(403, "AccessDenied", why)
        self.seen[caller.upn] = request.at
        if len(request.body) > room.quotas.body:
            why = f"In this class a request may have {room.quotas.body} bytes. Send less at once."
            raise Refused(413, "RequestEntityTooLarge", why, target="body")

    def allow(self, caller: Caller, operation: str, request: GraphRequest) -> None:
        if request.method not in WRITES:
            return
        self.let_write(caller.upn)
        quotas, space = self._roster.now().quotas, self._spaces.now(caller.upn)
        if operation in ("send_command", "start_operation"):
            if space.sent >= quotas.commands:
                raise _full("commands", quotas.commands)
            self._count(caller.upn, quotas.commands_per_minute, request)
        if operation == "set_fault":
            self._check_faults(space, quotas.faults)

    def let_write(self, account: str) -> None:
        most = self._roster.now().quotas.events
        if self._spaces.ledger(account).count(self._spaces.clock.now()) >= most:
            raise _full("events", most)

    def _check_faults(self, space: Space, most: int) -> None:
        """Only those that have something left to do are in the way, unless there are very many."""
        pending = len(self._faults.pending(space))
        if pending >= most or len(space.faults) >= MOST_FAULTS:
            count = pending if pending >= most else len(space.faults)
            why = f"You have {count} faults set, as many as this class allows."
            clear = "Clear them first: POST /me/romekit.clearfaults."
            raise Refused(403, "quotaLimitReached", f"{why} {clear}", target="faults")

    def _count(self, account: str, most: int, request: GraphRequest) -> None:
        times, now = self._sent.setdefault(account, deque()), request.at
        while times and times[0][0] <= now - MINUTE:
            times.popleft()
        if any(each == request.request_id for _, each in times):
            return  # the same request, answered anew because another server was faster
        if len(times) >= most:
            pause = max(1.0, times[0][0] + MINUTE - now)
            why = f"In this class a student sends {most} commands a minute. Go on in {pause:.0f} seconds."
            raise _later(why, pause)
        times.append((now, request.request_id))

    def hold(self, account: str) -> Callable[[], None]:
        most, held = self._roster.now().quotas.waiting, self._held[account]
        if held >= most:
            why = f"You let the server hold {held} requests already (Prefer: wait), as many as this class allows."
            raise _later(f"{why} Stop one, or ask without waiting. A slow answer counts too.", 1.0)
        self._held[account] += 1
        return lambda: self._held.subtract([account])

    def wall_at(self, time: float) -> float:
        return self._roster.time.wall_at(time)

    def watch(self, notify: Callable[[], object]) -> Callable[[], None]:
        return self._roster.ledger.watch(notify)

    def says(self) -> str:
        return self._roster.now().announcement

    def about(self, caller: Caller) -> GraphResponse:
        room, space = self._roster.now(), self._spaces.now(caller.upn)
        student = room.student(caller.upn)
        events = self._spaces.ledger(caller.upn).count(self._spaces.clock.now())
        body = {
            "class": room.name,
            "name": student.name if student else "",
            "says": room.announcement,
            "isFrozen": room.frozen_at is not None,
            "quotas": room.quotas.as_data(),
            "used": {"commands": space.sent, "events": events, "faults": len(self._faults.pending(space))},
        }
        return GraphResponse(200, body)


def _full(what: str, most: int) -> Refused:
    why = f"Your space holds {most} {what}, as many as this class allows."
    ask = "Ask your teacher for a fresh start: they remove you, and you join again."
    return Refused(507, "quotaLimitReached", f"{why} {ask}", target=what)


def _later(words: str, pause: float) -> Refused:
    return Refused(429, "TooManyRequests", words, headers=retry_after(pause))
