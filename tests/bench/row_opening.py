"""How long it takes to open a long space, in a process of its own each time, from the file to the list of devices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from romekit.cloud.engine.decide import DEVICE_RULES
from romekit.cloud.engine.requests import Open, Send
from romekit.cloud.engine.seed import DEMO_DEVICES
from romekit.cloud.store.ledger import Ledger
from romekit.cloud.store.sqlite import SQLite
from romekit.core.clock import BEGINNING
from romekit.core.model import Launch
from tests.bench.asked import ALEX
from tests.bench.peers import OURS, ROOT
from tests.bench.programs import contender
from tests.bench.rounds import ROUNDS, Alone, Line, Spread

EVENTS = (10_000, 100_000, 1_000_000)
PROMISED, MOST = 100_000, 100.0
AT_ONCE = 100
THEN = (
    ("new", "the status of a new command"),
    ("sent", "a command sent and kept"),
    ("old", "the status of a command that was over long ago, for the first time"),
)


def opening(rounds: int = ROUNDS, amounts: Sequence[int] = EVENTS) -> list[Line]:
    (ROOT / "artifacts").mkdir(exist_ok=True)
    lines: list[Line] = []
    for amount in amounts:
        with TemporaryDirectory(dir=ROOT / "artifacts") as name:
            filled = _filled(Path(name) / "rome.db", amount)
            told = [filled.opened() for _ in range(rounds)]
        what = f"open a space of {amount:,} events from SQLite"
        most = MOST if amount == PROMISED else None
        lines.append(Alone(what, "ms", Spread.of([each["opened"] for each in told]), most))
        for name, question in THEN:
            lines.append(Alone(f"  then {question}", "ms", Spread.of([each[name] for each in told])))
    return lines


@dataclass(frozen=True)
class Filled:
    """A file with a long space in it: the first command, the last one, and when it is."""

    file: Path
    first: str
    last: str
    at: float

    def opened(self) -> dict[str, float]:
        with contender(OURS, "opening.py", str(self.file), ALEX, self.last, self.first) as one:
            return one.play(at=self.at)


def _filled(file: Path, amount: int) -> Filled:
    """Let things happen until there are so many events, as a server would that was stopped properly then."""
    store, at = SQLite(file), BEGINNING
    ledger = Ledger(store, f"space:{ALEX}", DEVICE_RULES)
    ledger.ask_all([Open("bench", ALEX), *DEMO_DEVICES], at)
    devices = [each.id for each in ledger.at(at).listed()]
    sent: list[str] = []
    while ledger.count(at) < amount:
        numbers = range(len(sent), len(sent) + AT_ONCE)
        wanted = [Send(devices[each % len(devices)], Launch("https://bing.com"), f"{each:036}") for each in numbers]
        sent += [decision.id for decision in ledger.ask_all(wanted, at)]
        store.uncommitted.settle()
        at += 5.0
    ledger.save()
    store.close()
    return Filled(file, sent[0], sent[-1], at)
