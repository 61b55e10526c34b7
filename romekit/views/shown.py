"""The request a form makes, shown in whichever way the reader speaks: HTTP, curl, Python or Microsoft's SDK."""

from __future__ import annotations

from html import escape
from typing import Any

from anywidget import AnyWidget
from traitlets import List, Unicode

from romekit.core.model import Order
from romekit.views.assets import CODE, shipped
from romekit.views.snippets import SERVED, WAYS


class Shown(AnyWidget):
    """The request in four ways, with a button that copies it; or why there is none yet."""

    _esm = shipped("parts.js", "shown.js")
    _css = shipped("form.css")

    ways: List[Any] = List().tag(sync=True)
    chosen = Unicode(WAYS[0][0]).tag(sync=True)
    problem = Unicode("").tag(sync=True)

    def __init__(self, address: str = SERVED) -> None:
        self._address = address
        super().__init__(ways=[[word, "", why] for word, _, why in WAYS])
        self.add_class("rk-preview")

    def show(self, device: str, order: Order) -> None:
        """Show an order to a device."""
        with self.hold_sync():
            self.ways = [[word, way(device, order, self._address), why] for word, way, why in WAYS]
            self.problem = ""

    def show_problem(self, problem: str) -> None:
        """Say why there is no request yet."""
        self.problem = f"No request yet. {problem}"

    def as_way(self, word: str) -> str:
        """What is shown under that word, or the problem."""
        return self.problem or next((text for name, text, _ in self.ways if name == word), "")

    @property
    def value(self) -> str:
        """For readers without a kernel: the request as HTTP."""
        return f'<pre aria-label="The request that will be sent" style="{CODE}">{escape(self.as_way("HTTP"))}</pre>'

    def __repr__(self) -> str:
        return f"The request as {self.chosen}"
