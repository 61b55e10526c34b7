"""The rows that have a target, as a short table for the README: between its two marks, or in a file of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.bench.numbers import number, target, verdict
from tests.bench.peers import ROOT
from tests.bench.rounds import Beside, Line

README = ROOT / "README.md"
BEGIN, END = "<!-- numbers: python -m tests.bench -->", "<!-- numbers end -->"
BESIDE = ROOT / "artifacts" / "README_TABLE.md"


def short_table(lines: Sequence[Line]) -> str:
    """One row for each target."""
    head = "| measure | romekit | beside it | ratio | target | |\n| --- | ---: | --- | ---: | ---: | --- |"
    return "\n".join([head, *(_row(line) for line in lines if target(line))])


def written(table: str, readme: Path = README, beside: Path = BESIDE) -> Path:
    """Put the table between the marks of the README, or into a file beside it where there are none; which it was."""
    text = readme.read_text(encoding="utf-8")
    before, begun, rest = text.partition(f"{BEGIN}\n")
    _, ended, after = rest.partition(END)
    if begun and ended:
        readme.write_text(f"{before}{begun}{table}\n{ended}{after}", encoding="utf-8")
        return readme
    beside.parent.mkdir(exist_ok=True)
    beside.write_text(f"{BEGIN}\n{table}\n{END}\n", encoding="utf-8")
    return beside


def _row(line: Line) -> str:
    peer = ratio = ""
    if isinstance(line, Beside):
        peer, ratio = f"{line.peer}: {number(line.theirs.median)}", f"{number(line.ratio)} ×"
    cells = (line.what.strip(), f"{number(line.ours.median)} {line.unit}", peer, ratio, target(line), verdict(line))
    return f"| {' | '.join(cells)} |"
