"""Where the peers live: an environment of their own, since moto wants a python-dateutil that our pins exclude.

It is made once, with uv, from `peers.txt`, and git ignores it. Whatever is missing is said in words.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PINS = Path(__file__).with_name("peers.txt")
HOME = ROOT / ".venv-peers"
JUDGES = ROOT / ".venv-judges"
OURS = Path(sys.executable)


class Missing(Exception):
    """What a row needs and this machine has not, and how to get it."""


def peers() -> Path:
    """The Python of the peers."""
    python, done = _python_of(HOME), HOME / "pins.txt"
    if not (done.exists() and done.read_bytes() == PINS.read_bytes()):
        uv = shutil.which("uv")
        if uv is None:
            raise Missing("the peers need uv to be installed: pip install uv")
        # From a folder without a pyproject.toml: our pins and the peers' exclude each other.
        _run(uv, "venv", "--quiet", "--clear", "--python", str(OURS), str(HOME))
        _run(uv, "pip", "install", "--quiet", "--no-deps", "--python", str(python), "-r", str(PINS))
        shutil.copy(PINS, done)
    return python


def judges() -> Path:
    """The Python that has Microsoft's own SDK."""
    python = _python_of(JUDGES)
    if not python.exists():
        hint = "UV_PROJECT_ENVIRONMENT=.venv-judges uv sync --extra judges --extra fuzz"
        raise Missing(f"Microsoft's SDK has an environment of its own (CONTRIBUTING.md): {hint}")
    return python


def wrk() -> str:
    """The load generator."""
    found = shutil.which("wrk")
    if found is None:
        raise Missing("wrk is not installed: apt-get install wrk")
    return found


def _python_of(home: Path) -> Path:
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _run(*line: str) -> None:
    with tempfile.TemporaryDirectory() as elsewhere:
        done = subprocess.run(line, cwd=elsewhere, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"the peers could not be installed: {done.stderr.strip()[-300:]}")
