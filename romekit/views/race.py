"""A race between ways to poll, as a table and as a chart: requests spent against delay, a mark per way.

Nearer to the corner at the bottom left is better in both; the finding says who is first in which.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final, NamedTuple

import pandas as pd

from romekit.views.arguments import list_of
from romekit.views.chart import X_AXIS, Chart, axis_title, base_layout, safe, sheet
from romekit.views.styles import BLUE, DARK, GREEN, ORANGE, PURPLE, RED, SKY

RACE_COLUMNS: Final = {"way": "str", "commands": "int64", "requests": "int64"} | dict.fromkeys(
    ("requests_each", "mean_delay", "worst_delay"), "float64"
)


@dataclass(frozen=True, slots=True)
class Finish:
    """One command followed in one way: `requests` spent on it, and how many seconds late its end was seen."""

    way: str
    number: int
    device: str
    status: str
    requests: int
    delay: float


def race_table(finishes: Iterable[Finish]) -> pd.DataFrame:
    """One row per way, in the order they ran.

    Columns: way (`str`), commands, requests (`int64`), requests_each, mean_delay, worst_delay (`float64`). A delay is
    how many seconds after its end a command was seen to be over.
    """
    hint = "Give what race() returned: from romekit.lab.race import race."
    listed = list_of(Finish, finishes, "finishes", hint)
    ways = list(dict.fromkeys(each.way for each in listed))
    lines = [_line(way, [each for each in listed if each.way == way]) for way in ways]
    return pd.DataFrame(lines, columns=list(RACE_COLUMNS)).astype(RACE_COLUMNS)


def _line(way: str, mine: Sequence[Finish]) -> list[object]:
    requests = sum(each.requests for each in mine)
    delays = [each.delay for each in mine]
    mean = round(sum(delays) / len(delays), 3)
    return [way, len(mine), requests, round(requests / len(mine), 2), mean, max(delays)]


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
BAR: Final = "background-color:rgba(128,128,128,0.15);height:14px;margin-bottom:2px;"


def race_chart(finishes: Iterable[Finish], *, title: str = "Race of the pollers") -> Chart:
    """A chart of what each way to poll costs in requests, and how late it sees that a command is over."""
    table = race_table(finishes)
    said = _finding(table)
    table_html = table.to_html(index=False, border=0)
    return Chart(title, said, table, _spec(table, title, said), _html(table, title, said), table_html, _text(table))


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
    return {
        "data": [_trace(*each) for each in _marks(table)],
        "layout": {
            **base_layout(title, said, height=284, head=60, left=70, right=40),
            "showlegend": False,
            "xaxis": _axis("requests for each command", table["requests_each"], 0.0),
            "yaxis": _axis("seconds until the end was seen", table["mean_delay"], -0.04),
        },
    }


def _axis(title: str, values: pd.Series[float], below: float) -> dict[str, Any]:
    """An axis from nothing, with room for the marks at both ends and for the names above them."""
    most = float(values.max()) if len(values) and values.max() else 1.0
    return {"title": axis_title(title), **X_AXIS, "range": [round(most * below, 3), round(most * 1.2, 3)]}


def _trace(mark: Marker, way: str, each: float, delay: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": safe(way),
        "x": [each],
        "y": [delay],
        "marker": {"symbol": mark.symbol, "color": mark.colour, "size": 16, "line": {"color": DARK, "width": 1}},
        "text": safe(way),
        "textposition": "top center",
        "textfont": {"color": DARK, "size": 14},
        "cliponaxis": False,
        "customdata": [safe(way)],
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
    return sheet(title, said, rows)


def _bar(mark: Marker, value: float, most: float, words: str) -> str:
    percent = 70 * value / most if most else 0.0
    bar = f'<div style="width:{percent:.2f}%;height:14px;background-color:{mark.colour};"></div>'
    return f'<div style="{BAR}display:flex;align-items:center;">{bar}<div>&nbsp;{words}</div></div>'


def _text(table: pd.DataFrame) -> str:
    width = max((len(way) for way in table["way"]), default=0)
    return "\n".join(
        f"{mark.block} {way:{width}}  {each:5.1f} requests  {delay:6.2f} s late"
        for mark, way, each, delay in _marks(table)
    )
