"""Binder as a visitor meets it: its start script, a hub's address, TLS, and no other way to reach it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import Page, expect

from notebooks import build
from romekit.cli.tutorials import without_outputs
from tests.browser.chromium import QUIET, Watched, found, shot, sync_playwright
from tests.browser.lab import Notebook
from tests.certificate import a_certificate
from tests.judges import judge
from tests.judges.hub import answers, until
from tests.judges.sign_in import typed_on_the_page
from tests.judges.test_nginx import AROUND, running as nginx_running
from tests.pinned import ROOT
from tests.serving import DIRECT, free_ports

LESSONS = ("00_start_here", "01_sign_in", "03_launch_a_uri", "04_call_an_app_service")
HOST, PREFIX = "hub.binder.example", "/user/abc/"
#: The judges' JupyterLab has an extension for a tab; Notebook 7 says the others, whatever is opened in it.
NOT_OURS = ("@jupyterlite", "reading 'schema'", "filebrowser:open-path")
FRONT = """
location / {{
    proxy_pass http://127.0.0.1:{inside};
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-Proto https;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
    proxy_read_timeout 600;
    proxy_max_temp_file_size 0;
}}
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """JupyterLab as Binder starts it, behind a proxy that speaks TLS under another name."""
    pytest.importorskip("jupyter_server_proxy", reason="jupyter-server-proxy is among the judges")
    nginx = judge.found("nginx", "ROMEKIT_REQUIRE_NGINX", "no visitor of Binder was played")
    folder = tmp_path_factory.mktemp("binder")
    for lesson in LESSONS:
        (folder / f"{lesson}.ipynb").write_bytes(without_outputs((build.HERE / f"{lesson}.ipynb").read_bytes()))
    shutil.copytree(build.HERE / "images", folder / "images")
    certificate, key = a_certificate(folder)
    inside, outside = free_ports(2)
    (folder / "romekit.conf").write_text(FRONT.format(inside=inside))
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, port=outside, certificate=certificate, key=key))
    line = [nginx, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    with notebook_server(folder, inside), nginx_running(line):
        yield f"https://{HOST}:{outside}{PREFIX}"


@contextmanager
def notebook_server(folder: Path, port: int) -> Iterator[None]:
    """What `binder/start` starts, with what a hub sets in its environment."""
    own = {f"JUPYTER_{name}_DIR": str(folder / f".{name.lower()}") for name in ("CONFIG", "DATA", "RUNTIME")}
    hub = {"JUPYTERHUB_SERVICE_PREFIX": PREFIX, "JUPYTERHUB_USER": "abc", "BINDER_SERVICE_HOST": HOST}
    usual = {name: value for name, value in DIRECT.items() if name != "ROMEKIT_PACE"}
    options = [f"--ServerApp.base_url={PREFIX}", f"--port={port}", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    options += ["--IdentityProvider.token=", "--ServerApp.allow_remote_access=True", "--expose-app-in-browser"]
    options += ["--JupyterNotebookApp.expose_app_in_browser=True"]
    line = ["bash", str(ROOT / "binder" / "start"), sys.executable, "-m", "jupyterlab", *options]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(line, cwd=folder, env={**usual, **own, **hub}, stdout=log, stderr=log)
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}{PREFIX}api"), 90, lambda: (folder / "log").read_text()[-2000:])
        yield
    finally:
        server.terminate()
        server.wait(30)


def test_a_visitor_goes_through_four_lessons_and_types_the_codes_on_the_sign_in_page(address: str) -> None:
    port = urlsplit(address).port
    options = [*QUIET, f"--host-resolver-rules=MAP {HOST} 127.0.0.1"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found(), args=options)
        context = browser.new_context(ignore_https_errors=True, viewport={"width": 1400, "height": 1000})
        watched = Watched()
        context.on("page", watched.over)
        for lesson in LESSONS:
            page = context.new_page()
            notebook = Notebook(page, f"{address}lab", f"{lesson}.ipynb")
            walk(notebook, lesson, address)
            shot(page, f"binder_{lesson}")
            page.close()
        in_notebook_7(context.new_page(), address)
        browser.close()
    elsewhere = [url for url in watched.asked if urlsplit(url).scheme not in ("data", "blob", "about")]
    assert {urlsplit(url).netloc for url in elsewhere} == {f"{HOST}:{port}"}
    assert [each for each in watched.errors if not any(words in each for words in NOT_OURS)] == []


class Notebook7(Notebook):
    """A lesson in the other application of Jupyter's, which shows one notebook and nothing else."""

    def __init__(self, page: Page, address: str, name: str) -> None:
        self.page = page
        page.goto(f"{address}notebooks/{name}")
        self._wait_until_ready()


def in_notebook_7(page: Page, address: str) -> None:
    """The wall is drawn there, and the form."""
    pytest.importorskip("notebook", reason="Notebook 7 comes with the graders")
    notebook = Notebook7(page, address, "03_launch_a_uri.ipynb")
    notebook.run(*range(5))
    expect(page.get_by_role("heading", name="Alex's Surface").first).to_be_visible()
    expect(page.get_by_role("button", name="Send").first).to_be_visible()
    shot(page, "notebook_7")


def walk(notebook: Notebook, lesson: str, address: str) -> None:
    """Run each cell by Lab's own command; a card's code is typed on its page, a form is sent by its button."""
    cells = nbformat.read(build.HERE / f"{lesson}.ipynb", as_version=4).cells
    for index, cell in enumerate(cells):
        if cell.cell_type != "code":
            continue
        notebook.run(index)
        failed = notebook.in_lab(
            "(app, index) => app.shell.currentWidget.content.widgets[index].model.toJSON()"
            ".outputs.filter(each => each.output_type === 'error').map(each => each.evalue)",
            index,
        )
        assert bool(failed) == ("raises-exception" in cell.metadata.get("tags", [])), (lesson, index, failed)
        if "signing = lab.sign_in(" in cell.source and "approve_after" not in cell.source:
            assert typed_on_the_page(notebook, index).startswith(f"{address}proxy/")
