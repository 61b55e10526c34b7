"""What holds for every test, and for the kernels the notebooks run in."""

from __future__ import annotations

import os

os.environ["ROMEKIT_PACE"] = "0"  # nothing sleeps: virtual seconds cost none
