"""A race between ways to poll: each follows the same commands in a lab of its own, made from the same seed.

    finishes = race({"every second": Fixed(1), "held": LongPoll()})
    views.race_chart(finishes)

The devices do the same in every lab, so what differs is the way of asking: how many requests it spends, and how late it
learns that a command is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from romekit.core.errors import BadInput
from romekit.core.model import Command
from romekit.core.polling import Fixed, Growing, Hinted, LongPoll, Polling, check_polling
from romekit.lab.lab import Lab
from romekit.views import Finish

#: The four ways, each once: what `race()` lets run when nobody says otherwise.
FOUR_WAYS: Final[dict[str, Polling]] = {
    "fixed": Fixed(1),
    "growing": Growing(),
    "hinted": Hinted(),
    "long-poll": LongPoll(),
}
URI: Final = "https://bing.com"
#: Long enough for every command to be over: what nobody finishes expires after a minute.
DEADLINE: Final = 600.0


def race(
    ways: Mapping[str, Polling] = FOUR_WAYS, *, seed: str = "romekit", rounds: int = 3, devices: Iterable[str] = ()
) -> list[Finish]:
    """Send `rounds` commands to each device, or to those named, and follow each to its end in every one of the ways."""
    _check(ways, rounds)
    if isinstance(devices, str) or not isinstance(devices, Iterable):
        hint = 'Give names in a list: devices=["Surface"].'
        raise BadInput(f"devices cannot be {devices!r}.", field="devices", hint=hint)
    named = list(devices)
    return [finish for name, polling in ways.items() for finish in _run(name, polling, seed, rounds, named)]


def _run(name: str, polling: Polling, seed: str, rounds: int, named: list[str]) -> list[Finish]:
    lab = Lab(seed, pace=0)
    lab.give_hints()  # to all of them, and only who wants hints looks at them
    rome = lab.rome()
    there = [rome.device(each) for each in named] or rome.devices()
    finishes: list[Finish] = []
    for device in [device for _ in range(rounds) for device in there]:
        answers: list[Command] = []
        command = rome.launch(device, URI).follow(polling=polling, progress=answers.append, deadline=DEADLINE)
        end = next(change.at for change in command.history() if change.to_status == command.status)
        late = round(command.seen()[-1].at - end, 3)
        shown = device.name or device.id
        finishes.append(Finish(name, len(finishes) + 1, shown, command.status, len(answers), late))
    return finishes


def _check(ways: object, rounds: object) -> None:
    if not isinstance(ways, Mapping) or not ways:
        hint = 'Give names and ways, such as {"every second": Fixed(1), "held": LongPoll()}.'
        raise BadInput(f"{ways!r} is no race.", field="ways", hint=hint)
    for name, polling in ways.items():
        if not isinstance(name, str) or not name.strip():
            raise BadInput(f"{name!r} is no name for a way.", field="ways", hint="Give a text.")
        check_polling(polling)
    if not isinstance(rounds, int) or not 1 <= rounds <= 100:
        raise BadInput(f"rounds cannot be {rounds!r}.", field="rounds", hint="Give a whole number from 1 to 100.")
