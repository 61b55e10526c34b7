"""What the code offers: each list is read from the tables that make it so, or from the source where there is none."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from starlette.routing import Route

import romekit.cloud
from romekit.cloud.classroom.roster import Opening
from romekit.cloud.engine.faults import FAULTS
from romekit.cloud.graph.faults import WORDS
from romekit.cloud.graph.graph import ROUTES, STATUS_MONITOR
from romekit.cloud.graph.messages import STATUS_OF
from romekit.cloud.graph.odata.options import CODES
from romekit.cloud.graph.routing import CLOSED
from romekit.cloud.identity.problems import PROBLEMS
from romekit.cloud.openapi.document import document
from romekit.cloud.stub import Stub
from romekit.core import errors
from romekit.core.model import MODERN
from romekit.core.status import Status

CLOUD: Final = Path(romekit.cloud.__file__).parent
#: room -> how its headers are called here; other rooms only pass on what these say; `webhooks` reads no requests
HEADERS_OF: Final = {"asgi": "", "graph": "", "classroom": "", "identity": "sign-in ", "webhooks": "update "}
#: A header's name has a hyphen, or is one of these.
HEADER: Final = re.compile(
    r"[a-z][a-z\d]*(-[a-z\d]+)+|accept|allow|authorization|date|etag|host|location|pragma|prefer", re.I
)
NO_HEADERS: Final = {"api-version": "a parameter of an address", "date": "a property of an error"}


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the cloud by its name, such as `identity/forms`."""
    return {
        path.relative_to(CLOUD).with_suffix("").as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(CLOUD.rglob("*.py"))
    }


def routes() -> set[str]:
    """Graph's own, what needs no token, what is closed, and the app's other addresses."""
    app = Stub()
    rows = {f"{route.method} {_path(route.path)}" for route in (*ROUTES, *STATUS_MONITOR)}
    public = {"OPTIONS …"}
    twins = {"/users/{id or UPN}/…"} if any(route.path[0] == "me" for route in ROUTES) else set()
    closed = {f"(closed) {_path(path)}" for path in CLOSED}
    versions = {f"/{version}/…" for version in app.app._endpoints} - {"/beta/…"}
    sign_in = {each.path for each in app.identity.routes()}
    others = {_address(each) for each in app.app.routes if isinstance(each, Route) and each.path not in sign_in}
    return rows | public | twins | closed | versions | others


def _path(segments: tuple[str, ...]) -> str:
    return "/" + "/".join(segments)


def _address(route: Route) -> str:
    return f"{'|'.join(sorted(set(route.methods or ()) - {'HEAD', 'OPTIONS'}))} {route.path}"


def answers() -> set[str]:
    """The statuses of every answer that is not a refusal."""
    calls = (call for tree in trees().values() for call in _calls(tree, "GraphResponse") if call.args)
    return {str(first.value) for call in calls if isinstance(first := call.args[0], ast.Constant) and first.value < 400}


def _calls(tree: ast.AST, name: str) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name]


def properties() -> set[str]:
    """Every property of every shape in the contract, which each answer of the cloud is held against."""
    shapes = document(MODERN, status_monitor=True)["components"]["schemas"]
    # A command as it was accepted has no property that one which is read later has not.
    return {
        f"{shape.replace('CommandAccepted', 'Command')}.{name}" for shape in shapes for name in _names(shapes[shape])
    }


def _names(shape: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, inner in shape.get("properties", {}).items():
        parts = list(_names(inner.get("items", inner), f"{above}{name}."))
        yield from parts or [f"{above}{name}"]


def headers() -> set[str]:
    """Headers of answers and of updates that are posted, and those that requests are read for (in lower case)."""
    found = {
        f"{HEADERS_OF[room]}{'request' if is_read else ''}".strip() + f": {name}"
        for module, tree in trees().items()
        if (room := module.partition("/")[0]) in HEADERS_OF
        for name, is_read in _keys(tree)
        if HEADER.fullmatch(name) and name not in NO_HEADERS and not (is_read and room == "webhooks")
    }
    return {name.removeprefix(": ") for name in found}


def _keys(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """Every text that is a key of a dict, and whether it is only looked up."""
    for node in ast.walk(tree):
        match node:
            case ast.Dict(keys=keys):
                yield from ((str(key.value), False) for key in keys if isinstance(key, ast.Constant))
            case ast.Subscript(slice=ast.Constant(value=str(key)), ctx=ast.Store()):
                yield key, False
            case ast.AnnAssign(value=ast.Constant(value=str(key))) if key.startswith("X-"):
                yield key, False
            case ast.Call(func=ast.Attribute(attr="set_cookie")):
                yield "Set-Cookie", False
            case (
                ast.Subscript(slice=ast.Constant(value=str(key)))
                | ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(key)), *_])
                | ast.Compare(left=ast.Constant(value=str(key)))
            ) if key.islower():
                yield key, True


def refusals() -> set[str]:
    """The status and code of every refusal: written side by side, in a table, or with an error of ours."""
    side_by_side = {
        f"{status} {code}"
        for module, tree in trees().items()
        if not module.startswith("identity/")  # PROBLEMS has those
        for node in ast.walk(tree)
        if isinstance(node, ast.Call | ast.Tuple)
        for status, code in [_first_two(node.args if isinstance(node, ast.Call) else node.elts)]
        if status
    }
    of_errors = {said for tree in trees().values() for said in _of_errors(tree)}
    tables = {f"400 {code}" for code in CODES.values()} | {f"{status} {code}" for status, (code, _) in WORDS.items()}
    return side_by_side | of_errors | tables


def _first_two(parts: list[ast.expr]) -> tuple[int, str]:
    match parts:
        case [ast.Constant(value=int(status)), ast.Constant(value=str(code)), *_] if (
            400 <= status < 600 and code.isidentifier()
        ):
            return status, code
    return 0, ""


def _of_errors(tree: ast.Module) -> Iterator[str]:
    """Errors of romekit's own tree that name their code: the status is theirs or that of their class."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        said = {each.arg: each.value.value for each in call.keywords if isinstance(each.value, ast.Constant)}
        kind = getattr(errors, call.func.id, None)
        if kind is not None and said.get("code"):
            name = next(each.__name__ for each in kind.__mro__ if each.__name__ in STATUS_OF)
            yield f"{said.get('status', STATUS_OF[name][0])} {said['code']}"


def class_addresses() -> set[str]:
    stub = Stub(classroom=Opening("A class", b"not a secret at all"))
    without = {route.path for route in Stub().app.routes if isinstance(route, Route)}
    return {_address(route) for route in stub.app.routes if isinstance(route, Route) and route.path not in without}


#: kind -> all there is of it
OFFERED: Final[dict[str, Callable[[], set[str]]]] = {
    "route": routes,
    "option": lambda: {f"{route.operation} ${option}" for route in ROUTES for option in route.options},
    "answer": answers,
    "property": properties,
    "header": headers,
    "status": lambda: {status.value for status in Status},
    "error": refusals,
    "fault": lambda: set(FAULTS),
    "sign-in endpoint": lambda: {_address(route) for route in Stub().identity.routes()},
    "sign-in error": lambda: set(PROBLEMS),
    "class address": class_addresses,
}
