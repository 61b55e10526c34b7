"""How simulated devices behave: a personality is a row of data, never a code path of its own.

All numbers are ours: no timing of the real service is documented (dossier 5.4 and 13).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from romekit.core.presence import Presence

Range = tuple[float, float]

#: What the device list says. A sleeping device keeps its push channel, so the list still calls it Online.
LISTED: Final = {Presence.ONLINE: "Online", Presence.ASLEEP: "Online", Presence.OFFLINE: "Offline"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Personality:
    """What to expect of a device. Ranges are seconds, chances are between 0 and 1."""

    story: str
    deliver: Range  # from the service to the device
    acknowledge: Range  # until the device says that it has it
    run: Range  # until the device says how it went
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


PERSONALITIES: Final[dict[str, Personality]] = {
    "prompt": Personality(
        story="awake, well connected, answers at once", deliver=(0.2, 0.4), acknowledge=(0.2, 0.4), run=(0.4, 0.9)
    ),
    "slow": Personality(story="gets there in the end", deliver=(1.0, 2.0), acknowledge=(1.0, 3.0), run=(4.0, 8.0)),
    "flaky": Personality(
        story="its network loses things",
        deliver=(0.4, 1.2),
        acknowledge=(0.5, 1.5),
        run=(0.8, 2.0),
        drop=0.6,
        fail=0.15,
    ),
    "sleeper": Personality(
        story="dozes in Connected Standby and drops what arrives",
        deliver=(0.3, 0.6),
        acknowledge=(0.3, 0.6),
        run=(0.5, 1.0),
        presence=Presence.ASLEEP,
    ),
    "offline": Personality(
        story="switched off, no push channel",
        deliver=(0.5, 1.0),
        acknowledge=(0.3, 0.6),
        run=(0.5, 1.0),
        presence=Presence.OFFLINE,
    ),
    "app missing": Personality(
        story="awake, but without the apps people call",
        deliver=(0.3, 0.7),
        acknowledge=(0.3, 0.6),
        run=(0.3, 0.6),
        bare=True,
    ),
    "policy denied": Personality(
        story="managed: its policy forbids remote commands",
        deliver=(0.3, 0.6),
        acknowledge=(0.2, 0.5),
        run=(0.2, 0.4),
        denies=True,
    ),
    "chatty": Personality(
        story="its apps report a status of their own",
        deliver=(0.3, 0.6),
        acknowledge=(0.3, 0.6),
        run=(1.0, 2.0),
        reports="warming up",
    ),
    "mute": Personality(
        story="takes everything and never says a word",
        deliver=(0.3, 0.6),
        acknowledge=(0.3, 0.6),
        run=(0.5, 1.0),
        mute=True,
    ),
    "cursed": Personality(
        story="the service itself trips over it",
        deliver=(0.5, 1.0),
        acknowledge=(0.3, 0.6),
        run=(0.5, 1.0),
        breaks=1.0,
    ),
}
