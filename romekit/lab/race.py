"""A race between ways to poll: each follows the same commands in a lab of its own, made from the same seed.

    finishes = race({"every second": Fixed(1), "held": LongPoll()})
    views.race_chart(finishes)

A way may also be a poller of your own, `wait(http, clock, token, location, deadline)`, as in workshop 09.
The devices do the same in every lab, so what differs is the way of asking: how many requests it spends, and how late it
learns that a command is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from romekit.core.arguments import check, is_whole
from romekit.core.errors import BadInput
from romekit.core.interrupts import RUN_STOPPED, CalmStop
from romekit.core.model import Command
from romekit.core.polling import Fixed, Growing, Hinted, LongPoll, Polling, check_polling
from romekit.core.status import is_final
from romekit.lab.lab import Lab
from romekit.lab.live_views import tell_progress
from romekit.views import Finish

#: The four ways, each once: what `race()` lets run when nobody says otherwise.
FOUR_WAYS: Final[dict[str, Polling]] = {
    "fixed": Fixed(1),
    "growing": Growing(),
    "hinted": Hinted(),
    "long-poll": LongPoll(),
}
URI: Final = "https://bing.com"
#: A function that follows a command from its address, and returns its status.
Poller = Callable[..., Any]
#: Long enough for every command to be over: what nobody finishes expires after a minute.
DEADLINE: Final = 600.0


@CalmStop(RUN_STOPPED)
def race(
    ways: Mapping[str, Polling | Poller] = FOUR_WAYS,
    *,
    seed: str = "romekit",
    rounds: int = 3,
    devices: Iterable[str] = (),
) -> list[Finish]:
    """Send `rounds` commands to each device, or to those named, and follow each to its end in every one of the ways."""
    _check(ways, rounds)
    if isinstance(devices, str) or not isinstance(devices, Iterable):
        hint = 'Give names in a list: devices=["Surface"].'
        raise BadInput(f"devices cannot be {devices!r}.", field="devices", hint=hint)
    named = list(devices)
    finishes = [finish for name, polling in ways.items() for finish in _run(name, polling, seed, rounds, named)]
    tell_progress("")
    return finishes


def _run(name: str, polling: Polling | Poller, seed: str, rounds: int, named: list[str]) -> list[Finish]:
    lab = Lab(seed, pace=0)
    lab.give_hints()  # to all of them, and only who wants hints looks at them
    rome = lab.rome()
    there = [rome.device(each) for each in named] or rome.devices()
    finishes: list[Finish] = []
    orders = [device for _ in range(rounds) for device in there]
    for device in orders:
        tell_progress(f"Race of the pollers, {name!r}: {len(finishes)} of {len(orders)} commands are over")
        command = rome.launch(device, URI)
        if callable(polling):
            asked, seen = _followed(polling, lab, f"/me/devices/{device.id}/commands/{command.id}")
        else:
            answers: list[Command] = []
            command.follow(polling=polling, progress=answers.append, deadline=DEADLINE)
            asked, seen = len(answers), command.seen()[-1].at
        end = next(change for change in command.history() if is_final(change.to_status))
        late = round(seen - end.at, 3)
        finishes.append(Finish(name, len(finishes) + 1, device.name or device.id, end.to_status, asked, late))
    return finishes


def _followed(wait: Poller, lab: Lab, location: str) -> tuple[int, float]:
    """Let somebody's poller follow a command: its requests, and when it came back."""
    before = len(lab.exchanges())
    with lab.http() as http:
        said = wait(http, lab.clock, lambda refused="": lab.token(), location, DEADLINE)
    if not (isinstance(said, str) and is_final(said)):
        hint = 'Let it pass the challenge first: romekit.challenge("poller").try_(wait).'
        raise BadInput(f"Your poller returned {said!r:.99}, which is no final status.", field="ways", hint=hint)
    return len(lab.exchanges()) - before, lab.clock.now()


def _check(ways: object, rounds: object) -> None:
    if not isinstance(ways, Mapping) or not ways:
        hint = 'Give names and ways, such as {"every second": Fixed(1), "held": LongPoll()}.'
        raise BadInput(f"{ways!r} is no race.", field="ways", hint=hint)
    for name, polling in ways.items():
        if not isinstance(name, str) or not name.strip():
            raise BadInput(f"{name!r} is no name for a way.", field="ways", hint="Give a text.")
        if not callable(polling):
            check_polling(polling)
    check(is_whole(rounds, 1, 100), "rounds", rounds, "Give a whole number from 1 to 100.")
