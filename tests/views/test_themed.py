"""Charts as they are shown: in the colours of the page, whatever its theme; a figure to export is dark on white."""

from __future__ import annotations

import re

import pytest

from romekit.lab.lab import Lab
from romekit.views import fleet_bands, fleet_heatmap, race_chart, timeline
from romekit.views.chart import CLEAR, PLOTLY, Chart
from romekit.views.race import Finish
from romekit.views.styles import WHITE


def story():
    lab = Lab()
    rome = lab.rome()
    for device in ("Surface", "Attic", "Laptop"):
        rome.launch(device, "https://bing.com").follow()
    return lab.history()


FINISH = Finish("Fixed <b>1</b> s", 1, "Surface", "completed", 4, 0.25)
CHARTS = {
    "timeline": lambda: timeline(story()),
    "timeline of nothing": lambda: timeline([]),
    "heat map": lambda: fleet_heatmap(story()),
    "bands": lambda: fleet_bands(story()),
    "bands of nothing": lambda: fleet_bands([]),
    "race": lambda: race_chart([FINISH]),
}


@pytest.fixture(params=CHARTS.values(), ids=CHARTS)
def chart(request: pytest.FixtureRequest) -> Chart:
    return request.param()


def shown(chart: Chart):
    return chart._repr_mimebundle_()[PLOTLY]


def words(spec):
    """Every text that stands beside the shapes and not in them."""
    layout = spec["layout"]
    scales = [trace["colorbar"] for trace in spec["data"] if "colorbar" in trace]
    for titled in (layout, layout["title"], layout["xaxis"], layout["yaxis"], *scales):
        yield from [titled[name]["text"] for name in ("title", "subtitle") if name in titled]
    for axis in (layout["xaxis"], layout["yaxis"], *scales):
        yield from axis.get("ticktext", [f"{axis.get('tickprefix', '')}5{axis.get('ticksuffix', '')}"])
    for trace in spec["data"]:
        yield from [trace["name"]] if trace.get("showlegend", True) and "name" in trace else []
        if "text" in trace.get("mode", ""):
            yield from [trace["text"]] if isinstance(trace["text"], str) else trace["text"]


def test_every_word_beside_a_shape_has_the_colour_the_page_writes_with(chart):
    assert [
        word for word in words(shown(chart)) if not re.fullmatch(r"<span style=.color:currentColor.>.*</span>", word)
    ] == []


def test_the_ground_is_the_pages_own(chart):
    layout = shown(chart)["layout"]
    assert layout["paper_bgcolor"] == CLEAR
    assert layout["plot_bgcolor"] != WHITE


def test_a_figure_to_export_is_dark_on_white(chart):
    layout = chart.figure.to_plotly_json()["layout"]
    assert layout["paper_bgcolor"] == WHITE
    assert not any("currentColor" in word for word in words(chart.spec))


def test_plotly_takes_what_is_shown(chart):
    from plotly.graph_objects import Figure

    spec = shown(chart)
    taken = Figure({"data": spec["data"], "layout": spec["layout"]}).to_plotly_json()
    assert {name: taken["layout"][name] for name in spec["layout"]} == spec["layout"]
