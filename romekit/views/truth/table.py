"""Truth and belief as a table and as one sentence, and as HTML and text for where no widget runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

import pandas as pd

from romekit.views.arguments import list_of
from romekit.views.chart import TRACK, TRACK_PERCENT, bar_html, end_html, sheet
from romekit.views.spans import Stretch, text_bar
from romekit.views.styles import NOT_TOLD, style_of
from romekit.views.tables import TIME, frame_of, table_html
from romekit.views.truth.life import Life
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


def as_html(lives: Sequence[Life]) -> str:
    """All commands, two bars each, and the table."""
    table = truth_table(lives)
    shown = table_html(table[COLUMNS], missing="never") if len(table) else ""
    return sheet(TITLE, finding(lives), f"{''.join(map(_life_html, lives))}{shown}")


def as_text(lives: Sequence[Life]) -> str:
    """All commands in characters, two lines each, and the table."""
    if not lives:
        return f"{TITLE}\n{finding(lives)}"
    table = truth_table(lives)[["command", "status", "really_at", "believed_at", "lag", "asks", "told_by"]]
    return f"{TITLE}\n{finding(lives)}\n\n" + "\n".join(map(_life_text, lives)) + f"\n\n{table.to_string(index=False)}"


def _title(life: Life) -> str:
    return f"{life.row.name} {life.row.order} on {life.row.device}"


def _tracks(life: Life) -> dict[str, Sequence[Stretch]]:
    return {"really": [real.span for real in life.real], "believed": life.believed}


def _life_html(life: Life) -> str:
    tracks = "".join(_track(name, life, stretches) for name, stretches in _tracks(life).items())
    return f"<div><b>{escape(_title(life))}</b>, {life.end - life.begin:.2f} seconds</div>{tracks}"


def _track(name: str, life: Life, stretches: Sequence[Stretch]) -> str:
    scale = TRACK_PERCENT / ((life.end - life.begin) or 1.0)
    at, parts = life.begin, [f'<div style="{LABEL}">{name}</div>']
    for each in stretches:
        status, seconds = each.status or NOT_TOLD, each.end - each.begin
        if each.begin > at:
            parts.append(f'<div style="width:{(each.begin - at) * scale:.2f}%;"></div>')
        bar = bar_html(status, seconds * scale, f"{status}, {seconds:.2f} s")
        parts.append(end_html(status) if each.is_final else bar)
        if each.is_open:
            parts.append("<div>&nbsp;… still</div>")
        at = max(at, each.end)
    return f'<div style="{TRACK}">{"".join(parts)}</div>'


def _life_text(life: Life) -> str:
    lines = [f"{_title(life)}, {life.end - life.begin:.2f} seconds"]
    for name, track in _tracks(life).items():
        lasting = [each for each in track if not each.is_final and each.end > each.begin]
        last = track[-1]
        block, status = style_of(last.status).block, last.status or NOT_TOLD
        bar = text_bar(lasting, life.begin, life.end - life.begin, ROOM)
        lines.append(f"  {name:<8} {bar} {f'… still {status}' if last.is_open else f'{block} {status}'}")
    return "\n".join(lines)
