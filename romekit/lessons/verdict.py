"""What a check says: a word, and a sentence or two. It shows itself as a line with a shape, a word and a colour."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

Word = Literal["Right", "Not yet", "Your turn"]

#: A shape beside each word, and the colour of the edge: dark enough on white, light enough on black.
SHAPES: Final[dict[Word, tuple[str, str]]] = {
    "Right": ("✓", "#1a9c6b"),
    "Not yet": ("➜", "#b8740b"),
    "Your turn": ("…", "#6e7781"),
}
SHEET: Final = "padding:6px 12px;margin:2px 0;max-width:46em;line-height:1.5;"
_MARKS: Final = re.compile(r"`([^`]+)`|\*([a-z]+)\*")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to think of an answer. In `said`, `backticks` mean code and a *word* is stressed."""

    word: Word
    said: str

    def __repr__(self) -> str:
        return f"{self.word}: {self.said}"

    def _repr_html_(self) -> str:
        shape, colour = SHAPES[self.word]
        said = _MARKS.sub(_as_html, escape(self.said))
        return (
            f'<div role="status" style="border-left:4px solid {colour};{SHEET}">'
            f'<b><span aria-hidden="true">{shape}</span> {self.word}:</b> {said}</div>'
        )


def _as_html(mark: re.Match[str]) -> str:
    code, stressed = mark.groups()
    return f"<code>{code}</code>" if code else f"<em>{stressed}</em>"
