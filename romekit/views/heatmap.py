"""A heat map of many commands: a row per status, a column per moment, and how many commands are in that status then.

The colour grows with the square root of the number, so that three that failed are seen beside three hundred that did
not; it goes from white to dark blue, which every kind of colour vision and every printer can tell apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby
from typing import Any, Final

import numpy as np
import pandas as pd

from romekit.core.arguments import check
from romekit.core.status import is_success
from romekit.core.transition import Transition
from romekit.views.chart import FONT, PART, X_AXIS, Chart, axis_title, base_layout, log_axis, row_axis, safe
from romekit.views.columns import LABEL, ROW, nice, short, stretches
from romekit.views.spans import fates
from romekit.views.styles import DARK, WHITE

HEAT_COLUMNS: Final = {"status": "str", "seconds": "float64", "commands": "int64"}
COLUMNS: Final = 48
SCALE: Final = [[0.0, WHITE], [0.0001, "#dcedf8"], [0.3, "#9bd3f5"], [0.65, "#0072b2"], [1.0, "#002b45"]]
HEAT: Final = {"type": "heatmap", "zmin": 0, "colorscale": SCALE, "ygap": 3, "hoverinfo": "text"}
PLACE: Final = {"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "xanchor": "left"}
COLOR_TITLE: Final = {"text": "commands", "font": FONT, "side": "top"}
COLOR_BAR: Final = {"title": COLOR_TITLE, "outlinecolor": DARK, "thickness": 12, **PLACE}
SINCE: Final = {"sent": "seconds since each command was sent", "first": "seconds since the first command was sent"}
#: From none to all; dark means many, also in grey. INKS has the ink that is read on each.
SHADES: Final = (WHITE, "#dcedf8", "#9bd3f5", "#4ba3d3", "#0072b2", "#002b45")
INKS: Final = (DARK, DARK, DARK, DARK, WHITE, WHITE)
#: The same in characters, and how many columns the table under the static picture has.
BLOCKS: Final = " ·░▒▓█"
SHOWN: Final = 8
SMALL_PART: Final = PART.replace("11px", "10px")


def fleet_heatmap(
    transitions: Iterable[Transition], *, since: str = "sent", title: str | None = None, now: float | None = None
) -> Chart:
    """How many of many commands are in each status, moment by moment.

    `since` is where time begins: "sent" counts for each command from when it was sent, "first" from the first of all.
    What is not over yet is counted until `now` (seconds since 1970), or until the latest change of all. Where a few
    commands take much longer than the others, the columns grow wider with time. Table: status (`str`), seconds
    (`float64`), commands (`int64`), a row per cell.
    """
    check(since in SINCE, "since", since, 'Use "sent" or "first".')
    cells, words = stretches(transitions, now=now, from_first=since == "first")
    title, count = title or "Where the commands are", int(cells["command"].nunique())
    edges, moments = _columns(cells, is_even=since == "first")
    counts = _counts(cells, len(words), moments)
    met = cells[["status", "command"]].drop_duplicates()["status"].value_counts()
    names = [f"{word} ({met[place]})" for place, word in enumerate(words)]
    description, axis = _finding(cells, words, count), SINCE[since]
    spec = {
        "data": [_trace(names, words, counts, edges, moments, count)] if count else [],
        "layout": _layout(title, description, names, edges, axis),
    }
    table = _table(words, counts, moments)
    if not names:
        return Chart(title, description, table, spec, "", "", "")
    ends = f"{short(float(moments[0]))} to {short(float(moments[-1]))}"
    inside, text = _html(names, counts, f"{axis}, from {ends}"), _text(names, counts, f"{axis}, {ends}")
    return Chart(title, description, table, spec, inside, _table_html(names, counts, moments), text)


def _columns(cells: pd.DataFrame, *, is_even: bool) -> tuple[np.ndarray, np.ndarray]:
    """The edges of the columns, and the moment of each; even, unless a few commands take much longer than the rest."""
    if cells.empty:
        return np.array([0.0, 1.0]), np.array([0.0])
    over = cells.drop_duplicates("command", keep="last")["begin"]
    ends = cells.loc[cells["open"], "end"]
    longest = max(float(over.max()), float(ends.max()) if len(ends) else 0.0) or 1.0
    usual = float(over.quantile(0.5))
    if is_even or longest <= 8 * usual or usual <= 0:
        step = nice(longest / COLUMNS)
        moments = np.round(np.arange(0, longest + step, step), 3)
        return np.r_[moments - step / 2, moments[-1] + step / 2], moments
    low = max(0.001, nice(usual / 50))
    moments = np.geomspace(low, longest, COLUMNS)
    half = float(longest / low) ** (0.5 / (COLUMNS - 1))
    return np.array([*(moments / half), longest * half]).round(5), moments.round(3)


def _counts(cells: pd.DataFrame, height: int, moments: np.ndarray) -> np.ndarray:
    """For each status and moment the commands that have begun it and not yet left it."""
    counts = np.zeros((height, len(moments)), dtype=np.int64)
    for place, mine in cells.groupby("status"):
        begun = np.searchsorted(np.sort(mine["begin"].to_numpy()), moments, side="right")
        left = np.searchsorted(np.sort(mine["end"].to_numpy()), moments, side="right")
        counts[int(str(place))] = begun - left
    return counts


def _trace(
    names: list[str], words: list[str], counts: np.ndarray, edges: np.ndarray, moments: np.ndarray, count: int
) -> dict[str, Any]:
    most = int(counts.max())
    marks = sorted({0, 1, *(each for each in (5, 20, 100, 500, 2000, 10_000, 50_000) if each < most * 0.8), most})
    said = [f"after {short(float(at))} s" for at in moments]
    return {
        **HEAT,
        "x": edges.tolist(),
        "y": list(range(len(names))),
        "z": np.round(np.sqrt(counts), 3).tolist(),
        "zmax": round(most**0.5, 3),
        "hovertext": [
            [f"<b>{safe(word)}</b><br>{at}: {number} of {count} commands" for at, number in zip(said, row, strict=True)]
            for word, row in zip(words, counts.tolist(), strict=True)
        ],
        "colorbar": {
            **COLOR_BAR,
            "tickvals": [round(each**0.5, 3) for each in marks],
            "ticktext": [f"{each:,}" for each in marks],
        },
    }


def _layout(title: str, description: str, names: list[str], edges: np.ndarray, axis: str) -> dict[str, Any]:
    x_axis: dict[str, Any] = {"title": axis_title(axis.replace(" command", "<br>command")), **X_AXIS, "showgrid": False}
    if edges[0] > 0:
        x_axis |= log_axis(float(edges[0]), float(edges[-1]))
    return {
        **base_layout(title, description, height=34 * max(len(names), 1), head=80),
        "plot_bgcolor": "#f0f0f0",
        "xaxis": x_axis,
        "yaxis": row_axis([f"{safe(name)} " for name in names]),
    }


def _table(words: list[str], counts: np.ndarray, moments: np.ndarray) -> pd.DataFrame:
    columns = {
        "status": np.repeat(np.array(words, dtype=object), len(moments)),
        "seconds": np.tile(moments, len(words)),
        "commands": counts.ravel(),
    }
    return pd.DataFrame(columns).astype(HEAT_COLUMNS)


def _finding(cells: pd.DataFrame, words: list[str], count: int) -> str:
    if not count:
        return "No command has been sent yet."
    ends = cells[cells["final"]]
    counts = {words[int(str(place))]: len(mine) for place, mine in ends.groupby("status")}
    parts = [f"{number} completed" for word, number in counts.items() if is_success(word)] or ["none completed"]
    parts += fates(counts, count - len(ends))
    begin = f"Of {count:,} command{'s' * (count > 1)} {', '.join(parts)}"
    if ends.empty:
        return f"{begin}."
    sent = cells.drop_duplicates("command").set_index("command")["begin"]  # they are in order, so the first is kept
    took = (ends["begin"] - ends["command"].map(sent)).quantile([0.5, 0.9]).tolist()
    return f"{begin}; half of those that are over took {short(took[0])} s or less, nine in ten {short(took[1])} s."


def _shade(counts: np.ndarray) -> np.ndarray:
    """A place in SHADES for each number: 0 only for none, and growing with the square root."""
    most = max(int(counts.max(initial=0)), 1)
    shades: np.ndarray = np.ceil(np.sqrt(counts / most) * (len(SHADES) - 1)).astype(int)
    return shades


def _html(names: list[str], counts: np.ndarray, axis: str) -> str:
    rows = "".join(map(_heat_row, names, _shade(counts), counts.tolist()))
    return f"{rows}<div>Left to right: {axis}; darker is more.</div>"


def _table_html(names: list[str], counts: np.ndarray, moments: np.ndarray) -> str:
    """Some of the columns as a table."""
    some = np.unique(np.linspace(0, len(moments) - 1, SHOWN).round().astype(int))
    columns = [f"{short(float(moments[at]))} s" for at in some]
    return pd.DataFrame(counts[:, some], index=names, columns=columns).to_html(border=0)


def _heat_row(name: str, shades: np.ndarray, counts: list[int]) -> str:
    parts, at = [], 0
    for shade, many in groupby(shades.tolist()):
        long = len(list(many))
        met = counts[at : at + long]
        few, most = min(met), max(met)
        said = f"{few}" if few == most else f"{few} to {most}"
        word = said if long > len(said) * 0.8 and most else "&nbsp;"
        paint = f"width:{100 * long / len(counts):.2f}%;background-color:{SHADES[shade]};color:{INKS[shade]};"
        parts.append(f'<div title="{said} commands" style="{paint}{SMALL_PART}">{word}</div>')
        at += long
    return f'<div style="{ROW}"><div style="{LABEL}">{escape(name)}</div>{"".join(parts)}</div>'


def _text(names: list[str], counts: np.ndarray, axis: str) -> str:
    wide = max(map(len, names))
    rows = zip(names, _shade(counts).tolist(), strict=True)
    lines = [f"{name:<{wide}} |{''.join(BLOCKS[shade] for shade in row)}|" for name, row in rows]
    key = f"{axis}; █ is up to {int(counts.max())} commands, · is few"
    return "\n".join([*lines, f"{'':<{wide}}  {key}"])
