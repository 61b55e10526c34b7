"""How long after a device's report a client sees it: a long poll, beside asking every second."""

from statistics import median

from tests.bench.peers import OURS
from tests.bench.programs import contender, server
from tests.bench.rounds import ROUNDS, Line, costs, in_turns
from tests.serving import signed_in

COMMANDS, LEGS = 3, 0.2


def long_poll(rounds: int = ROUNDS) -> list[Line]:
    with server(OURS, "world.py", "1", str(LEGS)) as world, signed_in(world["address"]) as http:
        words = (world["address"], http.headers["Authorization"])
        with (
            contender(OURS, "waiting.py", "hold", *words) as hold,
            contender(OURS, "waiting.py", "poll", *words) as poll,
        ):
            ways = {"hold": hold, "poll": poll}
            plays = {way: lambda one=one: median(one.play(commands=COMMANDS)["delays"]) for way, one in ways.items()}
            delays = in_turns(plays, rounds)
    what, reader = "from a device's report to the client, with a long poll", "From a device's report to the client"
    return [costs(what, "ms", delays["hold"], "asking every second", delays["poll"], reader=reader)]
