"""The two tracks of a command: what really happened to it, and the status that the client heard last.

A true interval is joined to the first answer that reported it while it lasted; many are not, because they fell
between two polls. A believed interval begins when an answer arrives, and ends when the next answer says something
else. So it may go on after the truth has moved on, which is what the picture shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import inf
from operator import attrgetter

from romekit.core.status import is_final
from romekit.core.transition import Happening, Transition
from romekit.views.arguments import checked_transitions
from romekit.views.spans import Span, SpanRow, Stretch, as_rows
from romekit.views.truth.requests import CommandRequest, HttpExchange, KnownCommands, PostedUpdate, requests_of


@dataclass(frozen=True, slots=True)
class Real:
    """A status a command really was in.

    `learned` is the answer that reported it first, `requests` all that were answered while it lasted, `before` and
    `after` the nearest ones around it. `happened` is what the device itself did then, `presence` how it was.
    """

    span: Span
    learned: CommandRequest | None
    requests: tuple[CommandRequest, ...]
    before: CommandRequest | None
    after: CommandRequest | None
    happened: tuple[Happening, ...]
    presence: str

    @property
    def lag(self) -> float | None:
        """Seconds from when it was true to when the client knew; None if it never did."""
        return None if self.learned is None else round(self.learned.received_at - self.span.begin, 3)


@dataclass(frozen=True, slots=True)
class Belief(Stretch):
    """What a client believed: the status it heard last, or nothing (`status` is empty), from `begin` to `end`.

    `true_since` is when that had become true, `wrong` for how many seconds of the belief it was true no more.
    """

    source: CommandRequest | None
    requests: tuple[CommandRequest, ...]
    true_since: float | None = None
    wrong: float = 0.0


@dataclass(frozen=True, slots=True)
class Life:
    """One command: its two tracks, and every exchange about it in the order in which the answers arrived.

    `begin` is when it was sent, or tried to be, `end` when the last thing happened, or now for what is not over.
    """

    row: SpanRow
    real: tuple[Real, ...]
    believed: tuple[Belief, ...]
    requests: tuple[CommandRequest, ...]
    begin: float
    end: float


def truth_of(
    transitions: Iterable[Transition],
    exchanges: Sequence[HttpExchange] = (),
    happenings: Iterable[Happening] = (),
    *,
    sent_as: Mapping[str, str] | None = None,
    updates: Sequence[PostedUpdate] = (),
    now: float | None = None,
) -> list[Life]:
    """For each command, by number, what really happened to it beside what the exchanges reported.

    `sent_as` says which command a `client-request-id` made, for POSTs whose answer did not; `updates` are what was
    posted to the client and taken, oldest first. Times are seconds since 1970; what is not over lasts until `now`, or
    until the latest change of all.
    """
    changes = checked_transitions(transitions)
    rows = as_rows(changes, now)
    requests = requests_of(exchanges, KnownCommands(changes, sent_as or {}), updates)
    happened: dict[str, list[Happening]] = {}  # by command, and by device what was for none
    for each in happenings:
        happened.setdefault(each.command or each.device, []).append(each)
    device = {change.command: change.device for change in changes}
    return [
        _life(row, requests.get(row.command, []), happened.get(device[row.command], []) + happened.get(row.command, []))
        for row in rows
    ]


def _life(row: SpanRow, requests: list[CommandRequest], happened: list[Happening]) -> Life:
    places = [place_of(row, request) for request in requests]
    real = tuple(_real(row, place, requests, places, happened) for place in range(len(row.spans)))
    begin = min([row.sent, *(request.at for request in requests)])
    end = max([row.last.end, *(request.received_at for request in requests)])
    return Life(row, real, tuple(_beliefs(row, requests, begin, end)), tuple(requests), begin, end)


# ── what really happened ────────────────────────────────────────────────────────────────────────────────────────────


def _real(
    row: SpanRow, place: int, requests: list[CommandRequest], places: list[int], happened: list[Happening]
) -> Real:
    span, mine = row.spans[place], [request for request, met in zip(requests, places, strict=True) if met == place]
    learned = next((request for request in mine if request.reported == span.status), None)
    before = [request for request in requests if request.at < span.begin and request not in mine]
    after = [request for request in requests if request.at >= span.end and request not in mine and not span.is_final]
    presence = ["", *(each.presence for each in happened if each.presence and each.at <= span.begin)]
    during = (each for each in happened if _is_of(each, row, place))
    nearest = (before[-1] if before else None, after[0] if after else None)
    return Real(span, learned, tuple(mine), *nearest, tuple(sorted(during, key=attrgetter("at"))), presence[-1])


def place_of(row: SpanRow, request: CommandRequest) -> int:
    """Which of a command's statuses was the true one when a request was answered; -1 before there was a command.

    Several can begin at the same moment; then the answer says which it met.
    """
    reached = [place for place, span in enumerate(row.spans) if span.begin <= request.at]
    if request.reported:
        for place in reversed(reached):
            span = row.spans[place]
            if span.status == request.reported and (span.is_final or span.is_open or request.at <= span.end):
                return place
    return reached[-1] if reached else -1


def _is_of(happening: Happening, row: SpanRow, place: int) -> bool:
    """Whether something happened during a status; what a device did for a command counts after its end as well."""
    span = row.spans[place]
    if not happening.words:
        return False
    is_last = place == len(row.spans) - 1
    until = inf if is_last and happening.command else span.end
    return span.begin <= happening.at < until or (happening.at == span.begin and is_last)


# ── what the client believed ────────────────────────────────────────────────────────────────────────────────────────


def _beliefs(row: SpanRow, requests: list[CommandRequest], begin: float, end: float) -> list[Belief]:
    reports = [request for request in requests if request.reported]
    changes: list[CommandRequest | None] = [next(same) for _, same in groupby(reports, key=attrgetter("reported"))]
    times = [request.received_at for request in changes if request]
    if not times or times[0] > begin:  # until then the client had been told nothing
        changes, times = [None, *changes], [begin, *times]
    stretches = zip(changes, times, [*times[1:], end], strict=True)
    return [_belief(row, requests, *each, is_open=each[0] is changes[-1]) for each in stretches]


def _belief(
    row: SpanRow,
    requests: list[CommandRequest],
    request: CommandRequest | None,
    begin: float,
    end: float,
    *,
    is_open: bool,
) -> Belief:
    status = request.reported if request else ""
    if is_final(status):
        end, is_open = (begin, False) if is_open else (end, False)
    during = tuple(
        each for each in requests if begin <= each.received_at and (each.received_at < end or is_open or begin == end)
    )
    place = place_of(row, request) if request else -1
    span = row.spans[place]
    if place < 0 or span.status != status:  # it says nothing, or what the history does not have
        return Belief(status, begin, end, is_open, request, during)
    wrong = 0.0 if span.is_final or span.is_open else max(0.0, round(end - max(begin, span.end), 3))
    return Belief(status, begin, end, is_open, request, during, span.begin, wrong)
