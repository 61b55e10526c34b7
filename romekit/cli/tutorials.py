"""Where the tutorial notebooks and the pages beside them are, and how they get into a folder of yours.

A clone has them in `notebooks/`, an installed package carries them; either way `unpack` copies them to where you work,
so that trying things out never changes what the tests compare: `./notebooks`, or in a clone `my-work/notebooks`, which
git does not see. Copies have no outputs. What you changed is yours: a small file of hashes beside the copies remembers
what was put there, so that an untouched copy follows the installed version and a changed one is never written over.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from romekit.core.errors import RomeError

FIRST = "00_start_here.ipynb"
FOLDER = "notebooks"
WORK = "my-work"
MANIFEST = ".romekit.json"
PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Tutorials:
    """A folder that holds `notebooks/`, and which of them were kept because they had been changed."""

    root: Path
    kept: list[str] = field(default_factory=list)


def tutorials(here: Path, package: Path = PACKAGE) -> Tutorials:
    """The notebooks to open from the folder `here`, copied to where they may be changed."""
    clone = next((root for root in (here, package.parent) if is_clone(root)), None)
    packaged, root = (clone / FOLDER, clone / WORK) if clone else (package / FOLDER, here)
    if not (packaged / FIRST).is_file():
        raise RomeError(
            "This installation of romekit has no notebooks.", hint="Install it again, or run it in a clone."
        )
    try:
        return Tutorials(root, unpack(packaged, root / FOLDER))
    except OSError as problem:
        raise RomeError(
            f"The notebooks could not be copied to {root / FOLDER}: {problem.strerror}.",
            hint="Start romekit lab in a folder you can write to.",
        ) from problem


def is_clone(root: Path) -> bool:
    return (root / "romekit" / "__init__.py").is_file() and (root / FOLDER / FIRST).is_file()


def unpack(packaged: Path, folder: Path) -> list[str]:
    """Copy what is missing or untouched; returns the names that were kept because they had been changed."""
    folder.mkdir(parents=True, exist_ok=True)
    put = _remembered(folder / MANIFEST)
    kept = []
    for source in sorted([*packaged.glob("*.ipynb"), *packaged.glob("*.md")]):
        fresh, target = without_outputs(source.read_bytes()), folder / source.name
        there = _digest(target.read_bytes()) if target.exists() else None
        if there not in (None, _digest(fresh), put.get(source.name)):
            kept.append(source.name)
            continue
        if there != _digest(fresh):
            _write(target, fresh)
        put[source.name] = _digest(fresh)
    _write(folder / MANIFEST, json.dumps(put, indent=1).encode())
    return kept


def without_outputs(notebook: bytes) -> bytes:
    """The notebook as a student gets it: the answer to a bet must not stand below it already."""
    try:
        content = json.loads(notebook)
    except ValueError:
        return notebook  # whatever it is, it has no outputs
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n"


def _remembered(manifest: Path) -> dict[str, str]:
    """What was put there, by name. An unreadable manifest remembers nothing, so nothing is written over."""
    try:
        return dict(json.loads(manifest.read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(target: Path, content: bytes) -> None:
    """All of it or nothing, so that a half-written copy is never taken for a changed one."""
    half = target.with_name(f".{target.name}.{os.getpid()}")
    half.write_bytes(content)
    half.replace(target)
