"""What happens to a command: for each status, a function from the device as it is then to events (`HAPPENS`).

What happens is decided at the moment it happens: put a device to sleep while a command is on its way, and the command
is dropped. A function that answers nothing means a silent device; then only the clock can end the command.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from romekit.cloud.engine.devices import retrying
from romekit.cloud.engine.events import CommandAnswered, CommandMoved, DeviceDid, Event, PresenceChanged, ResultCameLate
from romekit.cloud.engine.services import Moment, Outcome, run
from romekit.cloud.engine.space import CommandNow, DeviceNow, Space
from romekit.cloud.engine.timing import CANCELS, chance, dice
from romekit.core.model import Call
from romekit.core.presence import Presence
from romekit.core.status import FINAL, Signal, Status, step

NO_CHANNEL: Final = "RemoteSystemUnavailable"


def happen(space: Space, command: CommandNow, at: float) -> list[Event]:
    """What happens to this command at the time that was planned for it."""
    device = space.devices[command.device]
    if command.status in FINAL:
        return _late(space, command, device, at)
    if at >= command.expires_at and command.status not in CANCELS:
        why = f"{device.name} was not done in {command.expires_at - command.accepted_at:g} seconds."
        return [moved(command, at, Signal.RUN_OUT, "clock", why)]
    if command.status in CANCELS and at == command.ends_at:
        return _too_late_to_stop(space, command, device, at)
    return HAPPENS[command.status](space, command, device, at)


def moved(command: CommandNow, at: float, signal: Signal, who: str, why: str, error: str | None = None) -> CommandMoved:
    """The event that a signal moves the command; IllegalMove when the table of statuses has no such move."""
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


# ── on the way to the device ────────────────────────────────────────────────────────────────────────────────────────


def _delivered(space: Space, command: CommandNow, device: DeviceNow, at: float) -> list[Event]:
    if device.presence is Presence.OFFLINE:
        why = f"{device.name} has no push channel: it is offline."
        return [moved(command, at, Signal.GIVE_UP, "service", why, NO_CHANNEL)]
    if device.manner.breaks or device.manner.drop:  # luck is not asked for nothing: it costs more than all the rest
        luck = chance(space, command, "delivery")
        if luck.random() < device.manner.breaks:
            why = "The service tripped over itself while processing the command."
            return [moved(command, at, Signal.BREAK, "service", why, "InternalError")]
        if luck.random() < device.manner.drop:
            why = f"The first delivery to {device.name} was lost; it will be repeated."
            return [moved(command, at, Signal.TRY_AGAIN, "service", why)]
    return [moved(command, at, Signal.DELIVER, "service", f"The push channel handed the command to {device.name}.")]


def _retried(space: Space, command: CommandNow, device: DeviceNow, at: float) -> list[Event]:
    tries = retrying(chance(space, command, "retry"), device.manner)
    if device.presence is Presence.OFFLINE:
        why = f"{device.name} went offline before it could be reached."
        return [moved(command, at, Signal.GIVE_UP, "service", why, NO_CHANNEL)]
    if tries.arrives:
        return [moved(command, at, Signal.DELIVER, "service", f"Delivery {tries.attempt} reached {device.name}.")]
    why = f"All {tries.attempt} deliveries to {device.name} were lost."
    return [moved(command, at, Signal.GIVE_UP, "service", why, NO_CHANNEL)]


# ── on the device ───────────────────────────────────────────────────────────────────────────────────────────────────


def _received(space: Space, command: CommandNow, device: DeviceNow, at: float) -> list[Event]:
    dropped = f"{device.name} is in Connected Standby and dropped it."
    if device.presence is Presence.ASLEEP:
        return [moved(command, at, Signal.SLEEP, "device", dropped)]
    if command.fault("falls asleep") and device.presence is Presence.ONLINE:
        why = f"{device.name} fell asleep just before the command arrived."
        return [_presence(device, Presence.ASLEEP, at, why), moved(command, at, Signal.SLEEP, "fault", dropped)]
    if device.presence is Presence.OFFLINE or device.manner.mute:
        return []
    return [moved(command, at, Signal.ACKNOWLEDGE, "device", f"{device.name} acknowledged it and started.")]


def _ran(space: Space, command: CommandNow, device: DeviceNow, at: float) -> list[Event]:
    if device.presence is Presence.OFFLINE:
        return []
    if command.fault("crash"):
        return [_presence(device, Presence.OFFLINE, at, f"{device.name} crashed while it ran the command.")]
    if command.status is Status.EXECUTING and device.manner.reports:
        why = f"The app reported a status of its own: {device.manner.reports}."
        return [moved(command, at, Signal.REPORT, "device", why)]
    outcome = outcome_of(space, command, device, at)
    if outcome.error:
        return [moved(command, at, Signal.FAIL, "device", outcome.why, outcome.error)]
    done = moved(command, at, Signal.FINISH, "device", outcome.why)
    return [*_deeds(command, device, outcome, at), *_answer(command, outcome, at), done]


def _late(space: Space, command: CommandNow, device: DeviceNow, at: float) -> list[Event]:
    """The device is done with a command that has ended: what it did is done, what it reports is only noted."""
    if device.presence is Presence.OFFLINE:
        return []
    outcome = outcome_of(space, command, device, at)
    deeds = [] if outcome.error else _deeds(command, device, outcome, at)
    why = f"{device.name} reported after the command had ended as {command.status.value}: {outcome.why}"
    return [*deeds, ResultCameLate(at=at, command=command.id, who="device", why=why)]


def outcome_of(space: Space, command: CommandNow, device: DeviceNow, at: float) -> Outcome:
    """What running the command on the device comes to, at the moment it ends."""
    if device.manner.denies:
        word = "DisabledByPolicy" if isinstance(command.order, Call) else "DeniedByRemoteSystem"
        return Outcome(f"A policy on {device.name} forbids remote commands.", error=word)
    if device.manner.fail and chance(space, command, "luck").random() < device.manner.fail:
        return Outcome(f"{device.name} tried and failed.", error="Failure")
    moment = Moment(at, lambda: dice(space, command))
    return run(command.order, device.platform, device.apps, moment)


def _deeds(command: CommandNow, device: DeviceNow, outcome: Outcome, at: float) -> list[Event]:
    did = DeviceDid(at=at, device=device.id, command=command.id, deed=outcome.why)
    return [did, did] if command.fault("delivered twice") else [did]


def _answer(command: CommandNow, outcome: Outcome, at: float) -> list[Event]:
    if outcome.answer is None:
        return []
    return [CommandAnswered(at=at, command=command.id, content=outcome.answer)]


def _presence(device: DeviceNow, presence: Presence, at: float, why: str) -> Event:
    return PresenceChanged(at=at, device=device.id, presence=presence.value, who="fault", why=why)


# ── being stopped ───────────────────────────────────────────────────────────────────────────────────────────────────


def _told_to_stop(space: Space, command: CommandNow, device: DeviceNow, at: float) -> list[Event]:
    return [moved(command, at, Signal.CANCELLING, "service", f"The service told {device.name} to stop.")]


def _stopped(space: Space, command: CommandNow, device: DeviceNow, at: float) -> list[Event]:
    if command.ends_at is None:
        why = f"{device.name} had not started it, so nothing was done."
        return [moved(command, at, Signal.CANCELED, "service", why)]
    if device.presence is Presence.OFFLINE:
        return [_unknown_end(command, device, at)]
    return [moved(command, at, Signal.CANCELED, "device", f"{device.name} had not finished, and stopped.")]


def _too_late_to_stop(space: Space, command: CommandNow, device: DeviceNow, at: float) -> list[Event]:
    """The device was done before it could be stopped: what it reports counts, and if it is silent nobody knows."""
    events = _ran(space, command, device, at)
    reported = any(isinstance(event, CommandMoved) for event in events)
    return events if reported else [*events, _unknown_end(command, device, at)]


def _unknown_end(command: CommandNow, device: DeviceNow, at: float) -> Event:
    why = f"{device.name} fell silent while running it; nobody can say whether it was done."
    return moved(command, at, Signal.BREAK, "service", why, NO_CHANNEL)


HAPPENS: Final[dict[Status, Callable[[Space, CommandNow, DeviceNow, float], list[Event]]]] = {
    Status.REQUESTING: _delivered,
    Status.RETRY: _retried,
    Status.SENT_TO_TARGET: _received,
    Status.EXECUTING: _ran,
    Status.CUSTOM: _ran,
    Status.CANCEL: _told_to_stop,
    Status.CANCELLING: _stopped,
}
