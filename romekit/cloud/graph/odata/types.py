"""The types of this API: their properties, found by name ignoring case, and `$metadata`, which describes them in CSDL.

A device is a directory object as well (dossier 3.1). What it has as one is not for personal accounts: such a property
is left out of a response, and null when it is selected. Their names and types are those of the public SDK's device.

`$metadata` holds what this API is made of and nothing else of Graph: the person, their devices, a device's commands,
what is sent and what comes back (dossier 3). Names of properties follow the profile, as the real document changed with
the service: PascalCase in 2020, camelCase now (dossier, timeline). What is `romekit.…` is ours and not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

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

    @property
    def own(self) -> list[Property]:
        """All properties except the directory's."""
        return [known for known in self.properties if known.attribute]


def _own(names: Mapping[str, tuple[str, str]]) -> Iterable[Property]:
    for attribute, both in names.items():
        yield Property(both, "graph.payloadRequest" if attribute == "payload" else STRING, attribute)


DEVICE: Final = PropertyKind(
    "device",
    (*_own(DEVICE_NAMES), *(Property((name, name), kind) for kind, names in DIRECTORY.items() for name in names)),
)
COMMAND: Final = PropertyKind("command", tuple(_own(COMMAND_NAMES)))
USER: Final = PropertyKind("user", tuple(Property((name, name), STRING) for name in USER_NAMES))


EDMX: Final = "http://docs.oasis-open.org/odata/ns/edmx"
EDM: Final = "http://docs.oasis-open.org/odata/ns/edm"


@dataclass(frozen=True, slots=True)
class Entity:
    """A type of entity: what it derives from, its properties, and where one gets from it: name -> type."""

    name: str
    base: str = ""
    properties: tuple[Property, ...] = ()
    contains: tuple[tuple[str, str], ...] = ()
    is_open: bool = False
    is_abstract: bool = False


ID: Final = Property(("id", "id"), STRING, "id")


def _without_id(properties: Iterable[Property]) -> tuple[Property, ...]:
    return tuple(each for each in properties if each.attribute != "id")


ENTITIES: Final = (
    Entity("entity", properties=(ID,), is_abstract=True),
    Entity("directoryObject", "graph.entity", is_open=True),
    Entity(
        "user", "graph.directoryObject", USER.properties[1:], (("devices", "Collection(graph.device)"),), is_open=True
    ),
    Entity(
        "device",
        "graph.directoryObject",
        _without_id(DEVICE.properties),
        (("commands", "Collection(graph.command)"),),
        is_open=True,
    ),
    Entity("command", "graph.entity", _without_id(COMMAND.properties), (("responsepayload", "graph.payloadResponse"),)),
    Entity("payloadResponse", "graph.entity", is_open=True),
)


@lru_cache
def csdl(profile: Profile) -> bytes:
    """`$metadata` in bytes."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring  # few ask, and every start would pay

    root = Element("edmx:Edmx", {"Version": "4.0", "xmlns:edmx": EDMX})
    services = SubElement(root, "edmx:DataServices")
    schema = SubElement(services, "Schema", {"Namespace": "microsoft.graph", "Alias": "graph", "xmlns": EDM})
    for entity in ENTITIES:
        _add_entity(schema, entity, profile)
    SubElement(schema, "ComplexType", {"Name": _request_name(profile), "OpenType": "true"})
    container = SubElement(schema, "EntityContainer", {"Name": "GraphService"})
    SubElement(container, "EntitySet", {"Name": "users", "EntityType": "graph.user"})
    SubElement(container, "Singleton", {"Name": "me", "Type": "graph.user"})
    indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root)


def _add_entity(schema: Any, entity: Entity, profile: Profile) -> None:
    from xml.etree.ElementTree import SubElement

    marks = {"BaseType": entity.base, "OpenType": _flag(entity.is_open), "Abstract": _flag(entity.is_abstract)}
    element = SubElement(schema, "EntityType", {"Name": entity.name, **{k: v for k, v in marks.items() if v}})
    if ID in entity.properties:
        SubElement(SubElement(element, "Key"), "PropertyRef", {"Name": "id"})
    for each in entity.properties:
        marks = {"Nullable": "false"} if each is ID else {}
        SubElement(element, "Property", {"Name": each.name(profile), "Type": _type(each, profile), **marks})
    for name, kind in entity.contains:
        SubElement(element, "NavigationProperty", {"Name": name, "Type": kind, "ContainsTarget": "true"})


def _type(each: Property, profile: Profile) -> str:
    return f"graph.{_request_name(profile)}" if each.attribute == "payload" else each.type


def _request_name(profile: Profile) -> str:
    return "PayloadRequest" if profile.casing == "pascal" else "payloadRequest"


def _flag(is_so: bool) -> str:
    return "true" if is_so else ""
