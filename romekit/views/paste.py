"""A place to paste a curl command, which fills a form. Nothing that is pasted is kept: it may hold a token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from anywidget import AnyWidget
from traitlets import Bool, Unicode

from romekit.core.errors import BadInput
from romekit.views.assets import shipped
from romekit.views.curl import without_tokens


class Paste(AnyWidget):
    """Hands what was pasted to `fill`, which gives back what to say of it or raises BadInput."""

    _esm = shipped("parts.js", "tell.js", "paste.js")
    _css = shipped("form.css")

    said = Unicode("").tag(sync=True)
    refused = Bool(False).tag(sync=True)

    def __init__(self, fill: Callable[[str], str]) -> None:
        self._fill = fill
        super().__init__()
        self.add_class("rk-paste-box")
        self.on_msg(self._told)

    def fill(self, text: str) -> None:
        """What a click on Fill in does. The text is taken out of the box; one that is refused stays, without tokens."""
        try:
            self.said, self.refused, left = self._fill(text), False, ""
        except BadInput as error:
            self.said, self.refused, left = f"{error.message} {error.hint}", True, without_tokens(text)
        self.send({"text": left})

    def forget(self) -> None:
        """The form is no longer as it was filled in. What was refused still stands in the box, and so does why."""
        if not self.refused:
            self.said = ""

    def _told(self, _: object, content: Mapping[str, Any], buffers: object) -> None:
        self.fill(str(content.get("curl", "")))

    def __repr__(self) -> str:
        return "Fill in from a curl command"
