"""The witnesses as a page: tests/WITNESSES.md."""

from collections import defaultdict
from typing import Final

from tests.witnesses.markers import GRADES, TESTS, Witness, witnesses

FILE: Final = TESTS / "WITNESSES.md"
#: kind -> the heading of its part of the page
KINDS: Final = {
    "route": "Addresses of Graph",
    "option": "Query options",
    "answer": "Successes",
    "property": "Properties",
    "header": "Headers",
    "status": "Statuses of a command",
    "error": "Refusals of Graph and of a class",
    "fault": "Faults",
    "sign-in endpoint": "Addresses of the identity provider",
    "sign-in error": "Refusals of the identity provider",
    "class address": "Addresses of a class",
}
HEAD: Final = """\
# Witnesses

Everything that romekit's cloud offers: which test shows it, where it is documented, and how sure that is. The table is
made from the markers of the tests by `uv run python -m tests.witnesses`. A test fails when the code offers something
that has no witness, when a witness names something that the code does not offer, and when this page is old.

**Documented** names a section of the dossier: the project's notes on what is known of the API from its documentation,
its metadata, its clients and their complaints. *ours* is an extension of this cloud alone. *ENTRA error codes* is
Microsoft's table of AADSTS numbers, *msal-recipes* is what was measured with MSAL. **Grade** says how sure it is:
"""


def page() -> str:
    """The whole page."""
    legend = "".join(f"- **{grade}** {meaning}\n" for grade, meaning in GRADES.items())
    return "\n".join([HEAD, legend, *(_part(kind) for kind in KINDS)])


def _part(kind: str) -> str:
    rows: dict[tuple[str, str, str], list[Witness]] = defaultdict(list)
    for each in witnesses():
        if each.kind == kind:
            rows[each.name, each.grade, each.source].append(each)
    lines = [
        f"| `{name}` | {grade} | {source} | {'<br>'.join(map(_link, found))} |\n"
        for (name, grade, source), found in rows.items()
    ]
    head = "| What | Grade | Documented | Shown by |\n| --- | --- | --- | --- |\n"
    return f"## {KINDS[kind]}\n\n{head}{''.join(lines)}".replace("GET|POST", "GET, POST")


def _link(witness: Witness) -> str:
    """The test by its sentence, with a link to its file."""
    return f"[{witness.test.removeprefix('test_').replace('_', ' ')}]({witness.file})"
