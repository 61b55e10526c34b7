"""The pins, as pyproject.toml and binder/requirements.txt say them."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
UV = PYPROJECT["tool"]["uv"]
BINDER = [
    line
    for line in (ROOT / "binder" / "requirements.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
ON_BINDER = {"python_version": "3.11", "python_full_version": "3.11.14", "sys_platform": "linux", "os_name": "posix"}


def versions(lines: Iterable[str], **where: str) -> dict[str, str]:
    """Name to exact version, of the lines that count here (or where `where` says)."""
    pins = map(Requirement, lines)
    return {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin in pins
        if pin.marker is None or pin.marker.evaluate({**default_environment(), **where})
    }
