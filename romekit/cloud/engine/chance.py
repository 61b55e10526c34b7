"""The luck of a command on its way: numbers that follow from a text, in every Python and on every machine.

`random.Random(text)` promises as much, and what is drawn seldom comes from there. But each leg of each command needs a
luck of its own and draws from it once or twice, and that generator fills 624 words before its first number: eight times
what BLAKE2b takes for one, and a sixth of all that a command cost.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

#: What these hashes are for, as BLAKE2b wants to know. With another word the lessons would tell other stories.
PURPOSE: Final = b"Rome"


class Chance:
    """Numbers drawn one after another; the n-th is the hash of the text and n."""

    __slots__ = ("_drawn", "_text")

    def __init__(self, text: str) -> None:
        self._text = text.encode()
        self._drawn = 0

    def random(self) -> float:
        """A number from 0, inclusive, to 1, exclusive; all are equally likely."""
        self._drawn += 1
        digest = blake2b(self._text, digest_size=8, salt=b"%d" % self._drawn, person=PURPOSE).digest()
        return (int.from_bytes(digest, "big") >> 11) * 2.0**-53  # 53 bits are as many as a float can tell apart
