"""romekit in Pyodide on this machine: its packages, a site made of them, and a lesson that is open in a browser tab.

npm's `pyodide` has no package that is compiled for WebAssembly, so stand-ins are used for two, and there are no tables.
With ROMEKIT_PYODIDE=FOLDER, an unpacked full distribution, everything is the real thing; so is the public site judged.
"""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Page

from notebooks import build
from tests.browser.lab import Notebook
from tests.judges.clients.pyodide.stand_ins import FILES
from tests.judges.node import installed

SOURCES = Path(__file__).parent / "clients" / "pyodide"
FULL = os.environ.get("ROMEKIT_PYODIDE", "")
LESSONS = sorted(path.stem for path in build.HERE.glob("*.ipynb"))
#: What a cell says that needs tables, or what another made with them, where there are none.
NO_TABLES = ("which is not installed here", "No module named 'pandas'", "No module named 'numpy'")


def pyodide(folder: Path) -> tuple[Path, list[Path]]:
    """A distribution of Pyodide, and wheels for what it lacks, made in `folder`."""
    if FULL:
        return Path(FULL), []
    npm = installed(SOURCES) / "node_modules" / "pyodide"
    lock = json.loads((npm / "pyodide-lock.json").read_text())
    version, python = lock["packages"]["micropip"]["version"], lock["info"]["python"]
    line = ["uv", "pip", "install", "--quiet", "--no-deps", "--target", folder / "micropip", "--python-version", python]
    subprocess.run([*line, f"micropip=={version}"], check=True)
    files = [path for path in (folder / "micropip").rglob("*") if path.is_file()]
    texts = {path.relative_to(folder / "micropip").as_posix(): path.read_text("utf-8") for path in files}
    about = {
        "stand_ins-0.dist-info/METADATA": "Metadata-Version: 2.1\nName: stand-ins\nVersion: 0\n",
        "stand_ins-0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "stand_ins-0.dist-info/RECORD": "",
    }
    return npm, [_wheel(folder, f"micropip-{version}", texts), _wheel(folder, "stand_ins-0", FILES | about)]


def _wheel(folder: Path, name: str, files: dict[str, str]) -> Path:
    wheel = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as into:
        for file, text in files.items():
            into.writestr(file, text)
    return wheel


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *said: Any) -> None:
        """Nothing: what a page asks for is watched on the page."""


@contextmanager
def serving_files(folder: Path) -> Iterator[str]:
    """The address of a server that has these files and does nothing else."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


class Tab(Notebook):
    """A lesson that is open in a tab, in a kernel of the tab's own."""

    def __init__(self, page: Page, address: str, name: str) -> None:
        self.page = page
        page.goto(f"{address}/lab/index.html?path={name}.ipynb")
        self._wait_until_ready()

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """What a cell has given."""
        script = "(app, index) => app.shell.currentWidget.content.widgets[index].model.toJSON().outputs"
        found: list[dict[str, Any]] = self.in_lab(script, index)
        return found


def texts(outputs: list[dict[str, Any]]) -> list[str]:
    """Outputs as text; of a failure what it says."""
    found = []
    for each in outputs:
        text = each["evalue"] if each["output_type"] == "error" else each.get("data", each).get("text/plain", "")
        text = text or each.get("text", "")
        found.append("".join(text))
    return found
