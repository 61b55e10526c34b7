"""The fleet's charts as HTML that needs nothing, and as characters, for where Plotly does not run."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import Final

import numpy as np
import pandas as pd

from romekit.views.fleet.stretches import short
from romekit.views.looks import look_of
from romekit.views.twin import SHEET

#: From none to all; dark means many, also in grey. The ink that is read on it comes beside.
SHADES: Final = (
    ("#ffffff", "#1f1f1f"),
    ("#dcedf8", "#1f1f1f"),
    ("#9bd3f5", "#1f1f1f"),
    ("#4ba3d3", "#1f1f1f"),
    ("#0072b2", "#ffffff"),
    ("#002b45", "#ffffff"),
)
BLOCKS: Final = " ·░▒▓█"
LABEL: Final = "width:190px;flex-shrink:0;font-size:12px;"
ROW: Final = "display:flex;align-items:center;height:22px;margin-bottom:2px;"
SHOWN: Final = 8
WIDTH: Final = 40


def _shade(counts: np.ndarray) -> np.ndarray:
    """A place in SHADES for each number: 0 only for none, and growing with the square root."""
    most = max(int(counts.max(initial=0)), 1)
    shades: np.ndarray = np.ceil(np.sqrt(counts / most) * (len(SHADES) - 1)).astype(int)
    return shades


def heat_html(
    title: str, description: str, names: list[str], counts: np.ndarray, moments: np.ndarray, axis: str
) -> str:
    """The heat map: a row of shaded stretches per status, and a table of some of its columns."""
    rows = "".join(_heat_row(*row) for row in zip(names, _shade(counts), counts.tolist(), strict=True))
    said = f"Left to right: {axis}, from {short(float(moments[0]))} to {short(float(moments[-1]))}; darker is more."
    some = np.unique(np.linspace(0, len(moments) - 1, SHOWN).round().astype(int))
    table = pd.DataFrame(counts[:, some], index=names, columns=[f"{short(float(moments[at]))} s" for at in some])
    return _sheet(title, description, f"{rows}<div>{said}</div>{table.to_html(border=0)}" if names else "")


def _heat_row(name: str, shades: np.ndarray, counts: list[int]) -> str:
    parts, at = [], 0
    for shade, many in groupby(shades.tolist()):
        long = len(list(many))
        met = counts[at : at + long]
        fill, ink = SHADES[shade]
        few, most = min(met), max(met)
        said = f"{few}" if few == most else f"{few} to {most}"
        word = said if long > len(said) * 0.8 and most else "&nbsp;"
        paint = f"width:{100 * long / len(counts):.2f}%;background-color:{fill};color:{ink};"
        parts.append(f'<div title="{said} commands" style="{paint}{_PART}">{word}</div>')
        at += long
    return f'<div style="{ROW}"><div style="{LABEL}">{escape(name)}</div>{"".join(parts)}</div>'


_PART: Final = "height:22px;line-height:22px;overflow:hidden;white-space:nowrap;font-size:10px;text-align:center;"


def heat_text(names: list[str], counts: np.ndarray, moments: np.ndarray, axis: str) -> str:
    """The heat map in characters, and what they stand for."""
    if not names:
        return ""
    wide = max(map(len, names))
    lines = [
        f"{name:<{wide}} |{''.join(BLOCKS[shade] for shade in row)}|"
        for name, row in zip(names, _shade(counts).tolist(), strict=True)
    ]
    most = int(counts.max())
    key = f"{axis}, {short(float(moments[0]))} to {short(float(moments[-1]))}; █ is up to {most} commands, · is few"
    return "\n".join([*lines, f"{'':<{wide}}  {key}"])


def bands_html(title: str, description: str, table: pd.DataFrame, key: str) -> str:
    """The bands: a bar per status on one axis from 0, and the table."""
    high = float(table["p95"].max()) if len(table) else 0.0
    measured = table[table["n"] > 0]
    rows = "".join(_band_row(line, high or 1.0) for _, line in measured.iterrows())
    told = table.to_html(index=False, border=0, na_rep="") if len(table) else ""
    said = f"<div>{escape(key)} Bars run from 0 to {short(high)} seconds.</div>" if rows else ""
    return _sheet(title, description, f"{rows}{said}{told}")


def _band_row(line: pd.Series, high: float) -> str:
    look = look_of(str(line["status"]))
    at = [100 * float(line[name]) / high for name in ("p5", "p25", "median", "p75", "p95")]
    edge = "border-width:1px;border-style:solid;border-color:#1f1f1f;box-sizing:border-box;"
    parts = (
        (at[0], ""),
        (at[1] - at[0], f"height:6px;background-color:{look.fill};{edge}"),
        (at[2] - at[1], f"height:18px;background-color:{look.fill};{edge}border-right-width:3px;"),
        (at[3] - at[2], f"height:18px;background-color:{look.fill};{edge}"),
        (at[4] - at[3], f"height:6px;background-color:{look.fill};{edge}"),
    )
    bars = "".join(f'<div style="width:{wide:.2f}%;{style}"></div>' for wide, style in parts)
    label = f'<div style="{LABEL}">{escape(str(line["status"]))}: {short(float(line["median"]))} s</div>'
    return f'<div style="{ROW}">{label}<div style="flex-grow:1;{ROW}">{bars}</div></div>'


def bands_text(table: pd.DataFrame) -> str:
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
    at = {name: round(float(line[name]) / high * (WIDTH - 1)) for name in ("p5", "p25", "median", "p75", "p95")}
    cells = [" "] * WIDTH
    cells[at["p5"] : at["p95"] + 1] = "-" * (at["p95"] + 1 - at["p5"])
    cells[at["p25"] : at["p75"] + 1] = "=" * (at["p75"] + 1 - at["p25"])
    cells[at["median"]] = "|"
    return "".join(cells)


def _sheet(title: str, description: str, inside: str) -> str:
    return (
        f'<div style="{SHEET}">'
        f'<div style="font-size:16px;font-weight:bold;">{escape(title)}</div>'
        f'<div style="margin-bottom:10px;">{escape(description)}</div>{inside}</div>'
    )
