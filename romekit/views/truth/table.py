"""Truth and belief as a table and as one sentence, and as HTML and text for where no widget runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

import pandas as pd

from romekit.views.arguments import list_of
from romekit.views.chart import TRACK, TRACK_PERCENT, bar_html, end_html, sheet
from romekit.views.tables import TIME, frame_of
from romekit.views.terminal import text_bar
from romekit.views.truth.life import Life
from romekit.views.truth.payload import NOT_TOLD, style_of
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
    lines, ids = [], {}
    for life in list_of(Life, lives, "lives", "Give what views.truth_of(…) answers."):
        row = life.row
        ids[row.name] = row.command
        for real in life.real:
            learned, span = real.learned, real.span
            seen = [round(learned.received_at - row.sent, 3) if learned else None, real.lag, len(real.requests)]
            told = [request_of(learned) if learned else None, span.who, span.why, span.begin]
            lines.append([row.name, row.device, span.status, round(span.begin - row.sent, 3), *seen, *told])
    return frame_of(TRUTH_COLUMNS, lines, ids)


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
    return f"{TITLE}\n{finding(lives)}\n\n" + "\n".join(map(_life_text, lives)) + f"\n\n{table.to_string(index=False)}"


def _title(life: Life) -> str:
    return f"{life.row.name} {life.row.order} on {life.row.device}"


def _tracks(life: Life) -> dict[str, list[Stretch]]:
    real = [(it.span.status, it.span.begin, it.span.end, it.span.is_final, it.span.is_open) for it in life.real]
    believed = [(it.status or NOT_TOLD, it.begin, it.end, it.is_final, it.is_open) for it in life.believed]
    return {"really": real, "believed": believed}


def _life_html(life: Life) -> str:
    tracks = "".join(_track(name, life, stretches) for name, stretches in _tracks(life).items())
    return f"<div><b>{escape(_title(life))}</b>, {life.end - life.begin:.2f} seconds</div>{tracks}"


def _track(name: str, life: Life, stretches: list[Stretch]) -> str:
    scale = TRACK_PERCENT / ((life.end - life.begin) or 1.0)
    at, parts = life.begin, [f'<div style="{LABEL}">{name}</div>']
    for status, begin, end, is_final, is_open in stretches:
        style, seconds = style_of(status), end - begin
        if begin > at:
            parts.append(f'<div style="width:{(begin - at) * scale:.2f}%;"></div>')
        said = f"{status}, {seconds:.2f} s"
        parts.append(end_html(status, style) if is_final else bar_html(status, seconds * scale, style, said))
        if is_open:
            parts.append("<div>&nbsp;… still</div>")
        at = max(at, end)
    return f'<div style="{TRACK}">{"".join(parts)}</div>'


def _life_text(life: Life) -> str:
    lines = [f"{_title(life)}, {life.end - life.begin:.2f} seconds"]
    for name, track in _tracks(life).items():
        lasting = [
            (style_of(status).block, begin - life.begin, end - life.begin)
            for status, begin, end, is_final, _ in track
            if not is_final and end > begin
        ]
        status, *_, is_open = track[-1]
        last = f"… still {status}" if is_open else f"{style_of(status).block} {status}"
        lines.append(f"  {name:<8} {text_bar(lasting, life.end - life.begin, ROOM)} {last}")
    return "\n".join(lines)
