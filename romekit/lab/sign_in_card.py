"""A sign-in under way as a card: the room that signs in knows no widgets, and the card no sign-in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

from romekit.auth.device_code import SignIn

#: What the kernel's environment has on a hub and on Binder, whose loopback no reader's browser reaches.
HUBS: Final = ("JUPYTERHUB_SERVICE_PREFIX", "JUPYTERHUB_USER", "BINDER_SERVICE_HOST", "BINDER_LAUNCH_HOST")


def card_of(signing: SignIn, *, simulated: bool, **given: Any) -> Any:
    """A card for a sign-in; `given` are the card's buttons and what they do."""
    from romekit.views import SignInCard  # ipywidgets is only needed by whoever looks

    return SignInCard(
        signing.user_code,
        signing.verification_uri,
        signing.seconds_left,
        simulated=simulated,
        reachable=not (simulated and is_on_a_hub(os.environ)),
        **given,
    )


def is_on_a_hub(environ: Mapping[str, str]) -> bool:
    """Whether the kernel runs where a link to its own machine is of no use to a reader."""
    return any(environ.get(name) for name in HUBS)


def show_state(card: Any, signing: SignIn) -> None:
    """Let a card show how its sign-in stands."""
    match signing.state:
        case "waiting" if card.stage == "waiting":
            card.waiting(signing.seconds_left)
        case "waiting":
            card.begin(signing.user_code, signing.verification_uri, signing.seconds_left)
        case "signed in":
            card.signed_in(signing.session().account)
        case "declined":
            card.declined()
        case "expired":
            card.expired()
        case "cancelled":
            card.cancelled()
        case _:
            card.failed("The sign-in failed. Run the cell again to start a new one.")
