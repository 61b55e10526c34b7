"""When something happens to a command: for each status, how long until the next thing (`WAITS`).

Chance comes from `Random(f"{seed}:{command}:{what}")`, so no command's luck depends on any other's,
nor on who looks first.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from romekit.status import Status, is_final
from romekit.world.devices import retrying, seconds
from romekit.world.records import replace
from romekit.world.space import CommandNow, DeviceNow, Space

RUNNING: Final = frozenset({Status.EXECUTING, Status.CUSTOM})
CANCELS: Final = frozenset({Status.CANCEL, Status.CANCELLING})


def chance(space: Space, command: CommandNow, what: str) -> Random:
    """The luck of this command in this matter: the same whenever and by whomever it is asked."""
    return Random(f"{space.seed}:{command.id}:{what}")


def planned(space: Space, command: CommandNow) -> CommandNow:
    """The command with its next appointment: its device's doing or its expiry, whichever comes first.

    A device that is still running a command when it expires goes on; `ends_at` remembers until when.
    """
    if is_final(command.status):
        still_runs = command.status is Status.EXPIRED and (command.ends_at or 0.0) > command.moved_at
        return replace(command, next_at=command.ends_at if still_runs else None)
    wait = WAITS[command.status](space, command, space.devices[command.device])
    at = round(command.moved_at + wait, 3)
    if command.status in CANCELS:
        return replace(command, next_at=at if command.ends_at is None else min(at, command.ends_at))
    ends_at = at if command.status in RUNNING else None
    return replace(command, next_at=min(at, command.expires_at), ends_at=ends_at)


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
