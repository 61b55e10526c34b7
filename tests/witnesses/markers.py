"""The witness markers of all tests, read from their source without running it."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parent.parent
#: Tests in these rooms are not part of a plain run, so they cannot be witnesses.
SPECIAL_ROOMS: Final = frozenset({"bench", "browser", "chaos", "fuzz", "judges"})

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
#: `Device(id, name)` is short for `Device.id, Device.name`.
PARTS: Final = re.compile(r"([\w.@]+)\(([^)]*)\)")
#: Where something is documented: a section of the dossier, ourselves, or another document.
SOURCES: Final = frozenset(
    "2 2.1 2.2 2.3 3 3.1 3.2 3.3 3.4 4 4.1 4.2 4.3 4.4 4.5 4.6 4.7 4.8 5.1 5.2 5.3 5.4 6 7.1 7.2 7.3 7.4 7.5 8.1 8.2 "
    "9.1 9.2 9.3 9.4 9.5 9.6 10".split()
) | {OURS, "ENTRA error codes", "msal-recipes 8", "RFC 6749", "RFC 9110", "OpenID Connect", "Fetch"}


@dataclass(frozen=True, slots=True)
class Witness:
    """One thing that one test shows."""

    kind: str
    name: str
    grade: str
    source: str
    file: str
    test: str


@cache
def witnesses() -> tuple[Witness, ...]:
    """All of them, by file and line."""
    files = sorted(each for each in TESTS.rglob("test_*.py") if each.relative_to(TESTS).parts[0] not in SPECIAL_ROOMS)
    return tuple(
        witness
        for file in files
        for test in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(test, ast.FunctionDef | ast.AsyncFunctionDef)
        for marker in test.decorator_list
        if ast.unparse(marker).startswith("pytest.mark.witness(")
        for witness in _of(marker, file.relative_to(TESTS).as_posix(), test.name)
    )


def _of(marker: ast.expr, file: str, test: str) -> list[Witness]:
    assert isinstance(marker, ast.Call)
    kind, names, documented = map(ast.literal_eval, marker.args)
    whole = PARTS.sub(lambda found: ", ".join(f"{found[1]}.{part}" for part in found[2].split(", ")), names)
    sources = [each.partition(" ") for each in documented.split(", ")]
    return [Witness(kind, name, grade, of, file, test) for grade, _, of in sources for name in whole.split(", ")]
