"""What `romekit serve` does: the simulated cloud on a loopback socket, on the time of day, in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from romekit.clock import Wall
from romekit.model import LIVE_2020, MODERN
from romekit.stub.cloud import Stub
from romekit.stub.limits import Limits
from romekit.stub.server import address_of, listening, server_for

Say = Callable[[str], object]


def serve(
    *,
    host: str,
    port: int,
    seed: str,
    casing: str,
    retired: bool,
    post_back_to: Sequence[str],
    limits: Limits,
    say: Say,
) -> int:
    """Serve until Ctrl-C; PortTaken when something else listens there."""
    with listening(host, port) as listener, suppress(KeyboardInterrupt):
        address = address_of(listener)
        profile = LIVE_2020 if casing == "pascal" else MODERN
        stub = Stub(clock=Wall(), seed=seed, profile=profile, post_back_to=post_back_to)
        stub.identity.browser_base = address
        stub.graph.retired = retired
        stub.graph.throttle.limits = limits
        say(greeting(address))
        server_for(stub.app).run(sockets=[listener])
    say("Stopped. It was all in memory; nothing is left.")
    return 0


def greeting(address: str) -> str:
    """What a person needs to know to use the server."""
    return "\n".join(
        (
            "A simulated cloud: no Microsoft account, no real device, nothing leaves this machine.",
            f"  Graph      {address}/beta/me/devices",
            f"  Sign in    {address}/link",
            f"  Devices    {address}/wall",
            f'  Python     rome = romekit.connect("{address}")',
            "Stop it with Ctrl-C.",
        )
    )
