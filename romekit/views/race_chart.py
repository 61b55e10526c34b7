"""A race between ways to poll as a chart: requests spent against delay, a mark per way with its own shape and name.

Nearer to the corner at the bottom left is better in both; the finding says who is first in which.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from textwrap import wrap
from typing import Any, Final, NamedTuple

import pandas as pd

from romekit.views.chart import Chart
from romekit.views.looks import BLUE, DARK, GREEN, ORANGE, PURPLE, RED, SKY, WHITE
from romekit.views.plot import FONT, HOVER_LABEL, TOP_LEFT, X_AXIS
from romekit.views.race import Finish, race_table


class Marker(NamedTuple):
    """A colour, Plotly's word for a shape, and a character of that shape."""

    colour: str
    symbol: str
    block: str


MARKS: Final = (
    Marker(RED, "square", "■"),
    Marker(ORANGE, "triangle-up", "▲"),
    Marker(BLUE, "diamond", "◆"),
    Marker(GREEN, "circle", "●"),
    Marker(PURPLE, "cross", "✚"),
    Marker(SKY, "star", "★"),
)
HOVER: Final = "<b>%{customdata}</b><br>%{x} requests each<br>seen %{y} s late on average<extra></extra>"
SHEET: Final = "font-family:sans-serif;font-size:13px;max-width:900px;"  # the theme's own colours, light or dark
TRACK: Final = "background-color:rgba(128,128,128,0.15);height:14px;margin-bottom:2px;"


def race_chart(finishes: Iterable[Finish], *, title: str = "Race of the pollers") -> Chart:
    """A chart of what each way to poll costs in requests, and how late it sees that a command is over."""
    table = race_table(finishes)
    said = _finding(table)
    return Chart(title, said, table, _spec(table, title, said), _html(table, title, said), _text(table))


def _marks(table: pd.DataFrame) -> list[tuple[Marker, str, float, float]]:
    """Mark, name, requests for each command and mean delay of every way."""
    rows = zip(table["way"], table["requests_each"], table["mean_delay"], strict=True)
    return [(MARKS[place % len(MARKS)], way, each, delay) for place, (way, each, delay) in enumerate(rows)]


def _finding(table: pd.DataFrame) -> str:
    marks = _marks(table)
    if not marks:
        return "Nobody has run yet."
    soonest, fewest = min(marks, key=lambda each: each[3]), min(marks, key=lambda each: each[2])
    of = f"Of {len(marks)} ways, " if len(marks) > 1 else ""
    first = f"{of}{soonest[1]} saw the end of a command first, {soonest[3]:.2f} s after it happened on average"
    if soonest is fewest or soonest[1] == fewest[1]:
        return f"{first}, and spent the fewest requests, {fewest[2]:.1f} for each."
    return f"{first}; {fewest[1]} spent the fewest requests, {fewest[2]:.1f} for each, and was {fewest[3]:.2f} s late."


def _spec(table: pd.DataFrame, title: str, said: str) -> dict[str, Any]:
    lines = wrap(said, 105)
    top = 60 + 17 * len(lines)
    return {
        "data": [_trace(*each) for each in _marks(table)],
        "layout": {
            "title": {
                "text": f"<b>{_safe(title)}</b>",
                "subtitle": {"text": "<br>".join(map(_safe, lines)), "font": FONT},
                **TOP_LEFT,
            },
            "height": top + 340,
            "margin": {"l": 70, "r": 40, "t": top, "b": 56},
            "font": FONT,
            "paper_bgcolor": WHITE,
            "plot_bgcolor": WHITE,
            "hoverlabel": HOVER_LABEL,
            "showlegend": False,
            "xaxis": _axis("requests for each command", table["requests_each"], 0.0),
            "yaxis": _axis("seconds until the end was seen", table["mean_delay"], -0.04),
        },
    }


def _axis(title: str, values: pd.Series[float], below: float) -> dict[str, Any]:
    """An axis from nothing, with room for the marks at both ends and for the names above them."""
    most = float(values.max()) if len(values) and values.max() else 1.0
    return {"title": {"text": title, "font": FONT}, **X_AXIS, "range": [round(most * below, 3), round(most * 1.2, 3)]}


def _trace(mark: Marker, way: str, each: float, delay: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": _safe(way),
        "x": [each],
        "y": [delay],
        "marker": {"symbol": mark.symbol, "color": mark.colour, "size": 16, "line": {"color": DARK, "width": 1}},
        "text": _safe(way),
        "textposition": "top center",
        "textfont": {"color": DARK, "size": 14},
        "cliponaxis": False,
        "customdata": [_safe(way)],
        "hovertemplate": HOVER,
    }


def _html(table: pd.DataFrame, title: str, said: str) -> str:
    most, worst = (float(table[column].max()) if len(table) else 0.0 for column in ("requests_each", "mean_delay"))
    rows = "".join(
        f'<div style="margin-bottom:8px;"><b>{mark.block} {escape(way)}</b>'
        f"{_bar(mark, each, most, f'{each:.1f} requests for each')}"
        f"{_bar(mark, delay, worst, f'{delay:.2f} s late')}</div>"
        for mark, way, each, delay in _marks(table)
    )
    return (
        f'<div style="{SHEET}"><div style="font-size:16px;font-weight:bold;">{escape(title)}</div>'
        f'<div style="margin-bottom:10px;">{escape(said)}</div>{rows}{table.to_html(index=False, border=0)}</div>'
    )


def _bar(mark: Marker, value: float, most: float, words: str) -> str:
    percent = 70 * value / most if most else 0.0
    bar = f'<div style="width:{percent:.2f}%;height:14px;background-color:{mark.colour};"></div>'
    return f'<div style="{TRACK}display:flex;align-items:center;">{bar}<div>&nbsp;{words}</div></div>'


def _text(table: pd.DataFrame) -> str:
    width = max((len(way) for way in table["way"]), default=0)
    return "\n".join(
        f"{mark.block} {way:{width}}  {each:5.1f} requests  {delay:6.2f} s late"
        for mark, way, each, delay in _marks(table)
    )


def _safe(text: str) -> str:
    """Plotly reads a little HTML in texts; a name is not HTML."""
    return escape(text, quote=False)
