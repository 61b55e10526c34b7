"""The types of this API: their properties, found by name ignoring case, and `$metadata`, which describes them in CSDL.

A device is a directory object as well (dossier 3.1). What it has as one is not for personal accounts: such a property
is left out of a response, and null when it is selected. Their names and types are those of the public SDK's device.

`$metadata` holds what this API is made of (dossier 3) and nothing else of Graph, nor what is `romekit.…`. Names of
properties follow the profile, as the real document changed with the service: PascalCase in 2020, camelCase now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from romekit.cloud.graph.messages import Refused
from romekit.core.model import COMMAND_NAMES, DEVICE_NAMES, Profile

STRING: Final = "Edm.String"
USER_NAMES: Final = ("id", "displayName", "userPrincipalName")

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
    """One property: its names in camelCase and PascalCase, its type, and our attribute ("" for the directory's)."""

    names: tuple[str, str]
    type: str
    attribute: str = ""

    def name(self, profile: Profile) -> str:
        return self.names[profile.column]


@dataclass(frozen=True, slots=True)
class PropertyKind:
    """A type of entity and all its properties."""

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
        """The same without the directory's: comparing what is always null would mislead."""
        known = self.find(name, option)
        if not known.attribute:
            message = f"'{name}' is null for every device of a personal account. Only $select takes it."
            raise Refused(400, "BadRequest", message, target=f"${option}")
        return known


def _own(names: Mapping[str, tuple[str, str]]) -> list[Property]:
    return [Property(both, STRING, attribute) for attribute, both in names.items()]


DEVICE: Final = PropertyKind(
    "device",
    (*_own(DEVICE_NAMES), *(Property((name, name), kind) for kind, names in DIRECTORY.items() for name in names)),
)
COMMAND: Final = PropertyKind("command", tuple(_own(COMMAND_NAMES)))
USER: Final = PropertyKind("user", tuple(Property((name, name), STRING) for name in USER_NAMES))


OASIS: Final = "http://docs.oasis-open.org/odata/ns"


def _without_id(kind: PropertyKind) -> list[Property]:
    return [each for each in kind.properties if each.names[0] != "id"]


ENTITY: Final = {"BaseType": "graph.entity"}
OPEN: Final = {"OpenType": "true"}
OBJECT: Final = {"BaseType": "graph.directoryObject", **OPEN}
#: type -> (what it derives from, its properties, and where one gets from it: name -> type); ENTITY has the key.
ENTITIES: Final[dict[str, tuple[dict[str, str], list[Property], dict[str, str]]]] = {
    "directoryObject": (ENTITY | OPEN, [], {}),
    "user": (OBJECT, _without_id(USER), {"devices": "Collection(graph.device)"}),
    "device": (OBJECT, _without_id(DEVICE), {"commands": "Collection(graph.command)"}),
    "command": (ENTITY, _without_id(COMMAND), {"responsepayload": "graph.payloadResponse"}),
    "payloadResponse": (ENTITY | OPEN, [], {}),
}


@lru_cache
def csdl(profile: Profile) -> bytes:
    from xml.etree.ElementTree import Element, SubElement, indent, tostring  # few ask, and every start would pay

    root = Element("edmx:Edmx", {"Version": "4.0", "xmlns:edmx": f"{OASIS}/edmx"})
    services = SubElement(root, "edmx:DataServices")
    schema = SubElement(services, "Schema", {"Namespace": "microsoft.graph", "Alias": "graph", "xmlns": f"{OASIS}/edm"})
    entity = SubElement(schema, "EntityType", {"Name": "entity", "Abstract": "true"})
    SubElement(SubElement(entity, "Key"), "PropertyRef", {"Name": "id"})
    SubElement(entity, "Property", {"Name": "id", "Type": STRING, "Nullable": "false"})
    request = "PayloadRequest" if profile.casing == "pascal" else "payloadRequest"
    for name, (marks, properties, contains) in ENTITIES.items():
        entity = SubElement(schema, "EntityType", {"Name": name, **marks})
        for each in properties:
            kind = f"graph.{request}" if each.attribute == "payload" else each.type
            SubElement(entity, "Property", {"Name": each.name(profile), "Type": kind})
        for target, kind in contains.items():
            SubElement(entity, "NavigationProperty", {"Name": target, "Type": kind, "ContainsTarget": "true"})
    SubElement(schema, "ComplexType", {"Name": request, **OPEN})
    container = SubElement(schema, "EntityContainer", {"Name": "GraphService"})
    SubElement(container, "EntitySet", {"Name": "users", "EntityType": "graph.user"})
    SubElement(container, "Singleton", {"Name": "me", "Type": "graph.user"})
    indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root)
