"""Status changes read as stretches of time: a row per command, a span per status it was in.

Everything that draws time starts here, so that a chart, its table and its text can never disagree. Pure Python: the
terminal needs it without pandas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import ceil
from operator import attrgetter

from romekit.core.arguments import check, is_whole
from romekit.core.status import is_final, is_success
from romekit.core.transition import Transition
from romekit.views.arguments import checked_transitions
from romekit.views.styles import cut_in_middle, sorted_statuses, style_of


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in one status, in seconds since 1970. A final status has no length; one that is not over `is_open`."""

    status: str
    begin: float
    end: float
    is_open: bool

    @property
    def seconds(self) -> float:
        return round(self.end - self.begin, 3)

    @property
    def is_final(self) -> bool:
        return is_final(self.status)


@dataclass(frozen=True, slots=True)
class Span(Stretch):
    """A status a command really was in, and its cause."""

    who: str
    why: str


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
        spans.append(Span(change.to_status, change.at, end, not final and not after, change.who, change.why))
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
    if not rows:
        return "No command has been sent yet."
    if len(rows) == 1:
        last, after = rows[0].last, f"after {rows[0].seconds:.1f} s"
        fate = f"is still {last.status}" if last.is_open else f"ended as {last.status}"
        return f"The command {'completed' if is_success(last.status) else fate} {after}{_mostly(rows[0])}."
    done = sum(is_success(row.last.status) for row in rows)
    parts = [f"{done} of {len(rows)} commands completed"]
    parts += fates(Counter(row.last.status for row in rows if row.last.is_final), sum(row.last.is_open for row in rows))
    slowest = max(rows, key=lambda row: row.seconds)
    took = "has taken" if slowest.last.is_open else "took"
    return f"{', '.join(parts)}; the slowest {took} {slowest.seconds:.1f} s{_mostly(slowest)}."


def fates(ends: Mapping[str, int], waiting: int) -> Iterator[str]:
    """How many commands ended in other ways than they should, and how many are not over yet."""
    yield from (f"{count} ended as {status}" for status, count in sorted(ends.items()) if not is_success(status))
    if waiting:
        yield f"{waiting} {'is' if waiting == 1 else 'are'} not over yet"


def _mostly(row: SpanRow) -> str:
    longest = max(row.spans, key=lambda span: span.seconds)
    is_said = longest.is_open or longest.seconds * 2 <= row.seconds
    return "" if is_said else f", most of it {longest.status}"


# ── the same in characters, for whatever shows only text ────────────────────────────────────────────────────────────


def text_timeline(transitions: Iterable[Transition], width: int = 72, *, now: float | None = None) -> str:
    """One line per command, a block per stretch of time and status, and a legend; no line is longer than `width`."""
    check(is_whole(width, least=1), "width", width, "Give a number of characters, such as 72.")
    rows = as_rows(transitions, now)
    if not rows:
        return "No command has been sent yet."
    zero, span = beginning(rows), duration(rows)
    labels = [f"{row.name} {row.device}: {row.order}" for row in rows]
    ends = [f"{style_of(row.last.status).block if row.last.is_final else '…'} {row.last.status}" for row in rows]
    wide = min(max(map(len, labels)), max(12, width * 4 // 9))
    room = max(8, width - wide - 2 - max(map(len, ends)))
    lines = [
        f"{cut_in_middle(label, wide):<{wide}} {text_bar(row.lasting, zero, span, room)} {end}"
        for label, row, end in zip(labels, rows, ends, strict=True)
    ]
    lines.append(f"{'seconds':>{wide}} 0{f'{span:.1f}':>{room - 1}}")
    return "\n".join([*(line[:width].rstrip() for line in lines), *_legend(lasting_statuses(rows), width)])


def text_bar(parts: Iterable[Stretch], zero: float, span: float, room: int) -> str:
    """A bar in characters, `room` of them for the `span` seconds that begin at `zero`."""
    cells, span = [" "] * room, span or 1.0
    for part in parts:
        first = min(int((part.begin - zero) / span * room), room - 1)
        last = min(max(first + 1, ceil((part.end - zero) / span * room)), room)
        cells[first:last] = style_of(part.status).block * (last - first)
    return "".join(cells)


def _legend(words: list[str], width: int) -> list[str]:
    lines: list[str] = []
    for entry in (f"{style_of(word).block} {word}" for word in words):
        if lines and len(lines[-1]) + len(entry) + 3 <= width:
            lines[-1] += f"   {entry}"
        else:
            lines.append(entry)
    return [line[:width] for line in lines]
