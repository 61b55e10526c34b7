"""The server alone with a SQLite file, as fast as wrk can ask: a 201 goes out when its events are on disk.

What a commit costs is the disk's to say, so it is measured beside it, in the same folder. Four connections have at
most four requests in a commit; a class has more.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.bench.asked import Asked, asked
from tests.bench.load import CONNECTIONS, Load
from tests.bench.peers import ROOT, wrk
from tests.bench.processors import settled
from tests.bench.rounds import ROUNDS, Line, Play, in_turns, rates
from tests.serving import process

CLASS = 32
SYNCS = 200
TARGET = 0.35


def durable(rounds: int = ROUNDS) -> list[Line]:
    wrk()
    (ROOT / "artifacts").mkdir(exist_ok=True)
    with TemporaryDirectory(dir=ROOT / "artifacts") as name:  # /tmp may be memory, where a sync costs nothing
        folder = Path(name)
        note = f"SQLite; a sync of 4 KiB takes {_sync(folder):.2f} ms on this disk"
        with (
            process("--store", f"sqlite:///{folder / 'rome.db'}") as (ours, address),
            process("--store", "memory") as (forgetful, its_address),
            asked(address, folder) as ask,
            asked(its_address, folder) as it,
            ask.bare() as bare,
        ):

            def beside(what: Callable[[Asked, str, int], Load], connections: int) -> dict[str, list[float]]:
                plays: dict[str, Play] = {
                    "ours": _then_settled(what(ask, address, connections), ours.pid),
                    "memory": _then_settled(what(it, its_address, connections), forgetful.pid),
                    "bare": what(ask, bare, connections),
                }
                return in_turns(plays, rounds)

            got, sent = beside(Asked.get, CONNECTIONS), beside(Asked.post, CONNECTIONS)
            many = beside(Asked.post, CLASS)
    lines: list[Line] = []
    get, post = "GET status under wrk, durable", "POST command under wrk, durable"
    for told, played, target in ((get, got, TARGET), (post, sent, TARGET), (f"{post}, {CLASS} at once", many, None)):
        for peer, name, least in (("bare Starlette", "bare", target), ("romekit in memory", "memory", None)):
            lines.append(rates(told, "requests/s", played["ours"], peer, played[name], least, note if least else ""))
    return lines


def _then_settled(play: Play, pid: int) -> Play:
    """Whatever is done when nobody asks, such as a snapshot, is not done in the peer's turn."""

    def settling() -> float:
        rate = play()
        settled(pid)
        return rate

    return settling


def _sync(folder: Path) -> float:
    """Milliseconds until a page at the end of a file is on disk."""
    took = []
    with (folder / "page").open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            file.write(os.urandom(4096))
            began = perf_counter()
            os.fsync(file.fileno())
            took.append(perf_counter() - began)
    return median(took) * 1e3
