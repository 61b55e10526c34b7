"""The truth line: for each command what really happened above what the client believed, and every interval opens.

It is given a callback that reads the lives of the commands, and reads them again when `changed()` is called. What is
drawn is sent as a whole each time; exchanges are long and are sent once each, when they are new or when the page asks.
The page behind it is static/truth.js, which comes with the package: nothing is fetched from a network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from math import inf
from threading import Lock, RLock, Timer
from time import monotonic
from typing import Any, Final

import pandas as pd
from anywidget import AnyWidget
from traitlets import Dict, Int, List, Unicode

from romekit.views.assets import asset
from romekit.views.styles import NOT_TOLD, style_of
from romekit.views.truth.life import Life
from romekit.views.truth.payload import exchange_as_json, life_as_json
from romekit.views.truth.requests import CommandRequest
from romekit.views.truth.table import as_html, as_text, truth_table

#: How many commands are drawn at most, the newest; the table has them all.
MOST: Final = 60
#: Real seconds between two pictures, and how many times as long as making one takes.
LEAST: Final = 0.1
TIMES: Final = 5.0


class TruthLine(AnyWidget):
    """Two tracks per command, joined to the exchanges behind them. `read` answers the lives to draw (see `truth_of`).

    `changed()` redraws soon; `notice` is a sentence that stands above all; `table` has every interval with its lag.
    """

    _esm = asset("parts.js", "tell.js", "truth.js")
    _css = asset("truth.css")

    commands: Any = List().tag(sync=True)
    styles = Dict().tag(sync=True)
    older = Int(0).tag(sync=True)
    notice = Unicode("").tag(sync=True)

    def __init__(self, read: Callable[[], Sequence[Life]], *, most: int = MOST) -> None:
        self._read, self._most = read, most
        self._lives: Sequence[Life] = ()
        self._requests: dict[int, CommandRequest] = {}
        self._sent: set[int] = set()
        self._drawing = RLock()
        self._throttle = RedrawThrottle(self.redraw)
        self._at_end: list[Callable[[], object]] = []
        super().__init__()
        self.add_class("rk-truth-line")
        self.on_msg(self._on_message)
        self.redraw()

    @property
    def table(self) -> pd.DataFrame:
        """Every status every command really was in, and when the client was told (see `truth_table`)."""
        return truth_table(self._read())

    def changed(self) -> None:
        """Redraw soon: something may have changed."""
        self._throttle()

    def redraw(self) -> None:
        with self._drawing:
            self._lives = self._read()
            drawn = self._lives[-self._most :]
            self._requests = {request.number: request for life in drawn for request in life.requests}
            self._hand_over(number for number in self._requests if number not in self._sent)
            commands = [life_as_json(life) for life in drawn]
            words = {each["status"] for command in commands for each in (*command["real"], *command["believed"])}
            with self.hold_sync():
                self.styles = {word: _style_of(word) for word in sorted(words | {NOT_TOLD})}
                self.older = len(self._lives) - len(drawn)
                self.commands = commands

    def at_end(self, do: Callable[[], object]) -> None:
        """Call `do` when the widget is closed."""
        self._at_end.append(do)

    def close(self) -> None:
        """Stop redrawing, and leave the page. ipywidgets closes a widget again when it is thrown away."""
        self._throttle.close()
        while self._at_end:
            self._at_end.pop()()
        super().close()

    def _on_message(self, _: object, content: Mapping[str, Any], buffers: object) -> None:
        wanted = content.get("want")
        with self._drawing:
            self._hand_over(wanted if isinstance(wanted, list) else ())

    def _hand_over(self, numbers: Iterable[int]) -> None:
        found = {
            str(number): exchange_as_json(self._requests[number]) for number in numbers if number in self._requests
        }
        if found:
            self._sent.update(map(int, found))
            self.send({"exchanges": found})

    def __repr__(self) -> str:
        count = len(self._lives)
        return f"Truth line: {count} command{'' if count == 1 else 's'}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        self.redraw()
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/plain": as_text(self._lives), "text/html": as_html(self._lives)}, metadata


def _style_of(status: str) -> dict[str, str]:
    return {part: getattr(style_of(status), part) for part in ("fill", "ink", "pattern", "block")}


class RedrawThrottle:
    """Calls `do` after each of many calls: at once when they are rare, now and then when they are many.

    A lab at pace 0 lives through a thousand changes in a second, and nobody can look at a thousand pictures. The last
    change is never lost: a timer redraws once more after the others have stopped. `do` never runs twice at once.
    """

    def __init__(self, do: Callable[[], object]) -> None:
        self._do = do
        self._lock = Lock()
        self._timer: Timer | asyncio.TimerHandle | None = None
        self._free_at = 0.0  # when the next picture may be made; never, while one is
        self._closed = False

    def __call__(self) -> None:
        with self._lock:
            if self._timer is not None or self._closed:
                return
            if (wait := self._free_at - monotonic()) > 0:
                self._start_timer(min(wait, LEAST))
                return
            self._free_at = inf
        begin = monotonic()
        try:
            self._do()
        finally:
            self._free_at = monotonic() + max(LEAST, TIMES * (monotonic() - begin))

    def close(self) -> None:
        """Do nothing any more."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()

    def _start_timer(self, seconds: float) -> None:
        timer = Timer(seconds, self._on_timer)
        timer.daemon = True
        try:
            timer.start()
            self._timer = timer
        except RuntimeError:  # a browser tab has no threads, but the loop of its kernel; a script there has neither
            with suppress(RuntimeError):
                self._timer = asyncio.get_running_loop().call_later(seconds, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self()
