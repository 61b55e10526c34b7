"""A real JupyterLab as `romekit lab` starts it, in a folder of its own, and a notebook in it driven from outside.

Lab is asked to show its application object to the page (`--expose-app-in-browser`): a cell is run by Lab's own command,
whose promise says when it is done. Waiting for the word "Idle" races (jupyter-notes, section 4).
"""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Locator, Page

from notebooks import build
from romekit.cli.lab import command, environment
from tests.serving import DIRECT, free_ports

PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
IN_TIME = 120.0
#: Milliseconds after which Lab does not answer any more: what a page is asked to do has no end of its own.
LATE = 120_000


@contextmanager
def jupyter(root: Path, environ: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of a JupyterLab over `root`, with its token in it, for as long as the block lasts."""
    token = secrets.token_hex(16)
    own = {f"JUPYTER_{name}_DIR": str(root / f".{name.lower()}") for name in ("CONFIG", "DATA", "RUNTIME")}
    usual = {name: value for name, value in DIRECT.items() if name != "ROMEKIT_PACE"}  # here as for people
    around = environment({**usual, **own, "IPYTHONDIR": str(root / ".ipython"), **(environ or {})}, token)
    (port,) = free_ports()
    line = command(root, browser=False, port=port, extra=["--expose-app-in-browser"])
    log = root / ".lab.log"
    with log.open("w") as heard, subprocess.Popen(line, env=around, stdout=heard, stderr=heard) as lab:
        try:
            base = f"http://localhost:{port}"
            _answers(f"{base}/api?token={token}", lab, log)
            yield f"{base}/lab?token={token}"
        finally:
            lab.terminate()


def _answers(url: str, lab: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + IN_TIME
    while lab.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start: {log.read_text()[-2000:]}")


def a_notebook(folder: Path, name: str, *cells: Any) -> str:
    """Write a notebook with these cells, each a cell of nbformat's or some code, into `folder`; its file name."""
    made = [nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=build.METADATA), folder / name)
    return name


def a_lesson(folder: Path, name: str) -> str:
    """Copy one of the tutorials into `folder`; its file name."""
    shutil.copy(build.HERE / f"{name}.ipynb", folder / f"{name}.ipynb")
    return f"{name}.ipynb"


def sessions(address: str) -> list[dict[str, Any]]:
    """The notebooks that have a kernel, as the JupyterLab at this address tells them."""
    told: list[dict[str, Any]] = json.loads(_asked(address, "GET", "api/sessions"))
    return told


def end_kernels(address: str, begin: str) -> None:
    """End the kernels of notebooks whose path begins like this; Lab would keep each of them until it ends itself."""
    for each in sessions(address):
        if each["path"].startswith(begin):
            _asked(address, "DELETE", f"api/sessions/{each['id']}")


def _asked(address: str, method: str, path: str) -> bytes:
    base, _, token = address.partition("/lab?token=")
    headers = {"Authorization": f"token {token}"}
    with urllib.request.urlopen(urllib.request.Request(f"{base}/{path}", method=method, headers=headers)) as answer:
        told: bytes = answer.read()
        return told


class Notebook:
    """A notebook that is open in Lab, on a page of its own."""

    def __init__(self, page: Page, address: str, name: str) -> None:
        self.page = page
        base, _, query = address.partition("?")
        page.goto(f"{base}/tree/{name}?{query}&reset")
        self._wait_until_ready()

    def reloaded(self) -> Notebook:
        """The same notebook after the page was loaded again; its kernel has lived on."""
        self.page.reload()
        self._wait_until_ready()
        return self

    def _wait_until_ready(self) -> None:
        self.page.wait_for_selector(f"{PANEL} .jp-Notebook")
        self.in_lab(
            """async app => {
              const panel = app.shell.currentWidget;
              await panel.context.ready;
              await panel.sessionContext.ready;
              await panel.sessionContext.session.kernel.info;
            }"""
        )

    def in_lab(self, script: str, given: Any = None) -> Any:
        """Call a JavaScript function with Lab's application, and perhaps something more; what it returns."""
        late = f"new Promise((_, no) => setTimeout(() => no(new Error('Lab took too long')), {LATE}))"
        return self.page.evaluate(f"given => Promise.race([({script})(window.jupyterapp, given), {late}])", given)

    def run_all(self) -> None:
        """Run every cell. Lab calls itself finished at the first cell that raises, also where that is meant."""
        self.in_lab("async app => { await app.commands.execute('notebook:run-all-cells'); }")

    def run(self, *indices: int) -> None:
        """Run some cells, one after the other, each to its end."""
        for index in indices:
            self.begin(index)
            self.wait_for_kernel()

    def begin(self, index: int) -> None:
        """Begin to run a cell and do not wait for it."""
        self.in_lab(
            """(app, index) => {
              const notebook = app.shell.currentWidget.content;
              notebook.activeCellIndex = index;
              notebook.deselectAll();
              window.romekitRun = app.commands.execute('notebook:run-cell');
            }""",
            index,
        )

    def wait_for_kernel(self) -> None:
        """Wait until the cell that was begun last has run to its end."""
        self.in_lab("async app => { await window.romekitRun; }")

    def select(self, index: int) -> None:
        """Make a cell the active one, in command mode, scrolled into sight."""
        self.cell(index)
        self.in_lab("app => { const it = app.shell.currentWidget.content; it.mode = 'command'; it.node.focus(); }")

    def wait_until_run(self, index: int) -> None:
        """Wait until a cell has a number: it has run to its end."""
        self.page.wait_for_function(
            """index => {
              const cell = window.jupyterapp.shell.currentWidget.content.widgets[index];
              return cell.model.executionState === 'idle' && Number.isInteger(cell.model.executionCount);
            }""",
            arg=index,
        )

    def execute(self, code: str) -> None:
        """Run code in the notebook's kernel, beside its cells, as if somebody did so in a console."""
        self._asked(code, "None")

    def value(self, expression: str) -> str:
        """What an expression is in the kernel, as its repr."""
        return self._asked("", expression)

    def _asked(self, code: str, expression: str) -> str:
        """Run code, then evaluate an expression; either must succeed."""
        reply = self.in_lab(
            """async (app, {code, expression}) => {
              const kernel = app.shell.currentWidget.sessionContext.session.kernel;
              const asked = {code, user_expressions: {it: expression}, silent: false, store_history: false};
              return (await kernel.requestExecute(asked).done).content;
            }""",
            {"code": code, "expression": expression},
        )
        assert reply["status"] == "ok", reply
        found = reply["user_expressions"]["it"]
        assert found["status"] == "ok", found
        return str(found["data"]["text/plain"])

    def interrupt(self) -> None:
        """Press ■: interrupt the kernel."""
        self.in_lab("async app => { await app.shell.currentWidget.sessionContext.session.kernel.interrupt(); }")

    def restart(self) -> None:
        """Restart the kernel: what it knew is gone, what its cells showed stays."""
        self.in_lab("async app => { await app.shell.currentWidget.sessionContext.session.kernel.restart(); }")

    def save(self) -> None:
        """Save the notebook, widgets' state and all."""
        self.in_lab("async app => { await app.commands.execute('docmanager:save'); }")

    def theme(self, name: str) -> None:
        """Change Lab's theme: `JupyterLab Dark`, `JupyterLab Light`, `JupyterLab Dark High Contrast`."""
        self.in_lab("async (app, theme) => { await app.commands.execute('apputils:change-theme', {theme}); }", name)
        self.page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")

    def cell(self, index: int) -> Locator:
        """A cell, counted from 0, scrolled into sight: Lab only keeps what is near in the page."""
        self.in_lab(
            """async (app, index) => {
              const notebook = app.shell.currentWidget.content;
              notebook.activeCellIndex = index;
              await notebook.scrollToItem(index, 'start');
            }""",
            index,
        )
        return self.page.locator(f"{PANEL} .jp-Cell[data-windowed-list-index='{index}']")

    def output(self, index: int) -> Locator:
        """What a cell shows."""
        return self.cell(index).locator(".jp-Cell-outputWrapper")
