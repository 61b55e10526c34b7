"""Every refusal of Graph that the source can raise: its status, its code, and the beginning of its words.

Most are calls of `Refused`. A helper that takes the words from its callers counts once for each of them. Four tables
hold the others: words of faults, codes of query options, errors of ours as HTTP, and what the world says itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

import romekit.core.errors
from romekit.cloud.graph.faults import WORDS
from romekit.cloud.graph.messages import STATUS_OF
from romekit.cloud.graph.odata.options import CODES
from tests.witnesses.source import STUB, WORLD, called, functions, text, trees

#: So much of a message names its refusal: the rest may be put in other words without touching a row.
BEGINNING: Final = 64


def refusals() -> set[str]:
    graph = {name: tree for name, tree in trees(STUB).items() if "/" not in name}
    return {
        *(_named(*each) for name, tree in graph.items() for each in _raised(tree, name)),
        *(f"outside {code}" for code in _outside(graph["app"])),
        *(_named(status, code, f"a fault of {status}") for status, (code, _) in WORDS.items()),
        *(_named(400, code, f"${option} where it is not taken") for option, code in CODES.items()),
        *(_named(status, code, f"any {kind}") for kind, (status, code) in STATUS_OF.items()),
        *(
            _named(*each)
            for name, tree in trees(WORLD).items()
            if not name.startswith("classroom/")
            for each in _of_the_world(tree)
        ),
    }


def refusals_in_class() -> set[str]:
    """Those that only a class knows: of its rules, and of who would like to get in."""
    stub = {name: tree for name, tree in trees(STUB).items() if name.startswith("classroom/")}
    world = {name: tree for name, tree in trees(WORLD).items() if name.startswith("classroom/")}
    return {
        *(_named(*each) for name, tree in stub.items() for each in _raised(tree, name)),
        *(_named(*each) for tree in (*stub.values(), *world.values()) for each in _of_the_world(tree)),
    }


def _named(status: int, code: str, words: str) -> str:
    short = words if len(words) <= BEGINNING else words[:BEGINNING].rpartition(" ")[0]
    return f"{status} {code}: {short.rstrip(' .,:;')}"


def _raised(tree: ast.Module, module: str) -> Iterator[tuple[int, str, str]]:
    """(status, code, words) of each `Refused(…)`."""
    for function in functions(tree):
        for call in called(function, "Refused"):
            status, code, message = call.args[:3]
            if not isinstance(status, ast.Constant):
                continue  # from one of the tables
            said = text(code) or _default(function, code) or ""
            if isinstance(message, ast.Name) and message.id in _parameters(function):
                place = _parameters(function).index(message.id)
                for one in functions(tree):
                    for each in called(one, function.name):
                        yield status.value, said, _words(each.args[place], one, each.lineno, tree)
                continue
            words = _words(message, function, call.lineno, tree)
            yield status.value, said, words if any(each.isalpha() for each in words) else f"({module})"


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [each.arg for each in function.args.args]


def _default(function: ast.FunctionDef | ast.AsyncFunctionDef, node: ast.expr) -> str | None:
    """What a parameter is when its caller does not say."""
    names, values = _parameters(function), function.args.defaults
    known = dict(zip(names[len(names) - len(values) :], values, strict=True))
    return text(known.get(node.id)) if isinstance(node, ast.Name) else None


def _words(node: ast.expr, function: ast.AST, line: int, tree: ast.Module) -> str:
    """The words of a message: written there, or the last that was assigned to its name before."""
    if not isinstance(node, ast.Name):
        return text(node) or ""
    found = ""
    for scope in (tree, function):
        for each in ast.walk(scope):
            match each:
                case ast.Assign(targets=[ast.Name(id=node.id)], value=value) if each.lineno < line:
                    found = text(value) or found
                case ast.AnnAssign(target=ast.Name(id=node.id), value=value):
                    found = text(value) or found
    return found


def _outside(tree: ast.Module) -> set[str]:
    """The codes of answers that are written by hand, because Graph never saw the request."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            said = {text(key): text(value) for key, value in zip(node.keys, node.values, strict=True)}
            found |= {said["code"]} if said.get("code") else set()
    return {code for code in found if code}


def _of_the_world(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """(status, code, words) of each error of ours that names its own code."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        kind = getattr(romekit.core.errors, call.func.id, None)
        code = next((text(each.value) for each in call.keywords if each.arg == "code"), None)
        if kind is not None and code:
            name = next(each.__name__ for each in kind.__mro__ if each.__name__ in STATUS_OF)
            own = next((each.value.value for each in call.keywords if each.arg == "status"), STATUS_OF[name][0])
            yield own, code, text(call.args[0]) or ""
