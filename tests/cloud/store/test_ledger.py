"""Reading writes nothing, deciding writes once, and two writers never overwrite each other."""

import pytest

from romekit.cloud.engine.decide import DEVICE_RULES, send
from romekit.cloud.engine.identity.device import approve, issue_device_code, redeem_device_code
from romekit.cloud.engine.identity.state import IDENTITY_RULES
from romekit.cloud.engine.people import DEMO_DEVICES
from romekit.cloud.store.contract import Conflict, Group, Memory, NotKept, Written
from romekit.cloud.store.ledger import Ledger
from romekit.core.clock import BEGINNING
from romekit.core.model import Launch
from tests.cloud.engine.spaces import opened


@pytest.fixture
def store():
    return Memory()


@pytest.fixture
def ledger(store):
    return opened(store)


def launch(ledger, at=BEGINNING):
    device = ledger.at(at).listed()[0].id
    return ledger.ask(send(device, Launch("https://a.b")), at).id


def test_reading_writes_nothing_takes_no_status_back_and_what_was_due_is_stored_with_a_decision(ledger, store):
    command = launch(ledger)
    written = len(store.read("s"))
    for now in (BEGINNING + 10, BEGINNING):
        assert ledger.at(now).commands[command].status == "completed"
    assert len(store.read("s")) == written
    assert len(ledger.events(BEGINNING + 10)) > written
    launch(ledger, BEGINNING + 10)
    kinds = [event.kind.removeprefix("command_") for event in store.read("s")]
    assert kinds[-6:] == ["accepted", "moved", "moved", "device_did", "moved", "accepted"]


def test_a_ledger_that_was_overtaken_reads_on_and_decides_again_and_one_that_is_reopened_shows_the_same(ledger, store):
    other = Ledger(store, "s", DEVICE_RULES)
    mine, theirs = launch(ledger), launch(other)
    assert mine != theirs
    assert ledger.at(BEGINNING) == other.at(BEGINNING)
    assert set(ledger.at(BEGINNING).commands) == {mine, theirs}
    again = Ledger(store, "s", DEVICE_RULES)
    assert again.at(BEGINNING + 1) == ledger.at(BEGINNING + 1)
    assert again.next_due() == ledger.next_due()


def test_events_can_be_read_on_from_where_one_stopped_whether_stored_or_due(ledger):
    launch(ledger)
    for now in (BEGINNING, BEGINNING + 0.5, BEGINNING + 10):
        whole = ledger.events(now)
        assert ledger.count(now) == len(whole)
        assert all(ledger.events(now, after) == whole[after:] for after in range(len(whole) + 1))


class Loses(Memory):
    """A store on disk that loses what it is told to lose, and knows it at once."""

    outlives = True

    def __init__(self):
        super().__init__()
        self.problem = None

    def append(self, stream, at, events, relies_on=None):
        if self.problem is None:
            return super().append(stream, at, events, relies_on)
        group = Group()
        group.end()
        written = Written(group, stream, at, events)
        written.problem, self.problem = self.problem, None
        return written


@pytest.mark.parametrize("problem", [NotKept("The disk is full."), Conflict("Somebody else was faster.")])
def test_what_was_lost_at_once_is_in_doubt_for_whoever_has_seen_it_and_is_forgotten(problem):
    store = Loses()
    ledger = opened(store)
    store.problem = problem
    lost = launch(ledger)
    with pytest.raises(type(problem)):
        store.uncommitted.settle()
    kept = len(store.read("s"))
    assert lost not in ledger.at(BEGINNING + 10).commands
    assert len(store.read("s")) == kept
    store.uncommitted.settle()
    assert launch(ledger, BEGINNING + 10) == lost  # the next one has its place
    assert Ledger(store, "s", DEVICE_RULES).at(BEGINNING + 10) == ledger.at(BEGINNING + 10)


def test_what_was_seen_last_is_in_doubt_as_long_as_it_is_not_kept():
    class Slow(Loses):
        """Keeps nothing until it is told to."""

        def append(self, stream, at, events, relies_on=None):
            return Written(self.group, stream, at, events)

    slow = Slow()
    slow.group = Group()
    behind = opened(slow)
    slow.uncommitted.taken()
    assert len(behind.at(BEGINNING).devices) == len(DEMO_DEVICES)
    assert [written.is_over for written in slow.uncommitted.taken().values()] == [False]
    slow.group.end()
    assert len(behind.at(BEGINNING).devices) == len(DEMO_DEVICES)
    assert slow.uncommitted.taken() == {}


def code(number):
    asked = {"client": "app", "scope": "offline_access", "audience": "any", "lifetime": 900, "interval": 5}
    return issue_device_code(device_code=f"device-{number}", user_code=f"user-{number}", **asked)


def test_codes_that_nobody_approved_leave_a_store_when_a_server_starts_that_is_alone_in_it(durable, opening):
    open_store = opening(durable)
    first = open_store()
    ledger = Ledger(first, "identity", IDENTITY_RULES)
    ledger.ask_all([code(number) for number in range(300)], BEGINNING)
    ledger.ask(approve(user_code="user-7", person="alex", account="personal", scopes=frozenset()), BEGINNING)
    redeem = redeem_device_code(code="device-7", client="app", audience="any", refresh_token="t", refresh_lifetime=1e6)
    ledger.ask(redeem, BEGINNING)
    ledger.ask(code("late"), BEGINNING + 5000)
    first.flush()
    kept = len(first.read("identity"))
    if durable == "postgres":
        beside = open_store()
        Ledger(beside, "identity", IDENTITY_RULES)
        assert len(beside.read("identity")) == kept  # a server that is there counts on what it has read
        beside.close()
    first.close()
    again = open_store()
    ledger = Ledger(again, "identity", IDENTITY_RULES)
    assert [event.kind for event in again.read("identity")] == ["family_began", "device_code_issued"]
    assert len(ledger.at(BEGINNING + 5000).families) == 1, "a sign-in goes on"
    ledger.ask(code("new"), BEGINNING + 5001)
    again.flush()
    again.close()
    last = Ledger(open_store(), "identity", IDENTITY_RULES)
    assert {each.user_code for each in last.at(BEGINNING + 5001).codes.values()} == {"user-late", "user-new"}
