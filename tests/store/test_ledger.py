"""Reading writes nothing, deciding writes once, and two writers never overwrite each other."""

import pytest

from romekit.clock import BEGINNING
from romekit.model import Launch
from romekit.store.ledger import Ledger
from romekit.store.memory import Memory
from romekit.store.rules import DEVICE_RULES
from romekit.world.requests import Open, Send
from romekit.world.seed import DEMO_DEVICES


@pytest.fixture
def store():
    return Memory()


@pytest.fixture
def ledger(store):
    ledger = Ledger(store, "s", DEVICE_RULES)
    ledger.ask(Open("seed", "alex"), BEGINNING)
    for device in DEMO_DEVICES:
        ledger.ask(device, BEGINNING)
    return ledger


def launch(ledger, at=BEGINNING):
    device = ledger.at(at).listed()[0].id
    return ledger.ask(Send(device, Launch("https://a.b")), at).id


def test_reading_writes_nothing(ledger, store):
    command = launch(ledger)
    written = len(store.read("s"))
    assert ledger.at(BEGINNING + 10).commands[command].status == "completed"
    assert len(store.read("s")) == written
    assert len(ledger.events(BEGINNING + 10)) > written


def test_what_was_due_is_stored_with_the_next_decision(ledger, store):
    launch(ledger)
    launch(ledger, BEGINNING + 10)
    kinds = [event.kind for event in store.read("s")]
    assert kinds[-6:] == [
        "command_accepted",
        "command_moved",
        "command_moved",
        "device_did",
        "command_moved",
        "command_accepted",
    ]


def test_a_status_shown_once_is_never_taken_back(ledger):
    command = launch(ledger)
    assert ledger.at(BEGINNING + 10).commands[command].status == "completed"
    assert ledger.at(BEGINNING).commands[command].status == "completed"


def test_a_ledger_reopened_on_the_same_store_shows_the_same(ledger, store):
    launch(ledger)
    again = Ledger(store, "s", DEVICE_RULES)
    assert again.at(BEGINNING + 1) == ledger.at(BEGINNING + 1)
    assert again.next_due() == ledger.next_due()


def test_a_ledger_that_was_overtaken_reads_on_and_decides_again(ledger, store):
    other = Ledger(store, "s", DEVICE_RULES)
    mine, theirs = launch(ledger), launch(other)
    assert mine != theirs
    assert ledger.at(BEGINNING) == other.at(BEGINNING)
    assert set(ledger.at(BEGINNING).commands) == {mine, theirs}


def test_events_can_be_read_on_from_where_one_stopped_whether_stored_or_due(ledger):
    launch(ledger)
    for now in (BEGINNING, BEGINNING + 0.5, BEGINNING + 10):
        whole = ledger.events(now)
        assert ledger.count(now) == len(whole)
        assert [ledger.events(now, after) for after in range(len(whole) + 1)] == [
            whole[after:] for after in range(len(whole) + 1)
        ]
