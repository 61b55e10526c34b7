"""A race between ways to poll, as a table and as a chart: requests spent against delay, a mark per way.

Nearer to the corner at the bottom left is better in both; the finding says who is first in which.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import cycle
from operator import attrgetter
from typing import Any, Final, NamedTuple

import pandas as pd

from romekit.views.arguments import list_of
from romekit.views.chart import X_AXIS, Chart, axis_title, base_layout, safe
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
    ways: dict[str, list[Finish]] = {}
    for each in list_of(Finish, finishes, "finishes", hint):
        ways.setdefault(each.way, []).append(each)
    lines = []
    for way, mine in ways.items():
        count, requests, delays = len(mine), sum(each.requests for each in mine), [each.delay for each in mine]
        means = round(requests / count, 2), round(sum(delays) / count, 3)
        lines.append([way, count, requests, *means, max(delays)])
    return pd.DataFrame(lines, columns=list(RACE_COLUMNS)).astype(RACE_COLUMNS)


class Result(NamedTuple):
    """How one way ran, with its mark: a colour, Plotly's word for a shape, and a character of that shape."""

    colour: str
    symbol: str
    block: str
    way: str
    requests: float  # for each command
    delay: float  # on average


MARKS: Final = (
    (RED, "square", "■"),
    (ORANGE, "triangle-up", "▲"),
    (BLUE, "diamond", "◆"),
    (GREEN, "circle", "●"),
    (PURPLE, "cross", "✚"),
    (SKY, "star", "★"),
)
HOVER: Final = "<b>%{customdata}</b><br>%{x} requests each<br>seen %{y} s late on average<extra></extra>"
POINT: Final = {"type": "scatter", "mode": "markers+text", "textposition": "top center", "cliponaxis": False}
BAR: Final = "background-color:rgba(128,128,128,0.15);height:14px;margin-bottom:2px;"


def race_chart(finishes: Iterable[Finish], *, title: str = "Race of the pollers", bet: Any = None) -> Chart:
    """A chart of what each way to poll costs in requests, and how late it sees that a command is over.

    A `bet` on a way, lab.bet(…) or its name, is marked once it is locked.
    """
    table = race_table(finishes)
    guess = getattr(bet, "value", bet)
    ways = [f"{way} (your bet)" if way == guess else way for way in table["way"]]
    rows = zip(cycle(MARKS), ways, table["requests_each"], table["mean_delay"], strict=False)
    results = [Result(*mark, *row) for mark, *row in rows]
    said, table_html = _finding(results), table.to_html(index=False, border=0)
    return Chart(title, said, table, _spec(results, title, said), _html(results), table_html, _text(results))


def _finding(results: list[Result]) -> str:
    if not results:
        return "Nobody has run yet."
    soonest, fewest = (min(results, key=attrgetter(what)) for what in ("delay", "requests"))
    of = f"Of {len(results)} ways, " if len(results) > 1 else ""
    first = f"{of}{soonest.way} saw the end of a command first, {soonest.delay:.2f} s after it happened on average"
    spent = f"spent the fewest requests, {fewest.requests:.1f} for each"
    if soonest is fewest:
        return f"{first}, and {spent}."
    return f"{first}; {fewest.way} {spent}, and was {fewest.delay:.2f} s late."


def _spec(results: list[Result], title: str, said: str) -> dict[str, Any]:
    return {
        "data": [_trace(each) for each in results],
        "layout": {
            **base_layout(title, said, height=284, head=60, sides=(70, 40)),
            "showlegend": False,
            "xaxis": _axis("requests for each command", [each.requests for each in results], 0.0),
            "yaxis": _axis("seconds until the end was seen", [each.delay for each in results], -0.04),
        },
    }


def _axis(title: str, values: list[float], below: float) -> dict[str, Any]:
    """An axis from nothing, with room for the marks at both ends and for the names above them."""
    most = max(values, default=0.0) or 1.0
    return {"title": axis_title(title), **X_AXIS, "range": [round(most * below, 3), round(most * 1.2, 3)]}


def _trace(result: Result) -> dict[str, Any]:
    name = safe(result.way)
    return {
        **POINT,
        "name": name,
        "x": [result.requests],
        "y": [result.delay],
        "marker": {"symbol": result.symbol, "color": result.colour, "size": 16, "line": {"color": DARK, "width": 1}},
        "text": name,
        "textfont": {"color": DARK, "size": 14},
        "customdata": [name],
        "hovertemplate": HOVER,
    }


def _html(results: list[Result]) -> str:
    most = max((each.requests for each in results), default=0.0)
    worst = max((each.delay for each in results), default=0.0)
    return "".join(
        f'<div style="margin-bottom:8px;"><b>{each.block} {escape(each.way)}</b>'
        f"{_bar(each.colour, each.requests, most, f'{each.requests:.1f} requests for each')}"
        f"{_bar(each.colour, each.delay, worst, f'{each.delay:.2f} s late')}</div>"
        for each in results
    )


def _bar(colour: str, value: float, most: float, words: str) -> str:
    percent = 70 * value / most if most else 0.0
    bar = f'<div style="width:{percent:.2f}%;height:14px;background-color:{colour};"></div>'
    return f'<div style="{BAR}display:flex;align-items:center;">{bar}<div>&nbsp;{words}</div></div>'


def _text(results: list[Result]) -> str:
    width = max((len(each.way) for each in results), default=0)
    return "\n".join(
        f"{each.block} {each.way:{width}}  {each.requests:5.1f} requests  {each.delay:6.2f} s late" for each in results
    )
