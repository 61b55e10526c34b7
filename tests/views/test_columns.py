"""Tables are made column by column, charts row by row: on any history both say exactly the same."""

import pandas as pd
import pytest
from hypothesis import given, strategies as some

from romekit.core.status import Status
from romekit.core.transition import Transition
from romekit.views import history_table, interval_table, summary_table
from romekit.views.spans import as_rows
from romekit.views.tables import HISTORY_COLUMNS, INTERVAL_COLUMNS, SUMMARY_COLUMNS

NINE = 1_598_950_800.0
times = some.one_of(
    some.integers(0, 4000).map(lambda thousandths: NINE + thousandths / 1000),
    some.integers(0, 400).map(lambda steps: NINE + steps / 2000),  # in the middle between two milliseconds
    some.floats(0, 1e4, allow_nan=False),
)
changes = some.builds(
    Transition,
    command=some.sampled_from(["A", "B", "C", "D"]),
    number=some.integers(1, 3),
    device=some.just("d"),
    device_name=some.sampled_from(["Surface", "Xbox", ""]),
    order=some.sampled_from(["LaunchUri x", "call y"]),
    at=times,
    from_status=some.sampled_from([None, "requesting"]),
    to_status=some.sampled_from([*(each.value for each in Status), "unheardOf"]),
    who=some.sampled_from(["device", "service"]),
    why=some.text(max_size=3),
)
histories = some.lists(changes, max_size=25)
perhaps = some.none() | times


@given(histories, perhaps, perhaps)
def test_an_interval_table_is_the_rows_of_the_chart(told, now, start):
    rows = as_rows(told, now)
    lines = [
        [
            row.name,
            row.device,
            row.order,
            span.status,
            round(span.begin - (row.sent if start is None else start), 3),
            round(span.end - (row.sent if start is None else start), 3),
            span.seconds,
            span.is_final,
            span.who,
            span.why,
            round(span.begin * 1000),
        ]
        for row in rows
        for span in row.spans
    ]
    table = interval_table(told, now=now, start=start)
    check(table, INTERVAL_COLUMNS, lines)
    assert table.attrs["ids"] == {row.name: row.command for row in rows}


@given(histories, perhaps)
def test_a_history_table_counts_from_when_the_chart_says_a_command_was_sent(told, start):
    sent = {row.command: row.sent for row in as_rows(told)}
    lines = [
        [
            f"#{each.number}",
            each.device_name,
            each.order,
            round(each.at - (sent[each.command] if start is None else start), 3),
            each.from_status,
            each.to_status,
            each.who,
            each.why,
            round(each.at * 1000),
        ]
        for each in told
    ]
    table = history_table(told, start=start)
    check(table, HISTORY_COLUMNS, lines)
    assert table.attrs["ids"] == {f"#{each.number}": each.command for each in told}


@given(histories)
def test_a_summary_table_sums_up_the_rows_of_the_chart(told):
    spans = [span for row in as_rows(told) for span in row.spans]
    table = summary_table(told)
    assert {str(name): str(dtype) for name, dtype in table.dtypes.items()} == SUMMARY_COLUMNS
    assert sorted(table["status"]) == sorted({span.status for span in spans})
    for line in table.to_dict("records"):
        mine = [span for span in spans if span.status == line["status"]]
        over = pd.Series([span.seconds for span in mine if not (span.is_final or span.is_open)], dtype="float64")
        assert line["count"] == len(mine)
        expected = [round(value, 3) for value in (over.mean(), over.median(), over.max())]
        assert [line["mean"], line["median"], line["max"]] == pytest.approx(expected, rel=0, abs=0, nan_ok=True)


@pytest.mark.parametrize("table", [interval_table, history_table, summary_table])
def test_a_hundred_thousand_changes_are_a_table_at_once(table):
    one = Transition("A", 1, "d", "Surface", "LaunchUri x", NINE, None, "requesting", "service", "why")
    told = [one, *(Transition("A", 1, "d", "S", "o", NINE + n, "retry", "retry", "w", "y") for n in range(99_999))]
    assert len(table(told)) in (2, 100_000)


def check(table: pd.DataFrame, columns: dict[str, str], lines: list[list[object]]) -> None:
    """The table has these columns and, value for value, these lines."""
    assert {str(name): str(dtype) for name, dtype in table.dtypes.items()} == columns
    plain = pd.DataFrame(table).assign(at=table["at"].astype("int64")).astype(object)
    assert plain.where(plain.notna(), None).to_numpy().tolist() == lines
