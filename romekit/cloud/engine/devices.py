"""How simulated devices behave: a personality is a row of data, never a code path of its own.

All numbers are ours: no timing of the real service is documented (dossier 5.4 and 13).
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Final

from romekit.core.presence import Presence

Range = tuple[float, float]

#: What the device list says. A sleeping device keeps its push channel, so the list still calls it Online.
LISTED: Final = {Presence.ONLINE: "Online", Presence.ASLEEP: "Online", Presence.OFFLINE: "Offline"}


@dataclass(frozen=True, slots=True)
class Personality:
    """What to expect of a device. Ranges are seconds, chances are between 0 and 1."""

    story: str
    deliver: Range  # from the service to the device
    acknowledge: Range  # until the device says that it has it
    run: Range  # until the device says how it went
    _: KW_ONLY
    drop: float = 0.0  # chance that one delivery attempt is lost
    again: Range = (1.0, 2.0)  # pause before the next attempt
    attempts: int = 4  # deliveries tried in all
    fail: float = 0.0  # chance that running it fails on the device
    breaks: float = 0.0  # chance that the service itself fails
    mute: bool = False  # never acknowledges
    reports: str | None = None  # what its apps report of themselves while they run
    denies: bool = False  # a policy forbids remote commands
    presence: Presence | None = None  # where a device of this sort is, until somebody wakes it
    bare: bool = False  # has none of the apps people call


ASLEEP, OFFLINE = Presence.ASLEEP, Presence.OFFLINE

#: Each row: its story, then the seconds until it is delivered, acknowledged and done.
PERSONALITIES: Final[dict[str, Personality]] = {
    "prompt": Personality("awake, well connected, answers at once", (0.2, 0.4), (0.2, 0.4), (0.4, 0.9)),
    "slow": Personality("gets there in the end", (1.0, 2.0), (1.0, 3.0), (4.0, 8.0)),
    "flaky": Personality("its network loses things", (0.4, 1.2), (0.5, 1.5), (0.8, 2.0), drop=0.6, fail=0.15),
    "sleeper": Personality(
        "dozes in Connected Standby and drops what arrives", (0.3, 0.6), (0.3, 0.6), (0.5, 1.0), presence=ASLEEP
    ),
    "offline": Personality("switched off, no push channel", (0.5, 1.0), (0.3, 0.6), (0.5, 1.0), presence=OFFLINE),
    "app missing": Personality(
        "awake, but without the apps people call", (0.3, 0.7), (0.3, 0.6), (0.3, 0.6), bare=True
    ),
    "policy denied": Personality(
        "managed: its policy forbids remote commands", (0.3, 0.6), (0.2, 0.5), (0.2, 0.4), denies=True
    ),
    "chatty": Personality(
        "its apps report a status of their own", (0.3, 0.6), (0.3, 0.6), (1.0, 2.0), reports="warming up"
    ),
    "mute": Personality("takes everything and never says a word", (0.3, 0.6), (0.3, 0.6), (0.5, 1.0), mute=True),
    "cursed": Personality("the service itself trips over it", (0.5, 1.0), (0.3, 0.6), (0.5, 1.0), breaks=1.0),
}
