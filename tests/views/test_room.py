import subprocess
import sys
from pkgutil import iter_modules

import pytest

import romekit.views

HEAVY = ("pandas", "plotly", "ipywidgets", "anywidget", "IPython", "httpx", "msal")


@pytest.mark.parametrize(("name", "loads"), [("text_timeline", set()), ("timeline", {"pandas"})])
def test_a_text_timeline_loads_nothing_heavy_and_a_timeline_neither_plotly_nor_widgets(name, loads) -> None:
    code = f"from romekit.views import {name}; {name}([]); import sys; print(*sys.modules)"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(HEAVY) & set(seen.stdout.split()) == loads


def test_every_name_of_the_room_is_there_and_sorted_and_another_one_is_refused() -> None:
    assert romekit.views.__all__ == sorted(romekit.views.__all__)
    for name in romekit.views.__all__:
        assert getattr(romekit.views, name).__doc__
    assert dir(romekit.views) == romekit.views.__all__
    with pytest.raises(AttributeError, match="no attribute 'pie_chart'"):
        _ = romekit.views.pie_chart
    assert not set(romekit.views.__all__) & {module.name for module in iter_modules(romekit.views.__path__)}
