"""What every chart does: it is read in each form, Plotly takes it, its HTML is safe, and it has the page's colours."""

import hashlib
import json
import os
import re
import subprocess
import sys

import pytest

from romekit.core.errors import BadInput
from romekit.core.status import Status
from romekit.views import Finish, fleet_bands, fleet_heatmap, race_chart, timeline, truth_of
from romekit.views.chart import CLEAR, PLOTLY, Chart
from romekit.views.styles import STYLES, WHITE
from romekit.views.truth.table import as_html
from tests.views.stories import ALL, HOSTILE, QUICK, STRANGE, WAITING, told


def race_of(history, **options):
    ends = [change for change in history if change.from_status]
    return race_chart([Finish(f"way {change.number}", 1, "D", change.to_status, 4, 0.25) for change in ends], **options)


CHARTS = {"timeline": timeline, "heat map": fleet_heatmap, "bands": fleet_bands, "race": race_of}
HISTORIES = {"all": ALL, "none": [], "strange": STRANGE, "waiting": WAITING, "one": QUICK[:1]}
all_charts = pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS)
all_histories = pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)


def shown(chart: Chart):
    return chart._repr_mimebundle_()[PLOTLY]


@all_charts
def test_a_chart_has_its_title_its_finding_and_its_table_in_every_form_and_is_small(draw):
    chart = draw(ALL, title="Four commands")
    forms = chart._repr_mimebundle_()
    for mime in (PLOTLY, "text/html", "text/plain"):
        assert "Four commands" in json.dumps(forms[mime])
        assert chart.description[:28] in json.dumps(forms[mime])
    assert "<table" in forms["text/html"]
    assert repr(chart) == f"Chart: Four commands. {chart.description}"
    assert len(json.dumps(shown(timeline(ALL)))) < 7000


@all_charts
def test_a_cell_shows_the_picture_and_below_it_the_table_that_can_be_opened(draw, monkeypatch):
    chart, displayed = draw(ALL), []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: displayed.append(bundle))
    chart._ipython_display_()
    picture, table = displayed
    assert PLOTLY in picture
    assert "<table" not in picture["text/html"]
    assert "<details><summary>Table of" in table["text/html"]
    assert "<table" in table["text/html"]
    assert table["text/plain"] == f"Its table has {len(chart.table)} rows."


@all_charts
@all_histories
def test_plotly_takes_the_figure_and_what_is_shown_and_json_has_no_nan(draw, history):
    from plotly.graph_objects import Figure

    chart = draw(history)
    assert chart.figure.to_plotly_json()["layout"]["height"] > 0
    spec = json.loads(json.dumps(chart._repr_mimebundle_(), allow_nan=False))[PLOTLY]
    taken = Figure({"data": spec["data"], "layout": spec["layout"]}).to_plotly_json()
    assert {name: taken["layout"][name] for name in spec["layout"]} == spec["layout"]


def digest() -> str:
    return hashlib.sha256(json.dumps([draw(ALL)._repr_mimebundle_() for draw in CHARTS.values()]).encode()).hexdigest()


def test_another_process_with_another_hash_seed_builds_the_same_bytes():
    code = "from tests.views.test_charts import digest; print(digest())"
    seeded = {**os.environ, "PYTHONHASHSEED": "1"}
    run = subprocess.run([sys.executable, "-c", code], env=seeded, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == digest() == digest()


@all_charts
def test_the_html_uses_only_what_the_cleaner_of_untrusted_notebooks_lets_through(draw):
    html = draw(ALL).html
    assert set(re.findall(r"<(\w+)", html)) <= set("div span b details summary table thead tbody tr th td".split())
    assert set(re.findall(r'\s([\w-]+)="', html)) <= {"style", "title", "class", "border"}


@all_charts
def test_hostile_words_stay_text_and_the_html_needs_nothing(draw):
    history = told(1, [(0.0, "requesting"), (1.0, "<b>odd</b>"), (2.0, HOSTILE)], device=HOSTILE, order=HOSTILE)
    chart = draw(history)
    for text in (chart.html, json.dumps(chart.spec), as_html(truth_of(history))):
        assert "<script" not in text
        assert "<b>odd" not in text
    assert "http" not in chart.html.replace("https://bing.com", "")


@all_charts
@pytest.mark.parametrize("wrong", [["nonsense"], 7])
def test_something_else_than_a_history_is_refused_in_words(draw, wrong):
    with pytest.raises(BadInput, match="Give a history|Give what race") as refused:
        draw(wrong) if draw is not race_of else race_chart(wrong)
    assert refused.value.field in {"transitions", "finishes"}


def test_every_status_has_a_style_and_can_be_drawn_and_those_of_one_colour_differ_in_shape():
    assert set(STYLES) == set(Status)
    styles = [(style.fill, style.pattern, style.symbol) for style in STYLES.values()]
    assert len(set(styles)) == len(styles)
    history = [
        change for place, word in enumerate(Status) for change in told(place + 1, [(0, "requesting"), (1, word)])
    ]
    assert all(draw(history).figure.layout.height > 0 for draw in CHARTS.values())


def words(spec):
    """Every text that stands beside the shapes and not in them."""
    layout = spec["layout"]
    scales = [trace["colorbar"] for trace in spec["data"] if "colorbar" in trace]
    yield from [each["text"] for each in layout.get("annotations", [])]
    for titled in (layout, layout["title"], layout["xaxis"], layout["yaxis"], *scales):
        yield from [titled[name]["text"] for name in ("title", "subtitle") if name in titled]
    for axis in (layout["xaxis"], layout["yaxis"], *scales):
        yield from axis.get("ticktext", [f"{axis.get('tickprefix', '')}5{axis.get('ticksuffix', '')}"])
    for trace in spec["data"]:
        yield from [trace["name"]] if trace.get("showlegend", True) and "name" in trace else []
        if "text" in trace.get("mode", ""):
            yield from [trace["text"]] if isinstance(trace["text"], str) else trace["text"]


@all_charts
@pytest.mark.parametrize("history", [ALL, []], ids=["all", "none"])
def test_what_is_shown_has_the_pages_colours_and_a_figure_to_export_is_dark_on_white(draw, history):
    chart = draw(history)
    themed = r"<span style=.color:currentColor.>.*</span>"
    assert [word for word in words(shown(chart)) if not re.fullmatch(themed, word)] == []
    assert shown(chart)["layout"]["paper_bgcolor"] == CLEAR
    assert shown(chart)["layout"]["plot_bgcolor"] != WHITE
    assert chart.figure.to_plotly_json()["layout"]["paper_bgcolor"] == WHITE
    assert not any("currentColor" in word for word in words(chart.spec))
