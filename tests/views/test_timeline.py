import pytest

import romekit
from romekit.core.status import Status
from romekit.views import status_diagram, text_timeline, timeline
from romekit.views.chart import NARROW
from tests.views.stories import ALL, DROPPED, NINE, QUICK, SLOW, STRANGE, WAITING, told

OF_ALL = (
    "2 of 4 commands completed, 1 ended as commandDropped, 1 is not over yet; "
    "the slowest took 9.0 s, most of it executing."
)


@pytest.mark.parametrize(
    ("history", "sentence"),
    [
        ([], "No command has been sent yet."),
        (QUICK, "The command completed after 1.2 s, most of it executing."),
        (DROPPED, "The command ended as commandDropped after 1.0 s."),
        ([*QUICK[:2]], "The command is still sentToTarget after 0.3 s, most of it requesting."),
        (WAITING, "The command is still sentToTarget after 1.0 s, most of it requesting."),
        ([*QUICK, *SLOW], "2 of 2 commands completed; the slowest took 9.0 s, most of it executing."),
        (ALL, OF_ALL),
    ],
)
def test_the_description_is_the_finding_in_one_sentence(history: list, sentence: str) -> None:  # type: ignore[type-arg]  # any history
    assert timeline(history).description == sentence


def test_every_lasting_status_is_a_bar_and_every_final_one_a_marker_with_its_name() -> None:
    traces = {trace["name"]: trace for trace in timeline(ALL).spec["data"]}
    bars = {name for name, trace in traces.items() if trace["type"] == "bar"}
    assert bars == {"requesting", "sentToTarget", "executing"}
    assert traces["executing"]["base"] == [0.5, 4.0]
    assert traces["executing"]["x"] == [0.75, 6.0]
    assert traces["executing"]["y"] == [0, 1]
    assert traces["completed"]["mode"] == traces["commandDropped"]["mode"] == "markers"
    labels = [each["text"] for each in timeline(ALL).spec["layout"]["annotations"]]
    assert labels[2] == "#3 open https://bing.com<br>on Travel Laptop: ↓ commandDropped"
    assert labels[3] == "#4 call echo<br>on Workshop Pi"


def test_rows_are_labelled_with_number_order_and_device_and_the_cause_is_in_the_hover_text() -> None:
    spec = timeline(QUICK).spec
    (label,) = spec["layout"]["annotations"]
    assert label["text"] == "#1 open https://bing.com<br>on Alex's Surface: ✓ completed"
    command = "#1 open https://bing.com on Alex's Surface"
    hover = [command, "requesting for 0.3 s, from 0.0 to 0.3", "device: It is requesting."]
    assert spec["data"][0]["customdata"] == [hover]


def test_a_status_word_nobody_knows_is_drawn_under_its_own_name_and_one_that_is_not_over_until_now() -> None:
    chart = timeline(STRANGE)
    assert "teleporting" in {trace["name"] for trace in chart.spec["data"]}
    assert "teleporting" in chart.html
    assert "? teleporting" in chart.text
    traces = {trace["name"]: trace for trace in timeline(WAITING, now=NINE + 8).spec["data"]}
    assert traces["sentToTarget"]["x"] == [4.0]
    assert "and still" in traces["sentToTarget"]["customdata"][0][1]
    assert timeline(WAITING, now=NINE + 30).description == "The command is still sentToTarget after 27.0 s."


def test_the_text_timeline_has_a_line_per_command_and_a_legend_within_its_width_or_says_that_there_is_none() -> None:
    assert text_timeline([*QUICK, *SLOW, *DROPPED]).splitlines() == [
        "#1 Alex's Surfac…ttps://bing.com ▒██                    ✓ completed",
        "#2 Living Room X…n romecast:play   ░░▒▒▒▒██████████████ ✓ completed",
        "#3 Travel Laptop…ttps://bing.com     ░▒▒                ↓ commandDropped",
        "                         seconds 0                 10.0",
        "░ requesting   ▒ sentToTarget   █ executing",
    ]
    for width in (50, 72, 120):
        assert max(map(len, text_timeline(ALL, width).splitlines())) <= width
    assert text_timeline([]) == "No command has been sent yet."


def test_the_status_diagram_numbers_its_ends_and_has_every_move_in_its_table() -> None:
    shown = status_diagram()._repr_mimebundle_()
    picture, _, table = shown["text/html"].partition("<details>")
    assert all(f" {status}</span>" in picture for status in Status)
    assert "<b>7 ends</b><ol" in picture
    assert picture.count("<li") == 7
    assert "<i>finish</i> (sentToTarget, executing, custom, cancel, cancelling)" in picture
    assert "each of them: run out → expired, break → error, ask cancel → cancel" in picture
    assert "<td>executing</td>" in table
    assert "executing -> completed, executionFailed" in shown["text/plain"]
    assert "0x" not in repr(status_diagram())


def test_a_long_name_leaves_room_for_the_bars_and_what_is_cut_keeps_its_end_in_a_narrow_output() -> None:
    lab = romekit.Lab()
    lab.add_device("N" * 200)
    lab.rome().launch("N" * 200, "https://bing.com").follow()
    figure = timeline(lab.history()).figure
    (label,) = figure.layout.annotations
    assert max(map(len, label.text.split("<br>"))) <= NARROW
    assert "N" * 200 in str(figure.data[0].customdata)
    history = told(1, [(0.0, "requesting"), (1.0, "completed")], order=f"open https://x.org/{'a' * 40}?tickets=1/2")
    spec = timeline(history).spec
    assert "aaaaaaaa?tickets=1/2<br>" in spec["layout"]["annotations"][0]["text"]
    assert "tickets=1/2" in text_timeline(history)
    subtitle = timeline(ALL).spec["layout"]["title"]["subtitle"]["text"]
    assert max(map(len, subtitle.split("<br>"))) <= NARROW
