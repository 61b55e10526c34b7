"""Truth and belief as a table and as one sentence, and as HTML and text for where no widget runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Final

import pandas as pd

from romekit.views.chart import TRACK, bar_html, sheet
from romekit.views.tables import TIME, frame_of, with_ids
from romekit.views.terminal import text_bar
from romekit.views.truth.life import Life, Real
from romekit.views.truth.payload import NOT_TOLD, style_as_json
from romekit.views.truth.sentences import request_of

TRUTH_COLUMNS: Final = (
    dict.fromkeys(("command", "device", "status"), "str")
    | dict.fromkeys(("really_at", "believed_at", "lag"), "float64")
    | {"asks": "int64", "told_by": "str", "who": "str", "why": "str", "at": TIME}
)


def truth_table(lives: Iterable[Life]) -> pd.DataFrame:
    """One row per status a command really was in: when, and when the client was told.

    Columns: command, device, status (`str`), really_at, believed_at, lag (`float64`, seconds since the command was
    accepted, and between the two), asks (`int64`, requests answered while it was so), told_by, who, why (`str`), at
    (`datetime64[ms, UTC]`). `believed_at`, `lag` and `told_by` are missing where the client never saw the status.
    """
    rows = list(lives)
    lines = [_line(life, real) for life in rows for real in life.real]
    return with_ids(frame_of(TRUTH_COLUMNS, lines), {life.row.name: life.row.command for life in rows})


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
    believed_at = None if learned is None else round(learned.received_at - zero, 3)
    by = None if learned is None else request_of(learned)
    seen = [round(span.begin - zero, 3), believed_at, real.lag, len(real.requests), by]
    return [life.row.name, life.row.device, span.status, *seen, span.who, span.why, span.begin]


# ── the same where no widget runs ────────────────────────────────────────────────────────────────────────────────────

TITLE: Final = "What really happened, and what the client believed"
COLUMNS: Final = ["command", "status", "really_at", "believed_at", "lag", "asks", "told_by", "why"]
LABEL: Final = "width:80px;flex-shrink:0;font-size:11px;"
ROOM: Final = 44

#: A stretch of either track: the status, when it begins and ends, whether it is final, and whether it goes on.
Stretch = tuple[str, float, float, bool, bool]


def as_html(lives: Sequence[Life]) -> str:
    """All commands, two bars each, and the table."""
    table = truth_table(lives)
    with pd.option_context("display.max_colwidth", None):
        shown = table[COLUMNS].to_html(index=False, border=0, na_rep="never") if len(table) else ""
    return sheet(TITLE, finding(lives), f"{''.join(map(_life_html, lives))}{shown}")


def as_text(lives: Sequence[Life]) -> str:
    """All commands in characters, two lines each, and the table."""
    if not lives:
        return f"{TITLE}\n{finding(lives)}"
    table = truth_table(lives)[["command", "status", "really_at", "believed_at", "lag", "asks", "told_by"]]
    return f"{TITLE}\n{finding(lives)}\n\n" + "\n".join(map(_text_lines, lives)) + f"\n\n{table.to_string(index=False)}"


def _real_track(life: Life) -> list[Stretch]:
    return [
        (each.span.status, each.span.begin, each.span.end, each.span.is_final, each.span.is_open) for each in life.real
    ]


def _believed_track(life: Life) -> list[Stretch]:
    return [(each.status or NOT_TOLD, each.begin, each.end, each.is_final, each.is_open) for each in life.believed]


# ── HTML ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _life_html(life: Life) -> str:
    title = escape(f"{life.row.name} {life.row.order} on {life.row.device}")
    long = f"{life.end - life.begin:.2f} seconds"
    tracks = _track("really", life, _real_track(life)) + _track("believed", life, _believed_track(life))
    return f"<div><b>{title}</b>, {long}</div>{tracks}"


def _track(name: str, life: Life, stretches: list[Stretch]) -> str:
    # Everything gets 80 % of the track, so that the name of the final status has room behind the last bar.
    scale = 80.0 / ((life.end - life.begin) or 1.0)
    at, parts = life.begin, []
    for status, begin, end, is_final, is_open in stretches:
        if begin > at:
            parts.append(f'<div style="width:{(begin - at) * scale:.2f}%;"></div>')
        parts.append(_end(status) if is_final else _bar_html(status, (end - begin) * scale, end - begin))
        if is_open:
            parts.append("<div>&nbsp;… still</div>")
        at = max(at, end)
    label = f'<div style="{LABEL}">{name}</div>'
    return f'<div style="{TRACK}">{label}{"".join(parts)}</div>'


def _bar_html(status: str, percent: float, seconds: float) -> str:
    style = style_as_json(status)
    return bar_html(status, percent, style["fill"], style["ink"], f"{status}, {seconds:.2f} s")


def _end(status: str) -> str:
    return f'<div style="white-space:nowrap;">&nbsp;{style_as_json(status)["block"]} {escape(status)}</div>'


# ── characters ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _text_lines(life: Life) -> str:
    head = f"{life.row.name} {life.row.order} on {life.row.device}, {life.end - life.begin:.2f} seconds"
    tracks = {"really": _real_track(life), "believed": _believed_track(life)}
    return "\n".join([head, *(f"  {name:<8} {_bar(life, track)} {_last(track)}" for name, track in tracks.items())])


def _last(track: list[Stretch]) -> str:
    status, *_, is_open = track[-1]
    return f"… still {status}" if is_open else f"{style_as_json(status)['block']} {status}"


def _bar(life: Life, stretches: list[Stretch]) -> str:
    lasting = [
        (style_as_json(status)["block"], begin - life.begin, end - life.begin)
        for status, begin, end, is_final, _ in stretches
        if not is_final and end > begin
    ]
    return text_bar(lasting, life.end - life.begin, ROOM)
