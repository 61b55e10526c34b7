"""A timeline of commands as a Plotly figure: a row per command, a bar per stretch of time in one status.

A final status has no length, so it is a marker with its name. The x axis counts seconds since the first command was
sent, so that a run repeated is the same picture, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from math import ceil
from typing import Any, Final

from romekit.core.errors import BadInput
from romekit.core.transition import Transition
from romekit.views import chart
from romekit.views.arguments import checked_transitions
from romekit.views.chart import NARROW, PATTERN, X_AXIS, Chart, axis_title, base_layout, row_axis, safe
from romekit.views.spans import Span, SpanRow, as_rows, beginning, duration, finding, lasting_statuses, text_timeline
from romekit.views.styles import DARK, RED, WHITE, cut_in_middle, sorted_statuses, style_of
from romekit.views.tables import interval_table, table_html

HOVER: Final = "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}<extra></extra>"
LEGEND: Final = {"orientation": "h", "x": 0, "xanchor": "left", "y": 0, "yanchor": "bottom", "yref": "container"}
#: The height of a bar in a row, and where its label stands: above it, so that the bars have the whole width.
BAR: Final = 0.38
ABOVE: Final = {"x": 0, "xref": "paper", "xanchor": "left", "yanchor": "bottom", "align": "left", "showarrow": False}
BARS: Final = {"type": "bar", "orientation": "h", "width": BAR, "offset": 0, "textposition": "inside", "textangle": 0}
MARKERS: Final = {"type": "scatter", "mode": "markers", "cliponaxis": False, "showlegend": False}
BET: Final = {"type": "line", "y0": 0, "y1": 1, "yref": "paper", "line": {"color": RED, "width": 3, "dash": "dash"}}
BET_LABEL: Final = {"text": "your bet", "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
#: The columns of the table under the static picture.
SHOWN: Final = ["command", "device", "status", "begin", "seconds", "why"]


def timeline(
    transitions: Iterable[Transition], *, title: str | None = None, now: float | None = None, bet: Any = None
) -> Chart:
    """A chart of how commands went through their statuses.

    What is not over yet is drawn until `now` (seconds since 1970), or until the latest change of all.
    A `bet` of seconds, lab.bet(…) or a number, is a line once it is locked.
    """
    changes = checked_transitions(transitions)
    rows = as_rows(changes, now)
    guess = getattr(bet, "value", bet)
    if not isinstance(guess, int | float | None):
        raise BadInput(f"bet cannot be {guess!r}.", field="bet", hint="Give a bet on a number of seconds.")
    said = "" if guess is None else f" Your bet: {guess:g} s."
    title, description = title or "Command timeline", finding(rows) + said
    table = interval_table(changes, now=now, start=beginning(rows))
    spec = {"data": _traces(rows), "layout": _layout(rows, title, description, guess)}
    text = text_timeline(changes, now=now)
    return Chart(title, description, table, spec, _html(rows), table_html(table[SHOWN]), text)


def _traces(rows: list[SpanRow]) -> list[dict[str, Any]]:
    placed = [(place, row, span) for place, row in enumerate(rows) for span in row.spans]
    words = sorted_statuses({span.status for _, _, span in placed})
    return [_trace(word, [one for one in placed if one[2].status == word], beginning(rows)) for word in words]


def _trace(word: str, met: list[tuple[int, SpanRow, Span]], zero: float) -> dict[str, Any]:
    """The bars of a status that lasts, the markers of a final one."""
    style, begins = style_of(word), [round(span.begin - zero, 3) for _, _, span in met]
    hover = [_hover(row, span, zero) for _, row, span in met]
    shared = {"name": safe(word), "customdata": hover, "hovertemplate": HOVER}
    marker: dict[str, Any] = {"color": style.fill, "line": {"color": DARK, "width": 1}}
    if met[0][2].is_final:
        marker |= {"symbol": style.symbol, "size": 13, "line": {"color": WHITE, "width": 1}}
        middle = [round(place + BAR / 2, 3) for place, _, _ in met]
        return {**MARKERS, **shared, "x": begins, "y": middle, "marker": marker}
    if style.pattern:
        marker["pattern"] = {"shape": style.pattern, **PATTERN}
    inside = {"text": safe(word), "insidetextanchor": "middle", "insidetextfont": {"color": style.ink}}
    rows, seconds = [place for place, _, _ in met], [span.seconds for _, _, span in met]
    return {**BARS, **shared, **inside, "base": begins, "x": seconds, "y": rows, "marker": marker}


def _hover(row: SpanRow, span: Span, zero: float) -> list[str]:
    begin, end = span.begin - zero, span.end - zero
    if span.is_final:
        when = f"{span.status} after {row.seconds:.1f} s"
    else:
        when = f"{span.status} for {span.seconds:.1f} s, from {begin:.1f} to {end:.1f}{' and still' * span.is_open}"
    return [safe(f"{row.name} {row.order} on {row.device}"), safe(when), safe(f"{span.who}: {span.why}")]


def _layout(rows: list[SpanRow], title: str, description: str, bet: float | None) -> dict[str, Any]:
    labels = [_label(place, row) for place, row in enumerate(rows)]
    labels += [BET_LABEL | {"x": bet}] if bet is not None else []
    bottom = 56 + 22 * ceil(len(lasting_statuses(rows)) / 3)
    seconds = axis_title("seconds since the first command was sent")
    return {
        **base_layout(title, description, height=64 * max(len(rows), 1), bottom=bottom),
        **({"annotations": labels} if labels else {}),
        **({"shapes": [BET | {"x0": bet, "x1": bet}]} if bet is not None else {}),
        "barmode": "overlay",
        "uniformtext": {"minsize": 11, "mode": "hide"},
        "legend": LEGEND,
        "showlegend": bool(rows),
        "xaxis": {"title": seconds, "range": [0, round((max(duration(rows), bet or 0.0) or 1.0) * 1.04, 3)], **X_AXIS},
        "yaxis": row_axis([""] * len(rows)) | {"showticklabels": False, "automargin": False},
    }


def _label(place: int, row: SpanRow) -> dict[str, Any]:
    """Two lines above a bar: number and order, device and end. The whole is said when one points at the bar."""
    last = row.last
    end = f": {style_of(last.status).block} {last.status}" if last.is_final else ""
    order = f"{row.name} {cut_in_middle(row.order, NARROW - len(row.name) - 1)}"
    device = f"on {cut_in_middle(row.device, NARROW - len(end) - 3)}{end}"
    return {"text": f"{safe(order)}<br>{safe(device)}", "y": round(place - 0.02, 3), **ABOVE}


def _html(rows: list[SpanRow]) -> str:
    span = duration(rows) or 1.0
    bars = "".join(_row(row, row.sent - beginning(rows), span) for row in rows)
    keys = "".join(map(_key, lasting_statuses(rows)))
    axis = f"Bars run from 0 to {span:.1f} seconds after the first command was sent." if rows else ""
    return f'{bars}<div style="margin-bottom:4px;">{keys}</div><div style="margin-bottom:10px;">{axis}</div>'


def _row(row: SpanRow, after: float, span: float) -> str:
    scale, last = chart.TRACK_PERCENT / span, row.last
    gap = f'<div style="width:{after * scale:.2f}%;"></div>' if after > 0 else ""
    bars = [
        chart.bar_html(
            part.status, part.seconds * scale, f"{part.status}, {part.seconds:.1f} s. {part.who}: {part.why}"
        )
        for part in row.lasting
    ]
    end = chart.end_html(last.status, f"{last.who}: {last.why}") if last.is_final else "<div>&nbsp;…</div>"
    label = escape(f"{row.name} {row.order} on {row.device}")
    return f'<div><b>{label}</b></div><div style="{chart.TRACK}">{gap}{"".join(bars)}{end}</div>'


def _key(word: str) -> str:
    style = style_of(word)
    paint = f"background-color:{style.fill};color:{style.ink};padding:1px 6px;margin-right:6px;font-size:11px;"
    return f'<span style="{paint}border-width:1px;border-style:solid;border-color:#1f1f1f;">{escape(word)}</span> '
