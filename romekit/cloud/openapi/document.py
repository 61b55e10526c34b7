"""The document put together: one path per row of the routes, and its twin below `/users`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from romekit import __version__
from romekit.cloud.graph.graph import DEVICES, ROUTES, STATUS_MONITOR, USE
from romekit.cloud.graph.routing import Route
from romekit.cloud.graph.status_monitor import PATH
from romekit.cloud.openapi.answers import FAULTY, REFUSALS, all_headers, all_refusals, headers
from romekit.cloud.openapi.operations import JSON, OPERATIONS, Described, parameters
from romekit.cloud.openapi.shapes import ref, shapes
from romekit.core.model import Profile

#: What a class's quotas refuse: a body that is too large, and to write into a full space.
SHARED: Final = {"GET": {413}, "POST": {413, 507}}
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
def document(profile: Profile, status_monitor: bool = False) -> dict[str, Any]:
    """The OpenAPI 3.1 document for a server that spells in this profile's casing, with Azure's style if that is on."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "romekit", "version": __version__, "description": ABOUT, "license": {"name": "MIT"}},
        "servers": [{"url": "/beta", "description": "Below the address of the server."}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "paths": _paths((*ROUTES, *STATUS_MONITOR) if status_monitor else ROUTES),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "A personal account's."}},
            "parameters": {_key(name): each for name, each in parameters(profile).items()},
            "headers": all_headers(status_monitor),
            "responses": all_refusals(),
            "schemas": shapes(profile, status_monitor),
        },
    }


def _paths(routes: tuple[Route, ...]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for route in routes:
        twins = [("users", "{user}", *route.path[1:])] if route.path[:1] == ("me",) else []
        for path in [route.path, *twins]:
            paths.setdefault(f"/{'/'.join(path)}", _preflight(path))[route.method.lower()] = _operation(route, path)
    return paths


def _names_in(path: tuple[str, ...]) -> list[str]:
    return [segment[1:-1] for segment in path if segment[0] == "{"]


def _operation(route: Route, path: tuple[str, ...]) -> dict[str, Any]:
    name = route.operation
    described = OPERATIONS[name]
    is_ours = any(segment.startswith("romekit.") for segment in path)
    options = sorted(f"{name} ${option}" if option == "select" else f"${option}" for option in route.options)
    held = ("If-None-Match", "Prefer") if route.unchanged_until else ()
    wanted = [*_names_in(path), *options, *held, "client-request-id"]
    operation: dict[str, Any] = {
        "operationId": f"{name}{'_of_user' if path[:1] == ('users',) else ''}",
        "summary": described.summary,
        "tags": ["romekit" if is_ours else "documented" if route.fault_point else "around"],
        "security": [] if route.scope is None else [{"token": [route.scope] if route.scope else []}],
        "parameters": [{"$ref": f"#/components/parameters/{_key(each)}"} for each in wanted],
        "responses": _successes(route, described) | _refusals(route, described),
    }
    if described.body:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": ref(described.body)}}}
    return operation


def _successes(route: Route, described: Described) -> dict[str, Any]:
    own = headers(*described.headers, *(("ETag", "Preference-Applied") if route.unchanged_until else ()))
    unchanged = {"304": {"description": "Nothing has changed.", "headers": own}} if route.unchanged_until else {}
    if described.shape is None:
        return {"204": {"description": "Done.", "headers": own}}
    content = {described.kind: {"schema": described.shape}}
    about = described.about or f"{described.summary}."
    return {str(described.status): {"description": about, "headers": own, "content": content}} | unchanged


def _refusals(route: Route, described: Described) -> dict[str, Any]:
    statuses = set() if route.scope is None else {400, 401, 403}
    if route.scope:
        statuses |= {429} | SHARED[route.method]
        statuses |= set() if route.path == DEVICES else {410}
    statuses |= {404} if route.scope == USE else set()
    statuses |= {409} if {"commands", PATH} & {*route.path} and route.method == "POST" else set()
    statuses |= {413, 415} if described.body else set()
    statuses |= FAULTY if route.fault_point else set()
    return {str(status): {"$ref": f"#/components/responses/{REFUSALS[status][0]}"} for status in sorted(statuses)}


def _preflight(path: tuple[str, ...]) -> dict[str, Any]:
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
