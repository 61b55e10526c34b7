"""romekit in Pyodide under Node, from the wheel of this tree: sign-in with MSAL, a command, an answer, a history."""

import json
import shutil
import subprocess

import pytest

from notebooks import lite
from tests.judges.tab import SOURCES, pyodide


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """The report of the journey."""
    folder = tmp_path_factory.mktemp("pyodide")
    lite.packed(*pyodide_in(folder))
    line = [shutil.which("node"), SOURCES / "journey.mjs", folder / "packed", SOURCES / "journey.py"]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def pyodide_in(folder):
    distribution, more = pyodide(folder)
    return distribution, folder / "packed", more


def test_msal_signs_in_and_the_commands_are_carried_out(said):
    assert said["account"] == "alex@romekit.example"
    assert (said["launch"], said["payload"]) == ("completed", {"result": 5})
    assert len(said["devices"]) == 7
    assert said["history"].count("✓ completed") == 2


def test_what_a_tab_cannot_do_is_said_in_a_sentence(said):
    assert said["pages"].startswith("A kernel in a browser tab has no sockets")
    assert said["table"] == "True" or "which is not installed here" in said["table"]


def test_exercises_are_checked_and_a_challenge_stops_an_endless_loop(said):
    assert said["check"].startswith("Not yet:")
    assert "✗ finished" in said["challenge"]
