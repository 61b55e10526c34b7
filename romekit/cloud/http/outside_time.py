"""Time passes by itself in a lab while somebody outside asks it, such as a curl in a terminal.

Only waiting moves a lab's time, and nobody in the notebook waits for what was sent from outside. So after each request
to Graph from there a virtual second takes a real one, for a while.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from romekit.core.clock import Virtual

#: Seconds for which time goes on after the last request from outside, and between two looks.
GOES_ON: Final = 60.0
STEP: Final = 0.1
PAGE: Final = "/link"


class OutsideTime:
    """An application that lets the time of its clock pass while its Graph is asked.

    `visits` is how often somebody has opened the page on which a code is typed.
    """

    def __init__(self, app: ASGIApp, clock: Virtual) -> None:
        self._app, self._clock = app, clock
        self._lock = Lock()
        self._until = 0.0
        self.visits = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(("/beta/", "/v1.0/")):
            self._go_on()
        self.visits += scope.get("path", "").endswith(PAGE)
        await self._app(scope, receive, send)

    def _go_on(self) -> None:
        with self._lock:
            stands_still, self._until = self._until < monotonic(), monotonic() + GOES_ON
        if stands_still:
            with suppress(RuntimeError):  # the process ends
                Thread(target=self._pass, daemon=True, name="romekit time outside").start()

    def _pass(self) -> None:
        while self._until > (began := monotonic()):
            before = self._clock.now()
            sleep(STEP)
            missing = before + monotonic() - began - self._clock.now()  # whoever waits in the notebook moves it as well
            if missing > 0:
                self._clock.advance(missing)
