"""How far a long wait is, in one line that is written over: `command.follow(progress=views.progress())`.

It writes text and a carriage return: a terminal and a notebook show one line that changes in place, and a saved
notebook keeps the last one. What is shown without being asked for (`PauseLine`) goes when it is over.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from threading import current_thread, main_thread
from typing import Any, Final, TextIO

from romekit.core.model import Command
from romekit.core.status import is_final, is_success
from romekit.core.transition import Transition
from romekit.views.spans import SpanRow, as_rows

WIDTH: Final = 24
#: Real seconds after which a wait is worth a line.
SECOND: Final = 1.0
FULL, EMPTY = "█", "░"


def progress(to: TextIO | None = None) -> Progress:
    """Something to hand to `follow` or `follow_many`; it writes to `to`, or to standard output."""
    return Progress(to)


class Progress:
    """A line about one command: the statuses it went through. About many: a bar, and how many ended how."""

    def __init__(self, to: TextIO | None = None) -> None:
        self._to = to
        self._trail: list[str] = []
        self._answers = 0
        self._line = ""

    def __call__(self, commands: Command | Sequence[Command]) -> None:
        """Show how far it is; a final answer ends the line."""
        self._answers += 1
        line, is_over = self._of_one(commands) if isinstance(commands, Command) else self._of_many(commands)
        self._write(line, is_over)
        if is_over:
            self._trail, self._answers, self._line = [], 0, ""

    def _of_one(self, command: Command) -> tuple[str, bool]:
        if command.status not in self._trail[-1:]:
            self._trail.append(command.status)
        asked = f"{self._answers} answer{'' if self._answers == 1 else 's'}"
        return f"{' → '.join(self._trail)} ({asked})", is_final(command.status)

    def _of_many(self, commands: Sequence[Command]) -> tuple[str, bool]:
        over = [command.status for command in commands if is_final(command.status)]
        part = len(over) / len(commands) if commands else 1.0
        bar = FULL * int(WIDTH * part) + EMPTY * (WIDTH - int(WIDTH * part))
        ends = Counter(sorted(over, key=lambda status: (not is_success(status), status)))
        ended = ", ".join(f"{count} {status}" for status, count in ends.items())
        return f"{bar} {len(over)} of {len(commands)} over{': ' if ended else ''}{ended}", part == 1.0

    def _write(self, line: str, is_over: bool) -> None:
        if line != self._line or is_over:
            to = self._to or sys.stdout
            to.write(f"\r{line}{' ' * (len(self._line) - len(line))}{chr(10) if is_over else ''}")
            to.flush()
            self._line = line

    def __repr__(self) -> str:
        return "Progress: a line that changes in place"


class PauseLine:
    """The line of a terminal about what is under way while time passes; see `CellProgress.show`."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._is_shown = False

    def show(self, read: Callable[[], Sequence[Transition]], now: float, pause: float, pace: float) -> None:
        """Write it, once a second has passed; a pause of no seconds ends it."""
        began = now if self._began is None else self._began
        self._began = began if pause else None
        rows = [row for row in as_rows(read(), now) if row.last.is_open or row.last.end >= began] if pause else []
        if pause and (now - began) * pace >= SECOND:
            write_over(f"{in_a_line(rows)}: {now - began:.1f} s")
            self._is_shown = True
        elif not pause and self._is_shown:
            write_over("")
            self._is_shown = False


def in_a_line(rows: Sequence[SpanRow]) -> str:
    if len(rows) == 1:
        return f"{rows[0].order} on {rows[0].device}, {rows[0].last.status}"
    over = sum(row.last.is_final for row in rows)
    return f"{over} of {len(rows)} commands are over" if rows else "Waiting"


def write_over(words: str) -> None:
    """Write a line of a terminal over the last one; no words leave it empty. Where output is kept, write nothing."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{words}")
        sys.stderr.flush()


def running_cell() -> tuple[str, str]:
    """The id of the cell that runs, and of its execution; empty outside of a notebook, a cell or the cells' thread."""
    jupyter = sys.modules.get("IPython")
    if jupyter is None or current_thread() is not main_thread():
        return "", ""
    message: Any = getattr(jupyter.get_ipython(), "get_parent", dict)()  # a kernel in a browser tab may not say it
    header = message.get("header", {}) if isinstance(message, dict) else {}
    if header.get("msg_type") != "execute_request":
        return "", ""
    return str(message.get("metadata", {}).get("cellId") or ""), str(header.get("msg_id", ""))
