"""The kernel's interrupt (■) for work that runs beside it.

An idle ipykernel ignores the interrupt, since there is no cell to stop; a form that follows a command in a thread looks
idle to it. For so long the interrupt is for the form. While a cell runs it stays the cell's. Only the main thread may
say so, hence the loop: it is the one a cell runs in, whichever thread a click is handled in.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any, Final

#: Seconds after which the kernel has finished with the click itself and is idle again.
SOON: Final = 0.1


def loop_of_the_kernel() -> asyncio.AbstractEventLoop | None:
    """The loop this code runs in, if it runs in one: in a notebook that is the kernel's."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class Interrupts:
    """Hands the kernel's interrupts to `stop` between `begin` and `end`."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._loop = loop_of_the_kernel()
        self._wanted = False
        self._before: Any = None

    def begin(self) -> None:
        """From soon on; nothing happens where nobody ignores interrupts, as in a script."""
        self._wanted = True
        self._in_the_loop(lambda loop: loop.call_later(SOON, self._take))

    def end(self) -> None:
        """Not any more."""
        self._wanted = False
        self._in_the_loop(lambda loop: self._give_back())

    def _in_the_loop(self, act: Callable[[asyncio.AbstractEventLoop], object]) -> None:
        loop = self._loop
        if loop is not None and loop.is_running():
            loop.call_soon_threadsafe(act, loop)

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
