"""The files of a SQLite store: whose they are, what is in them, and who may use them."""

import errno
import os
import signal
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from romekit.cloud.engine.events import FaultsCleared
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.store import migrations
from romekit.cloud.store.contract import NotKept, StoreRefused
from romekit.cloud.store.sqlite import SQLite, everything_in
from romekit.cloud.store.url import StoreUrl, secret_for, store_url
from romekit.cloud.stub import Stub
from romekit.core.errors import BadInput
from tests.cloud.graph_client import BASE, LAUNCH
from tests.serving import DIRECT, ROMEKIT, process, signed_in


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rome.db"


@pytest.fixture
def place(path: Path) -> StoreUrl:
    return store_url(f"sqlite:///{path}")


def looked_up(path: Path, *questions: str) -> list[tuple[object, ...]]:
    """What SQLite answers to questions about a file."""
    with closing(sqlite3.connect(path)) as connection:
        return [row for question in questions for row in connection.execute(question)]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_can_read_any_of_them_whatever_the_umask(tmp_path):
    before = os.umask(0o000)
    try:
        place = store_url(f"sqlite:///{tmp_path / 'deep' / 'rome.db'}")
        secret_for(place, None, {})
        store = place.opened()
        store.append("s", 0, [FaultsCleared(at=1.0)]).wait()
        files = sorted((tmp_path / "deep").iterdir())
    finally:
        os.umask(before)
    store.close()
    assert {"rome.db", "rome.db-wal", "rome.db.key"} <= {file.name for file in files}
    assert {mode(file) for file in files if file.exists()} == {0o600}
    assert mode(tmp_path / "deep") == 0o700


def test_files_that_others_could_read_are_closed_to_them(place, tmp_path):
    first = secret_for(place, None, {})
    for name in ("rome.db", "rome.db.key"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o644)
    assert secret_for(place, None, {}) == first
    place.opened().close()
    assert {mode(tmp_path / name) for name in ("rome.db", "rome.db.key")} == {0o600}


def test_the_keys_outlast_a_restart_and_are_nowhere_in_the_clear(place, tmp_path):
    secret = secret_for(place, None, {})
    keys = []
    for _ in range(2):
        stub = Stub(store=place.opened(), secret=secret)
        keys.append((stub.graph.key, stub.identity.signing.as_pem(), stub.postback.secret("app", "alex")))
        pem = stub.identity.signing.as_pem()
        stub.close()
    assert keys[0] == keys[1]
    whole = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".key")
    assert b"keys_sealed" in whole
    assert not any(part in whole for part in (secret, keys[0][0], b"PRIVATE KEY", *pem.splitlines()[1:4]))


def test_new_keys_are_kept_too_and_receivers_of_updates_need_not_learn_new_secrets(place, tmp_path):
    secret = secret_for(place, None, {})
    stub = Stub(store=place.opened(), secret=secret)
    before = stub.graph.key, stub.postback.secret("app", "alex")
    stub.rotate_keys()
    after = stub.graph.key, stub.identity.key, stub.identity.signing.as_pem()
    assert before[0] != after[0] == after[1]
    stub.close()
    again = Stub(store=place.opened(), secret=secret)
    assert (again.graph.key, again.identity.key, again.identity.signing.as_pem()) == after
    assert again.postback.secret("app", "alex") == before[1]
    again.close()


def test_another_secret_opens_nothing_and_the_way_out_is_told(place, tmp_path):
    Stub(store=place.opened(), secret=b"the right one, long enough").close()
    store = place.opened()
    with pytest.raises(StoreRefused, match="sealed with another secret.*romekit export"):
        Stub(store=store, secret=b"the wrong one, long enough")
    store.close()


def test_a_store_of_a_newer_romekit_is_refused_in_words_and_left_alone(path):
    SQLite(path).close()
    looked_up(path, "PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(StoreRefused, match="newer romekit: its tables are at step 99"):
        SQLite(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("steps", range(1, len(migrations.SQLITE)))
def test_a_store_of_an_older_romekit_takes_the_steps_it_has_not_taken(path, monkeypatch, steps):
    with monkeypatch.context() as older:
        older.setattr("romekit.cloud.store.sqlite.SQLITE", migrations.SQLITE[:steps])
        first = SQLite(path)
        first.append("s", 0, [FaultsCleared(at=1.0)]).wait()
        first.close()
    again = SQLite(path)
    assert len(again.read("s")) == 1
    again.close()
    version, *tables = looked_up(path, "PRAGMA user_version", "SELECT name FROM sqlite_schema WHERE type = 'table'")
    assert version == (len(migrations.SQLITE),)
    assert {*tables} == {("events",), ("streams",)}, "snapshots, which were only a cache, are gone"


def test_a_step_that_fails_halfway_is_not_taken_at_all(path, monkeypatch):
    SQLite(path).close()
    broken = (*migrations.SQLITE, ("CREATE TABLE half (a)", "this is no SQL"))
    with monkeypatch.context() as later:
        later.setattr("romekit.cloud.store.sqlite.SQLITE", broken)
        with pytest.raises(StoreRefused, match="cannot be used"):
            SQLite(path)
    found = looked_up(path, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'", "PRAGMA user_version")
    assert found == [(0,), (len(migrations.SQLITE),)]


def test_a_database_of_something_else_is_left_alone(tmp_path):
    path = tmp_path / "other.db"
    looked_up(path, "CREATE TABLE dear (a)")
    with pytest.raises(StoreRefused, match="a database of something else"):
        SQLite(path)
    (tmp_path / "text.db").write_text("not a database at all, but long enough to look at" * 50)
    with pytest.raises(StoreRefused, match="cannot be used"):
        SQLite(tmp_path / "text.db")


def test_a_file_has_one_server_at_a_time_and_one_that_is_closed_takes_nothing_more(path):
    first = SQLite(path)
    with pytest.raises(StoreRefused, match="Another romekit uses"):
        SQLite(path)
    first.close()
    with pytest.raises(NotKept, match="being stopped"):
        first.append("s", 0, [FaultsCleared(at=1.0)])
    SQLite(path).close()


def test_a_copy_of_what_a_server_uses_writes_nothing_into_it(path):
    server = SQLite(path)
    with closing(sqlite3.connect(path)) as watching:
        before = watching.execute("PRAGMA data_version").fetchone()
        assert everything_in(path) == []
        assert watching.execute("PRAGMA data_version").fetchone() == before
    server.close()


@pytest.mark.parametrize(
    "word",
    [
        *("", "rome.db", "sqlite:///", "sqlite://rome.db", "mysql://me:hidden@host/db"),
        *("postgresql:/me:hidden@host/db", "host=h password=hidden"),
    ],
)
def test_what_is_no_store_is_said_without_its_password(word):
    with pytest.raises(BadInput, match="is no store") as told:
        store_url(word)
    assert "hidden" not in str(told.value)
    assert told.value.field == "store"


@pytest.mark.parametrize(
    "address",
    ["me:hid%xden@host/db", "me:hid@den@host/db", "me:hid/den@host/db", "me:hid#den@host/db", "me:hidden@[host/db"],
)
def test_a_password_that_makes_an_address_unreadable_is_not_told(address):
    with pytest.raises(BadInput, match="cannot be read") as told:
        store_url(f"postgresql://{address}")
    assert not any(part in str(told.value) for part in ("hid", "den"))
    assert "%25" in told.value.hint


@pytest.mark.parametrize(
    "address", ["me:a%25b%40@host:5433,other/db?sslmode=require", "me@[::1]:5432/db", "/db", "%2Frun/db"]
)
def test_an_address_of_a_database_that_can_be_read_is_taken_and_told_without_its_password(address):
    assert store_url(f"postgresql://{address}").url == f"postgresql://{address}"
    told = store_url("postgresql://me:hidden@host:5433/rome?password=hidden").shown
    assert told == "postgresql://me@host:5433/rome"


@pytest.mark.parametrize("path", ["/dev/null/x.db", "~nobody-of-that-name/x.db"])
def test_a_folder_that_cannot_be_is_said(path):
    with pytest.raises((StoreRefused, BadInput), match=r"cannot be written|Nobody's home"):
        secret_for(store_url(f"sqlite:///{path}"), None, {})


def test_a_key_that_could_not_be_written_leaves_nothing_that_stands_in_the_way(place, tmp_path, monkeypatch):

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreRefused, match="No space left"):
            secret_for(place, None, {})
    assert list(tmp_path.iterdir()) == []
    assert secret_for(place, None, {}) == secret_for(place, None, {})


def test_a_secret_that_can_be_guessed_is_refused_and_a_byte_order_mark_is_no_part_of_one(tmp_path):
    place = store_url("postgresql://host/rome")
    with pytest.raises(BadInput, match="can be guessed"):
        secret_for(place, None, {"ROMEKIT_SECRET": "short"})
    (tmp_path / "secret").write_text("  long enough to be one\r\n", encoding="utf-8-sig")
    assert secret_for(place, tmp_path / "secret", {"ROMEKIT_SECRET": "short"}) == b"long enough to be one"
    with pytest.raises(BadInput, match="cannot be read"):
        secret_for(place, tmp_path / "none", {})


def test_in_this_process_an_answer_waits_for_the_disk_without_suspending(tmp_path):
    stub = Stub(store=SQLite(tmp_path / "rome.db"))
    flow = {"client_id": "an-app", "scope": "Device.Read"}
    with httpx.Client(transport=InProcessTransport(stub.app), base_url=BASE) as http:
        assert http.post("/consumers/oauth2/v2.0/devicecode", data=flow).status_code == 200
    assert looked_up(tmp_path / "rome.db", "SELECT count(*) FROM events") == [(1,)]
    stub.close()


def test_killed_in_the_middle_it_has_everything_it_had_accepted(tmp_path):
    url = f"sqlite:///{tmp_path / 'rome.db'}"
    with process("--store", url) as (server, address), signed_in(address) as http:
        token = http.headers["Authorization"]
        path = f"/me/devices/{http.get('/me/devices').json()['value'][0]['id']}/commands"
        sent = [http.post(path, json=LAUNCH).json()["id"] for _ in range(30)]
        server.send_signal(signal.SIGKILL)
        server.wait(10)
    with process("--store", url) as (_, address), httpx.Client(base_url=f"{address}/beta", trust_env=False) as http:
        http.headers["Authorization"] = token
        assert [http.get(f"{path}/{each}").status_code for each in sent] == [200] * 30


def served_until(how: int, environment: dict[str, str], *options: str):
    """A server that is sent a signal: its first lines, the rest, and the process."""
    line = [ROMEKIT, "serve", "--port", "0", *options]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environment) as server:
        heard = [server.stdout.readline() for _ in range(6)]
        server.send_signal(how)
        return heard, server.stdout.read(), server


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_everything_is_and_that_it_is_kept(tmp_path, how):
    folder = tmp_path / "data"
    environment = DIRECT | {"XDG_DATA_HOME": str(folder), "HOME": str(tmp_path), "LOCALAPPDATA": str(folder)}
    heard, rest, server = served_until(how, environment)
    where = next(line.split(maxsplit=1)[1].strip() for line in heard if line.startswith("  Kept"))
    assert (Path(where).name, tmp_path in Path(where).parents, mode(Path(where))) == ("rome.db", True, 0o600)
    assert rest.splitlines()[-1] == f"Stopped. Everything is kept: {where}"
    assert (server.returncode, Path(f"{where}-wal").exists()) == (0, False)


def test_in_memory_it_says_that_nothing_is_left():
    heard, rest, _ = served_until(signal.SIGINT, DIRECT, "--store", "memory")
    assert "  Kept       in memory\n" in heard
    assert rest.endswith("It was all in memory; nothing is left.\n")
