"""`python -m tests.bench [ROW …]`: measure, print, write; with names only those rows, and nothing is written."""

import sys

from tests.bench.growth import growth
from tests.bench.measures import measured
from tests.bench.numbers import PAGE, REPORT, machine, page, report, table
from tests.bench.peers import Missing
from tests.bench.rounds import Line
from tests.bench.rows import ROWS


def main(*names: str) -> None:
    there_are = [*ROWS, "growth", "in-process"]
    if unknown := sorted(set(names) - set(there_are)):
        raise SystemExit(f"No row is called {', '.join(unknown)}. There are: {', '.join(there_are)}.")
    lines: list[Line] = []
    missing: dict[str, str] = {}
    for name in [name for name in ROWS if name in names or not names]:
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            lines += (found := ROWS[name]())
            print(table(found), flush=True)
        except Missing as problem:
            missing[name] = str(problem)
            print(f"Not measured: {name}, because {problem}.")
    grown = growth() if not names or "growth" in names else []
    measures = measured() if not names or "in-process" in names else []
    told = (machine(), lines, missing, grown, measures)
    print(f"\n{page(*told)}")
    if not names:
        PAGE.write_text(page(*told), encoding="utf-8")
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(report(*told), encoding="utf-8")
        print(f"Written to {PAGE.name} and {REPORT.name}.")


main(*sys.argv[1:])
