"""romekit in Pyodide on this machine: its packages, a site made of them, and a lesson that is open in a browser tab.

npm's `pyodide` has no package that is compiled for WebAssembly, so stand-ins are used for two, and there are no tables.
With ROMEKIT_PYODIDE=FOLDER, an unpacked full distribution, everything is the real thing. With ROMEKIT_SITE=FOLDER too
it is that site which is judged, as the public one is before it is published.
"""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

from playwright.sync_api import Page

from notebooks import build
from tests.browser.lab import PANEL, Notebook
from tests.judges.clients.pyodide.stand_ins import FILES
from tests.judges.node import installed

SOURCES = Path(__file__).parent / "clients" / "pyodide"
FULL, SITE = os.environ.get("ROMEKIT_PYODIDE", ""), os.environ.get("ROMEKIT_SITE", "")
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
    files = [path for path in (folder / "micropip").rglob("*") if path.is_file() and path.suffix != ".pyc"]
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

    def load_again(self) -> None:
        """Load the page again; its new kernel is not waited for."""
        self.page.reload()
        self.page.wait_for_selector(f"{PANEL} .jp-Notebook")
        self.in_lab("async app => { await app.shell.currentWidget.context.ready; }")

    def place_of(self, words: str) -> int:
        """Where the first code cell with these words stands."""
        script = """(app, words) => app.shell.currentWidget.content.widgets
            .findIndex(cell => cell.model.type === 'code' && cell.model.sharedModel.getSource().includes(words))"""
        return int(self.in_lab(script, words))

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """What a cell has given."""
        script = "(app, index) => app.shell.currentWidget.content.widgets[index].model.toJSON().outputs"
        found: list[dict[str, Any]] = self.in_lab(script, index)
        return found


@dataclass
class Played:
    """A lesson that was run in a tab: what differs from what is saved, seconds per cell, and cells without tables."""

    differing: dict[int, tuple[list[str], list[str]]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    without_tables: int = 0


def play(tab: Tab, lesson: str) -> Played:
    """Run a lesson cell by cell and compare what each says with what is saved."""
    played = Played()
    cells = json.loads((build.HERE / f"{lesson}.ipynb").read_text("utf-8"))["cells"]
    for index, cell in enumerate(cells):
        if cell["cell_type"] != "code":
            continue
        began = monotonic()
        tab.run(index)
        played.seconds.append(round(monotonic() - began, 2))
        says, saved = texts(tab.outputs(index)), texts(cell["outputs"])
        if not FULL and any(words in text for text in says for words in NO_TABLES):
            played.without_tables += 1
        elif says != saved:
            played.differing[index] = (says, saved)
    return played


def texts(outputs: list[dict[str, Any]]) -> list[str]:
    """Outputs as text; of a failure what it says."""
    found = []
    for each in outputs:
        shown = each.get("data", {}).get("text/plain", "")
        found.append("".join(each.get("evalue") or each.get("text") or shown))
    return found
