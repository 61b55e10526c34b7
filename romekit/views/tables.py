"""Devices and histories as pandas tables whose columns and dtypes are always the same, also when they are empty.

Times come twice: as seconds (float64, to the millisecond) since a command was sent, and as UTC (datetime64[ms, UTC]).
Text is pandas' `str`; a status is the service's own word, whether or not it is one of the fourteen. A command is called
by its number, `#3`, as on the charts: its 64-digit id would fill a screen, and is in `table.attrs["ids"]["#3"]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from romekit.core.model import Device
from romekit.core.status import Status
from romekit.core.transition import Transition
from romekit.views.arguments import checked_devices, checked_transitions
from romekit.views.columns import lives_of, rounded
from romekit.views.styles import cut_in_middle

Values = Sequence[Any] | NDArray[Any]

TIME: Final = "datetime64[ms, UTC]"

DEVICE_COLUMNS: Final = dict.fromkeys(("name", "kind", "manufacturer", "model", "platform", "status", "id"), "str")
HISTORY_COLUMNS: Final = (
    dict.fromkeys(("command", "device", "order"), "str")
    | {"seconds": "float64"}
    | dict.fromkeys(("from_status", "to_status", "who", "why"), "str")
    | {"at": TIME}
)
INTERVAL_COLUMNS: Final = (
    dict.fromkeys(("command", "device", "order", "status"), "str")
    | dict.fromkeys(("begin", "end", "seconds"), "float64")
    | {"final": "bool", "who": "str", "why": "str", "at": TIME}
)
SUMMARY_COLUMNS: Final = {"status": "str", "count": "int64", "mean": "float64", "median": "float64", "max": "float64"}


def device_table(devices: Iterable[Device]) -> pd.DataFrame:
    """One row per device: name, kind, manufacturer, model, platform, status, id, all `str`.

    What a device does not say is missing, NaN, and not replaced by words of ours: a table is for finding that out.
    """
    listed = checked_devices(devices)
    return frame_of(DEVICE_COLUMNS, [[getattr(device, name) for name in DEVICE_COLUMNS] for device in listed])


def history_table(transitions: Iterable[Transition], *, start: float | None = None) -> pd.DataFrame:
    """One row per status change, in the order they came.

    Columns: command, device, order (`str`), seconds (`float64`), from_status, to_status, who, why (`str`),
    at (`datetime64[ms, UTC]`). `seconds` counts from `start` (seconds since 1970), or from when the command was sent;
    `from_status` is missing where a command begins.
    """
    changes = checked_transitions(transitions)
    lives = lives_of(changes)
    sent = np.empty(len(changes))
    sent[lives.order] = lives.sent if start is None else start
    at = np.array([change.at for change in changes], dtype=np.float64)
    return _told(HISTORY_COLUMNS, changes, changes, {"seconds": rounded(at - sent)})


def interval_table(
    transitions: Iterable[Transition], *, now: float | None = None, start: float | None = None
) -> pd.DataFrame:
    """One row per status a command was in.

    Columns: command, device, order, status (`str`), begin, end, seconds (`float64`), final (`bool`), who, why (`str`),
    at (`datetime64[ms, UTC]`, when it began). `begin` and `end` count from `start`, or from when the command was sent.
    What is not over lasts until `now` (both in seconds since 1970), or until the latest change of all. A final status
    has no length.
    """
    changes = checked_transitions(transitions)
    lives = lives_of(changes, now)
    zero = lives.sent if start is None else start
    own, firsts = ([changes[place] for place in places.tolist()] for places in (lives.order, lives.first))
    times = {"begin": lives.begin - zero, "end": lives.end - zero, "seconds": lives.end - lives.begin}
    computed: dict[str, Values] = {name: rounded(each) for name, each in times.items()}
    computed |= {"status": [change.to_status for change in own], "final": lives.final}
    return _told(INTERVAL_COLUMNS, own, firsts, computed)


def _told(
    columns: dict[str, str], own: Sequence[Transition], named: Sequence[Transition], computed: Mapping[str, Values]
) -> pd.DataFrame:
    """A row per change: what was computed, what the change says itself, and its command as another change names it."""
    values: dict[str, Values] = {
        "command": [f"#{change.number}" for change in named],
        "device": [change.device_name for change in named],
        "order": [change.order for change in named],
        **computed,
    }
    values |= {name: [getattr(change, name) for change in own] for name in columns if name not in values}
    return _by_column(columns, values, {f"#{change.number}": change.command for change in named})


def summary_table(transitions: Iterable[Transition]) -> pd.DataFrame:
    """How often each status was met, and for how many seconds: status (`str`), count (`int64`), mean, median, max.

    The seconds (`float64`) are of statuses that are over; final ones have no length and are missing. The fourteen
    statuses come in the order of their life, then other words by alphabet.
    """
    changes = checked_transitions(transitions)
    lives = lives_of(changes)
    status = np.array([change.to_status for change in changes], dtype=object)[lives.order]
    seconds = rounded(lives.end - lives.begin)
    places = {each.value: place for place, each in enumerate(Status)}
    lines = []
    for word in sorted(set(status), key=lambda word: (places.get(word, len(places)), word)):
        mine = status == word
        lengths = pd.Series(seconds[mine & ~lives.final & ~lives.open])
        spread = (round(value, 3) for value in (lengths.mean(), lengths.median(), lengths.max()))
        lines.append([word, int(mine.sum()), *spread])
    return frame_of(SUMMARY_COLUMNS, lines)


#: The columns that are shown shorter than they are, so that there is room for the others: to how many characters.
SHORTENED: Final = {"id": 9, "order": 44}


class WholeText(pd.DataFrame):
    """A DataFrame that shows its sentences whole, where pandas would cut them after 50 characters.

    It changes no option of pandas, and what is made from it shows itself the same way. Long ids and orders, which no
    one reads whole, are cut in the middle on a page; their values stay.
    """

    @property
    def _constructor(self) -> Callable[..., WholeText]:
        return WholeText

    def _repr_html_(self) -> Any:
        shown = pd.DataFrame(self)
        for name in [each for each in SHORTENED if each in shown.columns]:
            shown = shown.assign(**{name: shown[name].map(partial(_shortened, SHORTENED[name]))})
        with pd.option_context("display.max_colwidth", None):
            return shown._repr_html_()  # type: ignore[operator]  # pandas-stubs does not know it

    def __repr__(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            return super().__repr__()


def table_html(table: pd.DataFrame, missing: str = "NaN") -> str:
    """A table as HTML, its sentences whole, with a word for what is missing."""
    with pd.option_context("display.max_colwidth", None):
        return table.to_html(index=False, border=0, na_rep=missing)


def _shortened(most: int, value: object) -> object:
    return cut_in_middle(value, most) if isinstance(value, str) else value


def frame_of(columns: dict[str, str], lines: list[list[Any]], ids: dict[str, str] | None = None) -> pd.DataFrame:
    """A table from its lines, with the whole id of each command in its `attrs`."""
    return _by_column(columns, {name: [line[place] for line in lines] for place, name in enumerate(columns)}, ids)


def _by_column(columns: dict[str, str], values: Mapping[str, Values], ids: dict[str, str] | None) -> pd.DataFrame:
    """A table from its columns; an empty one has the same dtypes as a full one."""
    frame = WholeText({name: _column(values[name], dtype) for name, dtype in columns.items()})
    if ids is not None:
        frame.attrs["ids"] = ids
    return frame


def _column(values: Values, dtype: str) -> pd.Series[Any]:
    if dtype == TIME:
        milliseconds = np.rint(np.asarray(values, dtype=np.float64) * 1000).astype(np.int64)
        return pd.to_datetime(pd.Series(milliseconds), unit="ms", utc=True).astype(TIME)
    return pd.Series(values, dtype=dtype)
