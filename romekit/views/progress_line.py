"""How far a long wait is, in one line that is written over: `command.follow(progress=views.progress())`.

It writes text and a carriage return: a terminal and a notebook show one line that changes in place, and a saved
notebook keeps the last one. Nothing is shown without `progress=`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Final, TextIO

from romekit.core.model import Command
from romekit.core.status import is_final, is_success

WIDTH: Final = 24
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
