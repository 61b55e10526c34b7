"""The two tracks of a command: what really happened to it, and what a client had been told last.

A true interval is joined to the first answer that told of it while it lasted; many never are, because they fell between
two polls. A believed interval begins when an answer arrives, and ends when the next one says something else: that it
goes on after the truth has moved on is what there is to see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from romekit.core.status import is_final
from romekit.core.transition import Happening, Transition
from romekit.views.spans import Span, SpanRow, as_rows
from romekit.views.truth.asks import HttpExchange, KnownCommands, PostedUpdate, Question, asks_of


@dataclass(frozen=True, slots=True)
class Real:
    """A status a command really was in.

    `learned` is the answer that told of it first, `asks` all that were answered while it lasted, `before` and `after`
    the nearest ones around it. `happened` is what the device itself did then, `presence` how it was.
    """

    span: Span
    learned: Question | None
    asks: tuple[Question, ...]
    before: Question | None
    after: Question | None
    happened: tuple[Happening, ...]
    presence: str

    @property
    def lag(self) -> float | None:
        """Seconds from when it was true to when the client knew; None if it never did."""
        return None if self.learned is None else round(self.learned.told_at - self.span.begin, 3)


@dataclass(frozen=True, slots=True)
class Belief:
    """What a client believed: the status it was told last, or nothing (`status` is empty), from `begin` to `end`.

    `true_since` is when that had become true, `wrong` for how many seconds of the belief it was true no more.
    """

    status: str
    begin: float
    end: float
    told_by: Question | None
    asks: tuple[Question, ...]
    is_open: bool
    true_since: float | None = None
    wrong: float = 0.0

    @property
    def seconds(self) -> float:
        return round(self.end - self.begin, 3)

    @property
    def is_final(self) -> bool:
        return is_final(self.status)


@dataclass(frozen=True, slots=True)
class Life:
    """One command: its two tracks, and every exchange about it in the order in which the answers arrived."""

    row: SpanRow
    real: tuple[Real, ...]
    believed: tuple[Belief, ...]
    asks: tuple[Question, ...]

    @property
    def begin(self) -> float:
        """When the first thing happened: it was sent, or tried to be."""
        return _begin(self.row, self.asks)

    @property
    def end(self) -> float:
        """When the last thing happened, or now for what is not over."""
        return _end(self.row, self.asks)


def truth_of(
    transitions: Iterable[Transition],
    exchanges: Sequence[HttpExchange] = (),
    happenings: Iterable[Happening] = (),
    *,
    sent_as: Mapping[str, str] | None = None,
    updates: Sequence[PostedUpdate] = (),
    now: float | None = None,
) -> list[Life]:
    """For each command, by number, what really happened to it beside what the exchanges told of it.

    `sent_as` says which command a `client-request-id` made, for POSTs whose answer did not; `updates` are what was
    posted to the client and taken, oldest first. Times are seconds since 1970; what is not over lasts until `now`, or
    until the latest change of all.
    """
    told = list(transitions)
    rows = as_rows(told, now)
    asks = asks_of(exchanges, KnownCommands(told, sent_as or {}), updates)
    happened: dict[str, list[Happening]] = {}  # by command, and by device what was for none
    for each in happenings:
        happened.setdefault(each.command or each.device, []).append(each)
    device = {change.command: change.device for change in told}
    return [
        _life(row, asks.get(row.command, []), happened.get(device[row.command], []) + happened.get(row.command, []))
        for row in rows
    ]


def _life(row: SpanRow, asks: list[Question], happened: list[Happening]) -> Life:
    places = [place_of(row, ask) for ask in asks]
    real = tuple(_real(row, place, asks, places, happened) for place in range(len(row.spans)))
    return Life(row, real, tuple(_beliefs(row, asks)), tuple(asks))


def _begin(row: SpanRow, asks: Sequence[Question]) -> float:
    return min([row.sent, *(ask.at for ask in asks)])


def _end(row: SpanRow, asks: Sequence[Question]) -> float:
    return max([row.last.end, *(ask.told_at for ask in asks)])


# ── what really happened ────────────────────────────────────────────────────────────────────────────────────────────


def _real(row: SpanRow, place: int, asks: list[Question], places: list[int], happened: list[Happening]) -> Real:
    span, mine = row.spans[place], [ask for ask, met in zip(asks, places, strict=True) if met == place]
    learned = next((ask for ask in mine if ask.told), None)
    before = [ask for ask in asks if ask.at < span.begin and ask not in mine]
    after = [ask for ask in asks if ask.at >= span.end and ask not in mine and not span.is_final]
    presence = [each.presence for each in happened if each.presence and each.at <= span.begin]
    return Real(
        span,
        learned,
        tuple(mine),
        before[-1] if before else None,
        after[0] if after else None,
        tuple(sorted((each for each in happened if _is_of(each, row, place)), key=lambda each: each.at)),
        presence[-1] if presence else "",
    )


def place_of(row: SpanRow, ask: Question) -> int:
    """Which of a command's statuses was the true one when an ask was answered; -1 before there was a command.

    Several can begin at the same moment; then the answer says which it met.
    """
    reached = [place for place, span in enumerate(row.spans) if span.begin <= ask.at]
    if ask.told:
        for place in reversed(reached):
            span = row.spans[place]
            if span.status == ask.told and (span.is_final or span.is_open or ask.at <= span.end):
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


def _beliefs(row: SpanRow, asks: list[Question]) -> list[Belief]:
    tellings = [ask for ask in asks if ask.told]
    befores = ["", *(ask.told for ask in tellings)]
    changes = [ask for before, ask in zip(befores, tellings, strict=False) if before != ask.told]
    begin, end = _begin(row, asks), _end(row, asks)
    first = changes[0].told_at if changes else end
    nothing = [_belief(row, asks, None, begin, first, is_open=not changes)] if first > begin or not changes else []
    ends = [*(ask.told_at for ask in changes[1:]), end][: len(changes)]
    told = [
        _belief(row, asks, ask, ask.told_at, until, is_open=ask is changes[-1])
        for ask, until in zip(changes, ends, strict=True)
    ]
    return nothing + told


def _belief(
    row: SpanRow, asks: list[Question], ask: Question | None, begin: float, end: float, *, is_open: bool
) -> Belief:
    status = ask.told if ask else ""
    if is_final(status):
        end, is_open = (begin, False) if is_open else (end, False)
    during = tuple(each for each in asks if begin <= each.told_at and (each.told_at < end or is_open or begin == end))
    if ask is None:
        return Belief("", begin, end, None, during, is_open)
    place = place_of(row, ask)
    span = row.spans[place]
    if place < 0 or span.status != status:  # it says what the history does not have
        return Belief(status, begin, end, ask, during, is_open)
    wrong = 0.0 if span.is_final or span.is_open else max(0.0, round(end - max(begin, span.end), 3))
    return Belief(status, begin, end, ask, during, is_open, span.begin, wrong)
