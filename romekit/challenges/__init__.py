"""Challenges: a program is played against seeded days with faults, and marked by what it did on the wire.

from romekit.challenges import challenge
challenge("bad-day").try_(buy)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from romekit.core.errors import BadInput

if TYPE_CHECKING:
    from romekit.challenges.play import Challenge


def challenge(name: str) -> Challenge:
    """The challenge of this name; BadInput lists the names when there is none."""
    from romekit.challenges.catalog import ALL  # it imports the whole cloud

    if name not in ALL:
        raise BadInput(f"No challenge is called {name!r}.", field="name", hint=f"There are: {', '.join(ALL)}.")
    return ALL[name]
