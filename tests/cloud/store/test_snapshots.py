"""A snapshot changes nothing but the time it takes to open a space."""

from __future__ import annotations

from time import sleep, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from romekit.cloud.engine.evolve import fold
from romekit.cloud.engine.requests import Send
from romekit.cloud.engine.written import as_text, from_text
from romekit.cloud.identity.provider import IDENTITY_RULES
from romekit.cloud.store import snapshots
from romekit.cloud.store.ledger import Ledger
from romekit.cloud.store.memory import Memory
from romekit.cloud.store.rules import DEVICE_RULES
from romekit.core.clock import BEGINNING
from romekit.core.model import Launch
from tests.cloud.store.test_shown import STEPS, do, opened, surface
from tests.cloud.support import Cloud

END = BEGINNING + 300


class Counting:
    """A store that tells how many events were read from it."""

    def __init__(self, store) -> None:
        self._store = store
        self.read_events = 0

    def __getattr__(self, name: str):
        return getattr(self._store, name)

    def read(self, stream: str, after: int = 0):
        events = self._store.read(stream, after)
        self.read_events += len(events)
        return events


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, some.integers(0, 100))
def test_a_space_that_was_written_down_goes_on_as_the_one_that_was_folded(steps, percent):
    store = Memory()
    ledger = opened(store)
    devices = [device.id for device in ledger.at(BEGINNING).listed()]
    for number, (_, clock, deed, which) in enumerate(sorted(steps, key=lambda step: step[1])):
        do(ledger, BEGINNING + clock, deed, devices[which], which + 10 * number)
    ledger.ask(Send(devices[0], Launch("https://a.b"), "a request"), BEGINNING + 31)
    events = store.read("s")
    cut = len(events) * percent // 100
    text = as_text(fold(events[:cut]))
    again = from_text(text)
    assert again == fold(events[:cut])
    twice = from_text(as_text(fold(events[cut:], again)))
    assert twice == fold(events)
    ends = [DEVICE_RULES.due(space, END) for space in (twice, fold(events))]
    assert ends[0] == ends[1]
    assert [DEVICE_RULES.next_due(space) for space, _ in ends] == [None, None]
    assert twice.requests.get("a request") == twice.in_order()[-1].id
    assert (twice.commands.get("none"), twice.requests.get("none"), "none" in twice.commands) == (None, None, False)


def test_what_the_identity_provider_knows_is_written_down_whole():
    cloud = Cloud()
    answers = [cloud.signed_in() for _ in range(3)]
    cloud.token(grant_type="refresh_token", refresh_token=answers[0]["refresh_token"])
    cloud.idp.revoke("alex@romekit.example")
    waiting = cloud.device()
    known = cloud.idp.known()
    coding = IDENTITY_RULES.coding
    again = coding.from_text(coding.as_text(known))
    assert again == known
    assert IDENTITY_RULES.next_due(again) == IDENTITY_RULES.next_due(known) is not None
    assert again.by_user_code(waiting["user_code"]) is not None


def test_after_a_burst_it_is_taken_when_the_store_is_quiet(durable, opening, monkeypatch):
    monkeypatch.setattr("romekit.cloud.store.group_commit.QUIET", 0.05)
    store = opening(durable)()
    ledger = opened(store)
    device = surface(ledger)
    for number in range(600):
        ledger.ask(Send(device, Launch("https://a.b")), BEGINNING + number / 100)
    store.flush()
    ledger.at(BEGINNING + 6)
    until = time() + 20
    while store.snapshot("s", snapshots.version()) is None and time() < until:
        sleep(0.05)
    length, text = store.snapshot("s", snapshots.version())
    assert length >= 600
    assert from_text(text) == fold(store.read("s")[:length])


@pytest.fixture
def grown(durable, opening):
    """How to open a store with a long space in it, and what the space is at the END."""
    open_it = opening(durable)
    store = open_it()
    ledger = opened(store)
    device, at = surface(ledger), BEGINNING
    for number in range(250):
        at += 0.5
        ledger.ask(Send(device, Launch(f"https://a.b/{number}"), f"r{number}"), at)
    store.flush()
    ledger.save()
    space = ledger.at(END)
    store.flush()
    store.close()
    return open_it, space


def test_a_long_space_is_opened_from_its_snapshot_and_is_the_same(grown):
    open_it, space = grown
    store = Counting(open_it())
    again = Ledger(store, "s", DEVICE_RULES)
    assert store.read_events < 100
    assert again.at(END) == space
    assert again.count(END) > 1000
    assert len(again.events(END)) == again.count(END)


def test_a_snapshot_of_other_code_is_not_looked_at(grown, monkeypatch):
    open_it, space = grown
    monkeypatch.setattr(snapshots, "version", lambda: "another")
    store = Counting(open_it())
    assert Ledger(store, "s", DEVICE_RULES).at(END) == space
    assert store.read_events > 1000


@pytest.mark.parametrize("text", ["", "nonsense", "{}", '{"seed": 1}\n{"commands": {}}'])
def test_a_snapshot_that_cannot_be_read_is_none(grown, text):
    open_it, space = grown
    first = open_it()
    first.keep_snapshot("s", snapshots.version(), 10**6, lambda: text)
    first.close()
    store = Counting(open_it())
    assert Ledger(store, "s", DEVICE_RULES).at(END) == space
    assert store.read_events > 1000


def test_the_version_is_that_of_the_code_that_folds():
    assert len(snapshots.version()) == 16
    assert snapshots.version() == snapshots.version()
