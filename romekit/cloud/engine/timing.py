"""When something happens to a command: for each status, how long until the next thing (`WAITS`).

Chance comes from `Luck(f"{seed}:{command}:{what}")`, so no command's luck depends on any other's, nor on who looks
first.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from romekit.cloud.engine.chance import Chance
from romekit.cloud.engine.devices import retrying, seconds
from romekit.cloud.engine.space import CommandNow, DeviceNow, Space
from romekit.core.status import FINAL, Status

RUNNING: Final = frozenset({Status.EXECUTING, Status.CUSTOM})
CANCELS: Final = frozenset({Status.CANCEL, Status.CANCELLING})


def chance(space: Space, command: CommandNow, what: str) -> Chance:
    """The luck of this command in this matter: the same whenever and by whomever it is asked."""
    return Chance(f"{space.seed}:{command.id}:{what}")


def dice(space: Space, command: CommandNow) -> Random:
    """What an app service draws its answer from."""
    return Random(f"{space.seed}:{command.id}:answer")


def appointment(space: Space, command: CommandNow) -> tuple[float | None, float | None]:
    """When something happens next to a command that has just moved, and when its device will be done (`ends_at`).

    Next is its device's doing or its expiry, whichever comes first. A device that is still running a command when it
    expires goes on; `ends_at` remembers until when.
    """
    status, ends_at = command.status, command.ends_at
    if status in FINAL:
        still_runs = status is Status.EXPIRED and (ends_at or 0.0) > command.moved_at
        return (ends_at if still_runs else None), ends_at
    wait = WAITS[status](space, command, space.devices[command.device])
    at = round(command.moved_at + wait, 3)
    if status in CANCELS:  # a device that fell silent at `ends_at` will not report any more
        return (min(at, ends_at) if ends_at is not None and ends_at > command.moved_at else at), ends_at
    return min(at, command.expires_at), (at if status in RUNNING else None)


def _until_delivery(space: Space, command: CommandNow, device: DeviceNow) -> float:
    return seconds(chance(space, command, "deliver"), device.manner.deliver) + _added(command, "deliver")


def _until_retried(space: Space, command: CommandNow, device: DeviceNow) -> float:
    return retrying(chance(space, command, "retry"), device.manner).after


def _until_acknowledged(space: Space, command: CommandNow, device: DeviceNow) -> float:
    return seconds(chance(space, command, "acknowledge"), device.manner.acknowledge) + _added(command, "acknowledge")


def _until_run(space: Space, command: CommandNow, device: DeviceNow) -> float:
    late = command.fault("late result")
    own = seconds(chance(space, command, f"run {command.moves}"), device.manner.run)
    return own + _added(command, "run") + (late.amount if late else 0.0)


def _added(command: CommandNow, leg: str) -> float:
    slow = command.fault("slow leg", leg)
    return slow.amount if slow else 0.0


WAITS: Final[dict[Status, Callable[[Space, CommandNow, DeviceNow], float]]] = {
    Status.REQUESTING: _until_delivery,
    Status.RETRY: _until_retried,
    Status.SENT_TO_TARGET: _until_acknowledged,
    Status.EXECUTING: _until_run,
    Status.CUSTOM: _until_run,
    Status.CANCEL: _until_delivery,
    Status.CANCELLING: _until_acknowledged,
}
