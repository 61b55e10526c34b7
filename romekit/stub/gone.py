"""A question need not be held for somebody who has gone: an interrupted client leaves nothing behind on the server."""

from __future__ import annotations

from asyncio import FIRST_COMPLETED, create_task, wait
from collections.abc import Coroutine
from typing import Any

from starlette.types import Receive


async def while_there(holding: Coroutine[Any, Any, Any], receive: Receive) -> Any:
    """What comes of `holding`; None when the client went away first. Whoever cancels this cancels both."""
    held, gone = create_task(holding), create_task(_gone(receive))
    try:
        await wait({held, gone}, return_when=FIRST_COMPLETED)
        return held.result() if held.done() else None
    finally:
        held.cancel()
        gone.cancel()


async def _gone(receive: Receive) -> None:
    """Returns when the client has closed the connection; the body has been read before."""
    while (await receive())["type"] != "http.disconnect":
        pass
