"""A database that stands still and closes nothing: nobody waits for it for long, and what it does late is learned."""

from __future__ import annotations

from time import monotonic, sleep

import pytest

from romekit.cloud.engine.events import SpaceOpened
from romekit.cloud.store.contract import NotKept
from romekit.core.clock import BEGINNING

OPENED = [SpaceOpened(at=BEGINNING, seed="seed", account="alex")]


@pytest.fixture
def store(cluster, monkeypatch):
    from romekit.cloud.store.postgres import Postgres, TimedConnection

    monkeypatch.setattr(TimedConnection, "longest", 0.5)
    store = Postgres(cluster.new_database(), "a test")
    yield store
    store.close()


@pytest.mark.postgres
def test_a_commit_that_gets_no_answer_is_not_kept_and_is_learned_of_when_it_was_made_all_the_same(store):
    import psycopg

    heard = []
    store.changes("s", lambda at, events: heard.append((at, list(events))))
    with psycopg.connect(store._url) as other:
        other.execute("LOCK TABLE romekit_log IN EXCLUSIVE MODE")
        began = monotonic()
        with pytest.raises(NotKept, match="does not answer. It may have been done all the same"):
            store.append("s", 0, OPENED).wait()
        assert monotonic() - began < 5
        assert heard == []
    end = monotonic() + 10
    while not heard and monotonic() < end:
        sleep(0.1)
        looking = store.refresh()
        while not looking.is_over:
            sleep(0.01)
    assert heard == [(0, OPENED)]
    assert store.read("s") == OPENED
