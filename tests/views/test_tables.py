import pandas as pd
import pytest

from romekit.core.model import Device
from romekit.core.transition import Transition
from romekit.views import device_table, history_table, interval_table, summary_table
from romekit.views.tables import DEVICE_COLUMNS, HISTORY_COLUMNS, INTERVAL_COLUMNS, SUMMARY_COLUMNS
from tests.views.stories import ALL, NINE, PHONE, QUICK, SLOW, STRANGE, SURFACE, WAITING


def dtypes(table: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(dtype) for name, dtype in table.dtypes.items()}


@pytest.mark.parametrize(
    ("full", "empty", "columns"),
    [
        (device_table([SURFACE, PHONE]), device_table([]), DEVICE_COLUMNS),
        (history_table(ALL), history_table([]), HISTORY_COLUMNS),
        (interval_table(ALL), interval_table([]), INTERVAL_COLUMNS),
        (summary_table(ALL), summary_table([]), SUMMARY_COLUMNS),
    ],
    ids=["devices", "history", "intervals", "summary"],
)
def test_columns_and_dtypes_are_the_same_full_or_empty(full, empty, columns):
    assert dtypes(full) == dtypes(empty) == columns
    assert len(full)
    assert not len(empty)


def test_what_a_device_does_not_say_is_missing_and_the_dtypes_stay() -> None:
    table = device_table([SURFACE, PHONE])
    assert list(table["name"]) == ["Alex's Surface", "Alex's Phone"]
    assert table["model"].isna().tolist() == [False, True]
    assert dtypes(device_table([Device("x")])) == DEVICE_COLUMNS


def test_history_has_a_row_per_transition_and_counts_from_when_each_command_was_sent_or_from_a_given_start() -> None:
    table = history_table(QUICK)
    assert list(table["to_status"]) == ["requesting", "sentToTarget", "executing", "completed"]
    assert table["from_status"].isna().tolist() == [True, False, False, False]
    assert list(table["seconds"]) == [0.0, 0.312, 0.5, 1.25]
    assert table["at"][1] == pd.Timestamp("2020-09-01T09:00:00.312Z")
    assert list(history_table(SLOW)["seconds"]) == [0.0, 1.0, 3.0, 9.0]
    assert list(history_table(SLOW, start=NINE)["seconds"]) == [1.0, 2.0, 4.0, 10.0]


def test_commands_are_called_by_number_with_their_full_id_kept_and_told_apart_when_mixed_up() -> None:
    for table in (history_table(ALL), interval_table(ALL)):
        assert set(table["command"]) == {"#1", "#2", "#3", "#4"}
        assert table.attrs["ids"]["#3"] == f"{3:064x}"
    mixed = [change for pair in zip(QUICK, SLOW, strict=True) for change in reversed(pair)]
    assert interval_table(mixed).equals(interval_table([*QUICK, *SLOW]))


def test_an_interval_lasts_until_the_next_status_or_until_now_and_a_final_one_has_no_length() -> None:
    table = interval_table(SLOW)
    assert list(table["seconds"]) == [1.0, 2.0, 6.0, 0.0]
    assert list(table["final"]) == [False, False, False, True]
    assert list(table["end"]) == [1.0, 3.0, 9.0, 9.0]
    assert list(interval_table(WAITING)["end"]) == [1.0, 1.0]
    assert list(interval_table(WAITING, now=NINE + 8)["end"]) == [1.0, 5.0]
    assert list(interval_table([*WAITING, *SLOW])["end"])[-1] == 7.0
    assert list(interval_table(WAITING, now=NINE)["seconds"]) == [1.0, 0.0]


def test_a_status_word_nobody_knows_survives() -> None:
    assert "teleporting" in set(history_table(STRANGE)["to_status"])
    assert list(interval_table(STRANGE)["final"]) == [False, False, True]
    assert list(summary_table(STRANGE)["status"]) == ["requesting", "completed", "teleporting"]


def test_the_summary_counts_each_status_and_measures_those_that_are_over() -> None:
    table = summary_table(ALL).set_index("status")
    assert table.loc["requesting", "count"] == 4
    assert table.loc["executing", ["mean", "median", "max"]].tolist() == [3.375, 3.375, 6.0]
    assert table.loc["completed", "count"] == 2
    assert pd.isna(table.loc["completed", "mean"])


def test_a_cause_is_shown_whole_and_pandas_options_stay_as_they_are():
    why = "A sentence that is longer than the fifty characters pandas shows of a cell by itself."
    table = history_table([Transition("A", 1, "d", "Den", "open x:", 0.0, None, "requesting", "service", why)])
    before = pd.get_option("display.max_colwidth")
    assert why in table._repr_html_()
    assert why in table[["why"]].head(1)._repr_html_()
    assert why in repr(table[["why"]])
    assert pd.get_option("display.max_colwidth") == before
