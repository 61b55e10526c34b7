"""The shape of the house: rooms, floors, and who may know whom (architecture.md, "The rooms")."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest

import romekit

HOUSE = Path(romekit.__file__).parent
MODULES = sorted(HOUSE.rglob("*.py"))

#: Lower floors know nothing of higher ones. The rooms of one floor do not know each other, but for GROUND.
FLOORS = (
    {"errors", "clock", "clouds", "model", "polling", "status", "transition"},
    {"world"},
    {"store"},
    {"api", "signin", "stub", "views"},
    {
        "__main__",
        "cli",
        "lab",
        "connection",
        "lab_sign_in",
        "sign_in_card",
        "lab_race",
        "lab_receiver",
        "lab_given",
        "lab_wall",
        "lab_truth",
        "lab_watch",
        "lab_command",
        "serve_command",
        "backup_command",
        "serve_options",
        "joining",
        "demo_command",
        "tutorials",
        "lessons",
    },
)
GROUND, TOP = 0, len(FLOORS) - 1

#: Foreign libraries have one room each; these two are spoken where clouds are reached, and where it all comes together.
ROOMS_OF = {
    "httpx": {"api", "signin", "stub/doors", "stub/posting", "lab"},
    "msal": {"signin"},
    "starlette": {"stub"},
    "uvicorn": {"stub"},
    "jinja2": {"stub"},
    "jwt": {"stub"},
    "cryptography": {"stub"},
    "rpds": {"world"},
    "psycopg": {"store"},
    "platformdirs": {"store"},
    "numpy": {"views"},
    "pandas": {"views"},
    "plotly": {"views"},
    "ipywidgets": {"views"},
    "anywidget": {"views"},
    "jsonschema": {"views"},
    "click": {"cli", "demo_command", "serve_options"},
}
LONGEST_MODULE, LONGEST_FUNCTION = 300, 60


@dataclass(frozen=True)
class Import:
    """One imported name: where, and what."""

    module: str
    line: int
    target: str

    @property
    def room(self) -> str:
        return self.target.split(".")[1] if "." in self.target else ""


def name_of(path: Path) -> str:
    """A module as `stub/doors`."""
    return path.relative_to(HOUSE).with_suffix("").as_posix()


def room_of(module: str) -> str:
    return module.partition("/")[0]


def floor_of(room: str) -> int:
    floors = [number for number, rooms in enumerate(FLOORS) if room in rooms]
    assert floors, f"romekit/{room} is a room without a floor: give it one in this test"
    return floors[0]


def imports(path: Path) -> list[Import]:
    """Everything a module imports, wherever in it, TYPE_CHECKING included."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [Import(name_of(path), node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            targets = [f"romekit.{alias.name}" for alias in node.names] if node.module == "romekit" else [node.module]
            found += [Import(name_of(path), node.lineno, "." * node.level + (target or "")) for target in targets]
    return found


INSIDE = [path for path in MODULES if path != HOUSE / "__init__.py"]
OURS = [each for path in INSIDE for each in imports(path) if each.target.startswith("romekit.")]
#: The version is the one thing of the front door that anybody may look at.
KNOWN = [each for each in OURS if each.target != "romekit.__version__"]


@pytest.mark.parametrize("path", INSIDE, ids=name_of)
def test_imports_point_down(path):
    mine = room_of(name_of(path))
    for each in KNOWN:
        if each.module != name_of(path) or each.room == mine:
            continue
        there, here = floor_of(each.room), floor_of(mine)
        is_beside = there == here and here in (GROUND, TOP)
        assert there < here or is_beside, f"{each.module}:{each.line} imports {each.target}, which is not below it"


def test_the_ground_floor_knows_errors_and_nothing_else_beside_it():
    beside = {(room_of(each.module), each.room) for each in KNOWN if room_of(each.module) in FLOORS[GROUND]}
    assert {there for _, there in beside} <= {"errors"}


def test_api_and_stub_meet_only_over_http():
    rooms = {"api", "signin", "stub", "views"}
    known = {(room_of(each.module), each.room) for each in KNOWN}
    assert not {(one, other) for one, other in known if one in rooms and other in rooms and one != other}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_are_absolute_and_name_what_they_take(path):
    for each in imports(path):
        assert not each.target.startswith("."), f"{each.module}:{each.line} is a relative import"
    assert "import *" not in path.read_text()


@pytest.mark.parametrize("library", sorted(ROOMS_OF))
def test_a_foreign_library_has_its_own_room(library):
    for path in MODULES:
        for each in imports(path):
            if each.target.partition(".")[0] == library:
                where = {each.module, room_of(each.module)}
                assert where & ROOMS_OF[library], f"{each.module}:{each.line} speaks {library}, which lives elsewhere"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_opens_with_a_sentence(path):
    said = ast.get_docstring(ast.parse(path.read_text())) or ""
    first = said.partition("\n")[0]
    assert len(first) >= 20, f"{name_of(path)} does not say what it is"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_is_too_long_to_read(path):
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_MODULE, f"{name_of(path)} is too long: what is its second idea?"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= LONGEST_FUNCTION, f"{name_of(path)}:{node.lineno} {node.name} has {lines} lines"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_that_is_imported_by_a_room_is_importable_alone(path):
    """No circle of imports: each module's own imports, at its top level, never lead back to it."""
    start = _dotted(name_of(path))
    seen, ahead = set(), [start]
    while ahead:
        for target in TOP_LEVEL[ahead.pop()]:
            assert target != start, f"{start} is imported by what it imports"
            if target not in seen:
                seen.add(target)
                ahead.append(target)


def _dotted(module: str) -> str:
    return ("romekit." + module.replace("/", ".")).removesuffix(".__init__")


def _top_level(path: Path) -> set[str]:
    """The modules of ours that a module imports when it is imported itself."""
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("romekit."):
            below = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (below & NAMES) or {node.module}
        elif isinstance(node, ast.ImportFrom) and node.module == "romekit":
            found |= {f"romekit.{alias.name}" for alias in node.names} & NAMES
    return found & NAMES


NAMES = {_dotted(name_of(path)) for path in INSIDE}
TOP_LEVEL = {_dotted(name_of(path)): _top_level(path) for path in INSIDE} | {"romekit": set()}
