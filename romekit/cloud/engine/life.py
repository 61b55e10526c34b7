"""What happens to a command, and when: for each status how long until the next thing, and what that is.

What happens is decided at the moment it happens: put a device to sleep while a command is on its way, and the command
is dropped. A function of `HAPPENS` that answers nothing means a silent device; then only the clock can end the command.

All chance comes from the seed, the command and the leg, so what one command draws depends on no other command, nor on
who looks first.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from random import Random
from typing import Final

from romekit.cloud.engine import events
from romekit.cloud.engine.devices import Personality, Range
from romekit.cloud.engine.events import CommandMoved, Event, PresenceChanged, ResultCameLate
from romekit.cloud.engine.rules import Entry
from romekit.cloud.engine.services import Moment, Outcome, run
from romekit.cloud.engine.space import CommandNow, DeviceNow, Space
from romekit.core.errors import BadInput
from romekit.core.model import Call
from romekit.core.presence import Presence
from romekit.core.status import FINAL, Signal, Status, step

RUNNING: Final = frozenset({Status.EXECUTING, Status.CUSTOM})
CANCELS: Final = frozenset({Status.CANCEL, Status.CANCELLING})
#: Something has come of the command; without one of these its device is silent.
REPORTS: Final = frozenset({CommandMoved, ResultCameLate})
NO_CHANNEL: Final = "RemoteSystemUnavailable"
#: What these hashes are for, as BLAKE2b wants to know. With another word every lesson would show other results.
PURPOSE: Final = b"Rome"


class Chance:
    """Numbers that follow from a text, in every Python and on every machine: the n-th is the hash of the text and n.

    `random.Random(text)` promises as much, but it fills 624 words before its first number, which takes eight times as
    long as one hash, and each leg of each command draws only once or twice.
    """

    __slots__ = ("_drawn", "_text")

    def __init__(self, text: str) -> None:
        self._text = text.encode()
        self._drawn = 0

    def random(self) -> float:
        """A number from 0, inclusive, to 1, exclusive; all are equally likely."""
        self._drawn += 1
        digest = blake2b(self._text, digest_size=8, salt=b"%d" % self._drawn, person=PURPOSE).digest()
        return (int.from_bytes(digest, "big") >> 11) * 2.0**-53  # 53 bits are as many as a float can tell apart


def check_seed(seed: object) -> None:
    """A text that has bytes: chance is made of them."""
    if not isinstance(seed, str) or not seed.isprintable():
        raise BadInput(f"seed cannot be {seed!r}.", field="seed", hint="Give a word or two, in quotes.")


def chance(space: Space, command: CommandNow, what: str) -> Chance:
    """The chance of this command in this matter: the same whenever it is drawn."""
    return Chance(f"{space.seed}:{command.id}:{what}")


def seconds(chance: Chance, between: Range) -> float:
    """A duration in the range, to the millisecond."""
    low, high = between
    return round(low + (high - low) * chance.random(), 3)


def retrying(space: Space, command: CommandNow, personality: Personality) -> tuple[float, int, bool]:
    """A command's repeated delivery: after how long, by which attempt, and whether it succeeds. Each pause doubles."""
    after, drawn = 0.0, chance(space, command, "retry")
    for attempt in range(2, personality.attempts + 1):
        after += seconds(drawn, personality.again) * 2.0 ** (attempt - 2)
        if drawn.random() >= personality.drop:
            return round(after, 3), attempt, True
    return round(after, 3), personality.attempts, False


# ── when the next thing happens ───────────────────────────────────────────────────────────────────────────────────────


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


def _until_delivered(space: Space, command: CommandNow, device: DeviceNow) -> float:
    return _leg(space, command, "deliver", device.manner.deliver)


def _until_acknowledged(space: Space, command: CommandNow, device: DeviceNow) -> float:
    return _leg(space, command, "acknowledge", device.manner.acknowledge)


def _until_run(space: Space, command: CommandNow, device: DeviceNow) -> float:
    late = command.fault("late result")
    return _leg(space, command, "run", device.manner.run, f" {command.moves}") + (late.amount if late else 0.0)


def _leg(space: Space, command: CommandNow, leg: str, usual: Range, number: str = "") -> float:
    slow = command.fault("slow leg", leg)
    return seconds(chance(space, command, f"{leg}{number}"), usual) + (slow.amount if slow else 0.0)


WAITS: Final[dict[Status, Callable[[Space, CommandNow, DeviceNow], float]]] = {
    Status.REQUESTING: _until_delivered,
    Status.RETRY: lambda space, command, device: retrying(space, command, device.manner)[0],
    Status.SENT_TO_TARGET: _until_acknowledged,
    Status.EXECUTING: _until_run,
    Status.CUSTOM: _until_run,
    Status.CANCEL: _until_delivered,
    Status.CANCELLING: _until_acknowledged,
}


# ── what it is ────────────────────────────────────────────────────────────────────────────────────────────────────────


def happen(space: Space, entry: Entry) -> list[Event]:
    """What happens to a command at the time that was planned for it."""
    found = _what_happens(space, space.commands[entry.id], entry.at)
    if REPORTS.isdisjoint(map(type, found)):
        found.append(events.NothingCame(at=entry.at, command=entry.id))
    return found


def _what_happens(space: Space, command: CommandNow, at: float) -> list[Event]:
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
    if device.manner.breaks or device.manner.drop:  # drawing costs more than all the rest
        drawn = chance(space, command, "delivery")
        if drawn.random() < device.manner.breaks:
            why = "The service tripped over itself while processing the command."
            return [moved(command, at, Signal.BREAK, "service", why, "InternalError")]
        if drawn.random() < device.manner.drop:
            why = f"The first delivery to {device.name} was lost; it will be repeated."
            return [moved(command, at, Signal.TRY_AGAIN, "service", why)]
    return [moved(command, at, Signal.DELIVER, "service", f"The push channel handed the command to {device.name}.")]


def _retried(space: Space, command: CommandNow, device: DeviceNow, at: float) -> list[Event]:
    if device.presence is Presence.OFFLINE:
        why = f"{device.name} went offline before it could be reached."
        return [moved(command, at, Signal.GIVE_UP, "service", why, NO_CHANNEL)]
    _, attempt, arrives = retrying(space, command, device.manner)
    if arrives:
        return [moved(command, at, Signal.DELIVER, "service", f"Delivery {attempt} reached {device.name}.")]
    why = f"All {attempt} deliveries to {device.name} were lost."
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
    found = _deeds(command, device, outcome, at)
    if outcome.answer is not None:
        found.append(events.CommandAnswered(at=at, command=command.id, content=outcome.answer))
    return [*found, moved(command, at, Signal.FINISH, "device", outcome.why)]


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
    moment = Moment(at, lambda: Random(f"{space.seed}:{command.id}:answer"))
    return run(command.order, device.platform, device.apps, moment)


def _deeds(command: CommandNow, device: DeviceNow, outcome: Outcome, at: float) -> list[Event]:
    did = events.DeviceDid(at=at, device=device.id, command=command.id, deed=outcome.why)
    return [did, did] if command.fault("delivered twice") else [did]


def _presence(device: DeviceNow, presence: Presence, at: float, why: str) -> Event:
    return PresenceChanged(at=at, device=device.id, presence=presence.value, who="fault", why=why)


# ── being stopped ───────────────────────────────────────────────────────────────────────────────────────────────────


def _stopped(space: Space, command: CommandNow, device: DeviceNow, at: float) -> list[Event]:
    if command.ends_at is None:
        why = f"{device.name} had not started it, so nothing was done."
        return [moved(command, at, Signal.CANCELED, "service", why)]
    if device.presence is Presence.OFFLINE:
        return [_unknown_end(command, device, at)]
    return [moved(command, at, Signal.CANCELED, "device", f"{device.name} had not finished, and stopped.")]


def _too_late_to_stop(space: Space, command: CommandNow, device: DeviceNow, at: float) -> list[Event]:
    """The device was done before it could be stopped: what it reports counts, and if it is silent nobody knows."""
    found = _ran(space, command, device, at)
    reported = any(isinstance(event, CommandMoved) for event in found)
    return found if reported else [*found, _unknown_end(command, device, at)]


def _unknown_end(command: CommandNow, device: DeviceNow, at: float) -> Event:
    why = f"{device.name} fell silent while running it; nobody can say whether it was done."
    return moved(command, at, Signal.BREAK, "service", why, NO_CHANNEL)


HAPPENS: Final[dict[Status, Callable[[Space, CommandNow, DeviceNow, float], list[Event]]]] = {
    Status.REQUESTING: _delivered,
    Status.RETRY: _retried,
    Status.SENT_TO_TARGET: _received,
    Status.EXECUTING: _ran,
    Status.CUSTOM: _ran,
    Status.CANCEL: lambda space, command, device, at: [
        moved(command, at, Signal.CANCELLING, "service", f"The service told {device.name} to stop.")
    ],
    Status.CANCELLING: _stopped,
}
