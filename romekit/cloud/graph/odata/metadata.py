"""`$metadata`: the types of this API as the service describes them, in CSDL, the XML of OData.

It holds what this API is made of and nothing else of Graph: the person, their devices, a device's commands, what is
sent and what comes back (dossier 3). Names of properties follow the profile, as the real document changed with the
service: PascalCase in 2020, camelCase now (dossier, timeline). What is `romekit.…` is ours and not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from romekit.cloud.graph.odata.properties import COMMAND, DEVICE, STRING, Property
from romekit.core.model import Profile

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
    Entity("user", "graph.directoryObject", contains=(("devices", "Collection(graph.device)"),), is_open=True),
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
    """The document in bytes."""
    root = Element("edmx:Edmx", {"Version": "4.0", "xmlns:edmx": EDMX})
    services = SubElement(root, "edmx:DataServices")
    schema = SubElement(services, "Schema", {"Namespace": "microsoft.graph", "Alias": "graph", "xmlns": EDM})
    for entity in ENTITIES:
        _entity(schema, entity, profile)
    SubElement(schema, "ComplexType", {"Name": _request_name(profile), "OpenType": "true"})
    container = SubElement(schema, "EntityContainer", {"Name": "GraphService"})
    SubElement(container, "EntitySet", {"Name": "users", "EntityType": "graph.user"})
    SubElement(container, "Singleton", {"Name": "me", "Type": "graph.user"})
    indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root)


def _entity(schema: Element, entity: Entity, profile: Profile) -> None:
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
