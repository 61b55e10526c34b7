"""Status changes read as stretches of time: a row per command, a span per status it was in.

Everything that draws time starts here, so that a chart, its table and its text can never disagree. Pure Python: the
terminal needs it without pandas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from romekit.core.status import is_final, is_success
from romekit.core.transition import Transition
from romekit.views.arguments import checked_transitions


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
    def longest(self) -> Span:
        return max(self.spans, key=lambda span: span.seconds)


def as_rows(transitions: Iterable[Transition], now: float | None = None) -> list[SpanRow]:
    """A row per command, by number. What is not over yet lasts until `now`, or until the latest change of all."""
    lives: dict[str, list[Transition]] = {}
    for change in checked_transitions(transitions):
        lives.setdefault(change.command, []).append(change)
    if now is None:
        now = max((change.at for life in lives.values() for change in life), default=0.0)
    rows = [_as_row(sorted(life, key=lambda change: change.at), now) for life in lives.values()]
    return sorted(rows, key=lambda row: (row.number, row.sent))


def _as_row(life: list[Transition], now: float) -> SpanRow:
    first = life[0]
    ends = [change.at for change in life[1:]]
    spans = []
    for index, change in enumerate(life):
        final, over = is_final(change.to_status), index < len(ends)
        end = change.at if final else ends[index] if over else max(now, change.at)
        spans.append(Span(change.to_status, change.at, end, change.who, change.why, not final and not over))
    return SpanRow(first.command, first.number, first.device_name, first.order, tuple(spans))


def beginning(rows: Iterable[SpanRow]) -> float:
    """When the first command was sent."""
    return min((row.sent for row in rows), default=0.0)


def finding(rows: list[SpanRow]) -> str:
    """What the rows say, in one sentence."""
    if not rows:
        return "No command has been sent yet."
    if len(rows) == 1:
        return f"{_fate(rows[0])}{_mostly(rows[0])}."
    done = sum(is_success(row.last.status) for row in rows)
    parts = [f"{done} of {len(rows)} commands completed"]
    others = Counter(row.last.status for row in rows if row.last.is_final and not is_success(row.last.status))
    parts += [f"{count} ended as {status}" for status, count in sorted(others.items())]
    if waiting := sum(row.last.is_open for row in rows):
        parts.append(f"{waiting} {'is' if waiting == 1 else 'are'} not over yet")
    slowest = max(rows, key=lambda row: row.seconds)
    took = "has taken" if slowest.last.is_open else "took"
    return f"{', '.join(parts)}; the slowest {took} {slowest.seconds:.1f} s{_mostly(slowest)}."


def _fate(row: SpanRow) -> str:
    status, after = row.last.status, f"after {row.seconds:.1f} s"
    if row.last.is_open:
        return f"The command is still {status} {after}"
    return f"The command completed {after}" if is_success(status) else f"The command ended as {status} {after}"


def _mostly(row: SpanRow) -> str:
    longest = row.longest
    is_said = longest.is_open or longest.seconds * 2 <= row.seconds
    return "" if is_said else f", most of it {longest.status}"
