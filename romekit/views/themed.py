"""A Plotly figure that is readable on whatever ground the page has, light or dark.

Plotly takes no colour of the page's: what is no plain colour is dropped. But a text may have a style of its own in it,
and there `currentColor` is the colour that the page writes with. So every word outside of a filled shape gets that, the
ground is left to the page, and lines are of a grey that is seen on both. It is done where a chart is shown and not in
its figure: one that is exported has a white ground and dark words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from romekit.views.looks import WHITE

CLEAR: Final = "rgba(0,0,0,0)"
LINE, FAINT = "#808080", "rgba(128,128,128,0.35)"
BEGIN, END = '<span style="color:currentColor">', "</span>"
#: The buttons above a chart, and the one that is pressed.
BUTTONS: Final = {"bgcolor": CLEAR, "color": LINE, "activecolor": "#4ba3d3"}


def in_theme(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The same figure in the page's colours. A ground that is not white belongs to what is drawn on it, and stays."""
    layout = dict(spec["layout"])
    layout["title"] = _titled(layout["title"]) | {"subtitle": _titled(layout["title"]["subtitle"])}
    layout |= {"paper_bgcolor": CLEAR, "modebar": BUTTONS}
    if layout["plot_bgcolor"] == WHITE:
        layout["plot_bgcolor"] = CLEAR
    layout |= {name: _axis(layout[name]) for name in ("xaxis", "yaxis")}
    return {"data": [_trace(each) for each in spec["data"]], "layout": layout}


def _inked(text: str) -> str:
    return f"{BEGIN}{text}{END}"


def _titled(title: Mapping[str, Any]) -> dict[str, Any]:
    return {**title, "text": _inked(title["text"])}


def _axis(axis: Mapping[str, Any]) -> dict[str, Any]:
    """An axis, or the scale beside a heat map."""
    found = {**axis, **{part: line for has, (part, line) in _LINES.items() if has in axis}}
    if "ticktext" in axis:
        found["ticktext"] = [_inked(text) for text in axis["ticktext"]]
    else:
        found |= {"tickprefix": BEGIN, "ticksuffix": END}
    if "title" in axis:
        found["title"] = _titled(axis["title"])
    return found


#: What an axis has, and the colour that follows from it: Plotly draws what has a colour, whether it was there or not.
_LINES: Final = {
    "linecolor": ("linecolor", LINE),
    "outlinecolor": ("outlinecolor", LINE),
    "gridcolor": ("gridcolor", FAINT),
    "ticks": ("tickcolor", LINE),
}


def _trace(trace: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(trace)
    if "name" in trace and trace.get("showlegend", True):
        found["name"] = _inked(trace["name"])
    if "text" in trace.get("mode", ""):
        text = trace["text"]
        found["text"] = _inked(text) if isinstance(text, str) else [_inked(each) for each in text]
    if "colorbar" in trace:
        found["colorbar"] = _axis(trace["colorbar"])
    return found
