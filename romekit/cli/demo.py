"""What `romekit demo` does: the whole journey in a terminal, from signing in to a timeline."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from shutil import get_terminal_size

import click

from romekit.client.client import Rome
from romekit.core.model import RANDOM_NUMBER
from romekit.lab.lab import Lab
from romekit.views import text_timeline


@dataclass(slots=True)
class Journey:
    """One journey; `lines` is what is printed at its end."""

    lab: Lab
    rome: Rome | None = None
    lines: list[str] = field(default_factory=list)

    def sign_in(self) -> None:
        """Sign in with a device code; the simulated person approves by themselves."""
        self.rome = self.lab.sign_in().rome()
        self.lines.append(f"Signed in as {self.rome.account} (simulated, approved by itself).")

    def list_devices(self) -> None:
        """List the devices."""
        devices = self._client().devices()
        wide = max(len(device.name or "") for device in devices)
        self.lines += ["", f"{len(devices)} devices:"]
        self.lines += [f"  {device.name:<{wide}}  {device.kind:<12}{device.status}" for device in devices]

    def launch(self) -> None:
        """Open a page on a few devices."""
        for name in ("Surface", "Pi", "Laptop"):
            command = self._client().launch(name, "https://bing.com").follow()
            self.lines += [""] if name == "Surface" else []
            self.lines.append(f"Open https://bing.com on {command.device.name}: {command.status}")

    def call(self) -> None:
        """Call an app service and fetch its answer."""
        command = self._client().call("Xbox", RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7}).follow()
        self.lines.append(f"Roll a die on {command.device.name}: {command.status}, {command.payload()}")

    def timeline(self) -> None:
        """Draw what happened."""
        width = min(get_terminal_size((88, 24)).columns, 100)
        self.lines += ["", text_timeline(self.lab.history(), width=width), ""]
        self.lines.append("Next: `romekit lab` opens the tutorials.")

    def _client(self) -> Rome:
        assert self.rome is not None, "the journey begins with signing in"
        return self.rome


def demo(*, pace: float, seed: str, say: Callable[[str], object]) -> int:
    """Play the journey with a progress bar on stderr, then print it."""
    journey = Journey(Lab(seed, pace=pace))
    steps: dict[str, Callable[[], None]] = {
        "signing in": journey.sign_in,
        "listing devices": journey.list_devices,
        "opening a page": journey.launch,
        "calling an app service": journey.call,
        "drawing the timeline": journey.timeline,
    }
    with click.progressbar(
        list(steps), label="romekit", item_show_func=lambda name: name or "", file=sys.stderr, width=20
    ) as bar:
        for name in bar:
            steps[name]()
    journey.lab.close()
    say("\n".join(journey.lines))
    return 0
