"""How costs grow as the work grows: more devices, longer histories; and where it bends.

In process, on virtual time, in seconds of the processor: what is measured is the cloud and the views, not a socket and
not what else the machine has to do.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time

from romekit.cloud.engine.history import transitions
from romekit.cloud.engine.requests import AddDevice, Send
from romekit.cloud.stub import Stub
from romekit.core.clock import Virtual
from romekit.core.model import Launch
from romekit.views import fleet_heatmap, interval_table

ALEX = "alex@romekit.example"
BING = "https://bing.com"
DEVICES = (100, 1_000, 10_000)
EVENTS = (1_000, 10_000, 100_000, 1_000_000)
#: A cost bends where it grows more than this many times as fast as the work does.
BEND = 2.0


@dataclass(frozen=True, slots=True)
class Growth:
    """Costs (columns) at each amount of work (rows); `per_work` names those that may grow as the work does."""

    title: str
    work: str
    columns: list[str]
    rows: list[tuple[int, list[float]]]
    per_work: list[str]

    def bends(self) -> list[str]:
        """Where a cost grows faster than the work, or at all if it should not."""
        found = []
        for place, name in enumerate(self.columns):
            for (less, before), (more, after) in zip(self.rows, self.rows[1:], strict=False):
                allowed = BEND * (more / less if name in self.per_work else 1.0)
                if after[place] > allowed * before[place]:
                    times = after[place] / before[place]
                    found.append(f"{name}: {times:.1f} × from {less:,} to {more:,} {self.work}")
        return found

    def as_table(self) -> str:
        """As Markdown, and the bends in a sentence."""
        head = [self.work, *self.columns]
        lines = [f"| {' | '.join(head)} |", f"| {' | '.join(['---:'] * len(head))} |"]
        lines += [f"| {' | '.join([f'{work:,}', *(f'{cost:,.3g}' for cost in costs)])} |" for work, costs in self.rows]
        bends = "; ".join(self.bends()) or "nowhere: each column grows at most as the work does"
        grows = ", ".join(self.per_work)
        return "\n".join([f"**{self.title}** ({grows} may grow with the work)\n", *lines, f"\nIt bends {bends}."])


def growth() -> list[Growth]:
    """Both tables."""
    return [by_devices(), by_events()]


def by_devices(amounts: Sequence[int] = DEVICES) -> Growth:
    columns = ["open the space, ms", "list the devices, ms", "send, µs", "status, µs", "MB"]
    rows = [(amount, _with_devices(amount)) for amount in amounts]
    return Growth("Devices of one person", "devices", columns, rows, [columns[0], columns[1], columns[4]])


def _with_devices(amount: int) -> list[float]:
    devices = [_device(number) for number in range(amount)]
    gc.collect()
    tracemalloc.start()
    stub = Stub(clock=Virtual(), devices=devices)
    stub.spaces.now(ALEX)
    size = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    opened = _seconds(lambda: Stub(clock=Virtual(), devices=devices).spaces.now(ALEX), 1)
    listed = _seconds(lambda: [each.as_listed().as_wire() for each in stub.spaces.now(ALEX).listed()], 3)
    return [opened * 1e3, listed * 1e3, *_send_and_status(stub), size]


def by_events(amounts: Sequence[int] = EVENTS) -> Growth:
    columns = ["send, µs", "status, µs", "events behind the last ten, µs", "history, s", "intervals, s", "heat map, s"]
    rows = []
    stub = Stub(clock=Virtual(), devices=[_device(number) for number in range(100)])
    for amount in amounts:
        _fill(stub, amount)
        rows.append((amount, _with_events(stub)))
    return Growth("Events of one person", "events", columns, rows, columns[3:])


def _with_events(stub: Stub) -> list[float]:
    ledger, now = stub.spaces.ledger(ALEX), stub.clock.now()
    end = ledger.count(now)
    behind = _seconds(lambda: ledger.events(now, end - 10), 20)
    history = _seconds(lambda: transitions(ledger.events(now)), 1)
    told = transitions(ledger.events(now))
    intervals, heat = _seconds(lambda: interval_table(told), 1), _seconds(lambda: fleet_heatmap(told), 1)
    return [*_send_and_status(stub), behind * 1e6, history, intervals, heat]


def _fill(stub: Stub, amount: int) -> None:
    """Let things happen until there are so many events."""
    ledger = stub.spaces.ledger(ALEX)
    devices = list(stub.spaces.now(ALEX).devices)
    while (left := amount - ledger.count(stub.clock.now())) > 0:
        for number in range(min(1000, left // 5 + 1)):
            ledger.ask(Send(devices[number % len(devices)], Launch(BING)), stub.clock.now())
        stub.clock.wait(5)


def _send_and_status(stub: Stub) -> list[float]:
    ledger, now = stub.spaces.ledger(ALEX), stub.clock.now()
    device = next(iter(stub.spaces.now(ALEX).devices))
    send = _seconds(lambda: ledger.ask(Send(device, Launch(BING)), now), 200)
    command = ledger.ask(Send(device, Launch(BING)), now).id
    status = _seconds(lambda: ledger.at(now).commands[command], 200)
    return [send * 1e6, status * 1e6]


def _device(number: int) -> AddDevice:
    what = {"manufacturer": "Contoso", "model": "Box", "kind": "Desktop", "platform": "Windows"}
    return AddDevice(name=f"Device {number}", personality="prompt", **what)


def _seconds(do: Callable[[], object], times: int) -> float:
    """The best of three rounds, per time: what the work costs, not what else the machine does."""
    rounds = []
    for _ in range(3 if times > 1 else 1):
        began = process_time()
        for _ in range(times):
            do()
        rounds.append((process_time() - began) / times)
    return min(rounds)
