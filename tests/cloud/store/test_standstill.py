"""A database that stands still and closes nothing: nobody waits for it for long, and what it does late is learned."""

import re
import shutil
import socket
import subprocess
from contextlib import suppress
from time import monotonic, sleep

import pytest

from romekit.cloud.engine.events import SpaceOpened
from romekit.cloud.store.contract import NotKept
from romekit.core.clock import BEGINNING
from tests.cloud.listener import until
from tests.postgres import AS_ROOT
from tests.serving import DIRECT, ROMEKIT

pytestmark = pytest.mark.postgres

OPENED = [SpaceOpened(at=BEGINNING, seed="seed", account="alex")]


@pytest.fixture
def store(cluster, monkeypatch):
    from romekit.cloud.store.postgres import Postgres, TimedConnection

    monkeypatch.setattr(TimedConnection, "longest", 0.5)
    store = Postgres(cluster.new_database(), "a test")
    yield store
    store.close()


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


@pytest.mark.parametrize("mode", ["session", "transaction"])
@pytest.mark.parametrize("takes", ["extra_float_digits,options", ""], ids=["told to pass on", "as it comes"])
def test_a_pooler_before_the_database_is_named_at_the_start(cluster, mode, takes):
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin") or pytest.skip("PgBouncer is not installed here")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    lines = f"""
        [databases]
        * = host={cluster.socket.parent} user=postgres
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = {port}
        auth_type = any
        unix_socket_dir =
        pool_mode = {mode}
        {f"ignore_startup_parameters = {takes}" if takes else ""}
    """
    settings = cluster.socket.with_name("pgbouncer.ini")  # where the user of the database can read it
    settings.write_text(re.sub("^ +", "", lines, flags=re.M))
    who = {"user": "postgres", "group": "postgres", "extra_groups": []} if AS_ROOT else {}
    with subprocess.Popen([program, settings], stderr=subprocess.DEVNULL, **who) as bouncer:
        try:
            until(lambda: listens(port))
            environment = {**DIRECT, "ROMEKIT_SECRET": "not to be guessed"}
            url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
            line = [ROMEKIT, "serve", "--port", "0", "--store", url]
            done = subprocess.run(line, env=environment, capture_output=True, text=True, timeout=30, check=False)
        finally:
            bouncer.terminate()
    assert (done.returncode, done.stdout) == (2, "")
    assert "stands a connection pooler, such as PgBouncer. Name the database itself" in done.stderr


def test_an_error_of_the_database_is_said_as_what_it_is(store, caplog):
    store._reader.execute("SET search_path TO nowhere")
    with pytest.raises(NotKept, match=r"refused what it was asked \(UndefinedTable\)"):
        store.streams()
    assert "romekit_streams" in caplog.text


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False
