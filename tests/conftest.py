"""What holds for every test, and for the kernels the notebooks run in."""

from __future__ import annotations

import os

from hypothesis import settings

os.environ["ROMEKIT_PACE"] = "0"  # nothing sleeps: virtual seconds cost none

# The same cases on every run, and no case fails for being slow: what is slow belongs in tests/bench.
settings.register_profile("romekit", deadline=None, derandomize=True)
settings.load_profile("romekit")

from tests.fuzz.sizes import pytest_terminal_summary  # noqa: E402, F401  # a summary is written where tests begin
