"""The demo space: one person, seven devices, each with a character of its own."""

from __future__ import annotations

from typing import Final

from romekit.cloud.engine.decide import AddDevice
from romekit.cloud.engine.devices import ASLEEP, OFFLINE
from romekit.core.errors import BadInput
from romekit.core.model import PROVIDER_APP, ROMAN_TEST_APP

CAST: Final = "Contoso.RomeCast_8wekyb3d8bbwe"
BOTH: Final = (ROMAN_TEST_APP, PROVIDER_APP)
CONTOSO, MICROSOFT = "Contoso", "Microsoft Corporation"

#: Name, manufacturer, model, kind, platform and personality of each.
#: A Surface of any sort counts as a Tablet, a Raspberry Pi called itself a Hub (dossier 3.1).
DEMO_DEVICES: Final = (
    AddDevice("Alex's Surface", MICROSOFT, "Surface Book", "Tablet", "Windows", "prompt", apps=(*BOTH, CAST)),
    AddDevice("Living Room Xbox", MICROSOFT, "Xbox One X", "Xbox", "Windows", "slow", apps=(*BOTH, CAST)),
    AddDevice("Alex's Phone", "Google", None, "Phone", "Android", "app missing", listed="Unknown"),
    AddDevice("Studio HoloLens", MICROSOFT, "HoloLens", "Holographic", "Windows", "policy denied", apps=BOTH),
    AddDevice("Workshop Pi", "Raspberry Pi Foundation", "Raspberry Pi 3", "Hub", "Windows", "flaky", apps=BOTH),
    AddDevice("Travel Laptop", CONTOSO, "Contoso Book 13", "Laptop", "Windows", "sleeper", ASLEEP, apps=BOTH),
    AddDevice("Attic PC", CONTOSO, "Contoso Tower", "Desktop", "Windows", "offline", OFFLINE, apps=BOTH),
)


def check_seed(seed: object) -> None:
    """A text that has bytes: chance is made of them."""
    if not isinstance(seed, str) or not seed.isprintable():
        raise BadInput(f"seed cannot be {seed!r}.", field="seed", hint="Give a word or two, in quotes.")
