"""Events in a SQLite file: one server at a time, and no answer before its events are on disk.

The write-ahead log is synced at each commit (`synchronous=FULL`), and a commit carries a group (group_commit.py).
Readers have a connection of their own and never wait for the writer. One server owns the file: a second one would show
its people a world that has moved on. It holds a lock in a small file beside it, which ends with the process, however
that ends.

Files are readable by their owner only, those that SQLite makes beside them too (it gives them the mode of the first).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, Final

from romekit.cloud.engine.codec import as_line
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.identity.events import KEYS
from romekit.cloud.store.contract import NotKept, StoreRefused, Streams, Written, too_late
from romekit.cloud.store.group_commit import GroupCommit, in_streams, not_empty
from romekit.cloud.store.migrations import SQLITE, steps_after

#: Who made the file, in its header: "rome".
MARK: Final = int.from_bytes(b"rome", "big")
#: Seconds to wait for whoever else is in the file: a backup, or a curious person with `sqlite3`.
TIMEOUT: Final = 5.0
#: Rows in one statement. After each row of `executemany` this thread may wait 5 ms for the one that answers.
AT_ONCE: Final = 100


class SQLite(GroupCommit):
    """Streams in the file at `path`, which is made if it is not there."""

    READ = "SELECT line FROM events WHERE stream = ? AND number > ? ORDER BY number"
    NAMES = "SELECT name FROM streams ORDER BY name"
    EVERYTHING = "SELECT stream, line FROM events ORDER BY stream, number"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._reading = Lock()
        _private(path)
        with ExitStack() as opened:
            opened.enter_context(closing(_owned(path)))
            self._writer = opened.enter_context(closing(_opened(path)))
            self._reader = opened.enter_context(closing(_opened(path)))
            self._lengths = dict(self._reader.execute("SELECT name, length FROM streams"))
            self._connections = opened.pop_all()  # a start that fails closes what was opened until then

    def restore(self, streams: Streams, *, replace: bool) -> None:
        if not replace and self._rows("SELECT 1 FROM streams WHERE name <> ? LIMIT 1", KEYS):
            raise not_empty(str(self.path))
        with self._transaction():
            self._writer.execute("DELETE FROM events WHERE stream <> ?", (KEYS,))
            self._writer.execute("DELETE FROM streams WHERE name <> ?", (KEYS,))
            self._insert([(stream, 0, events) for stream, events in streams])
        self._lengths = dict(self._rows("SELECT name, length FROM streams"))

    def rewrite(self, stream: str, events: Sequence[Event]) -> bool:
        self.flush()
        with self._transaction():
            self._writer.execute("DELETE FROM events WHERE stream = ?", (stream,))
            self._insert([(stream, 0, events)])
        self._lengths[stream] = len(events)
        self._writer.execute("VACUUM")
        return True

    def close(self) -> None:
        super().close()
        with self._reading:
            self._connections.close()

    # ── the other half of a group commit ──────────────────────────────────────────────────────────────────────────────

    def _write(self, written: Sequence[Written]) -> None:
        with self._transaction():
            self._insert([(each.stream, each.at, each.events) for each in written])

    def _insert(self, pieces: Sequence[tuple[str, int, Sequence[Event]]]) -> None:
        rows = ((name, at + n, as_line(event)) for name, at, events in pieces for n, event in enumerate(events, 1))
        while some := list(islice(rows, AT_ONCE)):
            places = ", ".join(["(?, ?, ?)"] * len(some))
            self._writer.execute(f"INSERT INTO events VALUES {places}", [value for row in some for value in row])
        lengths = {name: at + len(events) for name, at, events in pieces}
        self._writer.executemany("INSERT OR REPLACE INTO streams VALUES (?, ?)", lengths.items())

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            yield
            self._writer.execute("COMMIT")
        except BaseException as problem:
            with suppress(sqlite3.Error):
                self._writer.execute("ROLLBACK")
            if isinstance(problem, sqlite3.Error):
                raise _not_kept(problem, self.path) from None
            raise

    def _check(self, stream: str, at: int) -> None:
        known = self._lengths.get(stream)
        if known is None:
            found = self._rows("SELECT length FROM streams WHERE name = ?", stream)
            known = self._lengths[stream] = found[0][0] if found else 0
        if known != at:
            raise too_late(stream, known, at)

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._reading:
            try:
                return self._reader.execute(query, values).fetchall()
            except sqlite3.Error as problem:
                raise _not_kept(problem, self.path) from None


def everything_in(path: Path) -> Streams:
    """All streams of a file, which a server may be using: it is looked at as it was at one moment."""
    if not path.exists():
        raise StoreRefused(f"There is no store at {path}.", hint="Name one with --store.")
    with closing(_opened(path)) as connection:
        return in_streams(connection.execute(SQLite.EVERYTHING))


def _private(path: Path) -> None:
    if path.exists() and not path.is_file():  # a device would be nobody else's from then on
        raise StoreRefused(f"{path} is no file.", hint="Choose another with --store.")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as problem:
        why = problem.strerror or problem
        raise StoreRefused(f"The file {path} cannot be written: {why}.", hint="Choose another with --store.") from None


def _owned(path: Path) -> sqlite3.Connection:
    """A lock on the file beside it, for as long as the connection is open. (SQLite has one for every system.)"""
    beside = path.with_name(f"{path.name}-lock")
    _private(beside)
    held = sqlite3.connect(beside, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        held.execute("PRAGMA locking_mode=EXCLUSIVE")
        held.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        held.close()
        raise StoreRefused(
            f"Another romekit uses {path} already.",
            hint="Stop it first, or give this one a store of its own: --store sqlite:///other.db, or --store memory.",
        ) from None
    return held


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=TIMEOUT, isolation_level=None, check_same_thread=False)
    try:
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        if mark != MARK and connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            raise StoreRefused(f"{path} is a database of something else.", hint="Choose another file with --store.")
        taken = connection.execute("PRAGMA user_version").fetchone()[0]
        if mark != MARK or taken != len(SQLITE):  # otherwise opening, and copying what another one uses, writes nothing
            _migrate(connection)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
    except sqlite3.Error as problem:
        connection.close()
        raise StoreRefused(f"{path} cannot be used: {problem}.", hint="Choose another file with --store.") from None
    except StoreRefused:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    taken = connection.execute("PRAGMA user_version").fetchone()[0]
    for step in steps_after(taken, SQLITE):
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {MARK}")
    connection.execute(f"PRAGMA user_version = {len(SQLITE)}")
    connection.execute("COMMIT")


def _not_kept(problem: sqlite3.Error, path: Path) -> NotKept:
    if getattr(problem, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or "full" in str(problem):
        return NotKept(
            f"The disk of the server is full ({path.name}).",
            hint="Nothing was done. Make room on the server, then try again.",
            status=507,
            code="insufficientStorage",
        )
    return NotKept(f"The server could not write to {path.name}: {problem}.", status=503, code="serviceNotAvailable")
