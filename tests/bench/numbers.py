"""Telling what was measured: a Markdown table for people (NUMBERS.md), JSON for programs (artifacts/bench.json)."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.growth import Growth
from tests.bench.measures import Measure
from tests.bench.peers import PINS
from tests.bench.rounds import Alone, Beside, Line, Spread

PAGE = Path(__file__).with_name("NUMBERS.md")
REPORT = Path(__file__).parents[2] / "artifacts" / "bench.json"
HEAD = """\
# Numbers beside the peers'

Written by `python -m tests.bench`: a warm-up, then {rounds} rounds in which each contender plays once; the median, and
in brackets the range. A ratio says how many times better romekit is, the median of the rounds' own: numbers of a shared
machine wander, ratios from the same minute do less.

{machine}
"""
OURS = ("httpx", "starlette", "uvicorn", "httptools", "pandas")
PEERS = ("moto", "boto3", "polars", "aiohttp")


@dataclass
class Run:
    """What one run has measured until now, and what is to be said about it."""

    where: dict[str, Any]
    rounds: int
    note: str = ""
    lines: list[Line] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    grown: Sequence[Growth] = ()
    measures: Sequence[Measure] = ()


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": load(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "ours": {name: version(name) for name in OURS},
        "peers": {name: _pinned(name) for name in PEERS},
    }


def load() -> list[float]:
    """How many wanted to run, on average over 1, 5 and 15 minutes; nothing where the system does not tell."""
    return [round(each, 1) for each in os.getloadavg()] if hasattr(os, "getloadavg") else []


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _pinned(name: str) -> str:
    pins = PINS.read_text(encoding="utf-8").splitlines()
    return next(pin.partition("==")[2] for pin in pins if pin.startswith(f"{name}=="))


def in_words(where: Mapping[str, Any]) -> str:
    """The machine in one sentence."""
    libraries = ", ".join(f"{name} {number}" for part in ("ours", "peers") for name, number in where[part].items())
    begun = ", ".join(map(str, where["load"])) or "not told"
    return (
        f"{where['date']}, {where['processor']}, {where['cores']} cores, {where['system']}, Python {where['python']}; "
        f"{libraries}. Load averages before the first row (1, 5, 15 minutes): {begun}; much above 0, others were at "
        "work on the machine."
    )


def table(lines: Sequence[Line]) -> str:
    """The rows beside their peers."""
    head = "| measure | romekit | peer | peer's | ratio | target | |\n| --- | ---: | --- | ---: | ---: | ---: | --- |"
    return "\n".join([head, *(f"| {' | '.join(_cells(line))} |" for line in lines)])


def _cells(line: Line) -> list[str]:
    what = f"{line.what}; {line.note}" if line.note else line.what
    ours = f"{_spread(line.ours)} {line.unit}"
    if isinstance(line, Alone):
        return [what, ours, "", "", "", target(line), verdict(line)]
    return [what, ours, line.peer, _spread(line.theirs), f"{number(line.ratio)} ×", target(line), verdict(line)]


def target(line: Line) -> str:
    """What it must reach; nothing for a row that is there to be compared."""
    if isinstance(line, Alone):
        return "" if line.most is None else f"≤ {line.most:g} {line.unit}"
    return "" if line.target is None else f"≥ {line.target:.3g} ×"


def verdict(line: Line) -> str:
    """Whether it has reached it."""
    return ("reached" if line.is_reached else "**MISSED**") if target(line) else ""


def _spread(spread: Spread) -> str:
    return f"{number(spread.median)} ({number(spread.low)} … {number(spread.high)})"


def number(value: float) -> str:
    """Three digits, or all in front of the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def page(run: Run) -> str:
    """Everything, as Markdown."""
    parts = [HEAD.format(rounds=run.rounds, machine=in_words(run.where))]
    parts += [f"{run.note}\n"] if run.note else []
    parts += [table(run.lines)]
    parts += [f"\nNot measured: `{name}`, because {why}." for name, why in run.missing.items()]
    if run.grown:
        parts += ["\n## How costs grow as the work grows\n", *(f"{each.as_table()}\n" for each in run.grown)]
    if run.measures:
        parts += ["## In process\n", _in_process(run.measures)]
    return "\n".join(parts) + "\n"


def _in_process(measures: Sequence[Measure]) -> str:
    lines = ["| measure | measured | target | |", "| --- | ---: | ---: | --- |"]
    for each in measures:
        sign = "≤" if each.unit in {"s", "ms"} else "≥"
        least = "" if each.target is None else f"{sign} {each.target:g} {each.unit}"
        told = "" if each.target is None else "reached" if each.is_reached else "**MISSED**"
        lines.append(f"| {each.name.strip()} | {number(each.value)} {each.unit} | {least} | {told} |")
    return "\n".join(lines)


def report(run: Run) -> str:
    """Everything, as JSON."""
    kinds = {Beside: "beside", Alone: "alone"}
    told = [{"kind": kinds[type(line)], **asdict(line), "reached": line.is_reached} for line in run.lines]
    whole = {
        "machine": run.where,
        "rounds": run.rounds,
        "note": run.note,
        "lines": told,
        "missing": run.missing,
        "growth": [asdict(each) for each in run.grown],
        "measures": [asdict(each) for each in run.measures],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
