"""The numbers as Markdown for people (NUMBERS.md, README's table)."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.growth import Growth
from tests.bench.peers import PINS, ROOT
from tests.bench.rounds import Line, Spread

PAGE, TAB = (Path(__file__).with_name(name) for name in ("NUMBERS.md", "tab.md"))
README = ROOT / "README.md"
BEGIN, END = "<!-- numbers: python -m tests.bench -->", "<!-- numbers end -->"
HEAD = """\
# Numbers beside the peers'

Written by `python -m tests.bench`: a warm-up, then {rounds} rounds in which each contender plays once; the median, and
in brackets the range. A ratio says how many times better romekit is, the median of the rounds' own: numbers of a shared
machine wander, ratios from the same minute do less. Servers run in the setting for a reverse proxy (`--behind-proxy`,
httptools), without the proxy. What has no target is there to be compared.

{machine}
"""
OURS = ("httpx", "starlette", "uvicorn", "httptools", "pandas")
PEERS = ("moto", "polars", "aiohttp")


@dataclass
class Run:
    """What one run has measured until now, and what is to be said about it."""

    where: str
    rounds: int
    note: str = ""
    lines: list[Line] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    grown: Sequence[Growth] = ()


def machine() -> str:
    """What it is measured on, in one sentence."""
    pins = dict(pin.partition(" ")[0].split("==") for pin in PINS.read_text(encoding="utf-8").splitlines())
    libraries = {name: version(name) for name in OURS} | {name: pins[name] for name in PEERS}
    python, date = f"Python {platform.python_version()}", f"{datetime.now(UTC):%Y-%m-%d}"
    what = ", ".join([date, _processor(), f"{os.cpu_count()} cores", platform.system(), platform.machine(), python])
    return (
        f"{what}; {', '.join(' '.join(each) for each in libraries.items())}. Load averages before the first row "
        f"(1, 5, 15 minutes): {', '.join(map(str, load())) or 'not told'}; much above 0, others were at work."
    )


def load() -> list[float]:
    """How many wanted to run, on average over 1, 5 and 15 minutes; nothing where the system does not tell."""
    return [round(each, 1) for each in os.getloadavg()] if hasattr(os, "getloadavg") else []


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def table(lines: Sequence[Line]) -> str:
    """Every row beside its peer."""
    head = [
        "| measure | romekit | peer | peer's | ratio | target | |",
        "| --- | ---: | --- | ---: | ---: | ---: | --- |",
    ]
    return "\n".join([*head, *map(_row, lines)])


def _row(line: Line) -> str:
    what = f"{line.what}; {line.note}" if line.note else line.what
    theirs = _spread(line.theirs) if line.theirs else ""
    cells = (what, f"{_spread(line.ours)} {line.unit}", line.peer, theirs, _ratio(line), target(line), _verdict(line))
    return f"| {' | '.join(cells)} |"


def target(line: Line) -> str:
    """What it must reach; nothing for a row that is there to be compared."""
    parts = [f"≥ {line.least:.3g} ×"] if line.least is not None else []
    return ", ".join(parts + ([f"≤ {line.most:g} {line.unit}"] if line.most is not None else []))


def _verdict(line: Line) -> str:
    return ("reached" if line.is_reached else "**MISSED**") if target(line) else ""


def _ratio(line: Line) -> str:
    return "" if line.ratio is None else f"{number(line.ratio)} ×"


def _spread(spread: Spread) -> str:
    return f"{number(spread.median)} ({number(spread.low)} … {number(spread.high)})"


def number(value: float) -> str:
    """Three digits, or all in front of the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def page(run: Run) -> str:
    """Everything, as Markdown."""
    parts = [HEAD.format(rounds=run.rounds, machine=run.where)]
    parts += [f"{run.note}\n"] if run.note else []
    parts += [table(run.lines)]
    parts += [f"\nNot measured: `{name}`, because {why}." for name, why in run.missing.items()]
    if run.grown:
        parts += ["\n## How costs grow as the work grows\n", *(f"{each.as_table()}\n" for each in run.grown)]
    parts += [f"\n{TAB.read_text(encoding='utf-8')}"]  # measured by hand
    return "\n".join(parts).rstrip() + "\n"


def readme_table(lines: Sequence[Line]) -> str:
    """The rows that a reader cares for."""
    rows = [
        f"| {line.reader} | {number(line.ours.median)} {line.unit} | "
        f"{f'{line.peer}: {number(line.theirs.median)}' if line.theirs else ''} | {_ratio(line)} |"
        for line in lines
        if line.reader
    ]
    return "\n".join(["| measure | romekit | beside it | ratio |", "| --- | ---: | --- | ---: |", *rows])


def written(text: str, readme: Path = README) -> Path:
    """Put the table between the marks of the README; without them nothing is changed."""
    before, begun, rest = readme.read_text(encoding="utf-8").partition(f"{BEGIN}\n")
    _, ended, after = rest.partition(END)
    if begun and ended:
        readme.write_text(f"{before}{begun}{text}\n{ended}{after}", encoding="utf-8")
    return readme
