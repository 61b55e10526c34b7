"""Many commands at once: counted, measured, drawn, and readable without a picture."""

import numpy as np
import pytest

from romekit.core.errors import BadInput
from romekit.core.transition import Transition
from romekit.views import Chart, fleet_bands, fleet_heatmap
from romekit.views.bands import BAND_COLUMNS
from romekit.views.columns import STRETCHES, nice, stretches
from romekit.views.heatmap import HEAT_COLUMNS
from tests.views.stories import ALL, NINE, QUICK, SLOW, WAITING, told


def fleet(count: int, outlier: float = 0.0) -> list[Transition]:
    """Commands that all take a little longer than the one before; the last may take very long."""
    lives = []
    for number in range(1, count + 1):
        begin, slow = number / 10, outlier if outlier and number == count else 1 + number / count
        lives += told(number, [(begin, "requesting"), (begin + 0.5, "executing"), (begin + 0.5 + slow, "completed")])
    return lives


def at(chart: Chart, status: str, seconds: float) -> int:
    table = chart.table[chart.table["status"] == status].set_index("seconds")
    return int(table.loc[seconds, "commands"])


def test_a_stretch_counts_from_when_its_command_was_sent_or_from_the_first_of_all():
    cells, words = stretches(SLOW + QUICK)
    assert words == ["requesting", "sentToTarget", "executing", "completed"]
    slow = cells[cells["command"] == 1]
    assert list(slow["begin"]) == [0.0, 1.0, 3.0, 9.0]
    assert list(slow["end"]) == [1.0, 3.0, 9.0, np.inf]
    assert list(stretches(SLOW + QUICK, from_first=True)[0]["begin"])[-4:] == [1.0, 2.0, 4.0, 10.0]


def test_what_is_not_over_lasts_until_now_or_until_the_latest_change_of_all():
    assert list(stretches(WAITING, now=NINE + 8)[0]["end"]) == [1.0, 5.0]
    assert list(stretches([*WAITING, *SLOW])[0]["end"])[-2:] == [1.0, 7.0]
    assert list(stretches(WAITING, now=NINE)[0]["end"]) == [1.0, 1.0]
    assert list(stretches(WAITING)[0]["open"]) == [False, True]


def test_columns_and_dtypes_are_the_same_full_or_empty():
    for made, columns in (
        ([stretches(ALL)[0], stretches([])[0]], STRETCHES),
        ([fleet_heatmap(ALL).table, fleet_heatmap([]).table], HEAT_COLUMNS),
        ([fleet_bands(ALL).table, fleet_bands([]).table], BAND_COLUMNS),
    ):
        for table in made:
            assert {str(name): str(dtype) for name, dtype in table.dtypes.items()} == columns


def test_statuses_at_the_same_moment_stay_in_their_order_and_commands_may_be_mixed_up():
    zero = told(1, [(0.0, "requesting"), (1.0, "cancel"), (1.0, "cancelling"), (1.0, "canceled")])
    cells, words = stretches(zero)
    assert [words[place] for place in cells["status"]] == ["requesting", "cancel", "cancelling", "canceled"]
    mixed = [change for pair in zip(QUICK, SLOW, strict=True) for change in pair]
    assert fleet_heatmap(mixed).table.equals(fleet_heatmap([*QUICK, *SLOW]).table)


@pytest.mark.parametrize(("value", "rounded"), [(0.0, 1), (0.011, 0.02), (0.05, 0.05), (3, 5), (10, 10), (61, 100)])
def test_steps_are_round_numbers(value, rounded):
    assert nice(value) == rounded


def test_each_cell_is_how_many_commands_are_in_the_status_at_that_moment_and_columns_add_up_to_all():
    chart = fleet_heatmap(fleet(20))
    assert at(chart, "requesting", 0.0) == 20
    assert at(chart, "requesting", 0.5) == 0
    assert at(chart, "executing", 0.5) == 20
    assert at(chart, "executing", 2.0) == 10
    assert at(chart, "completed", 2.0) == 10
    sums = chart.table.groupby("seconds")["commands"].sum()
    assert set(sums) == {20}, "as long as none is unknown"
    waiting = fleet_heatmap([*WAITING, *SLOW]).table.groupby("seconds")["commands"].sum()
    assert (waiting.iloc[0], waiting.iloc[-1]) == (2, 1)  # nobody knows what becomes of the one that waits


def test_counted_from_the_first_command_they_come_one_after_the_other_and_another_beginning_is_refused():
    chart = fleet_heatmap(fleet(20), since="first")
    assert at(chart, "requesting", 0.0) == 1
    assert at(chart, "requesting", 1.0) == 5
    assert chart.spec["layout"]["xaxis"]["title"]["text"] == "seconds since the first<br>command was sent"
    with pytest.raises(BadInput, match='Use "sent" or "first"'):
        fleet_heatmap(ALL, since="breakfast")


def test_one_that_takes_much_longer_does_not_hide_the_others_and_the_axis_is_logarithmic_only_then():
    even, uneven = fleet_heatmap(fleet(20)), fleet_heatmap(fleet(20, outlier=600))
    assert "type" not in even.spec["layout"]["xaxis"]
    assert uneven.spec["layout"]["xaxis"]["type"] == "log"
    moments = uneven.table["seconds"].unique()
    assert sum(moment < 3 for moment in moments) > 20
    assert moments[-1] == 600.5
    assert "type" not in fleet_bands(fleet(20)).spec["layout"]["xaxis"]
    life = [(0, "requesting"), (0.1, "retry"), (40, "expired")]
    slow = [change for each in range(1, 9) for change in told(each, life)]
    axis = fleet_bands(slow).spec["layout"]["xaxis"]
    assert axis["type"] == "log"
    assert axis["ticktext"][:3] == ["0.1", "0.2", "0.5"]
    assert "20" in axis["ticktext"]


def test_rows_say_how_many_commands_ever_were_in_the_status_and_darker_always_means_more_and_white_none():
    trace, layout = fleet_heatmap(ALL).spec["data"][0], fleet_heatmap(ALL).spec["layout"]
    rows = "requesting (4) , sentToTarget (4) , executing (2) , completed (2) , commandDropped (1) "
    assert layout["yaxis"]["ticktext"] == rows.split(", ")
    assert trace["hovertext"][0][0] == "<b>requesting</b><br>after 0 s: 4 of 4 commands"
    assert len(trace["x"]) == len(trace["z"][0]) + 1
    colours = [colour for _, colour in fleet_heatmap(ALL).spec["data"][0]["colorscale"]]
    light = [sum(int(each[i : i + 2], 16) * part for i, part in ((1, 0.3), (3, 0.6), (5, 0.1))) for each in colours]
    assert colours[0] == "#ffffff"
    assert light == sorted(light, reverse=True)


OF_ALL = (
    "Of 4 commands 2 completed, 1 ended as commandDropped, 1 is not over yet; "
    "half of those that are over took 1.25 s or less, nine in ten 7.45 s."
)


@pytest.mark.parametrize(
    ("history", "sentence"),
    [
        ([], "No command has been sent yet."),
        (WAITING, "Of 1 command none completed, 1 is not over yet."),
        (ALL, OF_ALL),
    ],
)
def test_the_heat_maps_finding_is_a_sentence(history, sentence):
    assert fleet_heatmap(history).description == sentence
    assert fleet_heatmap(history, since="first").description == sentence


def test_bands_are_the_percentiles_of_what_is_over_and_count_what_is_not():
    table = fleet_bands([*fleet(100), *told(101, [(0.0, "requesting")])]).table.set_index("status")
    assert list(table.index) == ["requesting", "executing"]
    expected = np.percentile([1 + number / 100 for number in range(1, 101)], [5, 25, 50, 75, 95])
    found = table.loc["executing", ["p5", "p25", "median", "p75", "p95"]]
    assert found.tolist() == pytest.approx(expected, abs=0.001)
    assert table["n"].tolist() == [100, 100]
    assert table["open"].tolist() == [1, 0]


def test_a_status_that_nobody_has_left_yet_has_a_row_and_no_bar_and_one_without_any_length_can_be_drawn():
    chart = fleet_bands(WAITING)
    assert chart.table["n"].tolist() == [1, 0]
    assert chart.table["median"].isna().tolist() == [False, True]
    assert chart.spec["data"][0]["y"] == [0]
    chart = fleet_bands(told(1, [(0.0, "requesting"), (0.0, "retry"), (5.0, "expired")]))
    assert chart.table["median"].tolist() == [0.0, 5.0]
    assert chart.figure.layout.height > 0


@pytest.mark.parametrize(
    ("history", "sentence"),
    [
        ([], "No command has been sent yet."),
        (WAITING[:1], "No status is over yet."),
        (ALL, "Most of the time is spent executing: 3.38 s at the median, and more than 5.74 s for one in twenty."),
    ],
)
def test_the_bands_finding_is_a_sentence(history, sentence):
    assert fleet_bands(history).description == sentence
