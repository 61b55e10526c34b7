"""Faults: a small vocabulary of things that go wrong on purpose. A fault is data; a new one is a row in FAULTS.

A fault of a **device** is bound to commands when they are accepted and named in that event, so a history tells which
command was hit by what. A fault of the **service** is met by requests, and counted beside the events, because a GET
must cost no write; a fault of an **update** is met by each try to post one to a `postBackUri`. All are off until set,
and draw their chance from the space's seed. A fault of the **identity** provider happens once, when it is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from random import Random
from typing import Any, Final, Literal

from romekit.core.errors import WorldError

Side = Literal["device", "service", "update", "identity"]
LEGS: Final = ("deliver", "acknowledge", "run")
OPERATIONS: Final = ("list", "send", "status", "payload")


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One word of the vocabulary: on which side it happens, what it does, and what its `value` means."""

    side: Side
    story: str
    value: float = 0.0
    unit: str = ""
    where: tuple[str, ...] = ()


#: What a value may be at most, by its unit: nobody learns more from a longer wait or a larger answer.
LARGEST: Final = {"": 0.0, "seconds": 3600.0, "status": 599.0, "bytes": 10_000_000.0}

#: The largest number a fault takes at all; Python's go on without end, and cannot all be written as a float.
MOST: Final = 10**15

FAULTS: Final[dict[str, FaultKind]] = {
    "slow leg": FaultKind("device", "one leg of the way takes longer", 5.0, "seconds", LEGS),
    "delivered twice": FaultKind("device", "the push channel delivers it twice, and the device does it twice"),
    "crash": FaultKind("device", "the device crashes while it runs the command, and stays off"),
    "falls asleep": FaultKind("device", "the device falls asleep just before the command arrives"),
    "late result": FaultKind("device", "the device reports only after the command has expired", 70.0, "seconds"),
    "stale presence": FaultKind("device", "the list goes on showing the device as it was"),
    "refused": FaultKind(
        "service", "the service answers with this HTTP status and does nothing", 503, "status", OPERATIONS
    ),
    "answer lost": FaultKind(
        "service", "the service does it and answers with this HTTP status", 504, "status", OPERATIONS
    ),
    "slow answer": FaultKind("service", "the answer takes longer", 3.0, "seconds", OPERATIONS),
    "token expired": FaultKind("service", "the token is refused as if it had expired", 401, "status", OPERATIONS),
    "unknown status": FaultKind("service", "the status has a word that is newer than any client", 0, "", ("status",)),
    "malformed answer": FaultKind("service", "the body of the answer breaks off in the middle", 0, "", OPERATIONS),
    "oversized answer": FaultKind("service", "the answer is blown up to this size", 1_000_000, "bytes", OPERATIONS),
    "update lost": FaultKind("update", "an update gets lost on its way, though its sender is told that it arrived"),
    "update twice": FaultKind("update", "an update arrives twice"),
    "update overtaken": FaultKind("update", "an update arrives only after the next one, and the last one never"),
    "old update": FaultKind("update", "somebody posts a recorded update, signed ten minutes ago"),
    "forged update": FaultKind("update", "somebody who has not the secret posts an update that is not true"),
    "consent withdrawn": FaultKind("identity", "no refresh token of the person works any more"),
    "key rotation": FaultKind("identity", "the cloud has new keys, and no access token from before is accepted"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong, where and how often.

    `where` is a leg (deliver, acknowledge, run) or an operation (list, send, status, payload), `device` a device id;
    empty means any. It lets the first `skip` matches pass, then hits `times` of them (None: all), each with `chance`.
    `value` is in the unit of its kind, `retry_after` in seconds.
    """

    what: str
    where: str = ""
    device: str = ""
    skip: int = 0
    times: int | None = 1
    chance: float = 1.0
    value: float = 0.0
    retry_after: float | None = None

    @property
    def kind(self) -> FaultKind:
        return FAULTS[self.what]

    @property
    def amount(self) -> float:
        return self.value or self.kind.value

    @property
    def story(self) -> str:
        """What it does, with its value in place."""
        words = self.kind.story.replace("this HTTP status", f"HTTP {self.amount:g}")
        return words.replace("this size", f"{self.amount:,.0f} bytes")

    def concerns(self, device: str) -> bool:
        return self.device in ("", device)

    def fits(self, where: str, device: str) -> bool:
        """Whether it is about this leg or operation of this device."""
        return self.where in ("", where) and self.concerns(device)

    def strikes(self, seed: str, number: int, met: int) -> bool:
        """Whether it hits its match number `met`, counted from 0."""
        if met < self.skip or (self.times is not None and met >= self.skip + self.times):
            return False
        return self.chance >= 1.0 or Random(f"{seed}:fault {number}:{met}").random() < self.chance


def checked(fault: Fault) -> Fault:
    kind = FAULTS.get(fault.what)
    if kind is None:
        raise _wrong("what", f"No fault is called {fault.what!r}.", f"There are: {', '.join(FAULTS)}.")
    if fault.where and fault.where not in kind.where:
        words = ", ".join(kind.where) or "nothing; leave it out"
        raise _wrong("where", f"{fault.what!r} does not happen at {fault.where!r}.", f"Possible: {words}.")
    if not 0.0 <= fault.chance <= 1.0:
        raise _wrong("chance", f"A chance of {fault.chance} is none.", "Use a number from 0 to 1.")
    if fault.times is not None and fault.times < 1:
        raise _wrong("times", f"times cannot be {fault.times}.", "Use a whole number from 1, or none for always.")
    for name, number in (("skip", fault.skip), ("value", fault.value)):
        if number < 0:
            raise _wrong(name, f"{name} cannot be {number:g}.", "Use 0 or more.")
    if not fault.value <= (most := LARGEST[kind.unit]):
        raise _wrong("value", f"A value of {fault.value:g} is too much.", f"Use at most {most:g}.")
    if fault.retry_after is not None and not 0 <= fault.retry_after <= 86_400:
        raise _wrong("retry_after", f"{fault.retry_after:g} is not a pause.", "Use 0 to 86400 seconds.")
    if kind.unit == "status" and not 400 <= fault.amount <= 599:
        raise _wrong("value", f"{fault.amount:g} is not an error status.", "Use 429, 500, 502, 503 or 504.")
    return fault


TEXTS: Final = frozenset({"what", "where", "device"})
COUNTS: Final = frozenset({"skip", "times"})
OR_NONE: Final = frozenset({"times", "retry_after"})
HINTS: Final = dict.fromkeys(TEXTS, "Words go in quotes.") | dict.fromkeys(COUNTS, "Use a whole number.")
_NAMES: Final = {field.name.replace("_", ""): field.name for field in fields(Fault)}


def fault_from_wire(data: object) -> Fault:
    """The fault a JSON object describes; WorldError names the property that is wrong."""
    if not isinstance(data, Mapping):
        raise _wrong("body", "The body is not a JSON object.", 'Send {"what": "answer lost", "where": "send"}.')
    given: dict[str, Any] = {}
    for key, value in data.items():
        name = _NAMES.get(str(key).lower().replace("_", ""))
        if name is None:
            raise _wrong(str(key), f"A fault has no property {key!r}.", f"It has: {', '.join(_NAMES.values())}.")
        if not _is_such(name, value):
            raise _wrong(name, f"{name} cannot be {value!r}.", HINTS.get(name, "Give a number, without quotes."))
        given[name] = int(value) if name in COUNTS and value is not None else value  # 2.0 is a whole number in JSON
        if isinstance(given[name], int) and abs(given[name]) > MOST:
            raise _wrong(name, f"{name} is too large a number.", f"Use at most {MOST}.")
    try:
        return checked(Fault(**given))
    except TypeError:
        raise _wrong("what", "what is missing.", f"There are: {', '.join(FAULTS)}.") from None


def _is_such(name: str, value: object) -> bool:
    if value is None:
        return name in OR_NONE
    if name in COUNTS and isinstance(value, float):
        return value.is_integer()
    wanted = str if name in TEXTS else (int, float)
    return isinstance(value, wanted) and not isinstance(value, bool)


def _wrong(field: str, message: str, hint: str) -> WorldError:
    return WorldError(message, field=field, hint=hint)
