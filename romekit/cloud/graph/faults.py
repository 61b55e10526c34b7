"""Faults of the service, as requests meet them: which one strikes now, and what it does to the answer.

How often a fault was met is counted here and not in the space: a GET must cost no write. What a fault means is a row in
BEFORE (instead of doing it) or AFTER (to the answer of what was done).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.space import Space
from romekit.cloud.graph.messages import PADDING, GraphResponse, Padding, Refused, encoded

#: Graph's own words for the statuses a fault may answer with (dossier 7.1).
WORDS: Final = {
    401: ("InvalidAuthenticationToken", "CompactToken validation failed with reason code: 80049228."),
    429: ("TooManyRequests", "Please retry again later."),
    500: ("generalException", "An unspecified error has occurred."),
    502: ("UnknownError", "The gateway had no answer from the service behind it."),
    503: ("serviceNotAvailable", "The service is temporarily unavailable. Try again later."),
    504: ("serviceNotAvailable", "The gateway waited too long for the service behind it."),
}


class FaultInjector:
    """Counts how often each fault of each account was met."""

    def __init__(self) -> None:
        self._met: dict[tuple[str, int, int], int] = {}

    def meet(self, space: Space, operation: str, device: str) -> list[Fault]:
        """The faults that strike this request."""
        return [
            fault
            for number, fault in enumerate(space.faults)
            if fault.kind.side == "service" and fault.fits(operation, device) and self._strikes(space, number, fault)
        ]

    def pending(self, space: Space) -> list[int]:
        """The numbers of the faults that still have something to strike."""
        return [number for number in range(len(space.faults)) if not self.is_spent(space, number)]

    def is_spent(self, space: Space, number: int) -> bool:
        """Whether the fault of this number has struck as often as it will."""
        fault = space.faults[number]
        place = (space.account, space.era, number)
        met = space.met[number] if fault.kind.side == "device" else self._met.get(place, 0)
        return fault.kind.side == "identity" or (fault.times is not None and met >= fault.skip + fault.times)

    def _strikes(self, space: Space, number: int, fault: Fault) -> bool:
        place = (space.account, space.era, number)
        met = self._met.get(place, 0)
        self._met[place] = met + 1
        return fault.strikes(space.seed, number, met)


def before(faults: list[Fault]) -> None:
    """What a fault does instead of what was asked: Refused, if one does."""
    for fault in faults:
        if fault.what in BEFORE:
            raise refusal(fault)


def is_slow(faults: list[Fault]) -> bool:
    """Whether the answer will be kept back."""
    return any(fault.what == SLOW for fault in faults)


def after(faults: list[Fault], reply: GraphResponse) -> GraphResponse:
    """What faults make of the answer to something that was done."""
    for fault in faults:
        if fault.what in AFTER:
            reply = AFTER[fault.what](fault, reply)
    return reply


def refusal(fault: Fault) -> Refused:
    """The answer with the fault's status, in Graph's words."""
    status = int(fault.amount)
    code, message = WORDS.get(status, ("generalException", "An unspecified error has occurred."))
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    return Refused(status, code, message, headers=headers)


def _lost(fault: Fault, reply: GraphResponse) -> GraphResponse:
    raise refusal(fault)


def _slow(fault: Fault, reply: GraphResponse) -> GraphResponse:
    return replace(reply, delay=reply.delay + fault.amount)


def _malformed(fault: Fault, reply: GraphResponse) -> GraphResponse:
    whole = encoded(replace(reply, body=_without_padding(reply.body)))
    return replace(reply, body=whole[: len(whole) // 2])


def _oversized(fault: Fault, reply: GraphResponse) -> GraphResponse:
    body = reply.body if isinstance(reply.body, dict) else {}
    return replace(reply, body={**body, PADDING: Padding(int(fault.amount))})


def _without_padding(body: Any) -> Any:
    return {name: value for name, value in body.items() if name != PADDING} if isinstance(body, dict) else body


SLOW: Final = "slow answer"
BEFORE: Final = frozenset({"refused", "token expired"})
AFTER: Final[dict[str, Callable[[Fault, GraphResponse], GraphResponse]]] = {
    SLOW: _slow,
    "malformed answer": _malformed,
    "oversized answer": _oversized,
    "answer lost": _lost,
}
