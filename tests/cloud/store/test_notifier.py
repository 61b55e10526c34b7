"""Whoever watches a ledger may look at it, wait for the store and fail, and nobody else comes to a stop by that."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Flag, Lock, current_thread

import pytest

from romekit.cloud.engine.decide import DEVICE_RULES, open_space, send, set_presence
from romekit.cloud.store.contract import Memory
from romekit.cloud.store.group_commit import Notifier
from romekit.cloud.store.ledger import Ledger
from romekit.cloud.store.sqlite import SQLite
from romekit.core.clock import BEGINNING
from romekit.core.errors import WorldError
from romekit.core.model import Launch
from romekit.core.presence import Presence
from tests.cloud.engine.spaces import opened

#: Seconds after which something is taken to hang.
LONG = 60


@pytest.fixture
def sqlite(tmp_path: Path):
    store = SQLite(tmp_path / "a.db")
    yield store
    store.close()


def test_who_reads_a_history_while_others_write_and_watch_goes_on(sqlite):
    ledger = opened(sqlite)
    device = ledger.at(BEGINNING).listed()[0].id
    ledger.watch(lambda: ledger.at(BEGINNING))  # as a held request does

    def busy() -> int:
        for number in range(600):
            ledger.ask(set_presence(device, (Presence.ASLEEP, Presence.ONLINE)[number % 2]), BEGINNING)
            if number % 5 == 4:
                ledger.events(BEGINNING)
        return len(ledger.events(BEGINNING))

    threads = ThreadPoolExecutor(2)
    running = [threads.submit(busy) for _ in range(2)]
    assert max(each.result(timeout=LONG) for each in running) > 600
    threads.shutdown()


def test_a_watcher_may_want_a_lock_that_somebody_holds_who_wants_the_ledger():
    ledger, drawing = opened(Memory()), Lock()
    device = ledger.at(BEGINNING).listed()[0].id
    is_drawing, is_told = Flag(), Flag()

    def redraw() -> None:
        is_told.set()
        with drawing:
            ledger.at(BEGINNING)

    def look() -> None:
        with drawing:
            is_drawing.set()
            assert is_told.wait(LONG)
            ledger.at(BEGINNING)

    ledger.watch(redraw)
    threads = ThreadPoolExecutor(2)
    looking = threads.submit(look)
    assert is_drawing.wait(LONG)
    sending = threads.submit(ledger.ask, send(device, Launch("https://a.b")), BEGINNING)
    looking.result(timeout=LONG)
    sending.result(timeout=LONG)
    threads.shutdown()


def test_a_watcher_that_fails_is_written_down_and_the_store_goes_on(sqlite, caplog):
    ledger = opened(sqlite)
    device = ledger.at(BEGINNING).listed()[0].id
    ledger.watch(lambda: 1 // 0)
    for presence in (Presence.ASLEEP, Presence.ONLINE):
        ledger.ask(set_presence(device, presence), BEGINNING)
        sqlite.flush()
    ledger.at(BEGINNING)
    sqlite.close()
    assert "ZeroDivisionError" in caplog.text


def test_whoever_is_to_be_told_often_is_told_once_and_in_another_thread():
    notifier, may_go, told = Notifier(), Flag(), []
    notifier.soon(lambda: may_go.wait(LONG))
    last = Flag()

    def note() -> None:
        told.append(current_thread())

    for _ in range(100):
        notifier.soon(note)
    notifier.soon(last.set)
    may_go.set()
    assert last.wait(LONG)
    assert len(told) == 1
    assert told[0] is not current_thread()
    notifier.close()
    notifier.soon(note)
    assert len(told) == 1


@pytest.mark.postgres
def test_an_event_that_nobody_here_knows_is_an_error_in_words_and_nothing_hangs(cluster, monkeypatch):
    from romekit.cloud.store import listener
    from romekit.cloud.store.postgres import Postgres

    url = cluster.new_database()
    mine, other = Postgres(url, "mine"), Postgres(url, "other")
    mine.changes("s", lambda at, events: None)

    def unknown(line: str) -> object:
        raise WorldError("No event is called 'romance_began'.")

    monkeypatch.setattr(listener, "from_line", unknown)
    Ledger(other, "s", DEVICE_RULES).ask(open_space("seed", "alex"), BEGINNING)
    other.flush()
    for _ in range(2):
        looking = mine.refresh()
        looking.ended.result(LONG)
        assert "cannot read" in looking.problem.message
    monkeypatch.undo()
    mine.close()
    other.close()
