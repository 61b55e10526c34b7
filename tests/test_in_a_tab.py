"""A browser tab has no threads, sockets, signals, processes or OpenSSL: romekit works without them.

A program plays it in this Python with all of that taken away. The tab itself is in tests/judges/test_pyodide.py.
"""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement

import romekit
from tests.pinned import PYPROJECT
from tests.serving import DIRECT
from tests.test_architecture import TREES, name_of

#: Threads do not begin, sockets reach nobody, no signal comes, and what Python makes of OpenSSL is not there.
WITHOUT = """
import hashlib, signal, socket, subprocess, sys, threading
import msal, anywidget  # they look at the platform, and would look for a real tab
if "tables" in sys.argv: import numpy, pandas, plotly
def refusing(error):
    def refuse(*given, **named): raise error
    return refuse
threading.Thread.start = refusing(RuntimeError("can't start new thread"))
for name in ("bind", "listen", "connect"): setattr(socket.socket, name, refusing(OSError("no sockets")))
subprocess.Popen.__init__ = refusing(OSError("no processes"))
signal.signal = refusing(ValueError("no signals"))
del hashlib.scrypt, hashlib.pbkdf2_hmac, signal.setitimer, signal.SIGALRM
missing = ["resource", "uvicorn", "jupyterlab", "httptools"]
if "tables" not in sys.argv: missing += ["multiprocessing", "fcntl", "ctypes", "numpy", "pandas", "plotly"]
for name in missing: sys.modules[name] = None
sys.platform = "emscripten"
"""
STEPS = """
import asyncio, json, time, romekit
from time import sleep
from romekit import views
from romekit.challenges import bounds, challenge
from romekit.lessons import checks
lab = romekit.Lab()
rome = lab.rome()

async def signed_in(): return (await romekit.Lab().sign_in()).account
async def burst():
    line = lab.truth()
    for _ in range(5): rome.launch("Surface", "https://bing.com").follow()
    await asyncio.sleep(0.3)
    return len(line.commands) == len(line._read())
def wall():
    watched = romekit.Lab(pace=1e-6)
    watched.wall()
    watched._wall._let_pass(60)
    return watched.clock.now() - lab.clock.now() > 0
def card():
    signing = romekit.Lab().sign_in(approve_after=None)
    signing._repr_mimebundle_()
    signing._card.press("approve")
    return [signing._card.kernel, signing.rome().account]
def click():
    form = views.launch_form(rome.devices(), rome.send)
    form.uri.value = "https://bing.com"
    form._clicked()
    return form.command.status
def posted():
    uri = "http://127.0.0.1:9/updates"
    return rome.send("Surface", romekit.model.Launch("https://bing.com", post_back_uri=uri)).follow().status
def endless(http, clock, token, location, deadline):
    while True: pass
def asleep(http, clock, token, location, deadline): time.sleep(1000)
def slow(http, clock, token, location, deadline):
    while True: sleep(0.1)
def held(http, clock, token, location, deadline):
    while clock.now() < deadline:
        answer = http.get(location, headers={"Authorization": f"Bearer {token()}"})
        if answer.status_code == 200 and answer.json()["status"] == "completed": return "completed"
        clock.wait(1)
    return "unknown"
def poller(function): return str(challenge("poller").try_(function, "calm", days=1))
def bounded(function): return bounds.run(function, *"12345", seconds=0.2).problem
steps = {
    "sign-in": lambda: lab.sign_in().rome().account,
    "awaited": lambda: asyncio.run(signed_in()),
    "card": card,
    "pages": lab.pages,
    "launch": lambda: rome.launch("Surface", "https://bing.com").follow().status,
    "call": lambda: list(rome.call("Xbox", romekit.RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 6}).follow().payload()),
    "postBackUri": posted,
    "history": lambda: len(views.text_timeline(lab.history())) > 100,
    "exercise": lambda: str(checks("start_here")(1, 5, lab)),
    "wall": wall,
    "click": click,
    "timeline": lambda: str(views.timeline(lab.history())),
    "heatmap": lambda: str(views.fleet_heatmap(lab.history())),
    "bands": lambda: str(views.fleet_bands(lab.history())),
    "table": lambda: len(views.history_table(lab.history())) > 5,
    "truth": lambda: asyncio.run(burst()),
    "endless": lambda: bounded(endless),
    "asleep": lambda: bounded(asleep),
    "slow": lambda: bounded(slow),
    "held": lambda: poller(held),
}
said = {}
for name, step in steps.items():
    try: said[name] = step()
    except romekit.RomeError as error: said[name] = str(error)
print(json.dumps(said))
"""


def played(*arguments):
    line = [sys.executable, "-c", WITHOUT + STEPS, *arguments]
    return json.loads(subprocess.check_output(line, text=True, env={**DIRECT, "ROMEKIT_PACE": "0"}))


@pytest.fixture(scope="module")
def said():
    """What each step gave, or what its error said."""
    return played("tables")


@pytest.fixture(scope="module")
def bare():
    """The same where there are no tables and charts either."""
    return played()


@pytest.mark.parametrize(
    ("step", "gave"),
    {
        "sign-in": "alex@romekit.example",
        "awaited": "alex@romekit.example",
        "card": ["tab", "alex@romekit.example"],
        "launch": "completed",
        "call": ["result"],
        "postBackUri": "completed",
        "history": True,
        "wall": True,
        "click": "completed",
    }.items(),
)
def test_what_a_lesson_does_works_with_tables_and_without(said, bare, step, gave):
    assert (said[step], bare[step]) == (gave, gave)


def test_tables_charts_and_the_truth_line_work_where_their_packages_are(said):
    assert (said["table"], said["truth"]) == (True, True)
    assert said["timeline"].startswith("Chart: Command timeline.")
    assert said["heatmap"].startswith("Chart: Where the commands are.")
    assert said["bands"].startswith("Chart: How long each status takes.")


@pytest.mark.parametrize("step", ["table", "timeline", "heatmap", "bands", "truth"])
def test_where_they_are_not_a_sentence_says_what_to_install(bare, step):
    assert "which is not installed here. Install it with `%pip install " in bare[step]


@pytest.mark.parametrize("step", ["endless", "asleep", "slow"])
def test_a_function_that_does_not_come_back_is_stopped_without_an_alarm(said, bare, step):
    sentence = "went on for more than" if step == "endless" else "took more than 0.2 real seconds. Use clock.wait"
    assert sentence in said[step]
    assert sentence in bare[step]


def test_a_function_that_comes_back_is_judged(said, bare):
    assert "✓ finished" in said["held"]
    assert "✓ finished" in bare["held"]


def test_pages_that_cannot_be_served_say_so(said):
    assert said["pages"].startswith("A kernel in a browser tab has no sockets, so it serves no pages. Press the button")


def test_nothing_is_imported_at_once_that_a_tab_does_not_have():
    absent = {"ctypes", "fcntl", "multiprocessing", "resource", "uvicorn", "psycopg", "IPython"}
    found = [
        name_of(path)
        for path, tree in TREES.items()
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        and absent & {(getattr(node, "module", None) or "").split(".")[0], *(each.name for each in node.names)}
    ]
    only_served = {"cloud.http.server", "cloud.store.listener", "cloud.store.postgres"}
    assert set(found) == only_served  # who imports these waits until somebody wants a socket or a data base


def test_null_and_undefined_are_the_same_to_what_draws_in_a_notebook():
    package = Path(romekit.__file__).parent  # a kernel in a tab sends None as undefined
    scripts = [*(package / "views" / "static").glob("*.js"), package / "share" / "wall.js"]
    assert len(scripts) > 5
    assert not [each.name for each in scripts if re.search(r"[!=]== *null", each.read_text("utf-8"))]


def test_pip_asks_in_a_tab_for_nothing_that_only_a_server_needs():
    tab = {**default_environment(), "sys_platform": "emscripten", "platform_system": "Emscripten"}
    lines = [Requirement(line) for line in PYPROJECT["project"]["dependencies"]]
    asked = {line.name for line in lines if line.marker is None or line.marker.evaluate(tab)}
    assert not asked & {"httptools", "ipykernel", "jupyterlab", "uvicorn"}
    assert asked >= {"anywidget", "httpx", "ipywidgets", "msal", "numpy", "pandas", "plotly", "starlette"}
