"""Following a command while the page stays usable, until it is over or somebody stops it.

ipykernel 7.4 runs what a click does in the thread that runs the cells, and nothing else until it has returned. A form
that followed there could never hear a click on Stop, so it follows in a thread of its own; where there are no threads
(a kernel in a browser) it follows on the spot. Stopping ends the waiting only: the command goes on.

An idle ipykernel ignores the interrupt (■), since there is no cell to stop, and a form that follows in a thread looks
idle to it. So the interrupt is handed to the form for that time; while a cell runs it stays the cell's. Only the main
thread may set a signal handler, hence the loop: it runs in the thread of the cells, whichever thread handles a click.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from html import escape
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, Final

from romekit.views.assets import TEXT

#: Seconds after which the kernel has finished with the click itself and is idle again.
IDLE_AFTER: Final = 0.1


class Stopped(Exception):
    """The waiting was stopped."""


class FollowDisplay:
    """One time of following a command. `seen` is called with each status, `tick` then and once a second."""

    def __init__(self, seen: Callable[[str], None], tick: Callable[[], None]) -> None:
        self._seen, self._tick = seen, tick
        self._began = monotonic()
        self._stopped, self._done = Event(), Event()
        self._end = Lock()
        self._requests = 0

    def as_html(self, status: str) -> str:
        """How long it took and how many requests. It is no live line for readers, since it changes every second."""
        times = "once" if self._requests == 1 else f"{self._requests} times"
        verb = "Followed" if self._done.is_set() else "Following"
        seconds = int(monotonic() - self._began)
        return f'<div role="timer" style="{TEXT}">{verb} for {seconds} s, asked {times}: {escape(status)}</div>'

    def claim_end(self) -> bool:
        """Claim the end: True for the first caller, which is who stops it or who reached the final status."""
        return self._end.acquire(blocking=False)

    def stop(self) -> bool:
        """Wait no longer; False when it had ended. The thread that follows notices with the next answer."""
        if not self.claim_end():
            return False
        self._stopped.set()
        self._done.set()
        return True

    def follow(self, command: Any) -> None:
        """Follow until the status is final; Stopped when somebody has stopped it."""
        try:
            command.follow(progress=self._answer)
        finally:
            self._done.set()
        self.check_stopped()

    def tick_beside(self) -> None:
        """Tick once a second, in a thread of its own, until it is done; where there are no threads, not at all."""

        def tick_on() -> None:
            while not self._done.wait(1.0):
                self._tick()

        with suppress(RuntimeError):
            Thread(target=tick_on, name="romekit form", daemon=True).start()

    def _answer(self, command: Any) -> None:
        self.check_stopped()
        self._requests += 1
        self._seen(command.status)
        self._tick()

    def check_stopped(self) -> None:
        if self._stopped.is_set():
            raise Stopped


def in_thread(work: Callable[[], None]) -> Thread | None:
    """Do it in a daemon thread; where there are no threads do it here."""
    thread = Thread(target=work, name="romekit beside a cell", daemon=True)
    try:
        thread.start()
        return thread
    except RuntimeError:
        work()
        return None


class Interrupts:
    """Hands the kernel's interrupts to `stop` between `begin` and `end`."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._loop: asyncio.AbstractEventLoop | None = None
        with suppress(RuntimeError):
            self._loop = asyncio.get_running_loop()  # in a notebook it is the kernel's
        self._wanted = False
        self._before: Any = None

    def begin(self) -> None:
        """Take the interrupts once the kernel is idle; nothing happens where they are not ignored, as in a script."""
        self._wanted = True
        self._in_the_loop(self._take, IDLE_AFTER)

    def end(self) -> None:
        self._wanted = False
        self._in_the_loop(self._give_back)

    def _in_the_loop(self, act: Callable[[], None], seconds: float = 0.0) -> None:
        if self._loop is not None and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._loop.call_later, seconds, act)

    def _take(self) -> None:
        if self._wanted and self._before is None and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            self._before = signal.signal(signal.SIGINT, self._interrupted)

    def _give_back(self) -> None:
        if self._before is not None and signal.getsignal(signal.SIGINT) == self._interrupted:
            signal.signal(signal.SIGINT, self._before)
        self._before = None

    def _interrupted(self, number: int, frame: object) -> None:
        if self._wanted:
            self._stop()
