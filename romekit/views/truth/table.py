"""Truth and belief as a table, and as one sentence: what the truth line shows, for reading and for pandas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pandas as pd

from romekit.views.tables import TIME, _frame, _with_ids
from romekit.views.truth.life import Life, Real
from romekit.views.truth.words import request_of

TRUTH_COLUMNS: Final = {
    "command": "str",
    "device": "str",
    "status": "str",
    "really_at": "float64",
    "believed_at": "float64",
    "lag": "float64",
    "asks": "int64",
    "told_by": "str",
    "who": "str",
    "why": "str",
    "at": TIME,
}


def truth_table(lives: Iterable[Life]) -> pd.DataFrame:
    """One row per status a command really was in: when, and when the client was told.

    Columns: command, device, status (`str`), really_at, believed_at, lag (`float64`, seconds since the command was
    accepted, and between the two), asks (`int64`, requests answered while it was so), told_by, who, why (`str`), at
    (`datetime64[ms, UTC]`). `believed_at`, `lag` and `told_by` are missing where the client never saw the status.
    """
    rows = list(lives)
    lines = [_line(life, real) for life in rows for real in life.real]
    return _with_ids(_frame(TRUTH_COLUMNS, lines), {life.row.name: life.row.command for life in rows})


def finding(lives: Iterable[Life]) -> str:
    """What the lives say, in one sentence."""
    reals = [real for life in lives for real in life.real]
    if not reals:
        return "No command has been sent yet."
    lags = [real.lag for real in reals if real.lag is not None]
    all_of = "the one status" if len(reals) == 1 else f"all {len(reals)} statuses"
    some_of = f"{len(lags) or 'none'} of {len(reals)} status{'' if len(reals) == 1 else 'es'}"
    saw = f"The client saw {all_of if len(lags) == len(reals) else some_of}"
    return f"{saw}, at most {max(lags):.2f} s late." if lags else f"{saw}."


def _line(life: Life, real: Real) -> list[Any]:
    zero, learned, span = life.row.sent, real.learned, real.span
    told = None if learned is None else round(learned.told_at - zero, 3)
    by = None if learned is None else request_of(learned)
    seen = [round(span.begin - zero, 3), told, real.lag, len(real.asks), by]
    return [life.row.name, life.row.device, span.status, *seen, span.who, span.why, span.begin]
