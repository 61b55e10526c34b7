"""The rows as a page: tests/WITNESSES.md."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

from tests.witnesses import classroom, graph, headers, properties, refusals, sign_in
from tests.witnesses.row import GRADES, KINDS, Row

FILE: Final = Path(__file__).parent.parent / "WITNESSES.md"
ROWS: Final = [*graph.ROWS, *properties.ROWS, *headers.ROWS, *refusals.ROWS, *sign_in.ROWS, *classroom.ROWS]
HEAD: Final = """\
# Witnesses

Everything romekit's cloud offers: where it is documented, how sure that is, and which test shows it. Made by
`uv run python -m tests.witnesses`; a test fails when the code has something that is not here, when a row has no test,
and when this page is old.

**Documented** names a section of the dossier, the project's notes on what is known of the API from its documentation,
its metadata, its clients and their complaints; *ours* is an extension of this cloud alone. *ENTRA error codes* is
Microsoft's table of AADSTS numbers, *msal-recipes* what was measured with MSAL. **Grade** is how sure it is. Where the
parts of a row differ, it is as a rule that of the weakest, and the row says which part has another:
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, _legend(), _counts()]
    parts += [_part(kind, [row for row in ROWS if row.kind == kind]) for kind in KINDS]
    return "\n".join(parts)


def _legend() -> str:
    return "".join(f"- **{grade}** {meaning}\n" for grade, meaning in GRADES.items())


def _counts() -> str:
    counted = Counter((row.kind, row.grade) for row in ROWS)
    lines = [[KINDS[kind], *(counted[kind, grade] or "" for grade in GRADES)] for kind in KINDS]
    total = ["**All**", *(sum(counted[kind, grade] for kind in KINDS) for grade in GRADES)]
    return _table(["", *GRADES], [*lines, total])


def _part(kind: str, rows: list[Row]) -> str:
    lines = [[_name(row), _safe(row.what), row.source, row.grade, _links(row)] for row in rows]
    return f"## {KINDS[kind]}\n\n" + _table(["What", "About it", "Documented", "Grade", "Shown by"], lines)


def _name(row: Row) -> str:
    return f"`{row.name}`".replace("|", "\\|")


def _safe(words: str) -> str:
    return words.replace("|", "\\|")


def _links(row: Row) -> str:
    """Each test by its sentence, with a link to its file."""
    parts = (witness.partition("::") for witness in row.witnesses)
    return "<br>".join(f"[{name.removeprefix('test_').replace('_', ' ')}]({file})" for file, _, name in parts)


def _table(head: list[str], lines: list[list[object]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "".join("| " + " | ".join(map(str, row)) + " |\n" for row in rows)
