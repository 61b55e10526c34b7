"""What holds for every test, and for the kernels that the notebooks run in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["ROMEKIT_PACE"] = "0"  # nothing sleeps: virtual seconds cost none; notebooks' kernels inherit it

# The same cases on every run, and no case fails for being slow: what is slow belongs in tests/bench.
settings.register_profile("romekit", deadline=None, derandomize=True)
settings.load_profile("romekit")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of these rooms have its name as their marker."""
    for item in items:
        if item.path.parent.name in ("browser", "judges"):
            item.add_marker(item.path.parent.name)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two workers, and none where only single files are asked for: starting workers takes longer than the tests."""
    asked = [Path(each.partition("::")[0]) for each in config.args]
    return 0 if len(asked) <= 3 and all(each.is_file() for each in asked) else 2


from tests.fuzz.sizes import pytest_terminal_summary  # noqa: E402, F401  # a summary is written where tests begin
