"""The Send button: a click sends what the fields show on the page, also what the kernel has not heard of yet.

ipywidgets holds back a field's newest value while an earlier one is under way (one at a time, in WidgetModel.sync), but
sends a click at once: who types fast and presses Enter would send `C` for `Ciao`. So each control counts what a person
does to it (`edits`), a click says how far each has come on the page, and the kernel waits until it has heard as much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anywidget import AnyWidget
from ipywidgets import widget_serialization
from traitlets import Bool, List, Unicode

from romekit.views.assets import shipped
from romekit.views.fields import Control


class SendButton(AnyWidget):
    """A button that calls `pressed`, once the kernel has what `waits_for`'s controls showed when it was clicked."""

    _esm = shipped("parts.js", "tell.js", "send.js")
    _css = shipped("form.css")

    description = Unicode("Send").tag(sync=True)
    tooltip = Unicode("").tag(sync=True)
    disabled = Bool(False).tag(sync=True)
    controls: List[Any] = List().tag(sync=True, **widget_serialization)

    def __init__(self, pressed: Callable[[], None], tooltip: str) -> None:
        self._pressed = pressed
        self._shown: Mapping[str, int] | None = None
        super().__init__(tooltip=tooltip)
        self.add_class("rk-send")
        self.on_msg(self._clicked)

    def waits_for(self, controls: Sequence[Control]) -> None:
        """The controls there are now: a click means what these show."""
        if self.controls != list(controls):
            self.controls = list(controls)
            for control in controls:
                control.told = self._look

    def click(self) -> None:
        """What a click does, for code: the kernel knows what code has put into the controls."""
        self._shown = None
        self._pressed()

    def _clicked(self, _: object, content: Mapping[str, Any], buffers: object) -> None:
        self._shown = content.get("edits", {})
        self._look()

    def _look(self) -> None:
        shown = self._shown
        if shown is not None and all(each.edits >= shown.get(each.model_id, 0) for each in self.controls):
            self.click()

    def __repr__(self) -> str:
        return self.description
