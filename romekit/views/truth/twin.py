"""The truth line where no widget runs: two bars per command in HTML that needs nothing, and the same in characters."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil
from typing import Final

import pandas as pd

from romekit.views.chart import EDGE, PART, TRACK, sheet
from romekit.views.truth.life import Life
from romekit.views.truth.shown import NOT_TOLD, look
from romekit.views.truth.table import finding, truth_table

TITLE: Final = "What really happened, and what the client believed"
COLUMNS: Final = ["command", "status", "really_at", "believed_at", "lag", "asks", "told_by", "why"]
LABEL: Final = "width:80px;flex-shrink:0;font-size:11px;"
ROOM: Final = 44

#: A stretch of either track: the status, when it begins and ends, whether it is final, and whether it goes on.
Stretch = tuple[str, float, float, bool, bool]


def as_html(lives: Sequence[Life]) -> str:
    """All commands, two bars each, and the table."""
    table = truth_table(lives)
    with pd.option_context("display.max_colwidth", None):
        shown = table[COLUMNS].to_html(index=False, border=0, na_rep="never") if len(table) else ""
    return sheet(TITLE, finding(lives), f"{''.join(map(_life, lives))}{shown}")


def as_text(lives: Sequence[Life]) -> str:
    """All commands in characters, two lines each, and the table."""
    if not lives:
        return f"{TITLE}\n{finding(lives)}"
    table = truth_table(lives)[["command", "status", "really_at", "believed_at", "lag", "asks", "told_by"]]
    return f"{TITLE}\n{finding(lives)}\n\n" + "\n".join(map(_lines, lives)) + f"\n\n{table.to_string(index=False)}"


def _real(life: Life) -> list[Stretch]:
    return [
        (each.span.status, each.span.begin, each.span.end, each.span.is_final, each.span.is_open) for each in life.real
    ]


def _believed(life: Life) -> list[Stretch]:
    return [(each.status or NOT_TOLD, each.begin, each.end, each.is_final, each.is_open) for each in life.believed]


# ── HTML ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _life(life: Life) -> str:
    title = escape(f"{life.row.name} {life.row.order} on {life.row.device}")
    long = f"{life.end - life.begin:.2f} seconds"
    tracks = _track("really", life, _real(life)) + _track("believed", life, _believed(life))
    return f"<div><b>{title}</b>, {long}</div>{tracks}"


def _track(name: str, life: Life, stretches: list[Stretch]) -> str:
    # Everything gets 80 % of the track, so that the name of the final status has room behind the last bar.
    scale = 80.0 / ((life.end - life.begin) or 1.0)
    at, parts = life.begin, []
    for status, begin, end, is_final, is_open in stretches:
        if begin > at:
            parts.append(f'<div style="width:{(begin - at) * scale:.2f}%;"></div>')
        parts.append(_end(status) if is_final else _part(status, (end - begin) * scale, end - begin))
        if is_open:
            parts.append("<div>&nbsp;… still</div>")
        at = max(at, end)
    label = f'<div style="{LABEL}">{name}</div>'
    return f'<div style="{TRACK}">{label}{"".join(parts)}</div>'


def _part(status: str, percent: float, seconds: float) -> str:
    paint = look(status)
    colours = f"width:{percent:.2f}%;background-color:{paint['fill']};color:{paint['ink']};"
    word = escape(status) if percent > 0.75 * len(status) else "&nbsp;"
    return f'<div title="{escape(status)}, {seconds:.2f} s" style="{PART}{EDGE}{colours}">{word}</div>'


def _end(status: str) -> str:
    return f'<div style="white-space:nowrap;">&nbsp;{look(status)["block"]} {escape(status)}</div>'


# ── characters ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _lines(life: Life) -> str:
    head = f"{life.row.name} {life.row.order} on {life.row.device}, {life.end - life.begin:.2f} seconds"
    tracks = {"really": _real(life), "believed": _believed(life)}
    return "\n".join([head, *(f"  {name:<8} {_bar(life, track)} {_last(track)}" for name, track in tracks.items())])


def _last(track: list[Stretch]) -> str:
    status, *_, is_open = track[-1]
    return f"… still {status}" if is_open else f"{look(status)['block']} {status}"


def _bar(life: Life, stretches: list[Stretch]) -> str:
    cells, span = [" "] * ROOM, (life.end - life.begin) or 1.0
    for status, begin, end, is_final, _ in stretches:
        if not is_final and end > begin:
            first = min(int((begin - life.begin) / span * ROOM), ROOM - 1)
            last = min(max(first + 1, ceil((end - life.begin) / span * ROOM)), ROOM)
            cells[first:last] = look(status)["block"] * (last - first)
    return "".join(cells)
