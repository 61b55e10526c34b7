"""A scenario is one day: the seed of its world and the faults in it. A card is a scenario as a line of JSON.

The same card is the same day everywhere: in a notebook, in another process, for a program in another language.
Scenarios are drawn from levels. Faults of one operation are drawn one behind the other (`skip`), because two that
meet the same request would both be counted as met, and the second would be spent unseen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from random import Random
from typing import Any, Final, NamedTuple

from romekit.cloud.engine.faults import Fault, fault_from_wire
from romekit.core.errors import BadInput, WorldError

SURFACE: Final = "Alex's Surface"
#: The devices that orders go to; those that stand twice come twice as often.
DEVICES: Final = (
    *(SURFACE, SURFACE, "Living Room Xbox", "Living Room Xbox"),
    *("Workshop Pi", "Studio HoloLens", "Travel Laptop", "Attic PC"),
)
#: How a fault is left out of a card: with its usual value.
USUAL: Final = {each.name: each.default for each in fields(Fault)}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One day: the seed of its world, its faults in the order in which they were set, and the device of the order."""

    seed: str
    faults: tuple[Fault, ...] = ()
    device: str = SURFACE

    @property
    def card(self) -> str:
        """The scenario as one line of JSON, to be pasted into a chat and given to `replay`."""
        given = [{name: getattr(fault, name) for name in USUAL} for fault in self.faults]
        faults = [{name: each[name] for name in each if name == "what" or each[name] != USUAL[name]} for each in given]
        return json.dumps({"seed": self.seed, "device": self.device, "faults": faults}, ensure_ascii=False)

    @property
    def story(self) -> str:
        """What happens on this day, in a sentence."""
        told = [f"{each.story}{_when(each)}" for each in self.faults]
        return f"the order is for {self.device}; {'; '.join(told) or 'no fault is set'}."


def smaller(scenario: Scenario) -> Iterator[Scenario]:
    """The scenario without one of its faults, with the plainest device, or with one number of a fault as usual."""
    faults = scenario.faults
    for place in range(len(faults)):
        yield replace(scenario, faults=faults[:place] + faults[place + 1 :])
    if scenario.device != SURFACE:
        yield replace(scenario, device=SURFACE)
    for place, fault in enumerate(faults):
        usual: tuple[dict[str, Any], ...] = ({"skip": 0}, {"times": 1}, {"retry_after": None})
        more = ({"retry_after": 1},) if (fault.retry_after or 0) > 1 else ()
        for plainer in (replace(fault, **each) for each in (*usual, *more)):
            if plainer != fault:
                yield replace(scenario, faults=(*faults[:place], plainer, *faults[place + 1 :]))


def scenario_from(card: str) -> Scenario:
    """The scenario that a card describes; BadInput names what is wrong with it."""
    try:
        data = json.loads(card)
        seed, faults = data["seed"].encode().decode(), data.get("faults", [])
        if set(data) - {"seed", "device", "faults"} or not isinstance(faults, list):
            raise ValueError
        device = data.get("device", SURFACE)
        if device not in DEVICES:
            hint = f"There are: {', '.join(dict.fromkeys(DEVICES))}."
            raise BadInput(f"No device of a challenge is called {device!r}.", field="device", hint=hint)
        scenario = Scenario(seed, tuple(fault_from_wire(each) for each in faults), device)
        if any(each.device for each in scenario.faults):
            hint = "Leave out the device of the fault."
            raise BadInput("The faults of a card are for the device of its order.", field="card", hint=hint)
        return scenario
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        words = "The card cannot be read: it has a seed, a device and a list of faults, and nothing else."
        raise BadInput(words, field="card", hint=EXAMPLE) from None
    except WorldError as problem:
        raise BadInput(f"The card cannot be played: {problem.message}", field="card", hint=problem.hint) from None


EXAMPLE: Final = 'Paste a whole card, such as {"seed": "calm 1", "faults": []}.'


def _when(fault: Fault) -> str:
    where = {"send": " when the order is sent", "status": " when the status is read", "": ""}.get(fault.where, "")
    often = {None: ", again and again", 1: ""}.get(fault.times, f", {fault.times} times")
    first = "time" if fault.skip == 1 else f"{fault.skip} times"
    return f"{where}{often}{f', but not the first {first}' if fault.skip else ''}"


# ── drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

Draw = Callable[[Random], Fault]


def _fault(what: str, **given: Any) -> Draw:
    """Draws a fault; each number that is a range or a tuple is drawn from it."""
    return lambda chance: Fault(
        what=what,
        **{name: chance.choice(each) if isinstance(each, tuple | range) else each for name, each in given.items()},
    )


BOTH: Final = ("send", "status")
BUSY: Final = tuple(_fault("refused", where=at, value=429, retry_after=range(1, 9), times=range(1, 3)) for at in BOTH)
LOSSY: Final = (
    *(_fault("answer lost", where=at, value=(502, 503, 504), retry_after=(None, 1, 4)) for at in BOTH),
    *(_fault("refused", where=at, value=(500, 502, 503), retry_after=(None, 2, 5)) for at in BOTH),
    *(_fault(what, where=at) for what in ("malformed answer", "token expired") for at in BOTH),
)
LATE: Final = (
    _fault("late result"),
    _fault("slow answer", where="send", value=8.0),
    _fault("slow answer", where="status", value=5.0),
    _fault("slow leg", where="run", value=20.0),
    _fault("unknown status", where="status", times=2),
    _fault("falls asleep"),
)
LOST: Final = _fault("update lost", skip=range(6), times=(1, 3, None))
UNTIDY: Final = (
    LOST,
    *(_fault(what, skip=range(8), times=range(1, 3)) for what in ("update twice", "update overtaken")),
)
HOSTILE: Final = tuple(_fault(what, skip=range(8), times=range(1, 3)) for what in ("old update", "forged update"))
#: What can happen to somebody who is told, and asks where that fails.
STORM: Final = (*(LOST,) * 9, *UNTIDY, *HOSTILE, *BUSY, *LOSSY, LATE[0], LATE[3], LATE[5])


class Level(NamedTuple):
    """A kind of day: what it is like, what can happen, and how many faults it has at least and at most."""

    story: str
    menu: tuple[Draw, ...] = ()
    least: int = 0
    most: int = 0


LEVELS: Final = {
    "calm": Level("nothing goes wrong"),
    "busy": Level("the service refuses for a while", BUSY, 1, 2),
    "lossy": Level("answers get lost, and tokens run out", LOSSY, 1, 3),
    "late": Level("devices are slow, fall asleep, or report too late", LATE, 1, 2),
    "everything": Level("all of these", (*BUSY, *LOSSY, *LATE), 1, 4),
    "untidy": Level("updates get lost, come twice, or out of order", UNTIDY, 1, 2),
    "hostile": Level("strangers post forged updates, and old ones", HOSTILE, 1, 2),
    "storm": Level("all of these, a service that fails and devices that are slow", STORM, 3, 5),
}


def drawn(level: str, number: int, *, student: str = "", only: str = "") -> Scenario:
    """Day `number` of a level. `student` gives everybody days of their own that nobody else can look up.

    With `only` the faults of the service strike that operation and no other.
    """
    if level not in LEVELS:
        raise BadInput(f"No level is called {level!r}.", field="level", hint=f"There are: {', '.join(LEVELS)}.")
    _, menu, least, most = LEVELS[level]
    hidden = f" {sha256(f'romekit/{student}/{level}/{number}'.encode()).hexdigest()[:12]}" if student else ""
    seed = f"{level} {number}{hidden}"
    chance = Random(f"scenario {seed}")
    device = chance.choice(DEVICES)
    faults = [chance.choice(menu)(chance) for _ in range(chance.randint(least, most))] if menu else []
    if only:
        faults = [replace(each, where=only) if each.kind.side == "service" else each for each in faults]
    return Scenario(seed, _one_behind_the_other(faults), device)


def _one_behind_the_other(faults: list[Fault]) -> tuple[Fault, ...]:
    """The same faults, each of an operation beginning where the one before it has ended."""
    passed: dict[str, int] = {}
    placed = []
    for fault in faults:
        side = fault.kind.side
        key = fault.where if side == "service" else side if side == "update" else fault.what
        placed.append(replace(fault, skip=passed.get(key, 0) + fault.skip))
        passed[key] = placed[-1].skip + (fault.times or 1)
    return tuple(placed)
