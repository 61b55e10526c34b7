"""When to ask again: a `Retry-After` with the status of a command that is not over, for who switches it on.

Ours, and off by default: nothing documents it. A hint is what a service can honestly know, how long such a device
usually takes for what it is doing now, less the time it has taken already. What this simulation has planned is not
looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from romekit.cloud.engine.devices import Personality, Range
from romekit.cloud.engine.space import CommandNow, Space
from romekit.core.status import Status

#: The leg of its way that a command is on, by its status; without one there is nothing to wait for.
LEGS: Final[dict[Status, Callable[[Personality], Range]]] = {
    Status.REQUESTING: lambda manner: manner.deliver,
    Status.RETRY: lambda manner: manner.again,
    Status.SENT_TO_TARGET: lambda manner: manner.acknowledge,
    Status.EXECUTING: lambda manner: manner.run,
    Status.CUSTOM: lambda manner: manner.run,
    Status.CANCEL: lambda manner: manner.deliver,
    Status.CANCELLING: lambda manner: manner.acknowledge,
}
SHORTEST: Final = 0.2


def retry_after(space: Space, command: CommandNow, now: float) -> dict[str, str]:
    """The header that says in how many seconds it is worth asking again; none for a command that is over.

    Up to the usual time (the middle of the range) it is what is left of that. Then it is a little, until the longest
    time has passed as well; and from then on half of what it has taken, since nobody can know.
    """
    if command.status not in LEGS:
        return {}
    low, high = LEGS[command.status](space.devices[command.device].manner)
    taken = now - command.moved_at
    left = (low + high) / 2 - taken if taken < (low + high) / 2 else (high - low) / 4
    return {"Retry-After": f"{max(left, SHORTEST, taken / 2 if taken > high else 0.0):.3f}"}
