"""The updates of one command: in order, each until it is taken, signed. Nothing is sent here.

The next transition waits until the one before was taken. One that is not taken is due again after each of PAUSES; then
all that is left is given up, because whoever gets the fifth status without the fourth has been told something false.
"""

from __future__ import annotations

import hmac
import json
from collections import deque
from dataclasses import dataclass, field, replace
from math import inf
from typing import Final

from romekit.cloud.engine.events import CommandMoved
from romekit.cloud.engine.space import CommandNow
from romekit.cloud.graph.handlers import as_command
from romekit.cloud.webhooks.addresses import Target
from romekit.core.model import Profile
from romekit.core.status import Status, is_final

#: Seconds between one try and the next. Ours.
PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 16.0)


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """One transition that is to be told: its number, when it happened, to which status, and the command as it was."""

    number: int
    at: float
    status: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to tell a transition, and what came of it."""

    at: float
    command: str
    number: int
    status: str
    uri: str
    taken: bool
    outcome: str


@dataclass(slots=True)
class Followed:
    """A command that is followed: for whom, and the updates that are not taken yet, oldest first."""

    account: str
    command: CommandNow
    target: Target
    secret: str = field(repr=False)
    request: str
    untold: deque[StatusUpdate] = field(default_factory=deque)
    tries: int = 0
    not_before: float = 0.0
    is_over: bool = False

    @property
    def due(self) -> float:
        """When something is to be posted next; infinite when nothing is."""
        return max(self.untold[0].at, self.not_before) if self.untold else inf

    def note(self, event: CommandMoved, profile: Profile) -> None:
        """Another transition to tell."""
        number = self.command.moves + 1
        self.command = replace(self.command, status=Status(event.to_status), moves=number, error=event.error)
        entity = as_command(self.command).as_wire(profile)
        body = json.dumps(entity, ensure_ascii=False, separators=(",", ":")).encode()
        self.untold.append(StatusUpdate(number, event.at, event.to_status, body))

    def taken(self) -> None:
        """The oldest was taken."""
        self.untold.popleft()
        self.tries, self.not_before = 0, 0.0
        self.is_over = not self.untold and is_final(self.command.status)

    def not_taken(self, now: float) -> str:
        """The oldest was not taken: what follows from it, in words."""
        if self.tries == len(PAUSES):
            self.untold.clear()
            self.is_over = True
            return "given up"
        pause = PAUSES[self.tries]
        self.tries += 1
        self.not_before = round(now + pause, 6)
        return f"again in {pause:g} s"

    def headers(self, update: StatusUpdate, now: float) -> dict[str, str]:
        """What stands around an update that is posted now."""
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "romekit-post-back",
            "client-request-id": self.request,
            "X-Romekit-Sequence": str(update.number),
            "X-Romekit-Timestamp": f"{update.at:.3f}",
            "X-Romekit-Signature": signature(self.secret, now, update.body),
        }


def signature(secret: str, at: float, body: bytes) -> str:
    """What `X-Romekit-Signature` holds for a body posted at this time."""
    time = f"{at:.3f}"
    sealed = hmac.digest(secret.encode(), time.encode() + b"." + body, "sha256")
    return f"t={time},v1={sealed.hex()}"
