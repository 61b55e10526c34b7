"""Percentile bands: how long many commands spend in each status, all but the fastest and slowest in twenty."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any, Final

import numpy as np
import pandas as pd

from romekit.core.status import is_final
from romekit.core.transition import Transition
from romekit.views.chart import (
    EDGE,
    LINE,
    PATTERN,
    X_AXIS,
    Chart,
    axis_title,
    base_layout,
    log_axis,
    row_axis,
    safe,
)
from romekit.views.columns import LABEL, ROW, short, stretches
from romekit.views.styles import DARK, style_of

AT: Final = {"p5": 5, "p25": 25, "median": 50, "p75": 75, "p95": 95}
BAND_COLUMNS: Final = {"status": "str", "n": "int64"} | dict.fromkeys(AT, "float64") | {"open": "int64"}
KEY: Final = "Wide bar: the middle half. Thin bar: all but the fastest and the slowest 5 %. Line: the median."
#: A logarithmic axis begins here: times are known to the millisecond.
LEAST: Final = 0.001
#: How a median's value stands beside its bar.
BESIDE: Final = {"textposition": "middle right", "cliponaxis": False, "hoverinfo": "skip", "showlegend": False}
#: Characters of a bar in plain text.
WIDTH: Final = 40


def fleet_bands(transitions: Iterable[Transition], *, title: str | None = None, now: float | None = None) -> Chart:
    """How many seconds commands spend in each status that lasts: median, middle half, and all but 5 % at either end.

    Only stretches that are over are measured; `open` counts the others. The axis is logarithmic where times differ by
    more than a factor of 30. Table: status (`str`), n (`int64`), p5, p25, median, p75, p95 (`float64`, seconds),
    open (`int64`), a row per status in the order of their life.
    """
    cells, words = stretches(transitions, now=now)
    table = _table(cells, words)
    title = title or "How long each status takes"
    description = _finding(table, cells, words)
    spec = {"data": _traces(table), "layout": _layout(table, title, description)}
    table_html = table.to_html(index=False, border=0, na_rep="") if len(table) else ""
    return Chart(title, description, table, spec, _html(table), table_html, _text(table))


def _table(cells: pd.DataFrame, words: list[str]) -> pd.DataFrame:
    lines: list[list[Any]] = []
    for place, word in enumerate(words):
        if not is_final(word):
            mine = cells[cells["status"] == place]
            over = mine[~mine["open"]]
            lengths = (over["end"] - over["begin"]).to_numpy()
            at = np.percentile(lengths, [*AT.values()]).round(3) if len(lengths) else [np.nan] * len(AT)
            lines.append([word, len(lengths), *at, len(mine) - len(lengths)])
    return pd.DataFrame(lines, columns=list(BAND_COLUMNS)).astype(BAND_COLUMNS)


def is_wide(table: pd.DataFrame) -> bool:
    """Whether the times differ so much that only a logarithmic axis shows them all."""
    high, low = table["p95"].max(), table.loc[table["median"] > 0, "median"].min()
    return bool(high > 30 * low)


def _traces(table: pd.DataFrame) -> list[dict[str, Any]]:
    measured = table[table["n"] > 0]
    if measured.empty:
        return []
    styles = [style_of(word) for word in measured["status"]]
    hover = [_hover(*line) for line in measured.itertuples(index=False, name=None)]
    shared = {"y": measured.index.tolist(), "hovertext": hover, "hoverinfo": "text", "showlegend": False}
    least = LEAST if is_wide(table) else 0.0
    at = {name: measured[name].clip(lower=least) for name in AT}
    marker = {
        "color": [style.fill for style in styles],
        "line": {"color": DARK, "width": 1},
        "pattern": {"shape": [style.pattern for style in styles], **PATTERN},
    }

    def bars(low: str, high: str, width: float) -> dict[str, Any]:
        ends = {"base": at[low].tolist(), "x": (at[high] - at[low]).round(3).tolist()}
        return {"type": "bar", "orientation": "h", **ends, "width": width, "marker": marker, **shared}

    is_bar = (measured["p75"] > measured["p25"]).tolist()  # a line without a bar stands on the page's own ground
    inks = [style.ink if bar else LINE for style, bar in zip(styles, is_bar, strict=True)]
    line = {"symbol": "line-ns", "size": 24, "line": {"color": inks, "width": 3}}
    text = [f"  {short(median)} s" for median in measured["median"]]
    return [
        bars("p5", "p95", 0.22),
        bars("p25", "p75", 0.56),
        {"type": "scatter", "mode": "markers", "x": at["median"].tolist(), "marker": line, **shared},
        {"type": "scatter", "mode": "text", "x": at["p95"].tolist(), "y": shared["y"], "text": text, **BESIDE},
    ]


def _hover(word: str, n: int, p5: float, p25: float, median: float, p75: float, p95: float, still: int) -> str:
    waiting = f"<br>{still} not over yet" if still else ""
    return (
        f"<b>{safe(word)}</b>, {n} times<br>median {short(median)} s<br>"
        f"half of them {short(p25)} to {short(p75)} s<br>nine in ten {short(p5)} to {short(p95)} s{waiting}"
    )


def _layout(table: pd.DataFrame, title: str, description: str) -> dict[str, Any]:
    names = [f"{safe(word)} (n = {n}) " for word, n in zip(table["status"], table["n"], strict=True)]
    key = [KEY] if names else []
    return {
        **base_layout(title, description, *key, height=14 + 44 * max(len(names), 1), bottom=72),
        "barmode": "overlay",
        "xaxis": _x_axis(table),
        "yaxis": row_axis(names),
    }


def _x_axis(table: pd.DataFrame) -> dict[str, Any]:
    high = float(table["p95"].max()) if table["n"].sum() else 1.0
    axis: dict[str, Any] = {"title": axis_title("seconds spent in the status"), **X_AXIS}
    if not is_wide(table):
        return axis | {"range": [0, round((high or 1.0) * 1.3, 3)]}
    low = max(LEAST, float(table["p5"].min()) / 1.3)
    axis["title"]["text"] += "<br>(each step to the right multiplies them)"
    ends = [round(float(np.log10(low)), 4), round(float(np.log10(high * 2)), 4)]
    return axis | {"type": "log", "range": ends} | log_axis(low, high * 2)


def _finding(table: pd.DataFrame, cells: pd.DataFrame, words: list[str]) -> str:
    measured = cells[~cells["final"] & ~cells["open"]]
    if measured.empty:
        return "No status is over yet." if len(table) else "No command has been sent yet."
    total = np.bincount(measured["status"].to_numpy(np.intp), measured["end"] - measured["begin"])
    word = words[int(total.argmax())]
    line = table[table["status"] == word]
    return (
        f"Most of the time is spent {word}: {short(line['median'].item())} s at the median, "
        f"and more than {short(line['p95'].item())} s for one in twenty."
    )


def _html(table: pd.DataFrame) -> str:
    high = float(table["p95"].max()) if len(table) else 0.0
    measured = table[table["n"] > 0]
    rows = "".join(_band_row(line, high or 1.0) for _, line in measured.iterrows())
    return rows and f"{rows}<div>{KEY} Bars run from 0 to {short(high)} seconds.</div>"


def _band_row(line: pd.Series, high: float) -> str:
    fill = f"background-color:{style_of(str(line['status'])).fill};{EDGE}"
    at = [100 * float(line[name]) / high for name in AT]
    thin, wide = f"height:6px;{fill}", f"height:18px;{fill}"
    shapes = zip(np.diff([0.0, *at]), ("", thin, f"{wide}border-right-width:3px;", wide, thin), strict=True)
    bars = "".join(f'<div style="width:{width:.2f}%;{shape}"></div>' for width, shape in shapes)
    label = f'<div style="{LABEL}">{escape(str(line["status"]))}: {short(float(line["median"]))} s</div>'
    return f'<div style="{ROW}">{label}<div style="flex-grow:1;{ROW}">{bars}</div></div>'


def _text(table: pd.DataFrame) -> str:
    """The table, and a bar per status: = is the middle half, - all but 5 % at either end, | the median."""
    if table.empty:
        return ""
    high = float(table["p95"].max()) or 1.0
    wide = max(map(len, table["status"]))
    lines = [
        f"{line['status']:<{wide}} {_band(line, high)} {short(float(line['median']))} s"
        for _, line in table[table["n"] > 0].iterrows()
    ]
    return "\n".join([*lines, "", table.to_string(index=False)])


def _band(line: pd.Series, high: float) -> str:
    at = {name: round(float(line[name]) / high * (WIDTH - 1)) for name in AT}
    cells = [" "] * WIDTH
    cells[at["p5"] : at["p95"] + 1] = "-" * (at["p95"] + 1 - at["p5"])
    cells[at["p25"] : at["p75"] + 1] = "=" * (at["p75"] + 1 - at["p25"])
    cells[at["median"]] = "|"
    return "".join(cells)
