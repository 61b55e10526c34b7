"""What other servers write, followed by a thread of its own: when they notify, and when a request asks for it.

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
from romekit.cloud.store.contract import Group, NotKept, Subscriptions, end_of
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
    """Follows the log, and publishes what others than `me` have written. `lost` is called when the connection was.

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
        self.is_away = self._is_closed = False
        self._lock = Lock()
        self._request: Group | None = None
        connection = self._listening()
        try:
            (self._position,) = connection.execute("SELECT length FROM romekit_log").fetchone() or (0,)
        except psycopg.Error:
            connection.close()
            raise
        self.pid = connection.info.backend_pid
        self._waker, self._woken = socket.socketpair()
        self._waker.setblocking(False)
        self._woken.setblocking(False)
        self._thread = Thread(target=self._follow, args=(connection,), daemon=True, name="romekit listener")
        self._thread.start()

    def look(self) -> Group:
        """Look at what was written until now; the group is over when it has been published."""
        with self._lock:
            if self._request is not None:
                return self._request
            request = self._request = Group()
        self._wake()
        return request

    def close(self) -> None:
        self._is_closed = True
        self._wake()
        end_of(self._thread, 10)
        self._waker.close()
        self._woken.close()

    # ── the thread ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _follow(self, connection: TimedConnection | None) -> None:
        request: Group | None = None
        while not self._is_closed:
            try:
                if connection is None:
                    connection = self._listening()
                    self.is_away = False
                    self._lost()
                    self._publish_news(connection)
                self._wait(0 if self._request else None, connection)  # one that came during a pause has woken it then
                request = self._taken()
                if _has_news(connection, self.me) or request is not None:
                    self._publish_news(connection)
                _end(request)
            except Exception as problem:  # noqa: BLE001 (whoever asked must hear of it, and the thread goes on)
                self.is_away = True
                if connection is not None:
                    connection.close()
                connection = None
                _end(request, _not_kept(problem))
                _end(self._taken(), _not_kept(problem))
                self._wait(PAUSE)
            request = None
        _end(self._taken(), NotKept("The server is being stopped.", status=503, code="serviceNotAvailable"))
        if connection is not None:
            connection.close()

    def _taken(self) -> Group | None:
        """Who asks; whoever asks from now on waits for the next look."""
        with self._lock:
            request, self._request = self._request, None
        return request

    def _publish_news(self, connection: TimedConnection) -> None:
        """What others wrote in the streams that somebody subscribes to.

        Whoever subscribes reads the stream after that, so what is newer than what was read must not be missed here:
        when there are other subscriptions in the end than in the beginning, it is looked at again.
        """
        streams, rows = None, []
        while streams != (now := self._subscriptions.streams):
            streams = now
            rows = connection.execute(NEWS, (self._position, self.me, streams)).fetchall()
        news = [(stream, number, line) for _, stream, number, line in rows if stream is not None]
        for stream, group in groupby(news, key=lambda row: row[0]):
            written = list(group)
            self._subscriptions.publish(stream, written[0][1] - 1, [from_line(line) for _, _, line in written])
        self._position = rows[0][0]

    def _listening(self) -> TimedConnection:
        connection = self._connect()
        connection.add_notify_handler(lambda notice: None)  # a notice that comes during a query needs no place
        try:
            connection.execute("LISTEN romekit")
        except psycopg.Error:
            connection.close()
            raise
        return connection

    def _wait(self, seconds: float | None, *beside: TimedConnection) -> None:
        select([self._woken.fileno(), *(each.fileno() for each in beside)], [], [], seconds)
        with suppress(BlockingIOError):
            while self._woken.recv(4096):
                pass

    def _wake(self) -> None:
        with suppress(BlockingIOError, OSError):  # it is awake already, or has ended
            self._waker.send(b"!")


def _end(request: Group | None, problem: RomeError | None = None) -> None:
    if request is not None and not request.is_over:
        request.problem = problem
        request.end()


def _has_news(connection: TimedConnection, me: str) -> bool:
    connection.pgconn.consume_input()
    found = False
    while (notice := connection.pgconn.notifies()) is not None:
        found = found or notice.extra.decode() != me
    return found


def _not_kept(problem: BaseException) -> NotKept:
    if isinstance(problem, WorldError):  # of an event that nobody here knows, while servers are brought up to date
        hint = "Start this server again with the romekit that the others have."
        words = "Another server writes what this one cannot read."
        return NotKept(words, hint=hint, status=503, code="serviceNotAvailable")
    return away()


def away(hint: str = NotKept.default_hint) -> NotKept:
    """The error for a client, which need not know where the database is."""
    return NotKept("The database of the server does not answer.", hint=hint, status=503, code="serviceNotAvailable")
