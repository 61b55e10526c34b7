"""A long history, the same for whoever asks: commands that go through their statuses, a second or so each."""

from random import Random

from romekit.core.transition import Transition

LIVES = (
    ("requesting", "sentToTarget", "executing", "completed"),
    ("requesting", "sentToTarget", "executing", "failed"),
    ("requesting", "retry", "sentToTarget", "executing", "completed"),
    ("requesting", "sentToTarget", "commandDropped"),
    ("requesting", "sentToTarget", "executing", "custom", "completed"),
)
BEGINNING = 1_600_000_000.0


def history(length):
    """So many transitions in the order of their times."""
    chance = Random("bench")
    told, number = [], 0
    while len(told) < length:
        number += 1
        at, before = BEGINNING + number * 0.05, None
        name = f"{number:064X}"
        for status in LIVES[min(chance.randrange(12), 4)]:
            device = number % 100
            words = (name, number, f"{device:08}", f"Device {device}", "LaunchUri https://bing.com")
            told.append(Transition(*words, round(at, 3), before, status, "service", "It was due."))
            at, before = at + 0.2 + chance.random(), status
    return sorted(told[:length], key=lambda change: change.at)
