"""A timeline of commands as a Plotly figure: a row per command, a bar per stretch of time in one status.

A final status has no length, so it is a marker with its name. The x axis counts seconds since the first command was
sent, so that a run repeated is the same picture, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from math import ceil
from textwrap import wrap
from typing import Any, Final

from romekit.core.transition import Transition
from romekit.views.chart import Chart
from romekit.views.looks import DARK, WHITE, in_order, look_of
from romekit.views.spans import Span, SpanRow, as_rows, beginning, checked, finding
from romekit.views.tables import interval_table
from romekit.views.terminal import text_timeline
from romekit.views.twin import as_html

Placed = tuple[int, SpanRow, Span]

HOVER: Final = "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}<extra></extra>"
FONT: Final = {"family": "system-ui, sans-serif", "size": 13, "color": DARK}
TOP_LEFT: Final = {"x": 0, "xanchor": "left", "xref": "container", "y": 1, "yanchor": "top", "pad": {"l": 12, "t": 12}}
X_AXIS: Final = {"gridcolor": "#d9d9d9", "zeroline": False, "showline": True, "linecolor": DARK, "ticks": "outside"}
Y_AXIS: Final = {"automargin": True, "showgrid": False, "zeroline": False, "fixedrange": True}
LEGEND: Final = {"orientation": "h", "x": 0, "xanchor": "left", "y": 0, "yanchor": "bottom", "yref": "container"}
PATTERN: Final = {"fillmode": "overlay", "fgcolor": DARK, "fgopacity": 0.3, "size": 8, "solidity": 0.12}
HOVER_LABEL: Final = {"align": "left", "bgcolor": WHITE, "bordercolor": DARK, "font": {"color": DARK}}


def timeline(transitions: Iterable[Transition], *, title: str | None = None, now: float | None = None) -> Chart:
    """A chart of how commands went through their statuses.

    What is not over yet is drawn until `now` (seconds since 1970), or until the latest change of all.
    """
    told = checked(transitions)
    rows = as_rows(told, now)
    title, description = title or "Command timeline", finding(rows)
    table = interval_table(told, now=now, start=beginning(rows))
    spec = {"data": _traces(rows), "layout": _layout(rows, title, description)}
    html = as_html(title, description, rows, table)
    return Chart(title, description, table, spec, html, text_timeline(told, now=now))


def _traces(rows: list[SpanRow]) -> list[dict[str, Any]]:
    placed = [(place, row, span) for place, row in enumerate(rows) for span in row.spans]
    words = in_order({span.status for _, _, span in placed})
    mine = {word: [one for one in placed if one[2].status == word] for word in words}
    zero = beginning(rows)
    return [(_markers if met[0][2].is_final else _bars)(word, met, zero) for word, met in mine.items()]


def _bars(word: str, met: list[Placed], zero: float) -> dict[str, Any]:
    look = look_of(word)
    marker: dict[str, Any] = {"color": look.fill, "line": {"color": DARK, "width": 1}}
    if look.pattern:
        marker["pattern"] = {"shape": look.pattern, **PATTERN}
    return {
        "type": "bar",
        "name": _safe(word),
        "orientation": "h",
        "y": [place for place, _, _ in met],
        "base": [round(span.begin - zero, 3) for _, _, span in met],
        "x": [span.seconds for _, _, span in met],
        "width": 0.6,
        "marker": marker,
        "text": _safe(word),
        "textposition": "inside",
        "insidetextanchor": "middle",
        "insidetextfont": {"color": look.ink},
        "textangle": 0,
        "customdata": [_hover(row, span, zero) for _, row, span in met],
        "hovertemplate": HOVER,
    }


def _markers(word: str, met: list[Placed], zero: float) -> dict[str, Any]:
    look = look_of(word)
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": _safe(word),
        "y": [place for place, _, _ in met],
        "x": [round(span.begin - zero, 3) for _, _, span in met],
        "marker": {"symbol": look.symbol, "color": look.fill, "size": 13, "line": {"color": WHITE, "width": 1}},
        "text": _safe(f"  {word}"),
        "textposition": "middle right",
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
    return [_safe(f"{row.name} {row.order} on {row.device}"), _safe(when), _safe(f"{span.who}: {span.why}")]


def _layout(rows: list[SpanRow], title: str, description: str) -> dict[str, Any]:
    said = wrap(description, 105)
    words = {part.status for row in rows for part in row.spans if not part.is_final}
    top, bottom = 52 + 17 * len(said), 56 + 22 * ceil(len(words) / 5)
    return {
        "title": {
            "text": f"<b>{_safe(title)}</b>",
            "subtitle": {"text": "<br>".join(map(_safe, said)), "font": FONT},
            **TOP_LEFT,
        },
        "height": top + bottom + 46 * max(len(rows), 1),
        "margin": {"l": 12, "r": 16, "t": top, "b": bottom},
        "font": FONT,
        "paper_bgcolor": WHITE,
        "plot_bgcolor": WHITE,
        "barmode": "overlay",
        "uniformtext": {"minsize": 11, "mode": "hide"},
        "hoverlabel": HOVER_LABEL,
        "legend": LEGEND,
        "showlegend": bool(rows),
        **_axes(rows),
    }


def _axes(rows: list[SpanRow]) -> dict[str, Any]:
    span = max((row.last.end for row in rows), default=0.0) - beginning(rows) or 1.0
    longest = max((len(row.last.status) for row in rows if row.last.is_final), default=0)
    return {
        "xaxis": {
            "title": {"text": "seconds since the first command was sent", "font": FONT},
            "range": [0, round(span * (1.04 + 0.014 * longest), 3)],  # room for the name of the final status
            **X_AXIS,
        },
        "yaxis": {
            "tickvals": list(range(len(rows))),
            "ticktext": [_label(row) for row in rows],
            "range": [max(len(rows), 1) - 0.5, -0.5],
            **Y_AXIS,
        },
    }


def _label(row: SpanRow) -> str:
    return f"{_safe(f'{row.name} {_short(row.order)}')} <br>{_safe(f'on {_short(row.device)}')} "


def _short(text: str, most: int = 34) -> str:
    """So much of it that the bars have room beside it; the whole is said when one points at a bar."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _safe(text: str) -> str:
    """Plotly reads a little HTML in texts; a device's name is not HTML."""
    return escape(text, quote=False)
