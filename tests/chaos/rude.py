"""What stands between a client and a server and behaves badly: it drops connections, at a moment of its choice.

after accept    the connection is closed before a byte of it was read
in the request  a part of the request has gone on to the server when both ends are closed
in the answer   the server has answered, a part of the answer has come back, and then nothing
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from random import Random
from threading import Thread
from typing import Final

#: How often each happens, for each connection; the others are let through for a while.
MOMENTS: Final = {"after accept": 0.15, "in the request": 0.2, "in the answer": 0.3}


class RudeProxy:
    """A TCP proxy in a thread. `dropped` counts what it has done."""

    def __init__(self, port: int, seed: str) -> None:
        self._port, self._chance = port, Random(seed)
        self.dropped: Counter[str] = Counter()
        self.is_polite = False
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True, name="rude proxy")

    def __enter__(self) -> RudeProxy:
        self._thread.start()
        starting = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop)
        self._server = starting.result(10)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *problem: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        moment = self._moment()
        with suppress(OSError, asyncio.CancelledError, asyncio.IncompleteReadError):
            if moment != "after accept":
                await self._joined(reader, writer, moment)
        if moment:
            self.dropped[moment] += 1
        writer.transport.abort()

    def _moment(self) -> str:
        luck = 1.0 if self.is_polite else self._chance.random()
        for moment, share in MOMENTS.items():
            if (luck := luck - share) < 0:
                return moment
        return ""

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, moment: str) -> None:
        """Both directions until one of them has had its share of bytes."""
        there, to_server = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            out = self._share(moment == "in the request", 40, 2500)
            back = self._share(moment == "in the answer", 10, 1500)
            ways = {
                asyncio.create_task(_carry(reader, to_server, out)),
                asyncio.create_task(_carry(there, writer, back)),
            }
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        finally:
            to_server.transport.abort()

    def _share(self, is_cut: bool, least: int, most: int) -> int:
        return self._chance.randint(least, most) if is_cut else self._chance.randint(20_000, 100_000)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: int) -> None:
    while left > 0 and (piece := await reader.read(min(left, 65_536))):
        writer.write(piece)
        await writer.drain()
        left -= len(piece)
