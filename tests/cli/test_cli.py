"""The command line as a person meets it: through the installed command, or through click's own door."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import romekit
from romekit.cli.main import CommandGroup, main
from romekit.core.errors import NotFound
from tests.serving import DIRECT, ROMEKIT

FULL = Path("/dev/full")


def play(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_version_says_which_romekit_this_is_and_without_a_command_it_says_what_there_is():
    assert play("--version").output == f"romekit {romekit.__version__}\n"
    result = play()
    assert result.exit_code == 0
    assert "lab" in result.output


@pytest.mark.parametrize(
    "words", [["nothing"], ["--nothing"], ["lab", "--nothing"], ["lab", "--port", "99999"]], ids=" ".join
)
def test_a_bad_option_is_one_line_and_exit_code_2(words):
    result = play(*words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith("romekit: ")


def test_help_is_said_at_once_without_the_heavy_libraries():
    code = "import sys, romekit.cli.main; print(*sys.modules)"
    loaded = set(subprocess.check_output([sys.executable, "-c", code], text=True).split())
    assert not loaded & {"httpx", "ipywidgets", "jupyter_core", "msal", "pandas", "plotly", "starlette", "uvicorn"}


@click.group(cls=CommandGroup)
def stand_in():
    """A group with two commands that fail."""


@stand_in.command()
def lose():
    raise NotFound("No device is called\n'Fridge'.")


@stand_in.command()
def stop():
    raise KeyboardInterrupt


def test_an_error_of_ours_is_one_line_with_its_hint_and_exit_code_2_and_ctrl_c_is_no_error_message():
    result = CliRunner().invoke(stand_in, ["lose"])
    assert result.exit_code == 2
    assert result.stderr == f"romekit: No device is called 'Fridge'. {NotFound.default_hint}\n"
    result = CliRunner().invoke(stand_in, ["stop"])
    assert result.exit_code == 130
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", main.commands)
def test_each_command_says_in_the_list_what_it_does_in_a_whole_sentence(name):
    told = main.commands[name].get_short_help_str(limit=62)
    assert told.endswith("."), told
    assert not told.endswith("..."), told
    assert f"{told}" in play().output


def said_by(*words, into=subprocess.PIPE, **environment):
    command = [sys.executable, "-m", "romekit", *words]
    return subprocess.run(command, stdout=into, stderr=subprocess.PIPE, env=os.environ | environment, timeout=60)


def test_what_an_encoding_has_no_letter_for_does_not_lose_the_rest():
    told = said_by("demo", PYTHONIOENCODING="cp1252")
    assert told.returncode == 0
    assert b"Traceback" not in told.stderr
    assert len(told.stdout.splitlines()) == len(said_by("demo", PYTHONIOENCODING="utf-8").stdout.splitlines())


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_one_line():
    with FULL.open("wb") as full:
        told = said_by("--help", into=full)
    assert (told.returncode, told.stderr.count(b"\n")) == (2, 1)
    assert told.stderr.startswith(b"romekit: The output cannot be written: No space left")


def test_a_seed_that_is_no_text_is_one_line():
    for words in (["demo", "--seed", b"\xff"], ["serve", "--store", "memory", "--port", "0", "--seed", b"\xff"]):
        told = said_by(*words)
        assert (told.returncode, told.stderr.count(b"\n")) == (2, 1)
        assert b"seed cannot be" in told.stderr


def test_without_an_output_nothing_is_said_and_nothing_fails():
    done = subprocess.run(f"{ROMEKIT} demo >&-", shell=True, stderr=subprocess.PIPE, env=DIRECT, timeout=60)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
