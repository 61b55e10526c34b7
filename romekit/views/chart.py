"""A chart that can be read everywhere: live Plotly, HTML that needs nothing, plain text, and always its table.

Plotly draws in JupyterLab, also without a network. GitHub, nbviewer and exported pages do not run it, and show the
HTML; terminals show the text. The table is an output of its own, since Plotly would hide one that belonged to the
HTML. The figure is kept as the plain JSON it is sent as: the same bytes on every run, without Plotly's default
template (7 kB), and nobody waits for the import of plotly before asking for `figure`.

What is shown has the page's colours, light or dark. Plotly takes none from the page, but a text may have a style of
its own in it, and there `currentColor` is the colour that the page writes with. So every word outside of a filled
shape gets that, the background is left to the page, and lines are of a grey that is seen on both. `figure` keeps a
white background and dark words, for an export.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from romekit.views.styles import DARK, WHITE, style_of

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

PLOTLY: Final = "application/vnd.plotly.v1+json"
CONFIG: Final = {"displaylogo": False, "responsive": True}


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A figure with its title, its `description` (the finding, in a sentence) and the `table` it was drawn from."""

    title: str
    description: str
    table: pd.DataFrame
    spec: dict[str, Any]
    inside: str
    table_html: str
    text: str

    def __repr__(self) -> str:
        return f"Chart: {self.title}. {self.description}"

    @property
    def figure(self) -> Figure:
        """The chart as a Plotly figure, to change it or to export it."""
        from plotly.graph_objects import Figure  # costs 50 ms, and showing the chart does not need it

        return Figure(self.spec)

    @property
    def picture(self) -> str:
        """The chart as HTML that needs nothing, without its table."""
        return sheet(self.title, self.description, self.inside)

    @property
    def html(self) -> str:
        """The chart as HTML that needs nothing, with its table."""
        return self.picture + self._details()

    def _ipython_display_(self) -> None:
        from IPython.display import display  # whoever calls this has it

        for bundle in ({**self._repr_mimebundle_(), "text/html": self.picture}, self._table_bundle()):
            display(bundle, raw=True)  # type: ignore[no-untyped-call]  # IPython types only parts

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            PLOTLY: {**in_theme(self.spec), "config": CONFIG},
            "text/html": self.html,
            "text/plain": f"{self.title}\n{self.description}\n\n{self.text}",
        }

    def _table_bundle(self) -> dict[str, str]:
        rows = len(self.table)
        return {"text/html": self._details(), "text/plain": f"Its table has {rows} row{'' if rows == 1 else 's'}."}

    def _details(self) -> str:
        return f"<details><summary>Table of “{escape(self.title)}”</summary>{self.table_html}</details>"


# ── what all figures have in common ─────────────────────────────────────────────────────────────────────────────────

#: Characters of a line that is read whole where an output is 360 pixels wide.
NARROW: Final = 44
FONT: Final = {"family": "system-ui, sans-serif", "size": 13, "color": DARK}
TOP_LEFT: Final = {"x": 0, "xanchor": "left", "xref": "container", "y": 1, "yanchor": "top", "pad": {"l": 12, "t": 12}}
AXIS: Final = {"automargin": True, "zeroline": False}
X_AXIS: Final = {**AXIS, "gridcolor": "#d9d9d9", "showline": True, "linecolor": DARK, "ticks": "outside"}
Y_AXIS: Final = {**AXIS, "showgrid": False, "fixedrange": True}
PATTERN: Final = {"fillmode": "overlay", "fgcolor": DARK, "fgopacity": 0.3, "size": 8, "solidity": 0.12}
HOVER_LABEL: Final = {"align": "left", "bgcolor": WHITE, "bordercolor": DARK, "font": {"color": DARK}}
PAGE: Final = {"font": FONT, "paper_bgcolor": WHITE, "plot_bgcolor": WHITE, "hoverlabel": HOVER_LABEL}


def base_layout(
    title: str, *lines: str, height: int, head: int = 52, bottom: int = 56, sides: tuple[int, int] = (12, 16)
) -> dict[str, Any]:
    """A layout with title, subtitle and white background; `height` is that of what is drawn, in pixels."""
    said = [part for line in lines for part in wrap(line, NARROW)]
    top, subtitle = head + 17 * len(said), {"text": "<br>".join(map(safe, said)), "font": FONT}
    return {
        "title": {"text": f"<b>{safe(title)}</b>", "subtitle": subtitle, **TOP_LEFT},
        "height": top + height + bottom,
        "margin": {"l": sides[0], "r": sides[1], "t": top, "b": bottom},
        **PAGE,
    }


def axis_title(text: str) -> dict[str, Any]:
    """The title of an axis, beyond its tick labels, which turn where there is no room."""
    return {"text": text, "font": FONT, "standoff": 6}


def log_axis(low: float, high: float) -> dict[str, Any]:
    """What makes an axis logarithmic, with round numbers at its ticks."""
    found = (step * 10.0**power for power in range(-3, 8) for step in (1, 2, 5))
    at = [round(each, 3) for each in found if low <= round(each, 3) <= high]
    return {"type": "log", "tickvals": at, "ticktext": [f"{each:g}" for each in at]}


def row_axis(labels: Sequence[str]) -> dict[str, Any]:
    """A y axis with a row per label, from the top down."""
    rows = list(range(len(labels)))
    return {"tickvals": rows, "ticktext": list(labels), "range": [max(len(labels), 1) - 0.5, -0.5], **Y_AXIS}


def safe(text: str) -> str:
    """A text for Plotly, which reads a little HTML; a device's name is not HTML."""
    return escape(text, quote=False)


# ── HTML for where Plotly does not run ──────────────────────────────────────────────────────────────────────────────
# JupyterLab cleans the output of a notebook it does not trust, and GitHub cleans harder. What is left there still reads
# as lines of text, and the table is whole. There is no script, no style sheet and no SVG, only divs that say their own
# size. Every word that comes from data is escaped.

SHEET: Final = "font-family:sans-serif;font-size:13px;max-width:900px;"  # the theme's own colours, light or dark
TRACK: Final = "display:flex;align-items:center;height:24px;background-color:rgba(128,128,128,0.15);margin-bottom:8px;"
#: Everything gets 80 % of a track, so that the name of the final status has room behind the last bar.
TRACK_PERCENT: Final = 80.0
PART: Final = "height:22px;line-height:22px;overflow:hidden;white-space:nowrap;font-size:11px;text-align:center;"
EDGE: Final = "border-width:1px;border-style:solid;border-color:#1f1f1f;box-sizing:border-box;"


def sheet(title: str, description: str, inside: str) -> str:
    """A static picture under its title and its finding."""
    return (
        f'<div style="{SHEET}">'
        f'<div style="font-size:16px;font-weight:bold;">{escape(title)}</div>'
        f'<div style="margin-bottom:10px;">{escape(description)}</div>{inside}</div>'
    )


def bar_html(status: str, percent: float, title: str) -> str:
    """A bar of a track, with its word in it where that fits."""
    shown, style = escape(status) if percent > 0.75 * len(status) else "&nbsp;", style_of(status)
    paint = f"width:{percent:.2f}%;background-color:{style.fill};color:{style.ink};"
    return f'<div title="{escape(title)}" style="{PART}{EDGE}{paint}">{shown}</div>'


def end_html(status: str, title: str = "") -> str:
    said = title and f' title="{escape(title)}"'
    return f'<div{said} style="white-space:nowrap;">&nbsp;{style_of(status).block} {escape(status)}</div>'


# ── the page's colours ──────────────────────────────────────────────────────────────────────────────────────────────

CLEAR: Final = "rgba(0,0,0,0)"
LINE, FAINT = "#808080", "rgba(128,128,128,0.35)"
BEGIN, END = '<span style="color:currentColor">', "</span>"
#: The buttons above a chart, and the one that is pressed.
BUTTONS: Final = {"bgcolor": CLEAR, "color": LINE, "activecolor": "#4ba3d3"}
#: What an axis has, and the colour that follows from it: Plotly draws what has a colour, whether it was there or not.
LINES: Final = {
    "linecolor": ("linecolor", LINE),
    "outlinecolor": ("outlinecolor", LINE),
    "gridcolor": ("gridcolor", FAINT),
    "ticks": ("tickcolor", LINE),
}


def in_theme(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The same figure in the page's colours. A background that is not white belongs to the drawing, and stays."""
    layout = {**spec["layout"], "paper_bgcolor": CLEAR, "modebar": BUTTONS}
    layout["title"] = _themed(layout["title"]) | {"subtitle": _themed(layout["title"]["subtitle"])}
    if layout["plot_bgcolor"] == WHITE:
        layout["plot_bgcolor"] = CLEAR
    layout |= {name: _themed_axis(layout[name]) for name in ("xaxis", "yaxis")}
    if "annotations" in layout:
        layout["annotations"] = [_themed(each) for each in layout["annotations"]]
    return {"data": [_themed_trace(each) for each in spec["data"]], "layout": layout}


def _themed(part: Mapping[str, Any], name: str = "text") -> dict[str, Any]:
    """A part of a figure with its text, or its texts, in the colour that the page writes with."""
    said = part[name]
    themed = [f"{BEGIN}{each}{END}" for each in ([said] if isinstance(said, str) else said)]
    return {**part, name: themed[0] if isinstance(said, str) else themed}


def _themed_axis(axis: Mapping[str, Any]) -> dict[str, Any]:
    """An axis, or the scale beside a heat map."""
    themed = {**axis, **{part: line for has, (part, line) in LINES.items() if has in axis}}
    words = {"tickprefix": BEGIN, "ticksuffix": END}
    themed = _themed(themed, "ticktext") if "ticktext" in axis else themed | words
    return themed | {"title": _themed(axis["title"])} if "title" in axis else themed


def _themed_trace(trace: Mapping[str, Any]) -> dict[str, Any]:
    themed = dict(trace)
    if "name" in trace and trace.get("showlegend", True):
        themed = _themed(themed, "name")
    if "text" in trace.get("mode", ""):
        themed = _themed(themed)
    return themed | {"colorbar": _themed_axis(trace["colorbar"])} if "colorbar" in trace else themed
