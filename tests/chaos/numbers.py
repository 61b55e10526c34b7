"""Telling what happened: a table for people (NUMBERS.md), JSON for programs (artifacts/chaos.json).

Each calamity writes its own row when it has been played, so that one played alone renews its own and no other.
"""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tests.chaos.oracle import Verdict

PAGE = Path(__file__).with_name("NUMBERS.md")
REPORT = Path(__file__).parents[2] / "artifacts" / "chaos.json"
#: The calamities in the order of the table, and what each is.
CALAMITIES: Final = {
    "kills": "SIGKILL under load, same file and port again",
    "full disk": "a file system of 24 MB, full and emptied again",
    "connections": "connections dropped after accept, in a request, in an answer",
    "slow clients": "a byte a second, half a header, never reading, beside people at work",
    "database frozen": "every process of PostgreSQL stopped for 10 s, two servers",
    "database stopped": "PostgreSQL shut down for 10 s and started again, two servers",
    "two servers": "both race on one space",
    "one of two killed": "now one, now the other, under load",
    "clock": "the wall clock an hour forward, then an hour back, running and across a restart",
}
HEAD: Final = """\
# What was done to a shared server, and what came of it

Written by `pytest -m chaos -n0`. *Accepted*: a client was given a 201 for it. *Lost*: not there afterwards, or without
an end. *Repeated*: one order that became two commands, or a command that ran twice. *Appeared*: done, though the client
was told that nothing was. *Backwards*: a status shown that does not follow the one shown before, or that its history
does not have. *Strange*: an error that is not romekit's own, or has no hint. An `Unsure` was sent again under its id.
"""


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


@dataclass
class Record:
    """Where results go."""

    page: Path = PAGE
    report: Path = REPORT

    def calamity(self, name: str, verdict: Verdict, **more: float) -> None:
        """A row of what was done, and what was found."""
        found = {each: len(getattr(verdict, each)) for each in ("lost", "repeated", "appeared", "backwards", "strange")}
        counted = {"accepted": verdict.accepted, **found, "errors": dict(verdict.errors.most_common())}
        self._put("calamities", name, counted | {"more": more})

    def measure(self, name: str, **numbers: float) -> None:
        """Something that was measured."""
        self._put("measures", name, {each: round(number, 1) for each, number in numbers.items()})

    def _put(self, part: str, name: str, what: Mapping[str, Any]) -> None:
        whole: dict[str, Any] = {"machine": {}, "calamities": {}, "measures": {}}
        if self.report.exists():
            whole |= json.loads(self.report.read_text(encoding="utf-8"))
        whole["machine"] = machine()
        whole[part][name] = what
        self.report.parent.mkdir(exist_ok=True)
        self.report.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        self.page.write_text(page(whole), encoding="utf-8")


def page(whole: Mapping[str, Any]) -> str:
    """Everything, as Markdown."""
    where = whole["machine"]
    played = {name: whole["calamities"][name] for name in CALAMITIES if name in whole["calamities"]}
    missing = [name for name in CALAMITIES if name not in played]
    lines = [
        HEAD,
        f"{where['date']}, {where['cores']} cores, {where['system']}, Python {where['python']}.\n",
        "| calamity | accepted | lost | repeated | appeared | backwards | strange | errors the clients met | beside |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |",
        *(_row(name, row) for name, row in played.items()),
        *(f"\nNot played here: {name}." for name in missing),
    ]
    if whole["measures"]:
        lines += ["\n## Many at once, in one process\n", "| what | measured |", "| --- | --- |"]
        lines += [f"| {name} | {_named(numbers)} |" for name, numbers in whole["measures"].items()]
    return "\n".join(lines) + "\n"


def _row(name: str, row: Mapping[str, Any]) -> str:
    counts = [f"{row[each]:,}" for each in ("accepted", "lost", "repeated", "appeared", "backwards", "strange")]
    what = f"**{name}**: {CALAMITIES[name]}"
    return f"| {' | '.join([what, *counts, _named(row['errors']) or 'none', _named(row['more'])])} |"


def _named(numbers: Mapping[str, float]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {number:,}" for name, number in numbers.items())
