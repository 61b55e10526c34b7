"""What a simulated world begins with: people, who have no passwords and approve by clicking, and Alex's devices."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from romekit.cloud.engine.decide import AddDevice
from romekit.cloud.engine.devices import ASLEEP, OFFLINE
from romekit.core.model import PROVIDER_APP, ROMAN_TEST_APP

#: The tenant all personal Microsoft accounts live in (dossier 9.1).
CONSUMERS: Final = "9188040d-6c67-4c5b-b112-36a304b66dad"
CONTOSO: Final = "c0a01234-5d6e-4f70-8a9b-0c1d2e3f4a5b"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account. `upn` is the address they sign in with and the name of their space."""

    upn: str
    name: str
    kind: Literal["personal", "work"] = "personal"

    @property
    def id(self) -> str:
        """The object id; a personal account's begins with two empty groups (dossier 9.5)."""
        digits = sha256(self.upn.lower().encode()).hexdigest()
        if self.kind == "personal":
            return f"00000000-0000-0000-{digits[:4]}-{digits[4:16]}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-a{digits[15:18]}-{digits[18:30]}"

    @property
    def tenant(self) -> str:
        return CONSUMERS if self.kind == "personal" else CONTOSO


ALEX: Final = Person("alex@romekit.example", "Alex Rivera")
SAM: Final = Person("sam@romekit.example", "Sam Okafor")
WREN: Final = Person("wren@contoso.example", "Wren Contoso", "work")
PEOPLE: Final = (ALEX, SAM, WREN)

CAST: Final = "Contoso.RomeCast_8wekyb3d8bbwe"
BOTH: Final = (ROMAN_TEST_APP, PROVIDER_APP)
MICROSOFT: Final = "Microsoft Corporation"

#: Name, manufacturer, model, kind, platform and personality of each.
#: A Surface of any sort counts as a Tablet, a Raspberry Pi called itself a Hub (dossier 3.1).
DEMO_DEVICES: Final = (
    AddDevice("Alex's Surface", MICROSOFT, "Surface Book", "Tablet", "Windows", "prompt", apps=(*BOTH, CAST)),
    AddDevice("Living Room Xbox", MICROSOFT, "Xbox One X", "Xbox", "Windows", "slow", apps=(*BOTH, CAST)),
    AddDevice("Alex's Phone", "Google", None, "Phone", "Android", "app missing", listed="Unknown"),
    AddDevice("Studio HoloLens", MICROSOFT, "HoloLens", "Holographic", "Windows", "policy denied", apps=BOTH),
    AddDevice("Workshop Pi", "Raspberry Pi Foundation", "Raspberry Pi 3", "Hub", "Windows", "flaky", apps=BOTH),
    AddDevice("Travel Laptop", "Contoso", "Contoso Book 13", "Laptop", "Windows", "sleeper", ASLEEP, apps=BOTH),
    AddDevice("Attic PC", "Contoso", "Contoso Tower", "Desktop", "Windows", "offline", OFFLINE, apps=BOTH),
)
