import subprocess
import sys
from pkgutil import iter_modules

import pytest

import romekit.views

HEAVY = ("pandas", "plotly", "ipywidgets", "anywidget", "IPython", "httpx", "msal")


def loaded_after(code: str) -> set[str]:
    seen = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return set(HEAVY) & set(seen.stdout.split())


def test_importing_the_room_loads_nothing_heavy() -> None:
    assert loaded_after("import romekit.views") == set()


def test_a_text_timeline_needs_nothing_heavy() -> None:
    assert loaded_after("from romekit.views import text_timeline; text_timeline([])") == set()


def test_a_timeline_needs_pandas_and_neither_plotly_nor_widgets() -> None:
    assert loaded_after("from romekit.views import timeline; timeline([])") == {"pandas"}


def test_every_name_of_the_room_is_there_and_sorted() -> None:
    assert romekit.views.__all__ == sorted(romekit.views.__all__)
    for name in romekit.views.__all__:
        assert getattr(romekit.views, name).__doc__
    assert dir(romekit.views) == romekit.views.__all__


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'pie_chart'"):
        _ = romekit.views.pie_chart


def test_no_module_hides_a_public_name() -> None:
    assert not set(romekit.views.__all__) & {module.name for module in iter_modules(romekit.views.__path__)}
