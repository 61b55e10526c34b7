"""How a command lives on a device: for each status, how long until something happens (`WAITS`) and what (`HAPPENS`).

What happens is decided at the moment it happens, from what the device is then: put it to sleep while a command is on
its way, and the command is dropped. Chance comes from `Random(f"{seed}:{command}:{what}")`, so no command's luck
depends on any other's.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from romekit.model import Call
from romekit.status import Signal, Status, step
from romekit.world.devices import Presence, retrying, seconds
from romekit.world.events import CommandAnswered, CommandMoved, Event
from romekit.world.services import Moment, Outcome, run
from romekit.world.space import CommandNow, DeviceNow, Space


def chance(space: Space, command: CommandNow, what: str) -> Random:
    """The luck of this command in this matter: the same whenever and by whomever it is asked."""
    return Random(f"{space.seed}:{command.id}:{what}")


# ── how long until something happens ────────────────────────────────────────────────────────────────────────────────


def _until_delivery(space: Space, command: CommandNow, device: DeviceNow) -> float:
    return seconds(chance(space, command, "deliver"), device.manner.deliver)


def _until_retried(space: Space, command: CommandNow, device: DeviceNow) -> float:
    return retrying(chance(space, command, "retry"), device.manner).after


def _until_acknowledged(space: Space, command: CommandNow, device: DeviceNow) -> float:
    return seconds(chance(space, command, "acknowledge"), device.manner.acknowledge)


def _until_run(space: Space, command: CommandNow, device: DeviceNow) -> float:
    return seconds(chance(space, command, f"run {command.moves}"), device.manner.run)


WAITS: Final[dict[Status, Callable[[Space, CommandNow, DeviceNow], float]]] = {
    Status.REQUESTING: _until_delivery,
    Status.RETRY: _until_retried,
    Status.SENT_TO_TARGET: _until_acknowledged,
    Status.EXECUTING: _until_run,
    Status.CUSTOM: _until_run,
    Status.CANCEL: _until_delivery,
    Status.CANCELLING: _until_acknowledged,
}


def next_at(space: Space, command: CommandNow) -> float:
    """When something happens to this command next: the device's doing or the expiry, whichever comes first."""
    wait = WAITS[command.status](space, command, space.devices[command.device])
    planned = round(command.moved_at + wait, 3)
    return planned if command.status in CANCELS else min(planned, command.expires_at)


CANCELS: Final = frozenset({Status.CANCEL, Status.CANCELLING})


# ── what happens then ───────────────────────────────────────────────────────────────────────────────────────────────

Happening = tuple[Signal, str, str, str | None]  # the signal, who, why, and the error word


def _delivered(space: Space, command: CommandNow, device: DeviceNow) -> Happening:
    if device.presence is Presence.OFFLINE:
        return (
            Signal.GIVE_UP,
            "service",
            f"{device.name} has no push channel: it is offline.",
            "RemoteSystemUnavailable",
        )
    luck = chance(space, command, "delivery")
    if luck.random() < device.manner.breaks:
        return Signal.BREAK, "service", "The service tripped over itself while processing the command.", "InternalError"
    if luck.random() < device.manner.drop:
        return Signal.TRY_AGAIN, "service", f"The first delivery to {device.name} was lost; it will be repeated.", None
    return Signal.DELIVER, "service", f"The push channel handed the command to {device.name}.", None


def _retried(space: Space, command: CommandNow, device: DeviceNow) -> Happening:
    if device.presence is Presence.OFFLINE:
        return (
            Signal.GIVE_UP,
            "service",
            f"{device.name} went offline before it could be reached.",
            "RemoteSystemUnavailable",
        )
    tries = retrying(chance(space, command, "retry"), device.manner)
    if tries.arrives:
        return Signal.DELIVER, "service", f"Delivery {tries.attempt} reached {device.name}.", None
    return (
        Signal.GIVE_UP,
        "service",
        f"All {tries.attempt} deliveries to {device.name} were lost.",
        "RemoteSystemUnavailable",
    )


def _received(space: Space, command: CommandNow, device: DeviceNow) -> Happening | None:
    if device.presence is Presence.ASLEEP:
        return Signal.SLEEP, "device", f"{device.name} is in Connected Standby and dropped it.", None
    if device.presence is Presence.OFFLINE or device.manner.mute:
        return None
    return Signal.ACKNOWLEDGE, "device", f"{device.name} acknowledged it and started.", None


def _ran(space: Space, command: CommandNow, device: DeviceNow) -> Happening | None:
    if device.presence is Presence.OFFLINE:
        return None
    if command.status is Status.EXECUTING and device.manner.reports:
        return Signal.REPORT, "device", f"The app reported a status of its own: {device.manner.reports}.", None
    outcome = outcome_of(space, command, device)
    if outcome.error:
        return Signal.FAIL, "device", outcome.why, outcome.error
    return Signal.FINISH, "device", outcome.why, None


def _told_to_stop(space: Space, command: CommandNow, device: DeviceNow) -> Happening:
    return Signal.CANCELLING, "service", f"The service told {device.name} to stop.", None


def _stopped(space: Space, command: CommandNow, device: DeviceNow) -> Happening:
    return Signal.CANCELED, "device", f"{device.name} had not finished and stopped.", None


HAPPENS: Final[dict[Status, Callable[[Space, CommandNow, DeviceNow], Happening | None]]] = {
    Status.REQUESTING: _delivered,
    Status.RETRY: _retried,
    Status.SENT_TO_TARGET: _received,
    Status.EXECUTING: _ran,
    Status.CUSTOM: _ran,
    Status.CANCEL: _told_to_stop,
    Status.CANCELLING: _stopped,
}


def outcome_of(space: Space, command: CommandNow, device: DeviceNow) -> Outcome:
    """What running the command on the device comes to, at the moment it ends."""
    if device.manner.denies:
        word = "DisabledByPolicy" if isinstance(command.order, Call) else "DeniedByRemoteSystem"
        return Outcome(f"A policy on {device.name} forbids remote commands.", error=word)
    if chance(space, command, "luck").random() < device.manner.fail:
        return Outcome(f"{device.name} tried and failed.", error="Failure")
    moment = Moment(command.next_at or command.moved_at, chance(space, command, "answer"))
    return run(command.order, device.platform, device.apps, moment)


def happen(space: Space, command: CommandNow, at: float) -> list[Event]:
    """What happens to this command at the time that was planned for it; nothing when the device stays silent."""
    device = space.devices[command.device]
    if at >= command.expires_at and command.status not in CANCELS:
        return [_move(command, at, (Signal.RUN_OUT, "clock", f"{device.name} was not done in time.", None))]
    happening = HAPPENS[command.status](space, command, device)
    if happening is None:
        return []
    moved = _move(command, at, happening)
    answer = outcome_of(space, command, device).answer if happening[0] is Signal.FINISH else None
    return [moved] if answer is None else [CommandAnswered(at=at, command=command.id, content=answer), moved]


def _move(command: CommandNow, at: float, happening: Happening) -> Event:
    signal, who, why, error = happening
    return CommandMoved(
        at=at,
        command=command.id,
        from_status=command.status.value,
        to_status=step(command.status, signal).value,
        signal=signal.value,
        who=who,
        why=why,
        error=error,
    )
