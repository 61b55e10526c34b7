"""`romekit lab`: what it tells Jupyter, and one real start."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
import webbrowser
from pathlib import Path

import pytest

from romekit.cli.lab import SIMULATED, address, command, environment, has_browser

ROMEKIT = Path(sys.executable).with_name("romekit")
SETTINGS = "lab/api/settings/@jupyterlab%2Fapputils-extension:notification"
HERE = Path("here")


def test_a_port_that_was_asked_for_is_the_only_one_tried_and_what_is_passed_through_comes_last_so_that_it_wins():
    more = ["--collaborative", "--ip=::1"]
    asked, free = (command(HERE, browser=True, port=port, extra=more) for port in (9999, None))
    assert {"--port=9999", "--ServerApp.port_retries=0"} <= set(asked)
    assert not [word for word in free if "port" in word], "Jupyter looks for a free one"
    assert asked[-2:] == free[-2:] == more
    assert free[1] == "-P", "a Python file in the current folder is not taken for a part of Jupyter"


@pytest.mark.parametrize(("uid", "expected"), [(0, True), (1000, False)])
def test_root_is_let_in_and_nobody_else_needs_to_be(monkeypatch, uid, expected):
    monkeypatch.setattr(os, "geteuid", lambda: uid, raising=False)
    assert ("--allow-root" in command(HERE, browser=True, port=None, extra=[])) is expected


def test_a_virtual_second_takes_a_second_unless_the_person_chose_otherwise():
    assert environment({}, "t")["ROMEKIT_PACE"] == "1"
    assert environment({"ROMEKIT_PACE": "5"}, "t")["ROMEKIT_PACE"] == "5"


def test_the_address_holds_the_token_and_without_a_token_no_question():
    about = {"url": "http://localhost:8888/base/", "token": "a b"}
    assert address(about) == "http://localhost:8888/base/lab/tree/notebooks/00_start_here.ipynb?token=a+b"
    assert address(about | {"token": ""}) == "http://localhost:8888/base/lab/tree/notebooks/00_start_here.ipynb"


@pytest.mark.parametrize(("name", "expected"), [("firefox", True), ("lynx", False), (None, False)])
def test_a_text_browser_is_no_browser(monkeypatch, name, expected):
    def get():
        if name is None:
            raise webbrowser.Error("could not locate runnable browser")
        return webbrowser.GenericBrowser(name)

    monkeypatch.setattr(webbrowser, "get", get)
    assert has_browser() is expected


def test_a_port_in_use_is_one_line_and_exit_code_2():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run([ROMEKIT, "lab", "--port", port], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert f"Port {port} cannot be used: address already in use." in ended.stderr


@pytest.fixture
def untouched(tmp_path):
    """An environment without the settings of whoever runs this."""
    own = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    return {key: value for key, value in os.environ.items() if key != "ROMEKIT_PACE"} | own


def test_a_failure_of_jupyter_itself_ends_in_one_line_of_ours(untouched, tmp_path):
    line = [ROMEKIT, "lab", "--no-browser", "--", "--ServerApp.port=none"]
    ended = subprocess.run(line, capture_output=True, text=True, check=False, env=untouched)
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1] == "romekit: JupyterLab did not start. Its own message stands above."
    assert "Traceback" not in ended.stderr


def test_lab_opens_the_first_notebook_without_a_pop_up_and_ctrl_c_ends_it(untouched):
    with subprocess.Popen([ROMEKIT, "lab", "--no-browser"], stdout=subprocess.PIPE, text=True, env=untouched) as lab:
        try:
            assert lab.stdout.readline().strip() == SIMULATED
            page = lab.stdout.readline().split()[-1]
            server, token = page.partition("lab/tree/")[0], page.partition("token=")[2]
            with urllib.request.urlopen(page) as answer:
                assert answer.status == 200
            notebook = f"{server}api/contents/notebooks/00_start_here.ipynb?content=0&token={token}"
            with urllib.request.urlopen(notebook) as answer:
                assert json.load(answer)["type"] == "notebook"
            with urllib.request.urlopen(f"{server}{SETTINGS}?token={token}") as answer:
                settings = json.load(answer)["schema"]["properties"]
        finally:
            lab.send_signal(signal.SIGINT)
        assert lab.wait(timeout=20) == 0
    assert (settings["fetchNews"]["default"], settings["checkForUpdates"]["default"]) == ("false", False)
