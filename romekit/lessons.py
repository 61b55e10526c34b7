"""What the exercises of the notebooks need: a check that speaks."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from types import EllipsisType


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says about an answer; it shows itself as one sentence."""

    word: str
    said: str

    def __repr__(self) -> str:
        return f"{self.word}: {self.said}"

    def _repr_html_(self) -> str:
        colour = {"Right": "#1a7f37", "Not yet": "#9a6700"}.get(self.word, "#57606a")
        return (
            f'<div style="border-left:4px solid {colour};padding:4px 12px">'
            f"<b>{escape(self.word)}:</b> {escape(self.said)}</div>"
        )


def check(is_right: bool | EllipsisType, *, right: str, not_yet: str) -> Verdict:
    """Say what to think of an answer: `right` why it is, `not_yet` where to look; dots are no answer at all."""
    if is_right is ...:
        return Verdict("Your turn", "put your answer in place of the dots, run that cell, then this one.")
    return Verdict("Right", right) if is_right else Verdict("Not yet", not_yet)
