"""A wait that is stopped ends in one sentence: it is what IPython shows in place of a page of our internals."""

from __future__ import annotations

from contextlib import ContextDecorator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, TimerHandle

STOPPED: Final = "Stopped waiting."
FOLLOW_STOPPED: Final = "Stopped waiting. The command goes on; call follow() again."
FOLLOW_MANY_STOPPED: Final = "Stopped waiting. The commands go on; call follow_many() again."
RUN_STOPPED: Final = "Stopped. Run the cell again to begin anew."
SIGN_IN_STOPPED: Final = "Stopped waiting. Run the cell again to start a new sign-in."
#: Seconds between two moments at which an event loop that waits can notice an interrupt.
HEARTBEAT: Final = 0.25


class CalmStop(ContextDecorator):
    """Gives an interrupt (■, Ctrl-C) or a cancelled await the sentence that IPython shows for it; also as a decorator.

    The error stays what it is, so that asyncio and every other caller see no difference. The outermost sentence counts.
    """

    def __init__(self, sentence: str = STOPPED) -> None:
        self._sentence = sentence

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if error is None or isinstance(error, Exception):
            return
        from asyncio import CancelledError  # loaded already, where anything can be cancelled

        if isinstance(error, KeyboardInterrupt | CancelledError):
            vars(error)["_render_traceback_"] = lambda: [self._sentence]


class CalmAwait(CalmStop):
    """The same round an await, and it wakes the event loop now and then.

    ipykernel cancels a cell from a signal handler, which the loop does not notice before something else wakes it.
    """

    _timer: TimerHandle

    def __enter__(self) -> None:
        from asyncio import get_running_loop

        self._beat(get_running_loop())

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        self._timer.cancel()
        super().__exit__(kind, error, traceback)

    def _beat(self, loop: AbstractEventLoop) -> None:
        self._timer = loop.call_later(HEARTBEAT, self._beat, loop)
