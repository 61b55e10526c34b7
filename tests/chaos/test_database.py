"""PostgreSQL goes away for ten seconds, and two servers race on one space."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from tests.chaos.load import Awaiting, Fleets, OneByOne, Sender, Worker, at_work
from tests.chaos.oracle import judge
from tests.chaos.servers import Server, another, kept_in, signed_in
from tests.postgres import Cluster

pytestmark = [pytest.mark.chaos, pytest.mark.postgres]

AWAY = 10.0
SECRET = {"ROMEKIT_SECRET": "a secret that both of them know"}
ALEX, SAM = "alex@romekit.example", "sam@romekit.example"


class Pair:
    """Two servers on one database, and people at work on both."""

    def __init__(self, url: str, folder: Path, seed: str) -> None:
        self.url, self.folder = url, folder
        self.servers = [Server(url, folder / f"log {number}", **SECRET) for number in (1, 2)]
        self._seed = seed

    @contextmanager
    def busy(self) -> Iterator[list[Worker]]:
        one, other = (server.address for server in self.servers)
        alex, sam = signed_in(one, ALEX), signed_in(other, SAM)
        yield [
            OneByOne("one", alex, self._seed),
            OneByOne("two", another(alex, other), self._seed),
            Sender("three", another(alex, other), self._seed),
            Sender("four", another(sam, one), self._seed),
            Fleets("fleet", another(sam, one), self._seed),
            Awaiting("awaiting", another(alex, other), self._seed),
        ]
        sam.close()

    def judged(self, workers: list[Worker]):
        return judge([worker.journal for worker in workers], kept_in(self.url, self.folder, **SECRET))

    def said(self) -> str:
        return "".join(server.said() for server in self.servers)


@pytest.fixture
def pair(cluster: Cluster, tmp_path, request) -> Iterator[Pair]:
    pair = Pair(cluster.new_database(), tmp_path, request.node.name)
    with pair.servers[0], pair.servers[1]:
        yield pair


def test_two_servers_that_race_on_one_space_do_every_command_once(pair, record):
    with pair.busy() as workers, at_work(workers):
        sleep(10)
    verdict = pair.judged(workers)
    record.calamity("two servers", verdict)
    assert verdict.wrong(pair.said()) == []


def test_two_servers_of_which_one_is_killed_again_and_again_lose_nothing(pair, record):
    with pair.busy() as workers, at_work(workers):
        for turn in range(8):
            sleep(0.7)
            pair.servers[turn % 2].kill()
            pair.servers[turn % 2].start()
    verdict = pair.judged(workers)
    record.calamity("one of two killed", verdict, kills=8)
    assert verdict.wrong(pair.said()) == []


def test_a_database_that_is_shut_down_for_ten_seconds_loses_nothing(pair, cluster, record):
    with pair.busy() as workers, at_work(workers):
        sleep(2)
        cluster.stop("immediate")
        sleep(AWAY)
        cluster.start()
        sleep(3)
    verdict = pair.judged(workers)
    record.calamity("database stopped", verdict, seconds_away=AWAY)
    assert verdict.wrong(pair.said()) == []


def test_a_database_that_is_frozen_for_ten_seconds_loses_nothing(pair, cluster, record):
    with pair.busy() as workers, at_work(workers):
        sleep(2)
        with frozen(cluster):
            longest = max(seconds_for_a_page(server.address, AWAY / 2) for server in pair.servers)
        sleep(3)
    verdict = pair.judged(workers)
    record.calamity("database frozen", verdict, seconds_away=AWAY, longest_wait_for_a_page=round(longest, 1))
    assert verdict.wrong(pair.said()) == []
    assert longest < AWAY


def seconds_for_a_page(address: str, watched: float) -> float:
    """The longest that a page which needs no database had to be waited for."""
    longest, end = 0.0, monotonic() + watched
    while (began := monotonic()) < end:
        page = httpx.get(f"{address}/romekit/openapi.json", trust_env=False, timeout=60)
        assert page.status_code == 200
        longest = max(longest, monotonic() - began)
        sleep(0.2)
    return longest


@contextmanager
def frozen(cluster: Cluster) -> Iterator[None]:
    """Every process of the database stands still, and goes on afterwards: nothing is closed, nothing answers."""
    mine = processes(cluster.pid)
    for pid in mine:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in mine:
            os.kill(pid, signal.SIGCONT)


def processes(parent: int) -> list[int]:
    """A process and its children, as /proc tells them."""
    children = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = status.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended in the meantime
            continue
        if int(words[1]) == parent:
            children.append(int(status.parent.name))
    return [parent, *children]
