"""How long after a device's report a client sees it: a question that is held, beside asking every second."""

from __future__ import annotations

from statistics import median

from tests.bench.peers import OURS
from tests.bench.programs import Contender, contender, server
from tests.bench.rounds import ROUNDS, Alone, Line, Play, Spread, costs, in_turns
from tests.bench.row_pair import token_of
from tests.serving import signed_in

COMMANDS, LEGS, MOST = 3, 0.2, 5.0


def holding(rounds: int = ROUNDS) -> list[Line]:
    with server(OURS, "world.py", "1", str(LEGS)) as world, signed_in(world["address"]) as http:
        words = (world["address"], token_of(http))
        with (
            contender(OURS, "waiting.py", "hold", *words) as hold,
            contender(OURS, "waiting.py", "poll", *words) as poll,
        ):
            delays = in_turns({"hold": _playing(hold), "poll": _playing(poll)}, rounds)
    what = "from a device's report to the client, median"
    return [
        Alone(f"{what}: long-poll", "ms", Spread.of(delays["hold"]), MOST),
        costs(what, "ms", delays["hold"], "asking every second", delays["poll"], None),
    ]


def _playing(one: Contender) -> Play:
    return lambda: median(one.play(commands=COMMANDS)["delays"])
