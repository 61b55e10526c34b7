"""What other servers write, followed by a thread of its own: told when they say so, and looked for when somebody asks.

LISTEN tells at once that another server has written, for whoever holds a request open. But a notice may be late, and
an answer must not be older than its question: so before an answer the log is looked at, by one query for all who ask
in the meantime. Either way the thread reads on from the last position it knows, and there are no gaps
(migrations.py).
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from itertools import groupby
from select import select
from threading import Lock, Thread
from time import monotonic
from typing import Any, Final

import psycopg

from romekit.cloud.engine.codec import from_line
from romekit.cloud.store.contract import Group, NotKept, Subscriptions
from romekit.cloud.store.notifier import end_of
from romekit.core.errors import RomeError, WorldError

#: Seconds between tries to reach a database that is away, while nobody asks.
PAUSE: Final = 0.5
#: What nobody here wants to know stays there. The stream is hidden from the planner, which else might go through the
#: whole history of those that are heard, instead of the few events behind a position.
NEWS: Final = """
    SELECT log.length, one.stream, one.number, one.line
    FROM romekit_log AS log LEFT JOIN romekit_events AS one
    ON one.position > %s AND one.position <= log.length AND one.writer <> %s AND one.stream || '' = ANY (%s::text[])
    ORDER BY one.position
"""


class TimedConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection on which a query is given up after `longest` seconds, with a psycopg.Error.

    PostgreSQL's own time limits are kept by PostgreSQL, and those of TCP by a kernel that goes on acknowledging; but a
    database can stand still without closing anything. What was asked may still be done, as with any connection that is
    lost. Whoever gets the error closes the connection.
    """

    longest = 5.0  # what is asked here takes milliseconds

    def wait(self, gen: Any, *args: Any, **more: Any) -> Any:
        return super().wait(_timed(gen, monotonic() + self.longest), *args, **more)


def _timed(gen: Any, until: float) -> Any:
    """The steps of a query until then; psycopg also goes on with one when nothing has come for a tenth of a second."""
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and monotonic() > until:
                raise psycopg.OperationalError("The database does not answer")
            wanted = gen.send(ready)
    except StopIteration as end:
        return end.value


class PostgresListener:
    """Follows the log, and tells what others than `me` have written. `lost` is called when the connection was.

    `is_away` is whether the database did not answer when it was asked last.
    """

    def __init__(
        self,
        connect: Callable[[], TimedConnection],
        me: str,
        subscriptions: Subscriptions,
        lost: Callable[[], object],
    ) -> None:
        self._connect, self.me, self._subscriptions, self._lost = connect, me, subscriptions, lost
        self.is_away = False
        self._lock = Lock()
        self._asked: Group | None = None
        self._is_closed = False
        connection = self._listening()
        try:
            (self._position,) = connection.execute("SELECT length FROM romekit_log").fetchone() or (0,)
        except psycopg.Error:
            connection.close()
            raise
        self.pid = connection.info.backend_pid
        self._bell, self._ear = socket.socketpair()
        self._ear.setblocking(False)
        self._bell.setblocking(False)
        self._thread = Thread(target=self._follow, args=(connection,), daemon=True, name="romekit listener")
        self._thread.start()

    def look(self) -> Group:
        """Look at what was written until now; the group is over when it has been told."""
        with self._lock:
            if self._asked is not None:
                return self._asked
            self._asked = Group()
            asked = self._asked
        self._ring()
        return asked

    def close(self) -> None:
        self._is_closed = True
        self._ring()
        end_of(self._thread, 10)
        self._bell.close()
        self._ear.close()

    # ── the thread ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _follow(self, connection: TimedConnection | None) -> None:
        while not self._is_closed:
            try:
                if connection is None:
                    connection = self._listening()
                    self.is_away = False
                    self._lost()
                    self._tell_news(connection)
                self._once(connection)
            except (psycopg.Error, OSError, ValueError, WorldError) as problem:
                self.is_away = True
                if connection is not None:
                    connection.close()
                connection = None
                self._answer(_as_told(problem))
                self._hear(PAUSE)
        self._answer(NotKept("The server is being stopped.", status=503, code="serviceNotAvailable"))
        if connection is not None:
            connection.close()

    def _once(self, connection: TimedConnection) -> None:
        """Wait for a notice or a question, and read on."""
        self._hear(0 if self._asked else None, connection)  # a question that came during a pause has rung already
        with self._lock:
            asked, self._asked = self._asked, None
        try:
            if _has_news(connection, self.me) or asked is not None:
                self._tell_news(connection)
        except BaseException as problem:
            if asked is not None:
                asked.problem = _as_told(problem)
            raise
        finally:
            if asked is not None:
                asked.end()

    def _tell_news(self, connection: TimedConnection) -> None:
        rows = self._news(connection)
        news = [(stream, number, line) for _, stream, number, line in rows if stream is not None]
        for stream, group in groupby(news, key=lambda row: row[0]):
            written = list(group)
            self._subscriptions.publish(stream, written[0][1] - 1, [from_line(line) for _, _, line in written])
        self._position = rows[0][0]

    def _news(self, connection: TimedConnection) -> list[tuple[Any, ...]]:
        """What others wrote in the streams that are heard.

        Whoever begins to hear one reads it after that, so what is newer than what was read must not be missed here:
        when others are heard in the end than in the beginning, it is looked at again.
        """
        while True:
            heard = self._subscriptions.streams
            rows = connection.execute(NEWS, (self._position, self.me, list(heard))).fetchall()
            if self._subscriptions.streams is heard:
                return rows

    def _listening(self) -> TimedConnection:
        connection = self._connect()
        connection.add_notify_handler(lambda notice: None)  # a notice that comes during a query needs no place
        try:
            connection.execute("LISTEN romekit")
        except psycopg.Error:
            connection.close()
            raise
        return connection

    def _answer(self, problem: RomeError) -> None:
        with self._lock:
            asked, self._asked = self._asked, None
        if asked is not None:
            asked.problem = problem
            asked.end()

    def _hear(self, seconds: float | None, *beside: TimedConnection) -> None:
        select([self._ear.fileno(), *(each.fileno() for each in beside)], [], [], seconds)
        with suppress(BlockingIOError):
            while self._ear.recv(4096):
                pass

    def _ring(self) -> None:
        with suppress(BlockingIOError, OSError):  # it is ringing already, or nobody listens any more
            self._bell.send(b"!")


def _has_news(connection: TimedConnection, me: str) -> bool:
    """Whether a notice of another server has come."""
    connection.pgconn.consume_input()
    found = False
    while (notice := connection.pgconn.notifies()) is not None:
        found = found or notice.extra.decode() != me
    return found


def _as_told(problem: BaseException) -> NotKept:
    if isinstance(problem, WorldError):  # of an event that nobody here knows, while servers are brought up to date
        hint = "Start this server again with the romekit that the others have."
        return NotKept(
            "Another server writes what this one cannot read.", hint=hint, status=503, code="serviceNotAvailable"
        )
    return away()


def away(hint: str = NotKept.default_hint) -> NotKept:
    """What a client is told: where the database is, is none of its business."""
    return NotKept("The database of the server does not answer.", hint=hint, status=503, code="serviceNotAvailable")
