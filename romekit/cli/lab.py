"""What `romekit lab` does: JupyterLab, opened on the first notebook.

Jupyter runs as a child of this process, not in its place: so its address can be printed once it really answers (it is
read from the file Jupyter writes about itself, which is right whatever was passed through), its failures become one
line, and it works the same on Windows, where exec returns to the shell at once.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from romekit.cli.tutorials import FIRST, FOLDER, tutorials
from romekit.core.errors import BadInput, RomeError

PAGE = f"/lab/tree/{FOLDER}/{FIRST}"
SIMULATED = "Everything here is simulated: no account, no network, no real device."
TEXT_BROWSERS = {"www-browser", "links", "elinks", "lynx", "w3m"}  # JupyterLab needs a graphical one
GLANCE = 0.05  # seconds between two looks at whether Jupyter is ready


def open_lab(*, browser: bool, port: int | None, extra: Sequence[str], say: Callable[[str], None]) -> int:
    """Run JupyterLab until it is stopped; returns the exit code. Raises BadInput when `port` is taken."""
    if port is not None:
        _check_free(port)
    found = tutorials(Path.cwd())
    if found.kept:
        say(f"Kept as you changed them: {', '.join(found.kept)} (rename one to get the original again).")
    if browser and not has_browser():
        say("No browser was found on this machine: open the address below yourself.")
        browser = False
    token = secrets.token_hex(24)
    started = time.time_ns()
    with _running(command(found.root, browser=browser, port=port, extra=extra), environment(os.environ, token)) as lab:
        about = _ready(lab, token, started)
        if about is None:
            raise RomeError("JupyterLab did not start.", hint="Its own message stands above.")
        say(SIMULATED)
        say(f"JupyterLab: {address(about)}")
        say("Ctrl-C stops it.")
        try:
            return lab.wait()
        except KeyboardInterrupt:
            return 0


def command(root: Path, *, browser: bool, port: int | None, extra: Sequence[str]) -> list[str]:
    """The command line for Jupyter. What the person passed through comes last, so that it wins."""
    line = [sys.executable, "-P", "-m", "jupyterlab", "--Application.log_level=WARN"]
    line += [f"--ServerApp.root_dir={root}", f"--LabApp.default_url={PAGE}"]
    if not browser:
        line.append("--no-browser")
    if port is not None:
        line += [f"--port={port}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        line.append("--allow-root")  # containers
    return [*line, *extra]


def environment(environ: Mapping[str, str], token: str) -> dict[str, str]:
    """The environment for Jupyter and its kernels: a person watches, so a virtual second takes a second."""
    return {"ROMEKIT_PACE": "1", **environ, "JUPYTER_TOKEN": token}


def address(about: Mapping[str, Any]) -> str:
    query = f"?{urlencode({'token': about['token']})}" if about["token"] else ""
    return f"{about['url'].rstrip('/')}{quote(PAGE)}{query}"


def has_browser() -> bool:
    try:
        return getattr(webbrowser.get(), "name", "") not in TEXT_BROWSERS
    except webbrowser.Error:
        return False


def _check_free(port: int) -> None:
    """Raise BadInput when something already listens on this port of this machine."""
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            said = f"Port {port} cannot be used: {(problem.strerror or str(problem)).lower()}."
            hint = "Choose another, or leave --port out and a free one is found."
            raise BadInput(said, hint=hint, field="port") from problem


@contextmanager
def _running(line: Sequence[str], environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run Jupyter; when this process is asked to stop, Jupyter stops first."""
    # Without a terminal it does not ask on Ctrl-C whether it should really stop.
    lab = subprocess.Popen(line, env=environ, stdin=subprocess.DEVNULL)
    before = signal.signal(signal.SIGTERM, lambda *_: lab.terminate())
    try:
        yield lab
    finally:
        lab.terminate()
        lab.wait()
        signal.signal(signal.SIGTERM, before)


def _ready(lab: subprocess.Popen[bytes], token: str, started: int) -> dict[str, Any] | None:
    """What Jupyter says about itself once it answers, or None when it ended instead."""
    from jupyter_core.paths import jupyter_runtime_dir

    while lab.poll() is None:
        for file in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
            try:
                about = dict(json.loads(file.read_bytes()))
            except (OSError, ValueError):  # it is being written
                continue
            ours = about.get("token") == token or about.get("pid") == lab.pid
            if ours and file.stat().st_mtime_ns > started:  # a server that crashed may have had the same pid
                return about
        time.sleep(GLANCE)
    return None
