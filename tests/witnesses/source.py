"""Reading the source of romekit and of its tests, without running either."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final

import romekit

TESTS: Final = Path(__file__).parent.parent
STUB: Final = Path(romekit.__file__).parent / "cloud"
WORLD: Final = Path(romekit.__file__).parent / "cloud" / "engine"


@cache
def trees(folder: Path) -> dict[str, ast.Module]:
    """Every module below a folder by its name, such as `identity/forms`."""
    found = sorted(folder.rglob("*.py"))
    return {
        path.relative_to(folder).with_suffix("").as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in found
    }


def called(tree: ast.AST, name: str) -> list[ast.Call]:
    """Every call of a function of this name."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name]


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def text(node: ast.AST | None) -> str | None:
    """The text that is written there, with … for what is filled in; None for anything else."""
    match node:
        case ast.Constant(value=str() as said):
            return said
        case ast.JoinedStr(values=parts):
            return "".join(text(part) or "…" for part in parts)
    return None


@cache
def node_ids() -> frozenset[str]:
    """The node ids of all tests, relative to tests/: a parametrised one has one."""
    modules = {name: tree for name, tree in trees(TESTS).items() if name.rpartition("/")[2].startswith("test_")}
    return frozenset(
        f"{name}.py::{each.name}"
        for name, tree in modules.items()
        for each in tree.body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test_")
    )
