"""The devices' clock of a class: the wall's, less what the teacher froze.

Only the devices' time stands still. Tokens and sign-ins go on with the wall's: a student who comes late must be able to
sign in while the class discusses a frozen moment, MSAL counts a token's life on its own clock and would never agree
with ours, and nothing that somebody stole is to live longer because a teacher explains something.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from romekit.cloud.engine.classroom.state import Classroom
from romekit.core.clock import Clock


class ClassTime:
    """A Clock that knows when it was stopped."""

    def __init__(self, wall: Clock, room: Callable[[], Classroom]) -> None:
        self.random = wall.random
        self._wall = wall
        self._room = room

    def now(self) -> float:
        return self._room().time_at(self._wall.now())

    def reach(self, at: float) -> float:
        wall = self._room().wall_at(at)
        if wall is not None:  # else it stands still
            self._wall.reach(wall)
        return self.now()

    def wait(self, seconds: float) -> None:
        self._wall.wait(seconds)

    async def wait_async(self, seconds: float) -> None:
        await self._wall.wait_async(seconds)

    def wall_at(self, time: float) -> float:
        """When, on the wall, it will be this time; infinity while it stands still."""
        at = self._room().wall_at(time)
        return inf if at is None else at
