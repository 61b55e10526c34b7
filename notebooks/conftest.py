"""What holds for every notebook under nbval: its kernel inherits this environment."""

from __future__ import annotations

import os

os.environ["ROMEKIT_PACE"] = "0"  # nothing sleeps, and no output depends on it
