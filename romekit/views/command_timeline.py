"""A timeline of commands as a Plotly figure: a row per command, a bar per stretch of time in one status.

A final status has no length, so it is a marker with its name. The x axis counts seconds since the first command was
sent, so that a run repeated is the same picture, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from math import ceil
from typing import Any, Final

import pandas as pd

from romekit.core.transition import Transition
from romekit.views.arguments import checked_transitions
from romekit.views.chart import (
    NARROW,
    PATTERN,
    TRACK,
    X_AXIS,
    Chart,
    axis_title,
    bar_html,
    base_layout,
    row_axis,
    safe,
    sheet,
)
from romekit.views.spans import Span, SpanRow, as_rows, beginning, finding
from romekit.views.styles import DARK, WHITE, cut_in_middle, sorted_statuses, style_of
from romekit.views.tables import interval_table
from romekit.views.terminal import text_timeline

Placed = tuple[int, SpanRow, Span]

HOVER: Final = "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}<extra></extra>"
LEGEND: Final = {"orientation": "h", "x": 0, "xanchor": "left", "y": 0, "yanchor": "bottom", "yref": "container"}
#: The height of a bar in a row, and where its label stands: above it, so that the bars have the whole width.
BAR: Final = 0.38
ABOVE: Final = {"x": 0, "xref": "paper", "xanchor": "left", "yanchor": "bottom", "align": "left", "showarrow": False}
#: The columns of the table under the static picture.
SHOWN: Final = ["command", "device", "status", "begin", "seconds", "why"]


def timeline(transitions: Iterable[Transition], *, title: str | None = None, now: float | None = None) -> Chart:
    """A chart of how commands went through their statuses.

    What is not over yet is drawn until `now` (seconds since 1970), or until the latest change of all.
    """
    changes = checked_transitions(transitions)
    rows = as_rows(changes, now)
    title, description = title or "Command timeline", finding(rows)
    table = interval_table(changes, now=now, start=beginning(rows))
    spec = {"data": _traces(rows), "layout": _layout(rows, title, description)}
    picture = _html(title, description, rows)
    return Chart(title, description, table, spec, picture, _table(table), text_timeline(changes, now=now))


def _traces(rows: list[SpanRow]) -> list[dict[str, Any]]:
    placed = [(place, row, span) for place, row in enumerate(rows) for span in row.spans]
    words = sorted_statuses({span.status for _, _, span in placed})
    mine = {word: [one for one in placed if one[2].status == word] for word in words}
    zero = beginning(rows)
    return [(_markers if met[0][2].is_final else _bars)(word, met, zero) for word, met in mine.items()]


def _bars(word: str, met: list[Placed], zero: float) -> dict[str, Any]:
    style = style_of(word)
    marker: dict[str, Any] = {"color": style.fill, "line": {"color": DARK, "width": 1}}
    if style.pattern:
        marker["pattern"] = {"shape": style.pattern, **PATTERN}
    return {
        "type": "bar",
        "name": safe(word),
        "orientation": "h",
        "y": [place for place, _, _ in met],
        "base": [round(span.begin - zero, 3) for _, _, span in met],
        "x": [span.seconds for _, _, span in met],
        "width": BAR,
        "offset": 0,
        "marker": marker,
        "text": safe(word),
        "textposition": "inside",
        "insidetextanchor": "middle",
        "insidetextfont": {"color": style.ink},
        "textangle": 0,
        "customdata": [_hover(row, span, zero) for _, row, span in met],
        "hovertemplate": HOVER,
    }


def _markers(word: str, met: list[Placed], zero: float) -> dict[str, Any]:
    style = style_of(word)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": safe(word),
        "y": [round(place + BAR / 2, 3) for place, _, _ in met],
        "x": [round(span.begin - zero, 3) for _, _, span in met],
        "marker": {"symbol": style.symbol, "color": style.fill, "size": 13, "line": {"color": WHITE, "width": 1}},
        "cliponaxis": False,
        "showlegend": False,
        "customdata": [_hover(row, span, zero) for _, row, span in met],
        "hovertemplate": HOVER,
    }


def _hover(row: SpanRow, span: Span, zero: float) -> list[str]:
    begin, end = span.begin - zero, span.end - zero
    if span.is_final:
        when = f"{span.status} after {row.seconds:.1f} s"
    else:
        when = f"{span.status} for {span.seconds:.1f} s, from {begin:.1f} to {end:.1f}{' and still' * span.is_open}"
    return [safe(f"{row.name} {row.order} on {row.device}"), safe(when), safe(f"{span.who}: {span.why}")]


def _layout(rows: list[SpanRow], title: str, description: str) -> dict[str, Any]:
    words = {part.status for row in rows for part in row.spans if not part.is_final}
    bottom = 56 + 22 * ceil(len(words) / 3)
    return {
        **base_layout(title, description, height=64 * max(len(rows), 1), bottom=bottom),
        **({"annotations": [_label(place, row) for place, row in enumerate(rows)]} if rows else {}),
        "barmode": "overlay",
        "uniformtext": {"minsize": 11, "mode": "hide"},
        "legend": LEGEND,
        "showlegend": bool(rows),
        **_axes(rows),
    }


def _axes(rows: list[SpanRow]) -> dict[str, Any]:
    span = max((row.last.end for row in rows), default=0.0) - beginning(rows) or 1.0
    title = axis_title("seconds since the first command was sent")
    return {
        "xaxis": {"title": title, "range": [0, round(span * 1.04, 3)], **X_AXIS},
        "yaxis": row_axis([""] * len(rows)) | {"showticklabels": False, "automargin": False},
    }


def _label(place: int, row: SpanRow) -> dict[str, Any]:
    """Two lines above a bar: number and order, device and end. The whole is said when one points at the bar."""
    last = row.last
    end = f": {style_of(last.status).block} {last.status}" if last.is_final else ""
    order = f"{row.name} {cut_in_middle(row.order, NARROW - len(row.name) - 1)}"
    device = f"on {cut_in_middle(row.device, NARROW - len(end) - 3)}{end}"
    return {"text": f"{safe(order)}<br>{safe(device)}", "y": round(place - 0.02, 3), **ABOVE}


# ── HTML for where Plotly does not run ──────────────────────────────────────────────────────────────────────────────


def _html(title: str, description: str, rows: list[SpanRow]) -> str:
    """A bar per command, and a legend."""
    zero = beginning(rows)
    span = max((row.last.end for row in rows), default=zero) - zero or 1.0
    bars = "".join(_row(row, zero, span) for row in rows)
    axis = f"Bars run from 0 to {span:.1f} seconds after the first command was sent." if rows else ""
    inside = f'{bars}{_legend(rows)}<div style="margin-bottom:10px;">{axis}</div>'
    return sheet(title, description, inside)


def _table(table: pd.DataFrame) -> str:
    with pd.option_context("display.max_colwidth", None):  # a cause is a sentence, and half of one explains nothing
        return table[SHOWN].to_html(index=False, border=0)


def _row(row: SpanRow, zero: float, span: float) -> str:
    # Everything gets 80 % of the track, so that the name of the final status has room after the last bar.
    scale = 80.0 / span
    lasting = [part for part in row.spans if not part.is_final and part.seconds]
    gap = f'<div style="width:{(row.sent - zero) * scale:.2f}%;"></div>' if row.sent > zero else ""
    parts = "".join(_bar(part, part.seconds * scale) for part in lasting)
    label = escape(f"{row.name} {row.order} on {row.device}")
    return f'<div><b>{label}</b></div><div style="{TRACK}">{gap}{parts}{_end(row.last)}</div>'


def _bar(part: Span, percent: float) -> str:
    style = style_of(part.status)
    why = f"{part.status}, {part.seconds:.1f} s. {part.who}: {part.why}"
    return bar_html(part.status, percent, style.fill, style.ink, why)


def _end(last: Span) -> str:
    if not last.is_final:
        return "<div>&nbsp;…</div>"
    why = escape(f"{last.who}: {last.why}")
    mark = style_of(last.status).block
    return f'<div title="{why}" style="white-space:nowrap;">&nbsp;{mark} {escape(last.status)}</div>'


def _legend(rows: list[SpanRow]) -> str:
    words = sorted_statuses({part.status for row in rows for part in row.spans if not part.is_final})
    return f'<div style="margin-bottom:4px;">{"".join(map(_key, words))}</div>'


def _key(word: str) -> str:
    style = style_of(word)
    paint = f"background-color:{style.fill};color:{style.ink};padding:1px 6px;margin-right:6px;font-size:11px;"
    return f'<span style="{paint}border-width:1px;border-style:solid;border-color:#1f1f1f;">{escape(word)}</span> '
