"""One server and two on a PostgreSQL, which syncs: commands sent and asked for, as many as two loads can.

Both are asked by the same two loads of wrk. The class: as many at once as a class has students, and each load is a
person of their own, who stays with one server. The worst case: both are the same person, so that two servers decide in
one stream and one of them is often too late; what is refused with a 503 then does not count. All appends go in one
order, behind one lock that is held until they are synced (migrations.py), so with few at once two servers mostly wait
for each other. wrk and PostgreSQL live on the same cores, so who used how much of them is told beside it.

On two cores the target is out of reach, and that note is why: one server with its database and wrk keeps 1.2 of them
busy, so twice as much would be 2.4. Two servers need more for each request besides, because each has to look for what
the other has written before it answers, and fewer requests share a commit; together they fill both cores.
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
from tests.bench.load import CONNECTIONS, Load, answered
from tests.bench.peers import Missing, wrk
from tests.bench.processors import family, in_cores, seconds_of, seconds_of_all, seconds_of_ended, settled
from tests.bench.rounds import ROUNDS, Line, in_turns, rates
from tests.postgres import Cluster, programs, running
from tests.serving import process

SECRET = "a secret that all of them know"
CLASS = 16
TARGET = 1.5
KINDS = (
    (f"a class, 2 × {CLASS} at once", "", TARGET),
    (f"two people, 2 × {CONNECTIONS} at once", ", few", None),
    (f"one person, 2 × {CONNECTIONS} at once", ", same", None),
)


def two_servers(rounds: int = ROUNDS) -> list[Line]:
    wrk()
    if programs() is None:
        raise Missing("PostgreSQL is not installed: apt-get install postgresql")
    with TemporaryDirectory() as name, running(is_synced=True) as cluster, ExitStack() as stack:
        one, two = (stack.enter_context(_served(cluster, Path(name), count)) for count in (1, 2))
        plays = {
            "one": one.played(CLASS, ALEX, SAM),
            "two": two.played(CLASS, ALEX, SAM),
            "one, few": one.played(CONNECTIONS, ALEX, SAM),
            "two, few": two.played(CONNECTIONS, ALEX, SAM),
            "one, same": one.played(CONNECTIONS, ALEX, ALEX),
            "two, same": two.played(CONNECTIONS, ALEX, ALEX),
        }
        rates_of = in_turns(plays, rounds)
    lines: list[Line] = []
    for what, ending, target in KINDS:
        mine, theirs = f"two{ending}", f"one{ending}"
        note = f"cores in use: {plays[mine].use()}; with one server {plays[theirs].use()}"
        told = f"POST, GET over two servers on PostgreSQL, {what}"
        lines.append(rates(told, "requests/s", rates_of[mine], "one server", rates_of[theirs], target, note))
    return lines


@dataclass
class Served:
    """Servers on one database, and what two people ask of them."""

    addresses: Sequence[str]
    servers: Sequence[int]
    postgres: int
    people: dict[str, Asked]

    def played(self, connections: int, *people: str) -> Playing:
        addresses = [self.addresses[number % len(self.addresses)] for number in range(len(people))]
        pairs = zip(people, addresses, strict=True)
        loads = [self.people[person].both(address, connections) for person, address in pairs]
        return Playing(loads, self.servers, self.postgres, may_refuse=len(set(people)) == 1)


@dataclass
class Playing:
    """Some loads at once; who used the processors meanwhile is remembered."""

    loads: Sequence[Load]
    servers: Sequence[int]
    postgres: int
    may_refuse: bool
    used: list[dict[str, float]] = field(default_factory=list)

    def __call__(self) -> float:
        before, began = self._seconds(), perf_counter()
        running = [load.begun() for load in self.loads]
        rate = sum(answered(load, may_refuse=self.may_refuse) for load in running)
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
        where = {ALEX: addresses[0], SAM: addresses[-1]}
        people = {name: stack.enter_context(asked(address, folder, name)) for name, address in where.items()}
        yield Served(addresses, [server.pid for server, _ in started], cluster.pid, people)
