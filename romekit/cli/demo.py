"""What `romekit demo` does: the whole journey in a terminal, from signing in to a timeline."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from shutil import get_terminal_size

import click

from romekit.core.model import RANDOM_NUMBER
from romekit.lab.lab import Lab
from romekit.views import text_timeline

STEPS = ("signing in", "listing devices", "opening a page", "calling an app service", "drawing the timeline")


def journey(lab: Lab) -> Iterator[list[str]]:
    """Do one of the steps after the other; the lines that each has to show."""
    rome = lab.sign_in().rome()
    yield [f"Signed in as {rome.account} (simulated, approved by itself)."]
    devices = rome.devices()
    wide = max(len(device.name or "") for device in devices)
    listed = [f"  {device.name:<{wide}}  {device.kind:<12}{device.status}" for device in devices]
    yield ["", f"{len(devices)} devices:", *listed]
    opened = [rome.launch(name, "https://bing.com").follow() for name in ("Surface", "Pi", "Laptop")]
    yield ["", *(f"Open https://bing.com on {command.device.name}: {command.status}" for command in opened)]
    rolled = rome.call("Xbox", RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7}).follow()
    yield [f"Roll a die on {rolled.device.name}: {rolled.status}, {rolled.payload()}"]
    width = min(get_terminal_size((88, 24)).columns, 100)
    yield ["", text_timeline(lab.history(), width=width), "", "Next: `romekit lab` opens the tutorials."]


def demo(*, pace: float, seed: str, say: Callable[[str], object]) -> int:
    """Play the journey with a progress bar on stderr, then print it."""
    lab = Lab(seed, pace=pace)
    with click.progressbar(
        STEPS, label="romekit", item_show_func=lambda name: name or "", file=sys.stderr, width=20
    ) as bar:
        lines = [line for _, shown in zip(bar, journey(lab), strict=True) for line in shown]
    lab.close()
    say("\n".join(lines))
    return 0
