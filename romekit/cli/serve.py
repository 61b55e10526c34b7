"""What `romekit serve` does: the simulated cloud on a socket, on the time of day, kept where it says."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from romekit.cli.serve_options import class_from, private, proxy_from
from romekit.cloud.classroom.roster import Roster
from romekit.cloud.engine.seed import check_seed
from romekit.cloud.graph.throttling import Limits
from romekit.cloud.http.server import HttpServer, address_of, collect_seldom, listening
from romekit.cloud.store.url import StoreUrl, secret_for, store_url
from romekit.cloud.stub import Stub
from romekit.core.clock import Wall
from romekit.core.model import LIVE_2020, MODERN

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
    class_name: str | None,
    class_code: str | None,
    admin_secret_file: Path | None,
    quotas: Sequence[str],
    public_url: str,
    token_lifetime: int,
    tls: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
    behind_proxy: Sequence[str],
    say: Say,
) -> int:
    """Serve until Ctrl-C; PortTaken, StoreRefused or BadInput say why not, RomeError when it would not be safe."""
    check_seed(seed)
    proxy = proxy_from(
        host,
        public_url=public_url,
        tls=tls,
        tls_cert=tls_cert,
        tls_key=tls_key,
        behind_proxy=behind_proxy,
        has_class=bool(class_name),
    )
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
        configure(stub, retired=retired, limits=limits, token_lifetime=token_lifetime, public_url=proxy.public_url)
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # stopped by a service manager is stopped as well
        with suppress(KeyboardInterrupt):
            words = class_greeting(address, stub.roster, admin, place) if stub.roster else greeting(address, place)
            say(f"{trust(proxy.certificate)}\n{words}" if tls else words)
            collect_seldom()
            HttpServer(stub.app, proxy).run(listener)
    say(goodbye(place))
    return 0


def configure(stub: Stub, *, retired: bool, limits: Limits, token_lifetime: int, public_url: str) -> None:
    """Set what can be changed while a cloud runs."""
    stub.identity.browser_base = public_url
    stub.identity.settings = replace(stub.identity.settings, access_lifetime=token_lifetime)
    stub.graph.retired = retired
    stub.graph.throttle.limits = limits


def trust(certificate: Path | None) -> str:
    """How a client trusts the certificate of this machine."""
    file = f"={certificate}"
    return f"Clients trust it with SSL_CERT_FILE{file} (Python) or NODE_EXTRA_CA_CERTS{file} (JavaScript)."


def greeting(address: str, place: StoreUrl) -> str:
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


def goodbye(place: StoreUrl) -> str:
    """What is left when the server has stopped."""
    if place.is_memory:
        return "Stopped. It was all in memory; nothing is left."
    return f"Stopped. Everything is kept: {place.shown}"


def class_greeting(address: str, roster: Roster, admin: str, place: StoreUrl) -> str:
    """What a teacher needs to know."""
    now = roster.now()
    return "\n".join(
        (
            f"A simulated cloud for the class {now.name!r}: no Microsoft account, no real device.",
            f"  Students   {address}/join",
            f"  Code       {now.code}",
            f"  Teacher    {address}/class",
            f"  Secret     {admin}",
            f"  Kept       {place.shown}",
            f"  Sign in    {address}/link",
            f'  Python     rome = romekit.join("{address}", code="{now.code}", name="…")',
            "Stop it with Ctrl-C.",
        )
    )
