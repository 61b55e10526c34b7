"""A timeline as HTML that needs nothing: no script, no style sheet, no SVG, only divs that say their own size.

JupyterLab cleans the output of a notebook it does not trust, and GitHub cleans harder: what is left there still reads
as lines of text, and the table is whole. Every word that comes from data is escaped.
"""

from __future__ import annotations

from html import escape
from typing import Final

import pandas as pd

from romekit.views.looks import in_order, look_of
from romekit.views.spans import Span, SpanRow, beginning

SHOWN: Final = ["command", "device", "status", "begin", "seconds", "why"]
SHEET: Final = "font-family:sans-serif;font-size:13px;max-width:900px;"  # the theme's own colours, light or dark
TRACK: Final = "display:flex;align-items:center;height:24px;background-color:rgba(128,128,128,0.15);margin-bottom:8px;"
PART: Final = "height:22px;line-height:22px;overflow:hidden;white-space:nowrap;font-size:11px;text-align:center;"


def as_html(title: str, description: str, rows: list[SpanRow], table: pd.DataFrame) -> str:
    """The whole chart: title, finding, a bar per command, legend and table."""
    zero = beginning(rows)
    span = max((row.last.end for row in rows), default=zero) - zero or 1.0
    bars = "".join(_row(row, zero, span) for row in rows)
    axis = f"Bars run from 0 to {span:.1f} seconds after the first command was sent." if rows else ""
    return (
        f'<div style="{SHEET}">'
        f'<div style="font-size:16px;font-weight:bold;">{escape(title)}</div>'
        f'<div style="margin-bottom:10px;">{escape(description)}</div>'
        f"{bars}{_legend(rows)}"
        f'<div style="margin-bottom:10px;">{axis}</div>'
        f"{_table(table)}</div>"
    )


def _table(table: pd.DataFrame) -> str:
    with pd.option_context("display.max_colwidth", None):  # a cause is a sentence, and half of one explains nothing
        return table[SHOWN].to_html(index=False, border=0)


def _row(row: SpanRow, zero: float, span: float) -> str:
    # Everything gets 80 % of the track, so that the name of the final status has room after the last bar.
    scale = 80.0 / span
    lasting = [part for part in row.spans if not part.is_final and part.seconds]
    gap = f'<div style="width:{(row.sent - zero) * scale:.2f}%;"></div>' if row.sent > zero else ""
    parts = "".join(_part(part, part.seconds * scale) for part in lasting)
    label = escape(f"{row.name} {row.order} on {row.device}")
    return f'<div><b>{label}</b></div><div style="{TRACK}">{gap}{parts}{_end(row.last)}</div>'


def _part(part: Span, percent: float) -> str:
    look = look_of(part.status)
    edge = "border-width:1px;border-style:solid;border-color:#1f1f1f;box-sizing:border-box;"
    paint = f"width:{percent:.2f}%;background-color:{look.fill};color:{look.ink};"
    shown = escape(part.status) if percent > 0.75 * len(part.status) else "&nbsp;"
    why = escape(f"{part.status}, {part.seconds:.1f} s. {part.who}: {part.why}")
    return f'<div title="{why}" style="{PART}{edge}{paint}">{shown}</div>'


def _end(last: Span) -> str:
    if not last.is_final:
        return "<div>&nbsp;…</div>"
    why = escape(f"{last.who}: {last.why}")
    mark = look_of(last.status).block
    return f'<div title="{why}" style="white-space:nowrap;">&nbsp;{mark} {escape(last.status)}</div>'


def _legend(rows: list[SpanRow]) -> str:
    words = in_order({part.status for row in rows for part in row.spans if not part.is_final})
    return f'<div style="margin-bottom:4px;">{"".join(map(_key, words))}</div>'


def _key(word: str) -> str:
    look = look_of(word)
    paint = f"background-color:{look.fill};color:{look.ink};padding:1px 6px;margin-right:6px;font-size:11px;"
    return f'<span style="{paint}border-width:1px;border-style:solid;border-color:#1f1f1f;">{escape(word)}</span> '
