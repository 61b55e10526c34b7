"""The demo space: one person, seven devices, each with a character of its own."""

from __future__ import annotations

from typing import Final

from romekit.cloud.engine.requests import AddDevice
from romekit.core.errors import BadInput
from romekit.core.model import PROVIDER_APP, ROMAN_TEST_APP
from romekit.core.presence import Presence

CAST: Final = "Contoso.RomeCast_8wekyb3d8bbwe"
BOTH: Final = (ROMAN_TEST_APP, PROVIDER_APP)

#: A Surface of any sort counts as a Tablet, a Raspberry Pi called itself a Hub (dossier 3.1).
DEMO_DEVICES: Final = (
    AddDevice(
        name="Alex's Surface",
        manufacturer="Microsoft Corporation",
        model="Surface Book",
        kind="Tablet",
        platform="Windows",
        personality="prompt",
        apps=(*BOTH, CAST),
    ),
    AddDevice(
        name="Living Room Xbox",
        manufacturer="Microsoft Corporation",
        model="Xbox One X",
        kind="Xbox",
        platform="Windows",
        personality="slow",
        apps=(*BOTH, CAST),
    ),
    AddDevice(
        name="Alex's Phone",
        manufacturer="Google",
        model=None,
        kind="Phone",
        platform="Android",
        personality="app missing",
        listed="Unknown",
    ),
    AddDevice(
        name="Studio HoloLens",
        manufacturer="Microsoft Corporation",
        model="HoloLens",
        kind="Holographic",
        platform="Windows",
        personality="policy denied",
        apps=BOTH,
    ),
    AddDevice(
        name="Workshop Pi",
        manufacturer="Raspberry Pi Foundation",
        model="Raspberry Pi 3",
        kind="Hub",
        platform="Windows",
        personality="flaky",
        apps=BOTH,
    ),
    AddDevice(
        name="Travel Laptop",
        manufacturer="Contoso",
        model="Contoso Book 13",
        kind="Laptop",
        platform="Windows",
        personality="sleeper",
        presence=Presence.ASLEEP,
        apps=BOTH,
    ),
    AddDevice(
        name="Attic PC",
        manufacturer="Contoso",
        model="Contoso Tower",
        kind="Desktop",
        platform="Windows",
        personality="offline",
        presence=Presence.OFFLINE,
        apps=BOTH,
    ),
)


def check_seed(seed: object) -> None:
    """A text that has bytes: chance is made of them."""
    if not isinstance(seed, str) or not seed.isprintable():
        raise BadInput(f"seed cannot be {seed!r}.", field="seed", hint="Give a word or two, in quotes.")
