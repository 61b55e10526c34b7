"""`python -m tests.bench [ROW …]`: measure, print, write; with names only those rows, and nothing is written."""

import sys
from argparse import ArgumentParser, Namespace
from subprocess import CalledProcessError
from time import perf_counter

from tests.bench.growth import growth
from tests.bench.measures import measured
from tests.bench.numbers import PAGE, REPORT, Run, load, machine, page, report, table
from tests.bench.peers import Missing
from tests.bench.readme import short_table, written
from tests.bench.rounds import ROUNDS
from tests.bench.rows import ROWS

NAMES = [*ROWS, "growth", "in-process"]


def main() -> None:
    told = _told()
    run, began = Run(machine(), told.rounds, told.note), perf_counter()
    for name in told.rows or NAMES:
        print(f"{name} … ({perf_counter() - began:.0f} s, load {load()[:1]})", file=sys.stderr, flush=True)
        _play(name, run)
    print(f"\n{page(run)}\nAll of it took {perf_counter() - began:.0f} s.")
    if not told.rows:
        PAGE.write_text(page(run), encoding="utf-8")
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(report(run), encoding="utf-8")
        table = written(short_table(run.lines))
        print(f"Written to {PAGE.name}, {REPORT.name} and {table.name}.")


def _told() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.bench", description="romekit's numbers beside those of peers.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"one of {', '.join(NAMES)}; none is all")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how often each contender plays ({ROUNDS})")
    parser.add_argument("--note", default="", help="what a reader should know of this run; it goes on the page")
    told = parser.parse_args()
    if unknown := sorted(set(told.rows) - set(NAMES)):
        parser.error(f"no row is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    return told


def _play(name: str, run: Run) -> None:
    if name == "growth":
        run.grown = growth()
    elif name == "in-process":
        run.measures = measured()
    else:
        try:
            run.lines += (found := ROWS[name](run.rounds))
            print(table(found), flush=True)
        except (Missing, AssertionError, CalledProcessError) as problem:  # the other rows are worth having
            run.missing[name] = " ".join(f"{problem}".split()) or type(problem).__name__
            print(f"Not measured: {name}, because {problem}.", flush=True)


main()
