"""The sign-in pages of a lab on a loopback socket, for a browser of this machine or behind its notebook server.

On a hub and on Binder a reader's browser reaches only the notebook server. With jupyter-server-proxy that passes on
what is asked below its own `proxy/PORT/`. The kernel does not know by which address the reader sees the server; the
page does, and says it. A kernel in a browser tab has neither sockets nor threads, so it has no pages.

Only waiting moves a lab's time, and nobody in the notebook waits for what was sent from outside, such as by a curl in a
terminal. So after each request to Graph from there a virtual second takes a real one, for a while.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, suppress
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any, Final
from urllib.parse import urlsplit

from romekit.cloud.http.reverse_proxy import LOOPBACK_ONLY, ReverseProxy, checked_url, proxies_from
from romekit.cloud.stub import Stub
from romekit.core.clock import Virtual
from romekit.core.errors import WorldError

#: Seconds for which time goes on after the last request from outside, and between two looks.
GOES_ON: Final = 60.0
STEP: Final = 0.1


def is_in_a_tab() -> bool:
    """Whether this Python runs in a browser tab (Pyodide)."""
    return sys.platform == "emscripten"


def is_in_a_notebook() -> bool:
    """Whether this Python is the kernel of a notebook. ipywidgets imports ipykernel anywhere."""
    jupyter = sys.modules.get("IPython")
    return hasattr(jupyter.get_ipython() if jupyter else None, "kernel")


class LabPages:
    """Serves a lab's pages while somebody may want to open them; `address` is empty when it does not.

    `visits` is how often somebody has opened the page on which a code is typed.
    """

    def __init__(self, stub: Stub, clock: Virtual) -> None:
        self._stub, self._clock = stub, clock
        self._open = ExitStack()
        self._lock, self._until = Lock(), 0.0
        self.address, self.visits = "", 0

    @property
    def public(self) -> str:
        """Where a browser opens them."""
        return self._stub.identity.browser_base

    def serve(self) -> str:
        """Serve the pages on a free port, if that is not done yet; their address."""
        if is_in_a_tab():
            hint = "Press the button on the sign-in card, or await lab.sign_in()."
            raise WorldError("A kernel in a browser tab has no sockets, so it serves no pages.", hint=hint)
        if not self.address:
            self._begin(0, LOOPBACK_ONLY)
        return self.address

    def below(self, server: str) -> str:
        """Serve them below the address of the notebook server, whose proxy passes them on; where they are then."""
        port = urlsplit(self.serve()).port or 0
        public = checked_url(f"{server.rstrip('/')}/proxy/{port}")
        if public != self.public:
            self.close()
            self._begin(port, ReverseProxy(public_url=public, proxies=proxies_from(["127.0.0.1"])))
        return public

    def _begin(self, port: int, proxy: ReverseProxy) -> None:
        from romekit.cloud.http.server import in_thread  # uvicorn is only needed by whoever looks

        self.address = self._open.enter_context(in_thread(self._answer, port, proxy))
        self._stub.identity.browser_base = proxy.public_url or self.address

    def close(self) -> None:
        self._open.close()
        self.address = self._stub.identity.browser_base = ""

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        """The lab's ASGI application. A request to Graph lets time pass."""
        path = scope.get("path", "")
        if path.startswith(("/beta/", "/v1.0/")):
            self._let_time_pass()
        self.visits += path.endswith("/link")
        await self._stub.app(scope, receive, send)

    def _let_time_pass(self) -> None:
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
