"""The truth line: for each command what really happened above what the client believed, and every interval opens.

It is given a callback that looks at the truth, and looks again whenever it is told that something has changed. What is
drawn comes as a whole each time; exchanges are long and come once each, when they are new or when the page asks.
The page behind it is static/truth.js, which comes with the package: nothing is fetched from a network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import RLock
from typing import Any, Final

import pandas as pd
from anywidget import AnyWidget
from traitlets import Dict, Int, List

from romekit.views.assets import shipped
from romekit.views.truth.asks import Question
from romekit.views.truth.life import Life
from romekit.views.truth.shown import NOT_TOLD, look, shown
from romekit.views.truth.soon import Soon
from romekit.views.truth.table import truth_table
from romekit.views.truth.twin import as_html, as_text
from romekit.views.truth.wire import as_shown

#: How many commands are drawn at most, the newest; the table has them all.
MOST: Final = 60

Look = Callable[[], Sequence[Life]]


class TruthLine(AnyWidget):
    """Two tracks per command, joined to the exchanges behind them. `look` answers the lives to draw (see `truth_of`).

    `changed()` looks again, soon; `table` has every interval with its lag.
    """

    _esm = shipped("parts.js", "tell.js", "truth.js")
    _css = shipped("truth.css")

    commands: Any = List().tag(sync=True)
    looks = Dict().tag(sync=True)
    older = Int(0).tag(sync=True)

    def __init__(self, look: Look, *, most: int = MOST) -> None:
        self._look, self._most = look, most
        self._lives: Sequence[Life] = ()
        self._asks: dict[int, Question] = {}
        self._sent: set[int] = set()
        self._drawing = RLock()
        self._soon = Soon(self.redraw)
        self._at_end: list[Callable[[], object]] = []
        super().__init__()
        self.add_class("rk-truth-line")
        self.on_msg(self._told)
        self.redraw()

    @property
    def table(self) -> pd.DataFrame:
        """Every status every command really was in, and when the client was told (see `truth_table`)."""
        return truth_table(self._look())

    def changed(self) -> None:
        """Something may have changed: look again, soon."""
        self._soon()

    def redraw(self) -> None:
        """Look again, now."""
        with self._drawing:
            self._lives = self._look()
            drawn = self._lives[-self._most :]
            self._asks = {ask.number: ask for life in drawn for ask in life.asks}
            self._hand_over(number for number in self._asks if number not in self._sent)
            commands = [shown(life) for life in drawn]
            words = {each["status"] for command in commands for each in (*command["real"], *command["believed"])}
            with self.hold_sync():
                self.looks = {word: look(word) for word in sorted(words | {NOT_TOLD})}
                self.older = len(self._lives) - len(drawn)
                self.commands = commands

    def at_end(self, do: Callable[[], object]) -> None:
        """Call `do` when the widget is closed."""
        self._at_end.append(do)

    def close(self) -> None:
        """Stop looking, and leave the page. ipywidgets closes a widget again when it is thrown away."""
        self._soon.close()
        while self._at_end:
            self._at_end.pop()()
        super().close()

    def _told(self, _: object, content: Mapping[str, Any], buffers: object) -> None:
        wanted = content.get("want")
        with self._drawing:
            self._hand_over(wanted if isinstance(wanted, list) else ())

    def _hand_over(self, numbers: Iterable[int]) -> None:
        found = {str(number): as_shown(self._asks[number]) for number in numbers if number in self._asks}
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
