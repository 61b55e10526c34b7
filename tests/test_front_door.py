"""`import romekit`: few names, all of them good, and nothing to pay before it is used."""

import subprocess
import sys

import pytest

import romekit

HEAVY = (
    "IPython",
    "anywidget",
    "asyncio",
    "cryptography",
    "httpx",
    "ipywidgets",
    "jwt",
    "msal",
    "pandas",
    "plotly",
    "requests",
    "starlette",
    "uvicorn",
)


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


def test_dir_lists_what_a_reader_may_use():
    assert {*romekit.__all__, "__version__"} <= set(dir(romekit))
    assert dir(romekit) == sorted(dir(romekit))


def test_a_name_that_is_not_there_is_an_ordinary_attribute_error():
    with pytest.raises(AttributeError, match="module 'romekit' has no attribute 'Roma'"):
        romekit.Roma  # noqa: B018 (looking is the test)


def test_a_star_brings_exactly_these_names():
    names = {}
    exec("from romekit import *", names)
    assert set(names) - {"__builtins__"} == set(romekit.__all__)


def test_importing_it_loads_nothing_that_costs():
    assert loaded_by("import romekit") == set()


def test_looking_at_its_names_loads_nothing_that_costs():
    assert (
        loaded_by("import romekit; dir(romekit); romekit.RomeError; romekit.Status; romekit.Cloud; romekit.ECHO")
        == set()
    )


def test_a_lab_needs_no_server_no_tables_and_no_widgets():
    loaded = loaded_by("import romekit; romekit.Lab().rome().launch('surface', 'https://bing.com').follow()")
    assert loaded.isdisjoint({"IPython", "anywidget", "ipywidgets", "pandas", "plotly", "uvicorn"})
