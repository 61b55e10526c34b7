"""What is under way while a cell runs: a timeline under the cell that grows with the time and goes with the cell's end.

It is no output. The kernel opens a widget that has no view, and the script of its model draws under the cell that runs
(static/cell_progress.js). So nothing of it is saved, exported or compared, and what the cell prints stays whole: an
output that is updated would be saved with its last value, and clearing it would clear what the cell had printed.
Measured in JupyterLab 4.4.9 and 4.6.6 and Notebook 7.4.7: the script runs as soon as the kernel opens the model, also
while the cell blocks. Where no page runs it, as in VS Code, nothing is drawn and nothing else changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from time import monotonic
from typing import Any, Final

from anywidget import AnyWidget
from traitlets import Dict

from romekit.core.transition import Transition
from romekit.views.assets import asset
from romekit.views.progress_line import running_cell
from romekit.views.spans import SpanRow, as_rows
from romekit.views.styles import sorted_statuses, style_of

#: How many commands have a row each; of more than that only the statuses are counted.
MOST: Final = 12
#: Real seconds between two pictures.
LEAST: Final = 0.1

Read = Callable[[], Sequence[Transition]]


class CellProgress(AnyWidget):
    """The picture of this kernel's running cell."""

    _esm = asset("cell_progress.js")
    _css = asset("cell_progress.css")

    picture = Dict().tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self._began: float | None = None  # when the running cell began to wait, by the clock that it waits by
        self._over = ""  # the message that asked for the last cell that is over
        self._next_at = 0.0

    def show(self, read: Read, now: float, pause: float, pace: float) -> None:
        """Draw what is under way `now`, before `pause` seconds pass that take `pace` real seconds each.

        `read` answers the changes of all commands. Nothing is drawn from outside of a cell, such as in a thread.
        """
        if not pause or (monotonic() < self._next_at and pause * pace < LEAST) or not (cell := self._running()):
            return
        if self._began is None:
            self._began = now
        rows = [row for row in as_rows(read(), now) if row.last.is_open or row.last.end >= self._began]
        times = {"began": self._began, "now": now, "until": now + pause, "pace": pace}
        self._draw({"cell": cell, **times, **picture_of(rows)})

    def tell(self, words: str) -> None:
        """Show some words, and the seconds that the cell has been running."""
        if monotonic() >= self._next_at and (cell := self._running()):
            self._draw({"cell": cell, "words": words})

    def begin(self, *_: object) -> None:
        """A cell begins: the page counts its seconds, should it be one that takes some."""
        self._next_at, self._began, self._over = 0.0, None, ""
        self.tell("Running")
        self._next_at = 0.0

    def end(self, *_: object) -> None:
        """The cell is over: its own outputs stand where the picture was."""
        self._over = running_cell()[1]
        self.picture = {}

    def _running(self) -> str:
        """The id of the cell that runs; empty where there is none."""
        cell, execution = running_cell()
        return "" if execution == self._over else cell

    def _draw(self, picture: dict[str, Any]) -> None:
        self._next_at = monotonic() + LEAST
        self.picture = picture


def picture_of(rows: Sequence[SpanRow]) -> dict[str, Any]:
    """Commands as JSON: a row for each, or how many are in which status; and how the statuses are painted."""
    counts = Counter(row.last.status for row in rows)
    words = sorted_statuses({span.status for row in rows for span in row.spans})
    styles = {word: {name: getattr(style_of(word), name) for name in ("fill", "ink", "block")} for word in words}
    drawn = rows if len(rows) <= MOST else []
    return {
        "rows": [{"name": f"{row.name} {row.device}", "spans": list(map(_span, row.spans))} for row in drawn],
        "counts": [[word, counts[word]] for word in words if counts[word]],
        "over": sum(row.last.is_final for row in rows),
        "styles": styles,
    }


def _span(span: Any) -> list[Any]:
    return [span.status, span.begin, None if span.is_open else span.end]


@cache
def of_this_kernel() -> CellProgress:
    """The one picture of this kernel; IPython tells it when a cell is over."""
    from IPython import get_ipython  # whoever runs a kernel has it

    made, events = CellProgress(), get_ipython().events
    events.register("pre_run_cell", made.begin)
    events.register("post_run_cell", made.end)
    return made
