"""`import romekit`: few names, all of them good, and nothing to pay before it is used."""

import subprocess
import sys

import pytest

import romekit

HEAVY = (*"IPython anywidget asyncio cryptography httpx ipywidgets jwt msal".split(),)
HEAVY += (*"pandas plotly requests starlette uvicorn".split(),)


def loaded_by(code):
    """Which of the heavy libraries a fresh interpreter has after running `code`."""
    probe = f"{code}\nimport sys\nprint(*[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_front_door_has_at_most_fifteen_names_in_order():
    assert len(romekit.__all__) <= 15
    assert romekit.__all__ == sorted(set(romekit.__all__), key=constants_then_classes_then_the_rest)


def constants_then_classes_then_the_rest(name):
    return 0 if name.isupper() else 1 if name[0].isupper() else 2, name


@pytest.mark.parametrize("name", romekit.__all__)
def test_each_name_is_there_and_says_what_it_is(name):
    found = getattr(romekit, name)
    assert getattr(found, "__doc__", "")
    assert name in dir(romekit)


def test_dir_and_a_star_bring_what_a_reader_may_use_and_another_name_is_an_ordinary_attribute_error():
    assert {*romekit.__all__, "__version__"} <= set(dir(romekit))
    assert dir(romekit) == sorted(dir(romekit))
    names = {}
    exec("from romekit import *", names)
    assert set(names) - {"__builtins__"} == set(romekit.__all__)
    with pytest.raises(AttributeError, match="module 'romekit' has no attribute 'Roma'"):
        romekit.Roma  # noqa: B018 (looking is the test)


@pytest.mark.parametrize(
    "looking", ["", "dir(romekit); romekit.RomeError; romekit.Status; romekit.Cloud; romekit.ECHO"]
)
def test_importing_it_and_looking_at_its_names_loads_nothing_that_costs(looking):
    assert loaded_by(f"import romekit; {looking}") == set()


def test_a_lab_needs_no_server_no_tables_and_no_widgets():
    loaded = loaded_by("import romekit; romekit.Lab().rome().launch('surface', 'https://bing.com').follow()")
    assert loaded.isdisjoint({"IPython", "anywidget", "ipywidgets", "pandas", "plotly", "uvicorn"})
