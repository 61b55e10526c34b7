"""One server and two on a PostgreSQL, which syncs: commands that two people send, each to a server of their own.

On two cores two servers cannot be twice as fast as one: one of them with its database and wrk fills more than one core.
Two also have to look for what the other has written before they answer, and fewer requests share a commit.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.load import PROXIED, Load, answered, person
from tests.bench.peers import Missing, wrk
from tests.bench.rounds import ROUNDS, Line, in_turns, rates
from tests.postgres import programs, running
from tests.serving import process

SECRET = "a secret that all of them know"
PEOPLE = ("alex@romekit.example", "sam@romekit.example")
AT_ONCE = 16


def two_servers(rounds: int = ROUNDS) -> list[Line]:
    wrk()
    if programs() is None:
        raise Missing("PostgreSQL is not installed: apt-get install postgresql")
    with TemporaryDirectory() as name, running(is_synced=True) as cluster, ExitStack() as stack:

        def loads(count: int) -> list[Load]:
            options = ("--store", cluster.new_database(), *PROXIED)
            servers = [stack.enter_context(process(*options, ROMEKIT_SECRET=SECRET))[1] for _ in range(count)]
            people = [
                stack.enter_context(person(servers[at % count], Path(name), upn)) for at, upn in enumerate(PEOPLE)
            ]
            return [each.post(connections=AT_ONCE) for each in people]

        one, two = loads(1), loads(2)
        played = in_turns({"one": lambda: together(one), "two": lambda: together(two)}, rounds)
    what = f"POST command over two servers on PostgreSQL, {len(PEOPLE)} × {AT_ONCE} at once"
    return [rates(what, "requests/s", played["two"], "one server", played["one"])]


def together(loads: Sequence[Load]) -> float:
    """Requests a second of some loads at once."""
    return sum([answered(each) for each in [load.begun() for load in loads]])
