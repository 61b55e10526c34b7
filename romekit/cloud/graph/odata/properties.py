"""What can be asked for by name: the properties of a device and of a command, found ignoring case.

A device is a directory object as well (dossier 3.1). What it has as one is not for personal accounts: such a property
is left out of an answer, and null for who selects it. Their names and types are those of the public SDK's device.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from romekit.cloud.graph.messages import Refused
from romekit.core.model import COMMAND_NAMES, DEVICE_NAMES, Profile

STRING: Final = "Edm.String"

#: type -> the directory's own properties of a device
DIRECTORY: Final = {
    STRING: (
        "deviceCategory deviceId deviceMetadata deviceOwnership displayName domainName enrollmentProfileName "
        "enrollmentType managementType mdmAppId onPremisesSecurityIdentifier operatingSystem operatingSystemVersion "
        "profileType trustType"
    ).split(),
    "Edm.Boolean": "accountEnabled isCompliant isManaged isManagementRestricted isRooted onPremisesSyncEnabled".split(),
    "Edm.Int32": ["deviceVersion"],
    "Edm.DateTimeOffset": (
        "approximateLastSignInDateTime complianceExpirationDateTime deletedDateTime onPremisesLastSyncDateTime "
        "registrationDateTime"
    ).split(),
    "Collection(Edm.String)": "hostnames physicalIds systemLabels".split(),
}


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its names in camelCase and PascalCase, its type, and our attribute; "" is the directory's."""

    names: tuple[str, str]
    type: str
    attribute: str = ""

    def name(self, profile: Profile) -> str:
        return self.names[profile.column]


@dataclass(frozen=True, slots=True)
class PropertyKind:
    """A type of entity and all it has."""

    name: str
    properties: tuple[Property, ...]

    def find(self, name: str, option: str) -> Property:
        """The property of that name in any case; Refused with 400 when there is none."""
        for known in self.properties:
            if known.names[0].lower() == name.lower():
                return known
        message = f"Could not find a property named '{name}' on type 'microsoft.graph.{self.name}'."
        raise Refused(400, "BadRequest", message, target=f"${option}")

    def find_own(self, name: str, option: str) -> Property:
        """The same, but not a directory's: to compare what is always null would mislead."""
        known = self.find(name, option)
        if not known.attribute:
            message = f"'{name}' is null for every device of a personal account. Only $select takes it."
            raise Refused(400, "BadRequest", message, target=f"${option}")
        return known

    @property
    def own(self) -> list[Property]:
        """All but a directory's."""
        return [known for known in self.properties if known.attribute]


def _own(names: Mapping[str, tuple[str, str]]) -> Iterable[Property]:
    for attribute, both in names.items():
        yield Property(both, "graph.payloadRequest" if attribute == "payload" else STRING, attribute)


DEVICE: Final = PropertyKind(
    "device",
    (*_own(DEVICE_NAMES), *(Property((name, name), kind) for kind, names in DIRECTORY.items() for name in names)),
)
COMMAND: Final = PropertyKind("command", tuple(_own(COMMAND_NAMES)))


def projected(selected: Iterable[str]) -> str:
    """What a context address says of `$select`."""
    names = ",".join(selected)
    return f"({names})" if names else ""


def only(entity: Mapping[str, Any], selected: Iterable[Property], profile: Profile) -> dict[str, Any]:
    """The entity with the selected properties only; what it does not have is null."""
    return {each.name(profile): entity.get(each.name(profile)) for each in selected}
