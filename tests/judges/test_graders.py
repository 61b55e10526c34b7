"""nbgrader and Otter, with the lines that the page for teachers shows: each gives points for a challenge."""

import csv
import inspect
import json
import math
import os
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from romekit.challenges import challenge
from tests.challenges import solutions
from tests.pinned import ROOT
from tests.serving import DIRECT

PAGE = (ROOT / "notebooks" / "guides" / "grading.md").read_text(encoding="utf-8")
BAD_DAY = challenge("bad-day")
SECRET = "a word that students do not know"
TASK = "def buy(http, clock, token, device, uri):\n    ### BEGIN SOLUTION\n    return 'done'\n    ### END SOLUTION"
PUBLIC = 'from romekit.challenges import challenge\n\nchallenge("bad-day").try_(buy, days=2)'


def hopes(http, clock, token, device, uri):
    body = {"type": "LaunchUri", "payload": {"uri": uri}}
    sent = http.post(f"/me/devices/{device}/commands", json=body, headers={"Authorization": f"Bearer {token()}"})
    return "done" if sent.status_code == 201 else "unknown"


ANSWERS = {
    "mia": inspect.getsource(solutions),
    "ben": inspect.getsource(hopes).replace("def hopes", "def buy"),
    "joe": "",
}


def shown(language: str, sign: str) -> str:
    """The block of the page in which this stands."""
    return next(each for each in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if sign in each)


def played(commands: str, folder: Path) -> str:
    """What the last of the page's commands says: each is a program of this environment."""
    said = ""
    for line in commands.splitlines():
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            shlex.split(line), cwd=folder, env=DIRECT | {"PATH": path}, capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0, f"{line}\n{said}"
    return said


def expected(name: str) -> float:
    """What a function earns on the days of this student."""
    function = solutions.buy if name == "mia" else hopes
    return BAD_DAY.points(function, most=10, student=f"{SECRET}, {name}")


def cell(source: str, **said: object):
    about = dict.fromkeys(("grade", "locked", "solution", "task"), False) | {"schema_version": 3, "cell_type": "code"}
    return new_code_cell(source, metadata={"nbgrader": about | said} if said else {})


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which three students have handed in, graded with the page's commands."""
    pytest.importorskip("nbgrader", reason="nbgrader is among the graders: uv run --extra graders")
    folder = tmp_path_factory.mktemp("course")
    tests = cell(shown("python", "HIDDEN TESTS").strip(), grade=True, locked=True, points=10, grade_id="points")
    answer = cell(TASK, solution=True, grade_id="buy")
    written(folder / "source" / "workshop" / "day.ipynb", answer, cell(PUBLIC), tests)
    generate, *rest = shown("sh", "nbgrader generate_assignment").splitlines()
    played(generate, folder)
    for name, source in ANSWERS.items():
        handed_in = nbformat.read(released(folder), as_version=4)
        handed_in.cells[0].source = source or handed_in.cells[0].source
        written(folder / "submitted" / name / "workshop" / "day.ipynb", *handed_in.cells)
    played("\n".join(rest), folder)
    return folder


def written(file: Path, *cells: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=list(cells), metadata=about), file)


def released(folder: Path) -> Path:
    return folder / "release" / "workshop" / "day.ipynb"


def test_the_students_copy_has_neither_the_secret_nor_a_bare_name(course: Path) -> None:
    *_, tests = nbformat.read(released(course), as_version=4).cells
    assert tests.source.strip() == "# Your points come from days that only your teacher has."
    assert SECRET not in released(course).read_text(encoding="utf-8")


def test_nbgrader_gives_partial_credit_on_days_of_each_students_own(course: Path) -> None:
    with (course / "grades.csv").open(encoding="utf-8", newline="") as file:
        points = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert points == {"mia": 10.0, "ben": expected("ben"), "joe": 0.0}
    assert 0 < points["ben"] < 10
    assert points["ben"] != BAD_DAY.points(hopes), "on the days that everybody has it earns another number"


@pytest.fixture(scope="module")
def otter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page's test file, for the teacher and for students, and the students' notebooks."""
    pytest.importorskip("otter", reason="Otter is among the graders: uv run --extra graders")
    folder = tmp_path_factory.mktemp("otter")
    tests = shown("python", "OK_FORMAT")
    for name, source in (("hidden", tests), ("tests", tests.replace(", student=student", ""))):
        (folder / name).mkdir()
        (folder / name / "bad_day.py").write_text(source, encoding="utf-8")
    for name in ("mia", "ben"):
        written(folder / f"{name}.ipynb", cell(ANSWERS[name]))
    generate, *_ = shown("sh", "otter generate").splitlines()
    played(generate, folder)
    return folder


@pytest.mark.parametrize("name", ["mia", "ben"])
def test_otter_gives_a_point_for_each_that_was_earned_on_days_of_each_students_own(otter: Path, name: str) -> None:
    _, *commands = shown("sh", "otter generate").splitlines()
    played("\n".join(commands).replace("mia.ipynb", f"{name}.ipynb"), otter)
    results = json.loads((otter / "out" / "results.json").read_text(encoding="utf-8"))
    assert sum(each.get("score", 0) for each in results["tests"]) == math.floor(expected(name))
    assert ("The smallest day we found" in json.dumps(results)) == (name == "ben"), "what failed is told"


def test_students_check_themselves_with_otter_on_the_days_that_everybody_has(otter: Path) -> None:
    [command] = re.findall(r"`(otter check [^`]+)`", PAGE)
    assert "All tests passed" in played(command, otter)
    said = played(command.replace("mia", "ben"), otter)
    assert "at least 10 result" in said
    assert "The smallest day we found" in said


def test_a_ci_gets_a_test_case_for_each_mark_of_a_program(tmp_path: Path) -> None:
    (tmp_path / "client.py").write_text("print('not done')", encoding="utf-8")
    line = shown("sh", "romekit challenge run").replace("--days 20", "--days 2")
    with pytest.raises(AssertionError, match="marks failed"):
        played(line, tmp_path)
    suite = ElementTree.parse(tmp_path / "marks.xml").getroot()
    assert [case.get("name") for case in suite] == list(BAD_DAY.marks)
    assert suite.find("testcase[@name='got it done']/failure") is not None
