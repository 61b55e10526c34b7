"""The manners of every notebook that is committed. That their outputs are right is nbval's part: it runs every cell."""

import asyncio
import json
import re
from itertools import pairwise
from typing import Any

import nbformat
import pytest

from notebooks import build
from romekit.core.status import FINAL, Status

NAMES = [
    "00_start_here",
    "01_sign_in",
    "02_devices",
    "03_launch_a_uri",
    "04_call_an_app_service",
    "05_status_timelines",
    "06_when_it_goes_wrong",
    "07_the_command_that_ran_twice",
    "08_race_the_pollers",
]
#: In a workshop one builds something: it has a challenge in place of exercises, and a function may be long.
WORKSHOPS = ["09_your_own_poller", "10_the_bad_day", "11_being_told", "12_the_same_thing_elsewhere"]
EVERY = [*NAMES, *WORKSHOPS]
COMMITTED = sorted(path.stem for path in build.HERE.glob("*.ipynb"))
MACHINE = re.compile(r"(?<![\w.:/])/(work|root|tmp|home|Users)/|[A-Z]:\\\\")
SECRET = re.compile(
    r"""EwB[\w-]|eyJ[\w-]           # tokens: sealed, and JWTs
    |M\.[CR]\d|(?<!\w)0\.A[\w-]{20} # refresh tokens and codes, as Microsoft's look
    |\b(?=\d*[A-Z])[BCDFGHJKLMNPQRSTVWXZ2-9]{8}\b # user codes, as ours look""",
    re.VERBOSE,
)
SKIPPING = {"nbval-skip", "nbval-ignore-output", "nbval-check-output", "skip-execution"}
NOT_COMPARED = {build.LIVE, "data", "execution_count", "metadata", "output_type", "traceback"}
every_notebook = pytest.mark.parametrize("name", EVERY)


def read(name: str) -> Any:
    return nbformat.read(build.HERE / f"{name}.ipynb", as_version=4)


def text(name: str) -> str:
    return (build.HERE / f"{name}.ipynb").read_text(encoding="utf-8")


def code(name: str) -> list[Any]:
    return [cell for cell in read(name).cells if cell.cell_type == "code"]


def prose(name: str) -> list[str]:
    """The markdown cells, without what stands in code fences."""
    return [re.sub(r"(?ms)^```.*?^```", "", cell.source) for cell in read(name).cells if cell.cell_type == "markdown"]


def lines(cell: Any) -> list[str]:
    return [line for line in cell.source.splitlines() if line.strip()]


def test_the_lessons_are_there_and_nothing_else():
    assert COMMITTED == EVERY


@every_notebook
def test_a_notebook_is_its_source_run(name):
    source = build.read(build.SOURCES / f"{name}.py")
    kept = read(name)
    now, then = ([(cell.id, cell.source, cell.metadata) for cell in each.cells] for each in (kept, source))
    assert now == then, f"run notebooks/build.py {name}"
    assert kept.metadata == build.METADATA
    assert [cell.execution_count for cell in code(name)] == list(range(1, len(code(name)) + 1))


@every_notebook
def test_nothing_wrote_to_stderr_and_only_a_tagged_cell_raised(name):
    assert list(build.complaints(read(name))) == []


@every_notebook
def test_the_first_cell_holds_the_only_title(name):
    titles = [re.findall(r"(?m)^# .+", cell) for cell in prose(name)]
    assert [len(found) for found in titles] == [1] + [0] * (len(titles) - 1)
    assert read(name).cells[0].source.startswith("# ")


@every_notebook
def test_every_cell_is_run_and_compared(name):
    tags = {tag for cell in read(name).cells for tag in cell.metadata.get("tags", [])}
    assert not tags & SKIPPING
    assert "NBVAL_" not in text(name)


def test_every_notebook_is_set_up_in_the_same_three_lines_at_most():
    setups = {code(name)[0].source for name in EVERY}
    assert len(setups) == 1
    assert len(setups.pop().splitlines()) <= 3


@every_notebook
def test_a_cell_is_at_most_twelve_lines_and_none_of_them_is_too_long_for_a_laptop(name):
    """Longer ones are cut off at 1280 pixels; solutions are code, too."""
    cells = read(name).cells
    folded = [text for cell in cells for text in re.findall(r"(?ms)^```python\n(.*?)^```", cell.source)]
    shown = [cell.source for cell in code(name)] + folded
    assert [line for source in shown for line in source.splitlines() if len(line) > 88] == []
    assert [cell.id for cell in code(name) if len(lines(cell)) > 12] == []


@every_notebook
def test_no_cell_uses_what_only_a_lab_has_inside_installs_something_or_runs_a_command_of_the_shell(name):
    assert [cell.id for cell in code(name) if re.search(r"\.stub\b|InProcess|session\(", cell.source)] == []
    assert [cell.id for cell in code(name) if re.search(r"(?m)^\s*[%!]", cell.source)] == []


@every_notebook
def test_no_path_of_a_machine_no_token_and_no_code_was_kept_and_outputs_are_small(name):
    assert MACHINE.findall(text(name)) == []
    assert SECRET.findall(text(name)) == []
    sizes = [len(json.dumps(output)) for cell in code(name) for output in cell.outputs]
    assert max(sizes, default=0) <= 60_000
    assert len(text(name).encode()) < 300_000


@pytest.mark.parametrize("name", EVERY)
def test_every_output_can_be_read_where_only_text_or_plain_html_is_drawn(name):
    for output in [output for cell in read(name).cells for output in cell.get("outputs", [])]:
        if kinds := output.get("data"):  # GitHub, VS Code and a mail draw the one or the other
            assert kinds["text/plain"].strip()
            assert kinds.keys() <= {"text/plain"} or not re.search("<script|src=.http|@import", kinds["text/html"])


def test_every_notebook_ends_with_a_link_to_the_next():
    for name, following in pairwise(EVERY):
        last = read(name).cells[-1]
        assert last.cell_type == "markdown"
        assert f"({following}.ipynb)" in last.source, name
    assert re.search(r"\]\(.+\)", read(EVERY[-1]).cells[-1].source)


@every_notebook
def test_every_link_to_a_notebook_leads_to_one(name):
    linked = {target for cell in prose(name) for target in re.findall(r"\]\(([^)#:]+\.ipynb)", cell)}
    assert [target for target in linked if not (build.HERE / target).exists()] == []


def compared(cell: Any) -> dict[str, list[Any]]:
    """What nbval compares of a cell's outputs: for each kind, all there is of it in order."""
    said: dict[str, list[Any]] = {}
    for output in cell.get("outputs", []):
        for kind, value in (output | output.get("data", {})).items():
            if kind not in NOT_COMPARED:
                said.setdefault(kind, []).append(value)
    return said


def test_in_one_kernel_and_in_the_other_order_every_output_is_the_same():
    names = EVERY[::-1]
    fresh = [cell for name in names for cell in build.read(build.SOURCES / f"{name}.py").cells]
    asyncio.run(build.run(nbformat.v4.new_notebook(cells=fresh)))
    kept = [cell for name in names for cell in read(name).cells]
    pairs = zip(kept, fresh, strict=True)
    assert [old.id for old, new in pairs if compared(old) != compared(new)] == []


def test_each_word_of_the_glossary_stands_in_the_lesson_that_it_names():
    rows = re.findall(r"(?m)^\| \*\*(.+?)\*\* \| .+ \| (\d\d) \|$", (build.HERE / "glossary.md").read_text("utf-8"))
    lessons = {name[:2]: re.sub(r"\s+", " ", "\n".join(cell.source for cell in read(name).cells)) for name in EVERY}
    assert len(rows) >= 35
    assert [row for row in rows if row[0].lower() not in lessons[row[1]].lower()] == []


def test_the_cheat_sheet_has_every_status_on_its_side():
    sheet = (build.HERE / "cheat_sheet.md").read_text("utf-8")
    sides = re.findall(r"(?m)^\| `(\w+)` \| [^|]+ \| `(\w+)` \| [^|]+ \| (?:yes|no|unknown) \|$", sheet)
    moving, final = map(set, zip(*sides, strict=True))
    assert (moving, final) == ({each.value for each in set(Status) - FINAL}, {each.value for each in FINAL})
