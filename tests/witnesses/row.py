"""A row of the table, and the words its columns may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: kind -> the heading of its part of the page
KINDS: Final = {
    "route": "Addresses of Graph",
    "option": "Query options",
    "answer": "Successes",
    "property": "Properties",
    "header": "Headers",
    "status": "Statuses of a command",
    "error": "Refusals of Graph",
    "fault": "Faults",
    "sign-in endpoint": "Addresses of the identity provider",
    "sign-in error": "Refusals of the identity provider",
    "class address": "Addresses of a class",
    "class refusal": "Refusals in a class",
}

#: grade -> what it means (dossier 0), the surest first
GRADES: Final = {
    "D": "stated by official documentation",
    "M": "from machine metadata: the service's schema, its permission lists, generated SDKs",
    "C": "seen in clients or in a captured exchange from while the service was alive",
    "X": "tried for real with an official client before this project began",
    "U": "said by a user or maintainer in an issue",
    "G": "general knowledge, not looked up",
    "I": "our inference or our extension: nothing documents it",
}

OURS: Final = "ours"
ENTRA: Final = "ENTRA error codes"
RECIPES: Final = "msal-recipes 8"
#: What a row may name as its source: a section of the dossier, ourselves, or one of two other documents.
SOURCES: Final = frozenset(
    "2 2.1 2.2 2.3 3 3.1 3.2 3.3 3.4 4 4.1 4.2 4.3 4.4 4.5 4.6 4.7 4.8 5.1 5.2 5.3 5.4 6 7.1 7.2 7.3 7.4 7.5 8.1 8.2 "
    "9.1 9.2 9.3 9.4 9.5 9.6 10".split()
) | {OURS, ENTRA, RECIPES}

#: Tests in these rooms are not part of a plain run; a row needs one that is.
SPECIAL_ROOMS: Final = ("bench/", "chaos/", "fuzz/", "judges/")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing the stub offers. `witnesses` are node ids as `pytest tests/<id>` takes them."""

    kind: str
    name: str
    what: str
    source: str
    grade: str
    witnesses: tuple[str, ...]


def shown(kind: str, source: str, grade: str, by: str | tuple[str, ...], rows: Mapping[str, str]) -> list[Row]:
    """Rows of one kind, source and grade that the same tests show: name -> what it is."""
    witnesses = (by,) if isinstance(by, str) else by
    return [Row(kind, name, what, source, grade, witnesses) for name, what in rows.items()]
