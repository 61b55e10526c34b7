"""The people of the simulated world. Nobody has a password: they approve by clicking."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

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
