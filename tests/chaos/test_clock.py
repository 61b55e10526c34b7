"""The wall clock jumps an hour forward, and an hour back, while people are at work and across a restart."""

import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.chaos import jumping
from tests.chaos.load import at_work, four_clients
from tests.chaos.oracle import judge
from tests.chaos.servers import Server, kept_in, signed_in

pytestmark = pytest.mark.chaos

HOUR = 3600.0
ALEX, SAM = "alex@romekit.example", "sam@romekit.example"


def wrong_by(file: Path, seconds: float) -> None:
    """Set the clock wrong, in one step."""
    beside = file.with_suffix(".new")
    beside.write_text(str(seconds))
    beside.replace(file)


def test_a_clock_that_jumps_an_hour_forward_and_back_loses_nothing_and_stops_nothing(tmp_path, record):
    file, store = tmp_path / "wrong", f"sqlite:///{tmp_path / 'rome.db'}"
    wrong_by(file, 0)
    program = (sys.executable, "-P", jumping.__file__, file)
    with Server(store, tmp_path / "log", program=program) as server:
        alex, sam = signed_in(server.address, ALEX), signed_in(server.address, SAM)
        workers = four_clients(alex, sam, server.address, "clock")
        with at_work(workers):
            for wrong in (HOUR, 0.0, -HOUR):
                sleep(3)
                wrong_by(file, wrong)
            sleep(3)
            server.kill()
            server.start()
            sleep(3)
        verdict = judge([worker.journal for worker in workers], kept_in(store, tmp_path))
        record.calamity("clock", verdict)
        assert verdict.wrong(server.said()) == []


def test_a_command_that_is_sent_after_the_clock_was_put_back_ends_as_soon_as_any_other(tmp_path):
    file, store = tmp_path / "wrong", f"sqlite:///{tmp_path / 'rome.db'}"
    wrong_by(file, HOUR)
    with Server(store, tmp_path / "log", program=(sys.executable, "-P", jumping.__file__, file)) as server:
        rome = signed_in(server.address, ALEX)
        rome.launch("Surface", "https://a.b").follow()
        wrong_by(file, 0)
        began = monotonic()
        assert rome.launch("Surface", "https://a.b/c").follow(deadline=10).is_success
        server.kill()
        server.start()
        assert rome.launch("Surface", "https://a.b/d").follow(deadline=10).is_success
        assert signed_in(server.address, SAM).devices(), "people can still sign in"
        rome.close()
    assert monotonic() - began < 20
