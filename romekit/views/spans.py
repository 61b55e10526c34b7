"""Status changes read as stretches of time: a row per command, a span per status it was in.

Everything that draws time starts here, so that a chart, its table and its text can never disagree. Pure Python: the
terminal needs it without pandas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from operator import attrgetter

from romekit.core.status import is_final, is_success
from romekit.core.transition import Transition
from romekit.views.arguments import checked_transitions
from romekit.views.styles import sorted_statuses


@dataclass(frozen=True, slots=True)
class Span:
    """One status a command was in, from `begin` to `end` in seconds since 1970. A final one has no length."""

    status: str
    begin: float
    end: float
    who: str
    why: str
    is_open: bool

    @property
    def seconds(self) -> float:
        return round(self.end - self.begin, 3)

    @property
    def is_final(self) -> bool:
        return is_final(self.status)


@dataclass(frozen=True, slots=True)
class SpanRow:
    """The life of one command."""

    command: str
    number: int
    device: str
    order: str
    spans: tuple[Span, ...]

    @property
    def name(self) -> str:
        return f"#{self.number}"

    @property
    def sent(self) -> float:
        return self.spans[0].begin

    @property
    def last(self) -> Span:
        return self.spans[-1]

    @property
    def seconds(self) -> float:
        return round(self.last.end - self.sent, 3)

    @property
    def lasting(self) -> list[Span]:
        """The spans that have a length to draw."""
        return [span for span in self.spans if span.seconds and not span.is_final]


def as_rows(transitions: Iterable[Transition], now: float | None = None) -> list[SpanRow]:
    """A row per command, by number. What is not over yet lasts until `now`, or until the latest change of all."""
    lives: dict[str, list[Transition]] = {}
    for change in checked_transitions(transitions):
        lives.setdefault(change.command, []).append(change)
    if now is None:
        now = max((change.at for life in lives.values() for change in life), default=0.0)
    rows = [_as_row(sorted(life, key=attrgetter("at")), now) for life in lives.values()]
    return sorted(rows, key=lambda row: (row.number, row.sent))


def _as_row(life: list[Transition], now: float) -> SpanRow:
    first, spans = life[0], []
    for change, after in zip_longest(life, life[1:]):
        final = is_final(change.to_status)
        end = change.at if final else after.at if after else max(now, change.at)
        spans.append(Span(change.to_status, change.at, end, change.who, change.why, not final and not after))
    return SpanRow(first.command, first.number, first.device_name, first.order, tuple(spans))


def beginning(rows: Iterable[SpanRow]) -> float:
    """When the first command was sent."""
    return min((row.sent for row in rows), default=0.0)


def duration(rows: Sequence[SpanRow]) -> float:
    """Seconds from when the first command was sent to when the last one ended."""
    return max((row.last.end for row in rows), default=0.0) - beginning(rows)


def lasting_statuses(rows: Iterable[SpanRow]) -> list[str]:
    """The statuses that are not final, in the order of their life: what a legend explains."""
    return sorted_statuses({span.status for row in rows for span in row.spans if not span.is_final})


def finding(rows: list[SpanRow]) -> str:
    """What the rows say, in one sentence."""
    if not rows:
        return "No command has been sent yet."
    if len(rows) == 1:
        last, after = rows[0].last, f"after {rows[0].seconds:.1f} s"
        fate = f"is still {last.status}" if last.is_open else f"ended as {last.status}"
        return f"The command {'completed' if is_success(last.status) else fate} {after}{_mostly(rows[0])}."
    done = sum(is_success(row.last.status) for row in rows)
    parts = [f"{done} of {len(rows)} commands completed"]
    others = Counter(row.last.status for row in rows if row.last.is_final and not is_success(row.last.status))
    parts += [f"{count} ended as {status}" for status, count in sorted(others.items())]
    if waiting := sum(row.last.is_open for row in rows):
        parts.append(f"{waiting} {'is' if waiting == 1 else 'are'} not over yet")
    slowest = max(rows, key=lambda row: row.seconds)
    took = "has taken" if slowest.last.is_open else "took"
    return f"{', '.join(parts)}; the slowest {took} {slowest.seconds:.1f} s{_mostly(slowest)}."


def _mostly(row: SpanRow) -> str:
    longest = max(row.spans, key=lambda span: span.seconds)
    is_said = longest.is_open or longest.seconds * 2 <= row.seconds
    return "" if is_said else f", most of it {longest.status}"
