"""A timeline in characters, for terminals and for everything else that shows only text."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from romekit.core.transition import Transition
from romekit.views.arguments import check_width
from romekit.views.spans import SpanRow, as_rows, beginning, duration, lasting_statuses
from romekit.views.styles import cut_in_middle, style_of


def text_timeline(transitions: Iterable[Transition], width: int = 72, *, now: float | None = None) -> str:
    """One line per command, a block per stretch of time and status, and a legend; no line is longer than `width`."""
    check_width(width)
    rows = as_rows(transitions, now)
    if not rows:
        return "No command has been sent yet."
    zero, span = beginning(rows), duration(rows)
    labels = [f"{row.name} {row.device}: {row.order}" for row in rows]
    ends = [f"{style_of(row.last.status).block if row.last.is_final else '…'} {row.last.status}" for row in rows]
    wide = min(max(map(len, labels)), max(12, width * 4 // 9))
    room = max(8, width - wide - 2 - max(map(len, ends)))
    lines = [
        f"{cut_in_middle(label, wide):<{wide}} {_bar(row, zero, span, room)} {end}"
        for label, row, end in zip(labels, rows, ends, strict=True)
    ]
    lines.append(f"{'seconds':>{wide}} 0{f'{span:.1f}':>{room - 1}}")
    return "\n".join([*(line[:width].rstrip() for line in lines), *_legend(lasting_statuses(rows), width)])


def text_bar(parts: Iterable[tuple[str, float, float]], span: float, room: int) -> str:
    """A bar in characters: for each part its character, and when it begins and ends within `span` seconds."""
    cells, span = [" "] * room, span or 1.0
    for block, begin, end in parts:
        first = min(int(begin / span * room), room - 1)
        last = min(max(first + 1, ceil(end / span * room)), room)
        cells[first:last] = block * (last - first)
    return "".join(cells)


def _bar(row: SpanRow, zero: float, span: float, room: int) -> str:
    parts = ((style_of(part.status).block, part.begin - zero, part.end - zero) for part in row.lasting)
    return text_bar(parts, span, room)


def _legend(words: list[str], width: int) -> list[str]:
    lines: list[str] = []
    for entry in (f"{style_of(word).block} {word}" for word in words):
        if lines and len(lines[-1]) + len(entry) + 3 <= width:
            lines[-1] += f"   {entry}"
        else:
            lines.append(entry)
    return [line[:width] for line in lines]
