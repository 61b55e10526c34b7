"""The shape of the package: its rooms, their order, and which foreign library each may use."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import romekit

PACKAGE = Path(romekit.__file__).parent
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}

#: From the top down: a room imports only what stands in a later line, or in itself. The front door is above all.
LAYERS = (
    {"__main__"},
    {"cli"},
    {"challenges"},
    {"lab"},
    {"lessons"},
    {"client"},
    {"views"},
    {"auth"},
    {"model", "polling"},  # what a notebook imports by these short names
    {"cloud.stub"},
    {"cloud.http"},
    {"cloud.openapi"},
    {"cloud.classroom"},
    {"cloud.webhooks"},
    {"cloud.graph"},
    {"cloud.identity"},
    {"cloud.store"},
    {"cloud.engine"},
    {"cloud.asgi"},
    {"core"},
)
#: The helper and the cloud meet only over HTTP; only these rooms open a cloud of their own.
MAY_OPEN_A_CLOUD = {"challenges", "cli", "lab", "cloud"}

#: Foreign libraries have one room each; httpx is used wherever requests are made.
ROOMS_OF = {
    "anywidget": {"views"},
    "click": {"cli"},
    "cryptography": {"cloud"},
    "httpx": {"auth", "challenges", "client", "lab", "cloud.http", "cloud.webhooks"},
    "ipywidgets": {"views"},
    "jinja2": {"cloud"},
    "jsonschema": {"views"},
    "jwt": {"cloud"},
    "msal": {"auth"},
    "numpy": {"views"},
    "pandas": {"views"},
    "platformdirs": {"client", "cloud.store"},
    "plotly": {"views"},
    "psycopg": {"cloud.store"},
    "rpds": {"cloud.engine"},
    "starlette": {"challenges", "cloud"},
    "uvicorn": {"cloud.http"},
}
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60


class Import(NamedTuple):
    """One import: the module that has it, the line, and what it takes."""

    module: str
    line: int
    target: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def name_of(path: Path) -> str:
    """The module of a file, without the package's own name: `cloud.http.server`."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".")


NAMES = {name_of(path) for path in TREES}


def imports() -> list[Import]:
    """Every import of every module, local and TYPE_CHECKING ones included."""
    found = []
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found += [Import(name_of(path), node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                taken = f"{'.' * node.level}{node.module or ''}"
                below = {alias.name: f"{taken}.{alias.name}" for alias in node.names}
                modules = [name if name.removeprefix("romekit.") in NAMES else taken for name in below.values()]
                found += [Import(name_of(path), node.lineno, target) for target in dict.fromkeys(modules)]
    return found


def layer_of(module: str) -> int:
    """The line of LAYERS that a module stands in."""
    found = [
        number
        for number, rooms in enumerate(LAYERS)
        if any(module == room or module.startswith(f"{room}.") for room in rooms)
    ]
    assert found, f"romekit.{module} is in no room: give it one in this test"
    return found[0]


INSIDE = [  # the front door itself may name everything, and its version may be asked by anybody
    each._replace(target=each.target.removeprefix("romekit."))
    for each in imports()
    if each.module and each.target.startswith("romekit.")
]


def test_imports_point_down():
    assert not [str(each) for each in INSIDE if layer_of(each.target) < layer_of(each.module)]


def test_imports_point_down_inside_each_room_too():
    graph: dict[str, set[str]] = {}
    for each in INSIDE:
        if each.module != each.target:
            graph.setdefault(each.module, set()).add(each.target)
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        raise AssertionError(f"These modules import each other: {circle.args[1]}") from None


def test_the_helper_and_the_cloud_meet_only_over_http():
    met = [str(each) for each in INSIDE if each.target.startswith("cloud")]
    assert not [each for each in met if each.partition(".")[0].partition(":")[0] not in MAY_OPEN_A_CLOUD]


def test_the_core_needs_nothing_but_the_standard_library():
    from sys import stdlib_module_names

    core = [each for each in imports() if each.module.startswith("core")]
    assert not [str(each) for each in core if each.target.split(".")[0] not in {*stdlib_module_names, "romekit"}]


def test_imports_are_absolute_and_name_what_they_take():
    assert not [str(each) for each in imports() if each.target.startswith(".")]
    assert not [path for path in TREES if "import *" in path.read_text(encoding="utf-8")]


def test_a_foreign_library_has_its_own_room():
    for each in imports():
        rooms = ROOMS_OF.get(each.target.partition(".")[0])
        assert rooms is None or any(f"{each.module}.".startswith(f"{room}.") for room in rooms), str(each)


def test_a_module_opens_with_a_sentence():
    for path, tree in TREES.items():
        first = (ast.get_docstring(tree) or "").partition("\n")[0]
        assert len(first) >= 20, f"{name_of(path)} does not say what it is"


def test_nothing_is_too_long_to_read():
    for path, tree in TREES.items():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE, f"{name_of(path)} is too long"
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                assert lines <= LONGEST_FUNCTION, f"{name_of(path)}:{node.lineno} {node.name} has {lines} lines"


def test_a_class_name_means_one_thing():
    homes: dict[str, list[str]] = {}
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(f"{name_of(path)}:{node.lineno}")
    assert not {name: where for name, where in homes.items() if len(where) > 1}
