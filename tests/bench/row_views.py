"""A million status changes to intervals, a summary and what charts are drawn from, beside the same in polars.

Both begin with the same list of records, as `history()` gives it, and end with tables that have the same numbers in
them. polars uses all cores there are.
"""

from __future__ import annotations

from tests.bench.peers import OURS, peers
from tests.bench.programs import Contender, contender
from tests.bench.rounds import ROUNDS, Alone, Line, Play, Spread, costs, in_turns

CHANGES = 1_000_000


def views(rounds: int = ROUNDS) -> list[Line]:
    with (
        contender(OURS, "views_romekit.py", str(CHANGES)) as ours,
        contender(peers(), "views_polars.py", str(CHANGES)) as polars,
    ):
        peaks: dict[str, list[float]] = {"ours": [], "polars": []}
        told: dict[str, object] = {}
        contenders = {"ours": ours, "polars": polars}
        plays = {name: _playing(name, one, peaks[name], told) for name, one in contenders.items()}
        seconds = in_turns(plays, rounds)
    assert told["ours"] == told["polars"], f"not the same numbers: {told}"
    what = f"{CHANGES:,} transitions to intervals, summary, chart data"
    return [
        costs(what, "s", seconds["ours"], "polars", seconds["polars"], 1 / 3),
        Alone("  most memory: romekit, records and tables", "MB", Spread.of(peaks["ours"])),
        Alone("  most memory: polars, records and tables", "MB", Spread.of(peaks["polars"])),
    ]


def _playing(name: str, one: Contender, peaks: list[float], told: dict[str, object]) -> Play:
    def play() -> float:
        answer = one.play()
        told[name] = (answer["rows"], dict(sorted(answer["counts"].items())))
        peaks.append(answer["peak"] / 1024)
        return float(answer["seconds"])

    return play
