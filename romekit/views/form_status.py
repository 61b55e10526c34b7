"""What a form says of its last sending, as HTML. Each text is escaped, and a screen reader reads out each change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class FormStatus:
    """A sentence or an error, the statuses seen so far, and what the app service answered, if it did."""

    message: str | RomeError
    trail: tuple[str, ...] = ()
    answer: Mapping[str, Any] | None = None

    def as_html(self) -> str:
        """All of it, one below the other."""
        passed, said = " → ".join(self.trail), self.message
        shown = f'<div class="rk-trail" style="{TEXT}">{escape(passed)}</div>' if passed else ""
        if isinstance(said, RomeError):
            shown += f'<div role="alert" style="{ALARM}"><b>{escape(said.message)}</b> {escape(said.hint)}</div>'
        else:
            shown += f'<div role="status" aria-live="polite" style="{TEXT}">{escape(said)}</div>'
        if self.answer is not None:
            written = escape(json.dumps(dict(self.answer), indent=2, ensure_ascii=False))
            shown += f'<div style="{TEXT}">The app service answered:</div>'
            shown += f'<pre class="rk-answer" tabindex="0" aria-label="The answer" style="{CODE}">{written}</pre>'
        return shown


def sentence_of(status: str, error: str | None) -> str:
    """A status with its meaning, and what the device reported."""
    word = as_status(status)
    mark = "" if not is_final(status) else "✓ " if is_success(status) else "✗ "
    reason = f" Reported: {error}." if error else ""
    meaning = f"{MEANING[word]}." if word else "a word this romekit does not know."
    return f"{mark}{status}: {meaning}{reason}"
