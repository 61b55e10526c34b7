from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from html.parser import HTMLParser

import pytest

import romekit
from romekit.core.status import Status
from romekit.views import Chart, status_diagram, text_timeline, timeline
from romekit.views.styles import STYLES
from tests.views.stories import DROPPED, HOSTILE, NINE, QUICK, SLOW, STRANGE, WAITING, told

ALL = [*QUICK, *SLOW, *DROPPED, *WAITING]
PLOTLY = "application/vnd.plotly.v1+json"


def bundle(chart: Chart) -> dict[str, object]:
    return chart._repr_mimebundle_()


def as_bytes(chart: Chart) -> str:
    return json.dumps(bundle(chart))


@pytest.mark.parametrize(
    ("history", "sentence"),
    [
        ([], "No command has been sent yet."),
        (QUICK, "The command completed after 1.2 s, most of it executing."),
        (DROPPED, "The command ended as commandDropped after 1.0 s."),
        ([*QUICK[:2]], "The command is still sentToTarget after 0.3 s, most of it requesting."),
        (WAITING, "The command is still sentToTarget after 1.0 s, most of it requesting."),
        ([*QUICK, *SLOW], "2 of 2 commands completed; the slowest took 9.0 s, most of it executing."),
        (
            ALL,
            (
                "2 of 4 commands completed, 1 ended as commandDropped, 1 is not over yet; "
                "the slowest took 9.0 s, most of it executing."
            ),
        ),
    ],
)
def test_the_description_is_the_finding_in_one_sentence(history: list, sentence: str) -> None:  # type: ignore[type-arg]  # any history
    assert timeline(history).description == sentence


def test_a_chart_has_its_title_its_finding_and_its_table() -> None:
    chart = timeline(ALL, title="Four commands")
    shown = bundle(chart)
    for mime in (PLOTLY, "text/html", "text/plain"):
        assert "Four commands" in json.dumps(shown[mime])
        assert "2 of 4 commands completed" in json.dumps(shown[mime])
    assert list(chart.table["command"].unique()) == ["#1", "#2", "#3", "#4"]
    assert "<table" in str(shown["text/html"])
    assert repr(chart).startswith("Chart: Four commands. 2 of 4 commands completed")


def test_every_lasting_status_is_a_bar_and_every_final_one_a_marker_with_its_name() -> None:
    traces = {trace["name"]: trace for trace in timeline(ALL).spec["data"]}
    assert {name for name, trace in traces.items() if trace["type"] == "bar"} == {
        "requesting",
        "sentToTarget",
        "executing",
    }
    assert traces["executing"]["base"] == [0.5, 4.0]
    assert traces["executing"]["x"] == [0.75, 6.0]
    assert traces["executing"]["y"] == [0, 1]
    assert traces["completed"]["mode"] == "markers+text"
    assert traces["commandDropped"]["text"].strip() == "commandDropped"


def test_rows_are_labelled_with_number_order_and_device_and_the_cause_is_in_the_hover_text() -> None:
    spec = timeline(QUICK).spec
    assert spec["layout"]["yaxis"]["ticktext"] == ["#1 open https://bing.com <br>on Alex's Surface "]
    assert spec["data"][0]["customdata"] == [
        [
            "#1 open https://bing.com on Alex's Surface",
            "requesting for 0.3 s, from 0.0 to 0.3",
            "device: It is requesting.",
        ]
    ]


def test_every_known_status_has_a_look_and_those_of_one_colour_differ_in_shape() -> None:
    assert set(STYLES) == set(Status)
    styles = [(style.fill, style.pattern, style.symbol) for style in STYLES.values()]
    assert len(set(styles)) == len(styles)


def test_a_status_word_nobody_knows_is_drawn_under_its_own_name() -> None:
    chart = timeline(STRANGE)
    assert "teleporting" in {trace["name"] for trace in chart.spec["data"]}
    assert "teleporting" in chart.html
    assert "? teleporting" in chart.text


def test_a_status_that_is_still_lasting_is_named_once() -> None:
    assert timeline(WAITING, now=NINE + 30).description == "The command is still sentToTarget after 27.0 s."


def test_a_command_that_is_not_over_is_drawn_until_now() -> None:
    traces = {trace["name"]: trace for trace in timeline(WAITING, now=NINE + 8).spec["data"]}
    assert traces["sentToTarget"]["x"] == [4.0]
    assert "and still" in traces["sentToTarget"]["customdata"][0][1]


def test_plotly_accepts_the_figure_as_it_is() -> None:
    for history in (ALL, [], STRANGE):
        assert timeline(history).figure.to_plotly_json()["layout"]["height"] > 0


def test_the_figure_is_small() -> None:
    assert len(json.dumps(bundle(timeline(ALL))[PLOTLY])) < 7000


def test_two_builds_are_the_same_bytes() -> None:
    assert as_bytes(timeline(ALL)) == as_bytes(timeline(list(ALL)))


def test_another_process_with_another_hash_seed_builds_the_same_bytes() -> None:
    code = (
        "import hashlib, json; from tests.views.test_timeline import ALL, as_bytes, timeline;"
        "print(hashlib.sha256(as_bytes(timeline(ALL)).encode()).hexdigest())"
    )
    run = [sys.executable, "-c", code]
    digests = {
        subprocess.run(
            run, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert digests == {hashlib.sha256(as_bytes(timeline(ALL)).encode()).hexdigest()}


class Reader(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


def test_the_html_uses_only_what_the_cleaner_of_untrusted_notebooks_lets_through() -> None:
    reader = Reader()
    reader.feed(timeline(ALL).html)
    assert reader.tags <= {"div", "span", "b", "table", "thead", "tbody", "tr", "th", "td"}
    assert reader.attributes <= {"style", "title", "class", "border"}


def test_a_hostile_device_name_stays_text_everywhere() -> None:
    chart = timeline(
        told(1, [(0.0, "requesting"), (1.0, "<b>odd</b>"), (2.0, "completed")], device=HOSTILE, order=HOSTILE)
    )
    assert "<script" not in chart.html
    assert "<b>odd" not in chart.html
    assert "<script" not in json.dumps(chart.spec)
    assert HOSTILE in chart.table["device"][0]


def test_the_text_timeline_has_a_line_per_command_and_a_legend_within_its_width() -> None:
    assert text_timeline([*QUICK, *SLOW, *DROPPED]).splitlines() == [
        "#1 Alex's Surface: open https:/… ▒██                    ✓ completed",
        "#2 Living Room Xbox: open romec…   ░░▒▒▒▒██████████████ ✓ completed",
        "#3 Travel Laptop: open https://…     ░▒▒                ↓ commandDropped",
        "                         seconds 0                 10.0",
        "░ requesting   ▒ sentToTarget   █ executing",
    ]
    for width in (50, 72, 120):
        assert max(map(len, text_timeline(ALL, width).splitlines())) <= width


def test_the_text_timeline_of_nothing_says_so() -> None:
    assert text_timeline([]) == "No command has been sent yet."


def test_the_status_diagram_is_mermaid_in_markdown_and_a_list_in_text() -> None:
    shown = status_diagram()._repr_mimebundle_()
    assert shown["text/markdown"].startswith("```mermaid\nstateDiagram-v2")
    assert "executing -> completed, executionFailed" in shown["text/plain"]
    assert "0x" not in repr(status_diagram())


def test_a_long_name_leaves_room_for_the_bars_and_is_said_in_full_when_one_points_at_it() -> None:
    lab = romekit.Lab()
    lab.add_device("N" * 200)
    lab.rome().launch("N" * 200, "https://bing.com").follow()
    figure = timeline(lab.history()).figure
    assert all(len(text) < 120 for text in figure.layout.yaxis.ticktext)
    assert "N" * 200 in str(figure.data[0].customdata)
