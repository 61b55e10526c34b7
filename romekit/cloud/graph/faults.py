"""Fault injection: which faults of the service strike a request, and what they do to its response.

How often a fault was met is counted here and not in the space: a GET must cost no write. What a fault does is a row in
BEFORE (instead of what was asked) or AFTER (to the response).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from romekit.cloud.engine.faults import Fault, Side
from romekit.cloud.engine.space import Space
from romekit.cloud.graph.messages import PADDING, GraphResponse, Padding, Refused, encoded, retry_after
from romekit.core.status import is_final

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
        self._met: Counter[tuple[str, int, int]] = Counter()

    def copy(self) -> FaultInjector:
        twin = FaultInjector()
        twin._met = self._met.copy()
        return twin

    def meet(self, space: Space, operation: str, device: str, side: Side = "service") -> list[Fault]:
        """The faults that strike this request, or this update."""
        striking = []
        for number, fault in enumerate(space.faults):
            if fault.kind.side == side and fault.fits(operation, device):
                key = (space.account, space.era, number)
                self._met[key] += 1
                if fault.strikes(space.seed, number, self._met[key] - 1):
                    striking.append(fault)
        return striking

    def pending(self, space: Space) -> list[int]:
        """The numbers of the faults that can still strike."""
        return [number for number, fault in enumerate(space.faults) if not self._is_spent(space, number, fault)]

    def _is_spent(self, space: Space, number: int, fault: Fault) -> bool:
        met = space.met[number] if fault.kind.side == "device" else self._met[space.account, space.era, number]
        return fault.kind.side == "identity" or (fault.times is not None and met >= fault.skip + fault.times)


def before(faults: list[Fault]) -> None:
    """Refused, if a fault strikes instead of what was asked."""
    for fault in faults:
        if fault.what in BEFORE:
            raise refusal(fault)


def after(faults: list[Fault], response: GraphResponse) -> GraphResponse:
    for fault in faults:
        if fault.what in AFTER:
            response = AFTER[fault.what](fault, response)
    return response


def refusal(fault: Fault) -> Refused:
    status = int(fault.amount)
    code, message = WORDS.get(status, WORDS[500])
    headers = {} if fault.retry_after is None else retry_after(fault.retry_after)
    return Refused(status, code, message, headers=headers)


def _lost(fault: Fault, response: GraphResponse) -> GraphResponse:
    raise refusal(fault)


def _malformed(fault: Fault, response: GraphResponse) -> GraphResponse:
    body = response.body
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name != PADDING}
    whole = encoded(response._replace(body=body))
    return response._replace(body=whole[: len(whole) // 2])


def _oversized(fault: Fault, response: GraphResponse) -> GraphResponse:
    body = response.body if isinstance(response.body, dict) else {}
    return response._replace(body={**body, PADDING: Padding(int(fault.amount))})


def _unknown(fault: Fault, response: GraphResponse) -> GraphResponse:
    """The same body with a word that no client knows, unless the command is over: a final status is never changed."""
    body = response.body
    status = body.get("status") if isinstance(body, dict) else None
    if not isinstance(status, str) or is_final(status) or status in FINAL_OF_AZURE:
        return response
    return response._replace(body={**body, "status": "waitingForApproval"})


#: The final words of a status monitor (status_monitor.py).
FINAL_OF_AZURE: Final = frozenset({"Succeeded", "Failed", "Canceled"})
SLOW: Final = "slow answer"
BEFORE: Final = frozenset({"refused", "token expired"})
AFTER: Final[dict[str, Callable[[Fault, GraphResponse], GraphResponse]]] = {
    SLOW: lambda fault, response: response._replace(delay=response.delay + fault.amount),
    "unknown status": _unknown,
    "malformed answer": _malformed,
    "oversized answer": _oversized,
    "answer lost": _lost,
}
