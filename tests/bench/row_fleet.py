"""A thousand commands to a hundred devices until all are final, beside what one writes first with other libraries.

All play in the same seeded world, each on a server of its own, and its devices do not dawdle: what is measured is the
asking, not the waiting. The server counts the requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import httpx

from tests.bench.peers import OURS, judges, peers
from tests.bench.programs import Contender, contender, server
from tests.bench.rounds import ROUNDS, Line, costs, in_turns
from tests.bench.row_pair import token_of
from tests.serving import signed_in

COMMANDS, DEVICES, LEGS = 1000, 100, 0.001
SLOW_ROUNDS = 2
TENTH = {"msgraph": 10}


def fleet(rounds: int = ROUNDS) -> list[Line]:
    needs: dict[str, tuple[Callable[[], Path], str, list[str]]] = {
        "ours": (lambda: OURS, "fleet_romekit.py", []),
        "httpx": (lambda: OURS, "fleet_naive.py", ["httpx"]),
        "aiohttp": (peers, "fleet_naive.py", ["aiohttp"]),
        "msgraph": (judges, "fleet_naive.py", ["msgraph"]),
    }
    with ExitStack() as all_of_it:
        contenders = {
            name: all_of_it.enter_context(_in_its_world(python(), script, words))
            for name, (python, script, words) in needs.items()
        }
        plays = {name: Playing(*each, COMMANDS // TENTH.get(name, 1)) for name, each in contenders.items()}
        quick = in_turns({name: plays[name] for name in ("ours", "aiohttp")}, rounds)
        slow = in_turns({name: plays[name] for name in ("ours", "httpx", "msgraph")}, min(rounds, SLOW_ROUNDS))
    what, note = f"{COMMANDS:,} commands to {DEVICES} devices until final", f"{SLOW_ROUNDS} rounds: it takes long"
    tenth = [seconds * TENTH["msgraph"] for seconds in slow["msgraph"]]
    lines: list[Line] = [
        costs(what, "s", quick["ours"], "aiohttp, gather", quick["aiohttp"], 2),
        costs(what, "s", slow["ours"], "httpx.AsyncClient, gather", slow["httpx"], 20, note),
        costs(what, "s", slow["ours"], "msgraph-beta-sdk, gather", tenth, None, f"{note}, so a tenth of it, times ten"),
    ]
    for name, peer in (("aiohttp", "aiohttp"), ("httpx", "httpx"), ("msgraph", "msgraph-beta-sdk")):
        theirs = [count * TENTH.get(name, 1) for count in plays[name].requests]
        asked = [median(plays["ours"].requests)] * len(theirs)
        lines.append(costs("  requests it took", "requests", asked, peer, theirs, 20))
    return lines


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
def _in_its_world(python: Path, script: str, words: list[str]) -> Iterator[tuple[Contender, str]]:
    with (
        server(OURS, "world.py", str(DEVICES), str(LEGS)) as world,
        signed_in(world["address"]) as http,
        contender(python, script, *words, world["address"], token_of(http)) as playing,
    ):
        yield playing, world["address"]


def _count(address: str) -> int:
    return int(httpx.get(f"{address}/count", trust_env=False).json()["requests"])
