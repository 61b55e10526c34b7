"""What the code offers: each list is read from the tables that make it so, or from the source where there is none."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any, Final

from starlette.routing import Route

from romekit.cloud.classroom.opening import Opening
from romekit.cloud.engine.faults import FAULTS
from romekit.cloud.graph.graph import ROUTES
from romekit.cloud.graph.messages import GraphRequest, GraphResponse, headers_of
from romekit.cloud.graph.public import METADATA
from romekit.cloud.graph.routing import CLOSED
from romekit.cloud.identity.problems import PROBLEMS
from romekit.cloud.openapi.answers import HEADERS
from romekit.cloud.openapi.document import document
from romekit.cloud.stub import Stub
from romekit.core.model import MODERN
from romekit.core.status import Status
from tests.witnesses.raised import refusals, refusals_in_class
from tests.witnesses.source import STUB, called, text, trees

ASKED: Final = GraphRequest("GET", (), {}, b"", 0.0, "")


def routes() -> set[str]:
    """Graph's own, what needs no token, what is closed, and the app's other addresses."""
    app = Stub()
    rows = {f"{route.method} {_path(route.path)}" for route in ROUTES}
    public = {f"GET {_path(METADATA)}", "OPTIONS …"}
    twins = {"/users/{id or UPN}/…"} if any(route.path[0] == "me" for route in ROUTES) else set()
    closed = {f"(closed) {_path(path)}" for path in CLOSED}
    doors = {f"/{version}/…" for version in app.app.doors} - {"/beta/…"}
    known = {each.path for each in app.identity.routes()}
    others = {f"{_verbs(each)} {each.path}" for each in app.app.routes if isinstance(each, Route)}
    return rows | public | twins | closed | doors | {each for each in others if each.rpartition(" ")[2] not in known}


def _path(segments: tuple[str, ...]) -> str:
    return "/" + "/".join(segments)


def _verbs(route: Route) -> str:
    return ", ".join(sorted(set(route.methods or ()) - {"HEAD"}))


def options() -> set[str]:
    return {f"{route.serve.__name__} ${option}" for route in ROUTES for option in route.options}


def answers() -> set[str]:
    """The statuses of every reply that is not a refusal."""
    found = [call.args[0] for tree in trees(STUB).values() for call in called(tree, "Reply") if call.args]
    return {str(each.value) for each in found if isinstance(each, ast.Constant) and each.value < 400}


def properties() -> set[str]:
    """Every property of every shape in the contract, which each answer of the stub is held against."""
    shapes = document(MODERN)["components"]["schemas"]
    names = {f"{shape}.{name}" for shape in shapes for name in _names(shapes[shape])}
    # A command as it was accepted has no property that one which is read later has not.
    accepted = {name for name in names if name.startswith("CommandAccepted.")}
    return {name.replace("CommandAccepted.", "Command.") for name in accepted} | (names - accepted)


def _names(shape: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, inner in shape.get("properties", {}).items():
        parts = list(_names(inner.get("items", inner), f"{above}{name}."))
        yield from parts or [f"{above}{name}"]


def headers() -> set[str]:
    """Those of answers, those that requests are read for, those of updates that are posted, those of sign-in."""
    graph = {name: tree for name, tree in trees(STUB).items() if "/" not in name}
    sign_in = {name: tree for name, tree in trees(STUB).items() if name.startswith("identity/")}
    sign_in.pop("identity/keys")  # its headers are those of a JWT
    posted = [graph.pop("updates"), graph.pop("posting")]
    always = set(headers_of(GraphResponse(200, {}), ASKED)) | set(HEADERS)
    return {
        *always,
        *(name for tree in graph.values() for name in _set(tree)),
        *(f"request: {name}" for tree in graph.values() for name in _read(tree)),
        *(f"update: {name}" for tree in posted for name in _set(tree)),
        *(f"sign-in: {name}" for tree in sign_in.values() for name in _set(tree)),
        *(f"sign-in request: {name}" for tree in sign_in.values() for name in _read(tree)),
    }


def _set(tree: ast.Module) -> set[str]:
    """Names in whatever is called headers, or is given or returned as such."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if "headers" in name.lower():
                found |= _keys(value)
            case ast.AnnAssign(target=ast.Name(id="NO_STORE"), value=ast.Dict() as value):
                found |= _keys(value)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id="headers"), slice=ast.Constant(value=name))]):
                found.add(name)
            case ast.keyword(arg="headers", value=value):
                found |= _keys(value)
            case ast.Call(func=ast.Name(id="Reply"), args=[_, _, value]):
                found |= _keys(value)
            case ast.Call(func=ast.Attribute(attr="set_cookie")):
                found.add("Set-Cookie")
            case ast.FunctionDef(name="headers"):
                found |= {key for each in ast.walk(node) if isinstance(each, ast.Return) for key in _keys(each.value)}
    return found


def _keys(value: ast.expr | None) -> set[str]:
    dicts = [each for each in ast.walk(value) if isinstance(each, ast.Dict)] if value else []
    return {key for each in dicts for node in each.keys if (key := text(node))}


def _read(tree: ast.Module) -> set[str]:
    """Names that a request's headers are asked for."""
    found: set[str | None] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="headers"), attr="get"), args=[name, *_]):
                found.add(text(name))
            case ast.Subscript(value=ast.Attribute(attr="headers"), slice=name, ctx=ast.Load()):
                found.add(text(name))
            case ast.Compare(left=name, comparators=[ast.Attribute(attr="headers")]):
                found.add(text(name))
            case ast.Call(func=ast.Attribute(value=ast.Name(id="headers"), attr="get"), args=[name, *_]):
                found.add(text(name))
    return {name for name in found if name}


def sign_in_endpoints() -> set[str]:
    return {f"{_verbs(route)} {route.path}" for route in Stub().identity.routes()}


def class_addresses() -> set[str]:
    stub = Stub(classroom=Opening("A class", b"not a secret at all"))
    known = {route.path for route in Stub().app.routes if isinstance(route, Route)}
    routes = [route for route in stub.app.routes if isinstance(route, Route) and route.path not in known]
    return {f"{_verbs(route)} {route.path}" for route in routes}


#: kind -> all there is of it
OFFERED: Final[dict[str, Callable[[], set[str]]]] = {
    "route": routes,
    "option": options,
    "answer": answers,
    "property": properties,
    "header": headers,
    "status": lambda: {status.value for status in Status},
    "error": refusals,
    "fault": lambda: set(FAULTS),
    "sign-in endpoint": sign_in_endpoints,
    "sign-in error": lambda: set(PROBLEMS),
    "class address": class_addresses,
    "class refusal": refusals_in_class,
}
