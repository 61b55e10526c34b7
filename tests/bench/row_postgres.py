"""One server and two on a PostgreSQL, which syncs: commands sent and asked for, as many as two loads can.

Both are asked by the same two loads of wrk. The class: each load is a person of their own. The worst case: both are the
same person, so that the servers decide in one stream and one of them is often too late. wrk and PostgreSQL live on the
same cores, so who used how much of them is told beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.bench.asked import ALEX, SAM, Asked, asked
from tests.bench.load import Load, answered
from tests.bench.peers import Missing, wrk
from tests.bench.processors import family, in_cores, seconds_of, seconds_of_all, seconds_of_ended, settled
from tests.bench.rounds import ROUNDS, Line, in_turns, rates
from tests.postgres import Cluster, programs, running
from tests.serving import process

SECRET = "a secret that all of them know"
TARGET = 1.5


def two_servers(rounds: int = ROUNDS) -> list[Line]:
    wrk()
    if programs() is None:
        raise Missing("PostgreSQL is not installed: apt-get install postgresql")
    with TemporaryDirectory() as name, running(is_synced=True) as cluster, ExitStack() as stack:
        one, two = (stack.enter_context(_served(cluster, Path(name), count)) for count in (1, 2))
        plays = {
            "one": one.played(ALEX, SAM),
            "two": two.played(ALEX, SAM),
            "one, same": one.played(ALEX, ALEX),
            "two, same": two.played(ALEX, ALEX),
        }
        rates_of = in_turns(plays, rounds)
    what = "POST command, GET status over two servers on PostgreSQL"
    lines: list[Line] = []
    for who, ending, target in (("people of their own", "", TARGET), ("one person, the worst case", ", same", None)):
        mine, theirs = f"two{ending}", f"one{ending}"
        note = f"in use of the cores: {plays[mine].use()}; with one server {plays[theirs].use()}"
        lines.append(
            rates(f"{what}, {who}", "requests/s", rates_of[mine], "one server", rates_of[theirs], target, note)
        )
    return lines


@dataclass
class Served:
    """Servers on one database, and what two people ask of them."""

    addresses: Sequence[str]
    servers: Sequence[int]
    postgres: int
    people: dict[str, Asked]

    def played(self, *people: str) -> Playing:
        addresses = [self.addresses[number % len(self.addresses)] for number in range(len(people))]
        loads = [self.people[person].both(address) for person, address in zip(people, addresses, strict=True)]
        return Playing(loads, self.servers, self.postgres)


@dataclass
class Playing:
    """Some loads at once; who used the processors meanwhile is remembered."""

    loads: Sequence[Load]
    servers: Sequence[int]
    postgres: int
    used: list[dict[str, float]] = field(default_factory=list)

    def __call__(self) -> float:
        before, began = self._seconds(), perf_counter()
        running = [load.begun() for load in self.loads]
        rate = sum(map(answered, running))
        took, after = perf_counter() - began, self._seconds()
        self.used.append({name: (after[name] - before[name]) / took for name in after})
        settled(*self.servers, *family(self.postgres))
        return rate

    def use(self) -> str:
        return in_cores({name: median(each[name] for each in self.used) for name in self.used[0]})

    def _seconds(self) -> dict[str, float]:
        mine = {
            "romekit": seconds_of(self.servers),
            "PostgreSQL": seconds_of(family(self.postgres)),
            "wrk": seconds_of_ended(),
        }
        return {**mine, "all else": seconds_of_all() - sum(mine.values())}


@contextmanager
def _served(cluster: Cluster, folder: Path, count: int) -> Iterator[Served]:
    """So many servers on a database of their own."""
    url = cluster.new_database()
    with ExitStack() as stack:
        started = [stack.enter_context(process("--store", url, ROMEKIT_SECRET=SECRET)) for _ in range(count)]
        addresses = [address for _, address in started]
        people = {name: stack.enter_context(asked(addresses[0], folder, name)) for name in (ALEX, SAM)}
        yield Served(addresses, [server.pid for server, _ in started], cluster.pid, people)
