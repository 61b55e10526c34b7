"""What `romekit serve` does: the simulated cloud on a loopback socket, on the time of day, kept where it says."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from romekit.clock import Wall
from romekit.model import LIVE_2020, MODERN
from romekit.store.places import Place, place_at, secret_for
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
    store: str | None,
    secret_file: Path | None,
    limits: Limits,
    say: Say,
) -> int:
    """Serve until Ctrl-C; PortTaken when something else listens there, StoreRefused when the store cannot be used."""
    place = place_at(store)
    with listening(host, port) as listener, ExitStack() as ending:
        address = address_of(listener)
        profile = LIVE_2020 if casing == "pascal" else MODERN
        secret = secret_for(place, secret_file)
        kept = place.opened()
        ending.callback(kept.close)
        stub = Stub(clock=Wall(), seed=seed, profile=profile, post_back_to=post_back_to, store=kept, secret=secret)
        ending.callback(stub.close)
        stub.identity.browser_base = address
        stub.graph.retired = retired
        stub.graph.throttle.limits = limits
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # stopped by a service manager is stopped as well
        with suppress(KeyboardInterrupt):
            say(greeting(address, place))
            server_for(stub.app).run(sockets=[listener])
    say(goodbye(place))
    return 0


def greeting(address: str, place: Place) -> str:
    """What a person needs to know to use the server."""
    return "\n".join(
        (
            "A simulated cloud: no Microsoft account, no real device, nothing leaves this machine.",
            f"  Graph      {address}/beta/me/devices",
            f"  Kept       {place.shown}",
            f"  Sign in    {address}/link",
            f"  Devices    {address}/wall",
            f'  Python     rome = romekit.connect("{address}")',
            "Stop it with Ctrl-C.",
        )
    )


def goodbye(place: Place) -> str:
    """What is left when the server has stopped."""
    if place.is_memory:
        return "Stopped. It was all in memory; nothing is left."
    return f"Stopped. Everything is kept: {place.shown}"
