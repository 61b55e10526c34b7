"""A million status changes to intervals, a summary and what charts are drawn from, beside the same in polars.

Both begin with the same list of records, as `history()` gives it, and end with tables that have the same numbers in
them. polars uses all cores there are.
"""

from tests.bench.peers import OURS, peers
from tests.bench.programs import Contender, contender
from tests.bench.rounds import ROUNDS, Line, Play, costs, in_turns

CHANGES = 1_000_000


def views(rounds: int = ROUNDS) -> list[Line]:
    with (
        contender(OURS, "views_romekit.py", str(CHANGES)) as ours,
        contender(peers(), "views_polars.py", str(CHANGES)) as polars,
    ):
        answers: dict[str, dict[str, object]] = {}
        seconds = in_turns(
            {"ours": _playing("ours", ours, answers), "polars": _playing("polars", polars, answers)}, rounds
        )
    for name in ("rows", "counts"):
        assert answers["ours"][name] == answers["polars"][name], f"not the same numbers: {answers}"
    what = f"{CHANGES:,} transitions to intervals, summary, chart data"
    return [costs(what, "s", seconds["ours"], "polars", seconds["polars"])]


def _playing(name: str, one: Contender, answers: dict[str, dict[str, object]]) -> Play:
    def play() -> float:
        answers[name] = one.play()
        return float(answers[name]["seconds"])  # type: ignore[arg-type]  # JSON

    return play
