"""Arrays as PostgreSQL writes them: one text goes over at once, where psycopg would handle each element by itself."""

from __future__ import annotations

from collections.abc import Iterable


def as_array(texts: Iterable[str]) -> str:
    """An array of anything whose text needs no quotes, such as numbers."""
    return f"{{{','.join(texts)}}}"


def quoted(text: str) -> str:
    """A text as an element of an array, whatever is in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
