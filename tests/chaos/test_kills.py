"""Killed fifty times under load: what was accepted is there, was run once, and never went back."""

from random import Random
from time import sleep

import pytest

from tests.chaos.load import FLAKY, Awaiting, Fleets, OneByOne, Sender, at_work
from tests.chaos.oracle import judge
from tests.chaos.servers import Server, another, kept_in, signed_in

pytestmark = pytest.mark.chaos

KILLS = 50
ALEX, SAM = "alex@romekit.example", "sam@romekit.example"


def test_a_server_that_is_killed_fifty_times_under_load_loses_nothing_it_has_accepted(tmp_path, record):
    chance = Random("fifty kills")
    store = f"sqlite:///{tmp_path / 'rome.db'}"
    with Server(store, tmp_path / "log") as server:
        alex, sam = signed_in(server.address, ALEX), signed_in(server.address, SAM)
        workers = [
            OneByOne("one", alex, "kills"),
            OneByOne("two", another(alex, server.address), "kills"),
            OneByOne("three", sam, "kills"),
            Sender("four", another(alex, server.address), "kills"),
            Sender("five", another(sam, server.address), "kills"),
            Sender("six", another(sam, server.address), "kills"),
            Fleets("fleet", another(sam, server.address), "kills"),
            Awaiting("awaiting", another(alex, server.address), "kills"),
        ]
        for worker in workers:
            worker.devices = (*worker.devices, FLAKY)
        with at_work(workers):
            for _ in range(KILLS):
                sleep(chance.uniform(0.3, 0.6))
                server.kill()
                server.start()
            sleep(1)
        verdict = judge([worker.journal for worker in workers], kept_in(store, tmp_path))
        record.calamity("kills", verdict, kills=KILLS)
        assert verdict.wrong(server.said()) == []
