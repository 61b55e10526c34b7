"""How deeply JSON may be nested: a number by name, so that no limit depends on the interpreter's recursion."""

from __future__ import annotations

import re
from typing import Final

#: The most brackets that may be open at once. Ours, so that no message can exhaust the stack of whoever handles it.
DEEPEST: Final = 64
_STRING_OR_BRACKET: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def check_depth(text: str, most: int = DEEPEST) -> None:
    """ValueError for a text with too many open brackets, counted before anybody parses it."""
    if text.count("[") + text.count("{") <= most:
        return
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        depth += (found.group() in "[{") - (found.group() in "]}")
        if depth > most:
            raise ValueError(f"it has more than {most} levels")
