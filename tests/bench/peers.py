"""Where the peers live: an environment of their own, since moto wants a python-dateutil that our pins exclude.

Also the commit before the rooms were made smaller, with its own environment. Both are made once, with uv, and git
ignores them. Whatever is missing is said in words.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PINS = Path(__file__).with_name("peers.txt")
PEERS, JUDGES, BEFORE = ROOT / ".venv-peers", ROOT / ".venv-judges", ROOT / ".venv-before"
#: What speed is compared with: the last commit before issue 13.
COMMIT = "2618869"
OURS = Path(sys.executable)


class Missing(Exception):
    """What a row needs and this machine has not, and how to get it."""


def peers() -> Path:
    """The Python of the peers."""
    python, done = _python_of(PEERS), PEERS / "pins.txt"
    if not (done.exists() and done.read_bytes() == PINS.read_bytes()):
        uv = _found("uv", "pip install uv")
        with tempfile.TemporaryDirectory() as elsewhere:  # without a pyproject.toml: our pins exclude the peers'
            _run(uv, "venv", "--quiet", "--clear", "--python", str(OURS), str(PEERS), cwd=elsewhere)
            line = (uv, "pip", "install", "--quiet", "--no-deps", "--python", str(python), "-r", str(PINS))
            _run(*line, cwd=elsewhere)
        shutil.copy(PINS, done)
    return python


def before() -> Path:
    """The `romekit` program of the commit before."""
    python = _python_of(BEFORE / ".venv")
    if not python.exists():
        shutil.rmtree(BEFORE, ignore_errors=True)
        try:
            _run("git", "clone", "--quiet", "--no-checkout", str(ROOT), str(BEFORE), cwd=ROOT)
            _run("git", "checkout", "--quiet", COMMIT, cwd=BEFORE)
        except Missing:
            raise Missing(f"this clone has no commit {COMMIT}; a full one has: git fetch --unshallow") from None
        _run(_found("uv", "pip install uv"), "sync", "--quiet", "--no-dev", "--python", str(OURS), cwd=BEFORE)
    return python.with_name("romekit.exe" if os.name == "nt" else "romekit")


def judges() -> Path:
    """The Python that has Microsoft's own SDK."""
    python = _python_of(JUDGES)
    if not python.exists():
        hint = "UV_PROJECT_ENVIRONMENT=.venv-judges uv sync --extra judges --extra fuzz"
        raise Missing(f"Microsoft's SDK has an environment of its own (CONTRIBUTING.md): {hint}")
    return python


def wrk() -> str:
    """The load generator."""
    return _found("wrk", "apt-get install wrk")


def _found(program: str, how: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise Missing(f"{program} is not installed: {how}")
    return found


def _python_of(home: Path) -> Path:
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _run(*line: str, cwd: str | Path) -> None:
    around = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(line, cwd=cwd, env=around, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"`{' '.join(line[:3])} …` failed: {done.stderr.strip()[-300:]}")
