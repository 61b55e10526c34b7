"""Events in PostgreSQL: any number of servers on one store, none of which remembers anything the others need.

Appending is optimistic: a whole group goes over in one statement (migrations.py), which appends what still fits and
says what does not. What does not fit is decided again on what is there by then. So a server can vanish at any moment,
and between two answers of one person the load balancer may choose another.

What others wrote is followed (listener.py). Reading a stream for the first time, or again after losing a race, blocks
the thread that needs it; both are rare, and short: a query without an answer is given up, and while the listener
finds no database nobody else looks for it.

When a commit got no answer it may have been made all the same. From then on this server writes under another name, so
that it learns of that as of what others wrote.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack, closing
from math import inf
from threading import Lock
from typing import Any, Final
from uuid import uuid4

import psycopg

from romekit.cloud.engine.codec import as_line
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.identity.events import KEYS
from romekit.cloud.store.contract import Conflict, Group, NotKept, StoreRefused, Streams, Written
from romekit.cloud.store.group_commit import GroupCommit, not_empty
from romekit.cloud.store.listener import PostgresListener, TimedConnection, away
from romekit.cloud.store.migrations import POSTGRES, steps_after

#: Seconds and milliseconds: nobody waits long for a database that does not answer, nor does it for us.
TIMEOUTS: Final[dict[str, Any]] = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "romekit",
    # jit, workers: of a table that grows PostgreSQL guesses so high that a look of 0.1 ms is compiled for 50 ms, or is
    # given two processes of its own for 6 ms, each time
    "options": "-c statement_timeout=10000 -c lock_timeout=8000 -c idle_in_transaction_session_timeout=10000 "
    "-c jit=off -c max_parallel_workers_per_gather=0",
}
#: The classes of errors of a database that is not there, is stopping, or had too much to do in the time it was given.
AWAY: Final = frozenset({"08", "53", "55", "57"})
#: Whoever migrates holds this lock of the database, so that two servers that start together do not both do it.
MIGRATING: Final = int.from_bytes(b"rome", "big")

APPEND: Final = "SELECT romekit_append(%s, %s::text[], %s::bigint[], %s::int[], string_to_array(%s, E'\\n'))"
#: What is said of a commit that got no answer.
MAYBE: Final = "It may have been done all the same: repeat it with the same client-request-id, which does it once."

LENGTH: Final = "INSERT INTO romekit_streams VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET length = EXCLUDED.length"
OTHERS: Final = """
    SELECT 1 FROM pg_stat_activity
    WHERE application_name = 'romekit' AND datname = current_database() AND NOT pid = ANY (%s) LIMIT 1
"""

log = logging.getLogger(__name__)


class Postgres(GroupCommit):
    """Streams in the database at `url`; `shown` is how it is named to people."""

    READ = "SELECT line FROM romekit_events WHERE stream = %s AND number > %s ORDER BY number"
    NAMES = 'SELECT name FROM romekit_streams ORDER BY name COLLATE "C"'
    EVERYTHING = 'SELECT stream, line FROM romekit_events ORDER BY stream COLLATE "C", number'

    def __init__(self, url: str, shown: str) -> None:
        super().__init__()
        self._url, self._shown = url, shown
        self._me = uuid4()
        self._is_cut_off = False
        self._reading = Lock()
        try:
            with ExitStack() as opened:
                self._reader = opened.enter_context(closing(self._connected()))
                _check_direct(self._reader, shown)
                self._writer = opened.enter_context(closing(self._connected()))
                _migrate(self._reader)
                self._listener = PostgresListener(
                    self._connected, str(self._me), self._subscriptions, self._start_again
                )
                opened.pop_all()  # a start that fails closes what was opened until then
        except psycopg.Error as problem:
            if "startup parameter" in str(problem):  # PgBouncer takes only some
                raise _pooled(shown) from None
            raise StoreRefused(
                f"The database {shown} cannot be used: {_first_line(problem)}.",
                hint="Is it running, and may this user create tables in it?",
            ) from None

    def refresh(self) -> Group:
        return self._listener.look()

    def restore(self, streams: Streams, *, replace: bool) -> None:
        if self._rows(OTHERS, self._mine):
            raise StoreRefused(f"A server uses {self._shown}.", hint="Stop all servers of this store first.")
        try:
            self._writer.longest = inf
            with self._writer.transaction():
                self._filled(streams, replace)
        except psycopg.Error as problem:
            raise self._not_kept(problem) from None

    def rewrite(self, stream: str, events: Sequence[Event]) -> bool:
        """Only where no other server is; one that starts meanwhile waits for the lock, as it does to migrate."""
        self.flush()
        try:
            with self._reading, self._reader.transaction():
                self._reader.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATING,))
                is_alone = self._reader.execute(OTHERS, (self._mine,)).fetchone() is None
                if is_alone:
                    self._reader.execute("DELETE FROM romekit_events WHERE stream = %s", (stream,))
                    self._insert(self._reader, [(stream, events)])
        except psycopg.Error as problem:
            raise self._not_kept(problem) from None
        return is_alone

    def _filled(self, streams: Streams, replace: bool) -> None:
        run = self._writer.execute
        if not replace and run("SELECT 1 FROM romekit_streams WHERE name <> %s LIMIT 1", (KEYS,)).fetchone():
            raise not_empty(self._shown)
        run("DELETE FROM romekit_events WHERE stream <> %s", (KEYS,))
        run("DELETE FROM romekit_streams WHERE name <> %s", (KEYS,))
        self._insert(self._writer, streams)

    def _insert(self, into: TimedConnection, streams: Streams) -> None:
        (place,) = into.execute("SELECT length FROM romekit_log FOR UPDATE").fetchone() or (0,)
        columns = "(stream, number, position, writer, line)"
        with into.cursor().copy(f"COPY romekit_events {columns} FROM STDIN") as copy:
            for name, events in streams:
                for number, event in enumerate(events, 1):
                    place += 1
                    copy.write_row((name, number, place, self._me, as_line(event)))
        for name, events in streams:
            into.execute(LENGTH, (name, len(events)))
        into.execute("UPDATE romekit_log SET length = %s", (place,))

    @property
    def _mine(self) -> list[int]:
        return [self._reader.info.backend_pid, self._writer.info.backend_pid, self._listener.pid]

    def close(self) -> None:
        super().close()
        self._listener.close()
        with self._reading:
            self._reader.close()
        self._writer.close()

    # ── the other half of a group commit ──────────────────────────────────────────────────────────────────────────────

    def _check(self, stream: str, at: int) -> None:
        """Only the database knows how long a stream is, and it says so with the commit."""

    def _write(self, written: Sequence[Written]) -> None:
        values = (
            self._me,
            [each.stream for each in written],
            [each.at for each in written],
            [len(each.events) for each in written],
            "\n".join(as_line(event) for each in written for event in each.events),
        )
        self._check_listener()
        try:
            if self._is_cut_off or self._writer.closed:
                self._writer.close()
                self._writer, self._is_cut_off = self._connected(), False
            (kept,) = self._writer.execute(APPEND, values).fetchone() or ((),)
        except psycopg.Error as problem:
            self._writer.close()
            self._me = uuid4()
            self._listener.me = str(self._me)
            raise self._not_kept(problem, MAYBE) from None
        for each, is_kept in zip(written, kept, strict=True):
            if not is_kept:
                why = f"Another server was faster in {each.stream!r}."
                each.problem = Conflict(why, hint="Read on, decide again.")

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        self._check_listener()
        with self._reading:
            try:
                if self._reader.closed:
                    self._reader = self._connected()
                return self._reader.execute(query, values).fetchall()
            except psycopg.Error as problem:
                self._reader.close()
                raise self._not_kept(problem) from None

    def _check_listener(self) -> None:
        """To look for a database costs seconds in which nobody is answered; the listener does it for all."""
        if self._listener.is_away:
            raise away()

    def _connected(self) -> TimedConnection:
        return TimedConnection.connect(self._url, autocommit=True, **TIMEOUTS)

    def _start_again(self) -> None:
        """The listener had lost its connection, so the others are dead as well, and only do not know it yet."""
        with self._reading:
            self._reader.close()
        self._is_cut_off = True

    def _not_kept(self, problem: psycopg.Error, hint: str = NotKept.default_hint) -> NotKept:
        if isinstance(problem, psycopg.errors.DiskFull):
            return NotKept("The disk of the database is full.", status=507, code="insufficientStorage")
        if problem.sqlstate is None or problem.sqlstate[:2] in AWAY:
            return away(hint)
        log.error("the database refused what it was asked: %s", problem)
        words = f"The database of the server refused what it was asked ({type(problem).__name__})."
        return NotKept(words, hint=hint, status=503, code="serviceNotAvailable")


def _check_direct(connection: TimedConnection, shown: str) -> None:
    """StoreRefused, if a pooler stands in between: it makes up the process id that it gives a client."""
    (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
    if pid != connection.info.backend_pid:
        raise _pooled(shown)


def _pooled(shown: str) -> StoreRefused:
    return StoreRefused(
        f"Before the database {shown} stands a connection pooler, such as PgBouncer.",
        hint="Name the database itself. A server listens for what others write, and keeps three connections only.",
    )


def _migrate(connection: TimedConnection) -> None:
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATING,))
        connection.execute(
            "CREATE TABLE IF NOT EXISTS romekit_steps (number int PRIMARY KEY, taken timestamptz DEFAULT now())"
        )
        (taken,) = connection.execute("SELECT count(*) FROM romekit_steps").fetchone() or (0,)
        for number, step in enumerate(steps_after(taken, POSTGRES), taken + 1):
            for statement in step:
                connection.execute(statement.encode())
            connection.execute("INSERT INTO romekit_steps (number) VALUES (%s)", (number,))


def _first_line(problem: psycopg.Error) -> str:
    return (str(problem).strip() or type(problem).__name__).splitlines()[0].rstrip(".")
