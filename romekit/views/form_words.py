"""What a form says, as HTML that people who listen to it hear as well: each text escaped, each state in a live line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from romekit.core.errors import RomeError
from romekit.core.status import MEANING, as_status, is_final, is_success
from romekit.views.assets import CODE, TEXT

#: Red beside the words and not in them: no red of JupyterLab's is readable as text on light and on dark.
ALARM: Final = (
    "border-left:4px solid var(--jp-error-color1, #d32f2f);padding-left:8px;"
    "font-size:var(--jp-ui-font-size1, 13px);line-height:1.4;"
)


def said_in(text: str) -> str:
    """A sentence, read out when it changes."""
    return f'<div role="status" aria-live="polite" style="{TEXT}">{escape(text)}</div>'


def problem_in(error: RomeError) -> str:
    """An error with its hint, for people who see and for people who listen."""
    return f'<div role="alert" style="{ALARM}"><b>{escape(error.message)}</b> {escape(error.hint)}</div>'


def status_in(status: str, error: str | None) -> str:
    """A status with its meaning, and what the device reported."""
    word = as_status(status)
    mark = "" if not is_final(status) else "✓ " if is_success(status) else "✗ "
    reason = f" Reported: {error}." if error else ""
    meaning = f"{MEANING[word]}." if word else "a word this romekit does not know."
    return said_in(f"{mark}{status}: {meaning}{reason}")


def trail_in(statuses: Sequence[str]) -> str:
    """The statuses that have been seen, in order."""
    passed = " → ".join(statuses)
    return f'<div class="rk-trail" style="{TEXT}">{escape(passed)}</div>' if passed else ""


def progress_in(seconds: int, asked: int, status: str, *, is_over: bool) -> str:
    """How long it has been followed and how often asked: not a live line, since it changes every second."""
    times = "once" if asked == 1 else f"{asked} times"
    verb = "Followed" if is_over else "Following"
    return f'<div role="timer" style="{TEXT}">{verb} for {seconds} s, asked {times}: {escape(status)}</div>'


def answer_in(answer: Mapping[str, Any]) -> str:
    """What an app service answered."""
    written = escape(json.dumps(dict(answer), indent=2, ensure_ascii=False))
    head = f'<div style="{TEXT}">The app service answered:</div>'
    return f'{head}<pre class="rk-answer" tabindex="0" aria-label="The answer" style="{CODE}">{written}</pre>'


def table_of(rows: Mapping[str, str]) -> str:
    """Labels and what stands beside them, for readers without a kernel."""
    lines = (f"<tr><th>{escape(label)}</th><td>{escape(text or '(nothing)')}</td></tr>" for label, text in rows.items())
    return f"<table>{''.join(lines)}</table>"
