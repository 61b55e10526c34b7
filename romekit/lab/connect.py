"""`romekit.connect()`: sign in at a cloud and get a client; only the place differs from cloud to cloud."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from romekit.auth.device_code import SignIn
from romekit.auth.http import login_client
from romekit.auth.session import application, sign_in_by_browser
from romekit.client.client import Rome
from romekit.client.join import join as join_a_class
from romekit.core.arguments import explained
from romekit.core.clock import Clock, Wall
from romekit.core.endpoints import EMBEDDED, Cloud, cloud_called
from romekit.core.errors import BadInput
from romekit.core.interrupts import RUN_STOPPED, CalmStop
from romekit.lab.lab import Lab
from romekit.lab.live_views import watched
from romekit.lab.sign_in import card_of, display_now, show_state


@explained("romekit")
def connect(
    where: str | Cloud = "embedded",
    *,
    client_id: str | None = None,
    method: str = "device code",
    show: Callable[[str], object] | None = None,
    clock: Clock | None = None,
) -> Rome:
    """Sign in and get a client; only `where` differs between clouds.

    `embedded` is a simulated cloud in this process, `http://127.0.0.1:8765` one behind `romekit serve`, `microsoft` the
    real one, which signs you in for real and then says that the service has been retired. A notebook shows a card
    with the address and the code, any other place prints a sentence, which `show` is given if there is one;
    `method="browser"` opens a browser on this machine instead.
    """
    cloud = cloud_called(where, client_id)
    if cloud == EMBEDDED:
        return Lab().rome()
    if method not in {"device code", "browser"}:
        raise BadInput(f"method {method!r} is unknown.", field="method", hint="Use 'device code' or 'browser'.")
    app = application(cloud, login_client(cloud))
    if method == "browser":
        return watched(Rome(cloud, sign_in_by_browser(app, cloud), clock=clock))
    signing = SignIn(app, cloud, clock or Wall())
    if show is None and "ipykernel" in sys.modules:
        # Its card has no buttons: while the cell waits for the person, a kernel hears no click; ■ cancels.
        card = card_of(signing, simulated=cloud.simulated)
        signing.on_change = lambda signing: show_state(card, signing)
        display_now(card)
    else:
        (show or print)(f"To sign in, open {signing.verification_uri} and enter the code {signing.user_code}")
    return watched(Rome(cloud, signing.result(), clock=clock))


@wraps(join_a_class)
@CalmStop(RUN_STOPPED)
def join(*where: Any, **who: Any) -> Rome:
    return watched(join_a_class(*where, **who))
