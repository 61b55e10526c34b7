"""How costs grow as the work grows: more devices, more commands.

In process, on virtual time, in seconds of the processor: what is measured is romekit, not a socket and not what else
the machine has to do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time

from romekit.client.client import Rome
from romekit.core.model import Launch
from romekit.lab.lab import Lab
from romekit.views import fleet_heatmap, interval_table

BING = "https://bing.com"
DEVICES = (10, 100, 1_000)
COMMANDS = (100, 1_000, 10_000)


@dataclass(frozen=True, slots=True)
class Growth:
    """Costs (columns) at each amount of work (rows)."""

    work: str
    columns: list[str]
    rows: list[tuple[int, list[float]]]

    def as_table(self) -> str:
        """As Markdown."""
        lines = [f"| {' | '.join([self.work, *self.columns])} |", f"|{' ---: |' * (1 + len(self.columns))}"]
        lines += [f"| {' | '.join([f'{work:,}', *(f'{cost:,.3g}' for cost in costs)])} |" for work, costs in self.rows]
        return "\n".join(lines)


def growth() -> list[Growth]:
    """Tables of what should not grow, or not faster than the work."""
    return [by_devices(), by_commands()]


def by_devices(amounts: Sequence[int] = DEVICES) -> Growth:
    rows, lab = [], Lab(pace=0)
    rome = lab.rome()
    for amount in amounts:
        for number in range(len(rome.devices()), amount):
            lab.add_device(f"Device {number}")
        rows.append((amount, [*_send_and_status(rome), _seconds(rome.devices, 3) * 1e3]))
    return Growth("devices", ["send, µs", "status, µs", "list, ms"], rows)


def by_commands(amounts: Sequence[int] = COMMANDS) -> Growth:
    rows, lab, sent = [], Lab(pace=0), 0
    rome = lab.rome()
    devices = [device.id for device in rome.devices()]
    for amount in amounts:
        for _ in range((amount - sent) // 100):
            rome.send_many([(devices[each % len(devices)], Launch(BING)) for each in range(100)]).check()
            lab.clock.wait(600)
        sent, history = amount, lab.history()
        drawn = [_seconds(lambda: draw(history), 1) for draw in (interval_table, fleet_heatmap)]  # noqa: B023  # at once
        rows.append((amount, [*_send_and_status(rome), _seconds(lab.history, 1), *drawn]))
    return Growth("commands", ["send, µs", "status, µs", "history, s", "intervals, s", "heat map, s"], rows)


def _send_and_status(rome: Rome) -> list[float]:
    device = rome.device("Surface")
    send = _seconds(lambda: rome.launch(device, BING), 100)
    command = rome.launch(device, BING)
    return [send * 1e6, _seconds(command.refresh, 100) * 1e6]


def _seconds(do: Callable[[], object], times: int) -> float:
    """The best of three rounds, per time: what the work costs, not what else the machine does."""
    rounds = []
    for _ in range(3 if times > 1 else 1):
        began = process_time()
        for _ in range(times):
            do()
        rounds.append((process_time() - began) / times)
    return min(rounds)
