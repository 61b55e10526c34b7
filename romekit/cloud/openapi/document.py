"""The document put together: one path per row of the routes, and its twin below `/users`; and where it is served."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from romekit import __version__
from romekit.cloud.graph.graph import ROUTES
from romekit.cloud.graph.routing import Route
from romekit.cloud.openapi.answers import all_headers, all_refusals, headers, refusal
from romekit.cloud.openapi.operations import JSON, OPERATIONS, Described, Success, parameters
from romekit.cloud.openapi.shapes import ref, shapes
from romekit.core.model import Profile

#: The refusals of every operation, and of every one that is counted and needs a scope.
ALWAYS: Final = (400, 401, 403)
COUNTED: Final = (429,)
#: What a class's quotas refuse beside that: a body that is too large, and to write into a full space.
SHARED: Final = {"GET": (413,), "POST": (413, 507)}
ABOUT: Final = """\
Project Rome's device commands in Microsoft Graph beta, as romekit's own cloud answers them. Microsoft's service \
stopped on 30 September 2020. What is tagged `documented` was documented by Microsoft, `around` is what Graph offers \
around every API, and `romekit` is an extension of this cloud alone. Every other verb is answered with 405. Bodies are \
read with names in any case; this contract has them as they are written."""
TAGS: Final = {
    "documented": "The four operations of the documentation.",
    "around": "What Graph offers around every API.",
    "romekit": "Extensions of this cloud: no other service has them.",
}


@lru_cache
def document(profile: Profile) -> dict[str, Any]:
    """The OpenAPI 3.1 document for a server that spells in this profile's casing."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "romekit", "version": __version__, "description": ABOUT, "license": {"name": "MIT"}},
        "servers": [{"url": "/beta", "description": "Below the address of the server."}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "A personal account's."}},
            "parameters": {_key(name): each for name, each in parameters(profile).items()},
            "headers": all_headers(),
            "responses": all_refusals(),
            "schemas": shapes(profile),
        },
    }


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for route in ROUTES:
        for path in _twins(route.path):
            paths.setdefault(_template(path), _preflight(path))[route.method.lower()] = _operation(route, path)
    return paths


def _twins(path: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [path, ("users", "{user}", *path[1:])] if path[:1] == ("me",) else [path]


def _template(path: tuple[str, ...]) -> str:
    return "/" + "/".join(path)


def _names_in(path: tuple[str, ...]) -> list[str]:
    return [segment[1:-1] for segment in path if segment[0] == "{"]


def _operation(route: Route, path: tuple[str, ...]) -> dict[str, Any]:
    name = route.operation
    described = OPERATIONS[name]
    options = sorted(f"{name} ${option}" if option == "select" else f"${option}" for option in route.options)
    wanted = [*_names_in(path), *options, *described.parameters, "client-request-id"]
    operation: dict[str, Any] = {
        "operationId": f"{name}{'_of_user' if path[:1] == ('users',) else ''}",
        "summary": described.summary,
        "tags": [described.tag],
        "security": [] if route.scope is None else [{"token": [route.scope] if route.scope else []}],
        "parameters": [{"$ref": f"#/components/parameters/{_key(each)}"} for each in wanted],
        "responses": _responses(route, described),
    }
    if described.body:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": ref(described.body)}}}
    return operation


def _responses(route: Route, described: Described) -> dict[str, Any]:
    always = () if route.scope is None else ALWAYS
    refused = sorted({*always, *described.refusals, *(COUNTED + SHARED[route.method] if route.scope else ())})
    answers = {str(success.status): _success(success) for success in described.successes}
    return {**answers, **{str(status): refusal(status) for status in refused}}


def _success(success: Success) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": success.about, "headers": headers(*success.headers)}
    if success.shape is not None:
        answer["content"] = {success.kind: {"schema": success.shape}}
    return answer


def _preflight(path: tuple[str, ...]) -> dict[str, Any]:
    """What a browser asks first, without a token."""
    cors = ("Allow", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age")
    return {
        "options": {
            "operationId": "may_" + "_".join(segment.strip("{}$").replace("romekit.", "") for segment in path),
            "summary": "What a browser may do here",
            "tags": ["around"],
            "security": [],
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in _names_in(path)],
            "responses": {"204": {"description": "These verbs and headers.", "headers": headers(*cors)}},
        },
    }


def _key(name: str) -> str:
    """A parameter's name among the components, which must not have blanks or dollars."""
    return name.replace("$", "").replace(" ", ".")
