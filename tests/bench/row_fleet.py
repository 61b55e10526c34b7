"""A thousand commands to a hundred devices until all are final, beside what one writes first with other libraries.

All play in the same seeded world, each on a server of its own, and its devices do not dawdle: what is measured is the
asking, not the waiting. The server counts the requests.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.bench.peers import OURS, Missing, judges, peers
from tests.bench.programs import Contender, contender, server
from tests.bench.rounds import ROUNDS, Line, costs, in_turns
from tests.serving import signed_in

COMMANDS, DEVICES, LEGS = 1000, 100, 0.001
SLOW_ROUNDS = 2
SDK = "msgraph-beta-sdk"
TENTH = {SDK: 10}
LEAST, MOST_REQUESTS = 15, 60
#: name -> the Python it needs; what is not installed is left out
NAIVE: dict[str, Callable[[], Path]] = {"httpx": lambda: OURS, "aiohttp": peers, SDK: judges}


def fleet(rounds: int = ROUNDS) -> list[Line]:
    with ExitStack() as stack:
        ours = Playing(*stack.enter_context(_in_its_world(OURS, "fleet_romekit.py")), COMMANDS)
        naive: dict[str, Playing] = {}
        missing = []
        for name, python in NAIVE.items():
            try:
                world = stack.enter_context(_in_its_world(python(), "fleet_naive.py", name))
                naive[name] = Playing(*world, COMMANDS // TENTH.get(name, 1))
            except Missing as problem:
                missing.append(f"not beside {name}, because {problem}")
        played = in_turns({"romekit": ours, **naive}, min(rounds, SLOW_ROUNDS))
    what, more = f"{COMMANDS:,} commands to {DEVICES} devices until final", {name: {} for name in naive}
    more["httpx"] = {"least": LEAST, "reader": "A thousand commands until all are done", "note": "; ".join(missing)}
    more[SDK] = {"note": "a tenth of it, times ten"}
    times = {name: [took * TENTH.get(name, 1) for took in played[name]] for name in naive}
    lines = [costs(what, "s", played["romekit"], f"{name}, gather", times[name], **more[name]) for name in naive]
    requests = ours.requests, "httpx, gather", naive["httpx"].requests
    return [*lines, costs("  requests it took", "requests", *requests, most=MOST_REQUESTS)]


class Playing:
    """A contender in its world; how many requests each round took is remembered."""

    def __init__(self, one: Contender, address: str, commands: int) -> None:
        self.requests: list[float] = []
        self._one = one
        self._address = address
        self._commands = commands

    def __call__(self) -> float:
        before = _count(self._address)
        told = self._one.play(commands=self._commands)
        assert told["completed"] == self._commands, told
        self.requests.append(_count(self._address) - before)
        return float(told["seconds"])


@contextmanager
def _in_its_world(python: Path, script: str, *words: str) -> Iterator[tuple[Contender, str]]:
    with server(OURS, "world.py", str(DEVICES), str(LEGS)) as world, signed_in(world["address"]) as http:
        token = http.headers["Authorization"].removeprefix("Bearer ")
        with contender(python, script, *words, world["address"], token) as playing:
            yield playing, world["address"]


def _count(address: str) -> int:
    return int(httpx.get(f"{address}/count", trust_env=False).json()["requests"])
