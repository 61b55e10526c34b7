"""`python -m tests.bench [ROW …]`: measure, print, write; with names only those rows, and nothing is written."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from subprocess import CalledProcessError
from time import perf_counter

from tests.bench.growth import growth
from tests.bench.numbers import PAGE, Run, load, machine, page, readme_table, table, written
from tests.bench.peers import Missing
from tests.bench.rounds import ROUNDS, Line
from tests.bench.row_fleet import fleet
from tests.bench.row_in_process import in_process
from tests.bench.row_long_poll import long_poll
from tests.bench.row_notebook import notebook
from tests.bench.row_postgres import two_servers
from tests.bench.row_server import server_alone
from tests.bench.row_views import views

ROWS: dict[str, Callable[[int], list[Line]]] = {
    "in-process": in_process,
    "notebook": notebook,
    "fleet": fleet,
    "long-poll": long_poll,
    "server": server_alone,
    "postgres": two_servers,
    "views": views,
}
NAMES = [*ROWS, "growth"]


def main() -> None:
    options = _options()
    run, began = Run(machine(), options.rounds, options.note), perf_counter()
    for name in options.rows or NAMES:
        print(f"{name} … ({perf_counter() - began:.0f} s, load {load()[:1]})", file=sys.stderr, flush=True)
        _play(name, run)
    print(f"\n{page(run)}\nAll of it took {perf_counter() - began:.0f} s.")
    if not options.rows:
        PAGE.write_text(page(run), encoding="utf-8")
        print(f"Written to {PAGE.name} and {written(readme_table(run.lines)).name}.")


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.bench", description="romekit's numbers beside those of peers.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"one of {', '.join(NAMES)}; none is all")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how often each contender plays ({ROUNDS})")
    parser.add_argument("--note", default="", help="what a reader should know of this run; it goes on the page")
    options = parser.parse_args()
    if unknown := sorted(set(options.rows) - set(NAMES)):
        parser.error(f"no row is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    return options


def _play(name: str, run: Run) -> None:
    try:
        if name == "growth":
            run.grown = growth()
            return
        run.lines += (found := ROWS[name](run.rounds))
        print(table(found), flush=True)
    except (Missing, AssertionError, CalledProcessError) as problem:  # the other rows are worth having
        run.missing[name] = " ".join(f"{problem}".split()) or type(problem).__name__
        print(f"Not measured: {name}, because {problem}.", flush=True)


main()
