"""Connections that break, and clients that are slow: nothing is lost, nothing is done twice, nobody else waits."""

from time import sleep

import pytest

from romekit.core.errors import RomeError
from tests.chaos.load import Awaiting, Fleets, OneByOne, Sender, at_work
from tests.chaos.oracle import judge
from tests.chaos.rude import MOMENTS, RudeProxy
from tests.chaos.servers import Server, another, kept_in, signed_in
from tests.chaos.slow import slow_clients

pytestmark = pytest.mark.chaos

SECONDS = 15
ALEX, SAM = "alex@romekit.example", "sam@romekit.example"


def test_connections_that_are_dropped_at_any_moment_lose_nothing_and_do_nothing_twice(tmp_path, record):
    store = f"sqlite:///{tmp_path / 'rome.db'}"
    with Server(store, tmp_path / "log") as server, RudeProxy(server.port, "rude") as proxy:
        alex, sam = signed_in(server.address, ALEX), signed_in(server.address, SAM)
        workers = [
            OneByOne("one", another(alex, proxy.address), "rude"),
            OneByOne("two", another(sam, proxy.address), "rude"),
            Sender("three", another(alex, proxy.address), "rude"),
            Fleets("fleet", another(sam, proxy.address), "rude"),
            Awaiting("awaiting", another(alex, proxy.address), "rude"),
        ]
        with at_work(workers):
            sleep(SECONDS)
            proxy.is_polite = True  # so that the end of everything is seen soon
        verdict = judge([worker.journal for worker in workers], kept_in(store, tmp_path))
        record.calamity("connections", verdict, dropped=sum(proxy.dropped.values()))
        assert verdict.wrong(server.said()) == []
        assert set(proxy.dropped) == set(MOMENTS)
        alex.close()
        sam.close()


def test_signing_in_over_connections_that_are_dropped_ends_well_or_in_an_error_of_ours(tmp_path):
    well, problems = 0, []
    with Server("memory", tmp_path / "log") as server, RudeProxy(server.port, "sign in") as proxy:
        for _ in range(8):
            try:
                session = signed_in(proxy.address, ALEX, page_at=server.address)
            except RomeError as problem:
                problems.append(problem)
            else:
                session.close()
                well += 1
        assert "Traceback" not in server.said()
    assert well > 0
    assert problems
    assert all(problem.hint for problem in problems)


def test_slow_clients_hold_up_nobody_else(tmp_path, record):
    store = f"sqlite:///{tmp_path / 'rome.db'}"
    with Server(store, tmp_path / "log") as server:
        alex = signed_in(server.address, ALEX)
        before = server.memory()
        workers = [
            OneByOne("one", alex, "slow"),
            Sender("two", another(alex, server.address), "slow"),
            Awaiting("awaiting", another(alex, server.address), "slow"),
        ]
        with slow_clients(server.port, alex._tokens.token(), each=50) as many, at_work(workers):
            sleep(10)
        verdict = judge([worker.journal for worker in workers], kept_in(store, tmp_path))
        record.calamity("slow clients", verdict, slow_clients=many, MB_more=round(server.memory() - before, 1))
        assert verdict.wrong(server.said()) == []
        assert verdict.errors.keys() <= {"TimedOut"}, "nobody waited for them"
