"""Devices and histories as pandas tables whose columns and dtypes are always the same, also when they are empty.

Times come twice: as seconds (float64, to the millisecond) since a command was sent, and as UTC (datetime64[ms, UTC]).
Text is pandas' `str`; a status is the service's own word, whether or not it is one of the fourteen. A command is called
by its number, `#3`, as on the charts: its 64-digit id would fill a screen, and is in `table.attrs["ids"]["#3"]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import pandas as pd

from romekit.model import Device
from romekit.status import Status
from romekit.transition import Transition
from romekit.views.spans import Row, Span, as_rows

TIME: Final = "datetime64[ms, UTC]"

DEVICE_COLUMNS: Final = dict.fromkeys(("name", "kind", "manufacturer", "model", "platform", "status", "id"), "str")
HISTORY_COLUMNS: Final = {
    "command": "str",
    "device": "str",
    "order": "str",
    "seconds": "float64",
    "from_status": "str",
    "to_status": "str",
    "who": "str",
    "why": "str",
    "at": TIME,
}
INTERVAL_COLUMNS: Final = {
    "command": "str",
    "device": "str",
    "order": "str",
    "status": "str",
    "begin": "float64",
    "end": "float64",
    "seconds": "float64",
    "final": "bool",
    "who": "str",
    "why": "str",
    "at": TIME,
}
SUMMARY_COLUMNS: Final = {
    "status": "str",
    "count": "int64",
    "mean": "float64",
    "median": "float64",
    "max": "float64",
}


def device_table(devices: Iterable[Device]) -> pd.DataFrame:
    """One row per device: name, kind, manufacturer, model, platform, status, id, all `str`.

    What a device does not say is missing, NaN, and not replaced by words of ours: a table is for finding that out.
    """
    return _frame(DEVICE_COLUMNS, [[getattr(device, name) for name in DEVICE_COLUMNS] for device in devices])


def history_table(transitions: Iterable[Transition], *, start: float | None = None) -> pd.DataFrame:
    """One row per status change, in the order they came.

    Columns: command, device, order (`str`), seconds (`float64`), from_status, to_status, who, why (`str`),
    at (`datetime64[ms, UTC]`). `seconds` counts from `start` (seconds since 1970), or from when the command was sent;
    `from_status` is missing where a command begins.
    """
    told = list(transitions)
    sent = {row.command: row.sent for row in as_rows(told)}
    lines = [
        [
            f"#{change.number}",
            change.device_name,
            change.order,
            round(change.at - (sent[change.command] if start is None else start), 3),
            change.from_status,
            change.to_status,
            change.who,
            change.why,
            change.at,
        ]
        for change in told
    ]
    return _with_ids(_frame(HISTORY_COLUMNS, lines), {f"#{change.number}": change.command for change in told})


def interval_table(
    transitions: Iterable[Transition], *, now: float | None = None, start: float | None = None
) -> pd.DataFrame:
    """One row per status a command was in.

    Columns: command, device, order, status (`str`), begin, end, seconds (`float64`), final (`bool`), who, why (`str`),
    at (`datetime64[ms, UTC]`, when it began). `begin` and `end` count from `start`, or from when the command was sent.
    What is not over lasts until `now` (both in seconds since 1970), or until the latest change of all. A final status
    has no length.
    """
    rows = as_rows(transitions, now)
    lines = [_interval(row, span, row.sent if start is None else start) for row in rows for span in row.spans]
    return _with_ids(_frame(INTERVAL_COLUMNS, lines), {row.name: row.command for row in rows})


def summary_table(transitions: Iterable[Transition]) -> pd.DataFrame:
    """How often each status was met, and for how many seconds: status (`str`), count (`int64`), mean, median, max.

    The seconds (`float64`) are of statuses that are over; final ones have no length and are missing. The fourteen
    statuses come in the order of their life, then other words by alphabet.
    """
    spans = [span for row in as_rows(transitions) for span in row.spans]
    life = [status.value for status in Status]
    words = sorted({span.status for span in spans}, key=lambda word: (_place(life, word), word))
    return _frame(SUMMARY_COLUMNS, [_summary(word, [span for span in spans if span.status == word]) for word in words])


def _interval(row: Row, span: Span, zero: float) -> list[Any]:
    begin, end = round(span.begin - zero, 3), round(span.end - zero, 3)
    told = [begin, end, span.seconds, span.is_final, span.who, span.why, span.begin]
    return [row.name, row.device, row.order, span.status, *told]


def _summary(word: str, spans: list[Span]) -> list[Any]:
    lengths = pd.Series([span.seconds for span in spans if not span.is_final and not span.is_open], dtype="float64")
    return [word, len(spans), *(round(value, 3) for value in (lengths.mean(), lengths.median(), lengths.max()))]


def _place(life: Sequence[str], word: str) -> int:
    return life.index(word) if word in life else len(life)


class WholeText(pd.DataFrame):
    """A DataFrame that shows its sentences whole, where pandas would cut them after 50 characters.

    It changes no option of pandas, and what is made from it shows itself the same way.
    """

    @property
    def _constructor(self) -> Callable[..., WholeText]:
        return WholeText

    def _repr_html_(self) -> Any:
        with pd.option_context("display.max_colwidth", None):
            return super()._repr_html_()  # type: ignore[misc]  # pandas-stubs does not know it

    def __repr__(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            return super().__repr__()


def _frame(columns: dict[str, str], lines: list[list[Any]]) -> pd.DataFrame:
    """Column by column, so that an empty table has the same dtypes as a full one."""
    return WholeText(
        {name: _column([line[place] for line in lines], dtype) for place, (name, dtype) in enumerate(columns.items())}
    )


def _column(values: list[Any], dtype: str) -> pd.Series[Any]:
    if dtype == TIME:
        milliseconds = pd.Series([round(value * 1000) for value in values], dtype="int64")
        return pd.to_datetime(milliseconds, unit="ms", utc=True).astype(TIME)
    return pd.Series(values, dtype=dtype)


def _with_ids(frame: pd.DataFrame, ids: dict[str, str]) -> pd.DataFrame:
    frame.attrs["ids"] = ids
    return frame
