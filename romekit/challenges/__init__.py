"""Challenges: a program is played against seeded days with faults, and marked by what it did on the wire.

from romekit.challenges import challenge
challenge("bad-day").try_(buy)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from romekit.core.errors import BadInput

if TYPE_CHECKING:
    from romekit.challenges.play import Challenge

#: Each challenge by its name, and the module that has it as CHALLENGE.
NAMES: Final = {"poller": "poller", "bad-day": "bad_day", "status-monitor": "status_monitor"}


def challenge(name: str) -> Challenge:
    """The challenge of this name; BadInput lists the names when there is none."""
    if name not in NAMES:
        raise BadInput(f"No challenge is called {name!r}.", field="name", hint=f"There are: {', '.join(NAMES)}.")
    found: Challenge = import_module(f"romekit.challenges.{NAMES[name]}").CHALLENGE
    return found
