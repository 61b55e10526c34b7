"""A thousand commands to a hundred devices until all are final, beside what one writes first with other libraries.

All play in the same seeded world, each on a server of its own, and its devices do not dawdle: what is measured is the
asking, not the waiting. The server counts the requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.bench.peers import OURS, judges, peers
from tests.bench.programs import Contender, contender, server
from tests.bench.rounds import Line, Play, costs, in_turns
from tests.bench.row_pair import token_of
from tests.serving import signed_in

COMMANDS, DEVICES, LEGS = 1000, 100, 0.001


def fleet() -> list[Line]:
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
        requests: dict[str, list[float]] = {name: [] for name in contenders}
        plays = {name: _playing(*each, requests[name]) for name, each in contenders.items()}
        seconds = in_turns(plays)
    what = f"{COMMANDS:,} commands to {DEVICES} devices until final"
    peers_in_words = {"httpx": "httpx.AsyncClient, gather", "aiohttp": "aiohttp, gather", "msgraph": "msgraph-beta-sdk"}
    lines: list[Line] = []
    for name, target in (("httpx", 20), ("aiohttp", 2), ("msgraph", None)):
        lines.append(costs(what, "s", seconds["ours"], peers_in_words[name], seconds[name], target))
    for name, words in peers_in_words.items():
        asked, other = requests["ours"][1:], requests[name][1:]
        lines.append(costs("  requests it took", "requests", asked, words, other, 20))
    return lines


@contextmanager
def _in_its_world(python: Path, script: str, words: list[str]) -> Iterator[tuple[Contender, str]]:
    with (
        server(OURS, "world.py", str(DEVICES), str(LEGS)) as world,
        signed_in(world["address"]) as http,
        contender(python, script, *words, world["address"], token_of(http)) as playing,
    ):
        yield playing, world["address"]


def _playing(playing: Contender, address: str, requests: list[float]) -> Play:
    def play() -> float:
        before = _count(address)
        told = playing.play(commands=COMMANDS)
        assert told["completed"] == COMMANDS, told
        requests.append(_count(address) - before)
        return float(told["seconds"])

    return play


def _count(address: str) -> int:
    return int(httpx.get(f"{address}/count", trust_env=False).json()["requests"])
