"""What `romekit serve` does: the simulated cloud on a socket, on the time of day, kept where it says."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from romekit.cli.serve_options import class_from, private, proxy_from
from romekit.cloud.classroom.roster import Roster
from romekit.cloud.engine.life import check_seed
from romekit.cloud.graph.throttling import Limits
from romekit.cloud.http.server import HttpServer, address_of, collect_seldom, listening
from romekit.cloud.store.url import StoreUrl, secret_for, store_url
from romekit.cloud.stub import Stub
from romekit.core.clock import Wall
from romekit.core.model import LIVE_2020, MODERN


def serve(
    *,
    host: str,
    port: int,
    seed: str,
    casing: str,
    retired: bool,
    status_monitor: bool,
    post_back_to: Sequence[str],
    store: str | None,
    secret_file: Path | None,
    limits: Limits,
    class_name: str | None,
    class_code: str | None,
    admin_secret_file: Path | None,
    quotas: Sequence[str],
    token_lifetime: int,
    say: Callable[[str], object],
    **reach: Any,
) -> int:
    """Serve until Ctrl-C; PortTaken, StoreRefused or BadInput say why not, RomeError when it would not be safe.

    `reach` is how others reach it, as proxy_from takes it.
    """
    check_seed(seed)
    host = host.strip("[]")  # as an address of IPv6 stands in a URL
    proxy = proxy_from(host, has_class=bool(class_name), **reach)
    classroom, admin = class_from(class_name, class_code=class_code, admin_secret_file=admin_secret_file, quotas=quotas)
    place = store_url(store)
    with listening(host, port, is_safe=True) as listener, ExitStack() as ending:
        address = proxy.public_url or address_of(listener, "https" if proxy.certificate else "http")
        secret = secret_for(place, private(secret_file))
        kept = place.opened()
        ending.callback(kept.close)
        stub = Stub(
            clock=Wall(),
            seed=seed,
            profile=LIVE_2020 if casing == "pascal" else MODERN,
            post_back_to=post_back_to,
            store=kept,
            secret=secret,
            classroom=classroom,
        )
        ending.callback(stub.close)
        stub.identity.browser_base = proxy.public_url
        stub.identity.settings = replace(stub.identity.settings, access_lifetime=token_lifetime)
        stub.graph.retired, stub.graph.throttle.limits = retired, limits
        stub.graph.status_monitor = status_monitor
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # stopped by a service manager is stopped as well
        with suppress(KeyboardInterrupt):
            if reach["tls"]:
                python = f"SSL_CERT_FILE={proxy.certificate} REQUESTS_CA_BUNDLE={proxy.certificate} (Python)"
                say(f"Clients trust it with {python} or NODE_EXTRA_CA_CERTS={proxy.certificate} (JavaScript).")
            say(greeting(address, place, stub.roster, admin))
            collect_seldom()
            HttpServer(stub.app, proxy).run(listener)
    lost = "It was all in memory; nothing is left."
    say(f"Stopped. {lost if place.is_memory else f'Everything is kept: {place.shown}'}")
    return 0


def greeting(address: str, place: StoreUrl, roster: Roster | None, admin: str) -> str:
    """What a person needs to know to use the server, or a teacher to open the class."""
    now = roster.now() if roster else None
    rows = {"Kept": place.shown, "Sign in": f"{address}/link"}
    if now:
        first = f"A simulated cloud for the class {now.name!r}: no Microsoft account, no real device."
        people = {"Students": f"{address}/join", "Code": now.code, "Teacher": f"{address}/class", "Secret": admin}
        rows = {**people, **rows, "Python": f'rome = romekit.join("{address}", code="{now.code}", name="…")'}
    else:
        first = "A simulated cloud: no Microsoft account, no real device, nothing leaves this machine."
        python = f'rome = romekit.connect("{address}")'
        rows = {"Graph": f"{address}/beta/me/devices", **rows, "Devices": f"{address}/wall", "Python": python}
    return "\n".join((first, *(f"  {name:<11}{said}" for name, said in rows.items()), "Stop it with Ctrl-C."))
