"""The shapes of the contract: every body that is sent or answered, as JSON Schema.

The names of properties come from the tables in model.py, in the casing of a profile. Reading is more lenient than what
is written here: names and types of commands are understood in any case. The literal profiles, which print the oddities
of the documentation, are not described. What is an extension of this cloud is described briefly.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from romekit.cloud.engine.classroom.state import MEANING
from romekit.cloud.engine.devices import PERSONALITIES
from romekit.cloud.engine.faults import FAULTS, LARGEST, LEGS, OPERATIONS, Fault
from romekit.cloud.engine.services import APPS
from romekit.cloud.graph.batch import MOST
from romekit.cloud.graph.odata.types import DIRECTORY, USER_NAMES
from romekit.cloud.graph.status_monitor import AZURE
from romekit.core.model import COMMAND_NAMES, DEVICE_NAMES, Profile
from romekit.core.presence import Presence
from romekit.core.status import Status

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
FILLED: Final[Schema] = {"type": "string", "minLength": 1}
MAYBE: Final[Schema] = {"type": ["string", "null"]}
DIGITS: Final[Schema] = {"type": "string", "pattern": r"^\d+$"}
NULL: Final[Schema] = {"type": "null"}
LINK: Final[Schema] = {"type": "string", "format": "uri"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
ANY: Final[Schema] = {}
OPEN: Final[Schema] = {"type": "object", "additionalProperties": True}
CONTEXT: Final[Schema] = {"@odata.context": LINK}
NEXT: Final[Schema] = {"@odata.nextLink": LINK}
DELTA: Final[Schema] = {"@odata.deltaLink": {**LINK, "description": "Where to ask for what comes after all pages."}}
#: The beginning of a URI: a scheme, and a host behind it if it is the web's. The same as romekit.core.model.check_uri.
URI: Final = r"^(?![Hh][Tt][Tt][Pp][Ss]?:(?!\/\/[^\/\s]))[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x1f\x7f-\x9f]*(?![\s\S])"


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def record(properties: Schema, *, required: list[str] | None = None, is_open: bool = False, about: str = "") -> Schema:
    """An object with these properties; all of them are required unless `required` says which."""
    needed = list(properties) if required is None else required
    return {
        "type": "object",
        "properties": properties,
        **({"description": about} if about else {}),
        **({"required": needed} if needed else {}),
        "additionalProperties": is_open,
    }


def collection(items: Schema, **more: Schema) -> Schema:
    return record({**more, "value": {"type": "array", "items": items}}, required=["value"])


def named(names: str, **more: Schema) -> Schema:
    """An object of which only the names of the properties are said: enough for an extension of this cloud."""
    return record({**dict.fromkeys(names.split(), ANY), **more})


def shapes(profile: Profile, status_monitor: bool) -> Schema:
    more = {"StatusMonitor": MONITOR} if status_monitor else {}
    return {**_devices(profile), **_commands(profile), **ORDERS, **OTHERS, **more}


def _devices(profile: Profile) -> Schema:
    own = {both[profile.column]: TEXT if name == "id" else MAYBE for name, both in DEVICE_NAMES.items()}
    directory = {name: NULL for names in DIRECTORY.values() for name in names}
    about = "Every property that was selected; without $select the seven that are not a directory's."
    listed = collection(ref("Device"), **CONTEXT, **{"@odata.count": COUNT}, **NEXT)
    return {"Device": record(own | directory, required=[], about=about), "DeviceList": listed}


def _commands(profile: Profile) -> Schema:
    special = {
        "id": {"type": "string", "pattern": "^[0-9A-F]+$"},
        "status": {"enum": [status.value for status in Status]},
        "type": {"enum": ["LaunchUri", "AppService"]} if profile.echo_type else NULL,
        "permission_ticket": NULL,
    }
    own = {both[profile.column]: special.get(name, MAYBE) for name, both in COMMAND_NAMES.items()}
    payload = COMMAND_NAMES["payload"][profile.column]
    answer = {"anyOf": [NULL, record({"MsIgnoredParameter": {"const": 0}}, is_open=True)]}
    sent = record({**CONTEXT, **own, payload: OPEN}, required=list(own), about="A command as it was accepted.")
    read = {**CONTEXT, **own, payload: NULL, "responsepayload": answer}
    about = "A command as it is now: what was selected, and its answer if expanded. Its payload is not repeated."
    return {"CommandAccepted": sent, "Command": record(read, required=[], about=about)}


POST_BACK: Final[Schema] = {
    "postBackUri": {**MAYBE, "description": "An http or https address of the server's own machine, or one it lists."}
}
LAUNCH: Final[Schema] = {
    "type": {"const": "LaunchUri"},
    "payload": record({"uri": {"type": "string", "pattern": URI}}, is_open=True),
}
CALL: Final[Schema] = {"type": {"const": "AppService"}, "appServiceName": FILLED, "packageFamilyName": FILLED}
MESSAGE: Final[Schema] = {"payload": {"type": ["object", "null"], "additionalProperties": True}}
ORDERS: Final[Schema] = {
    "LaunchUri": record(
        LAUNCH | POST_BACK, required=list(LAUNCH), is_open=True, about="Open an address on the device."
    ),
    "AppService": record(
        CALL | MESSAGE | POST_BACK,
        required=list(CALL),
        is_open=True,
        about="Send a message to an app service on the device.",
    ),
    "PayloadResponse": record(
        {"@odata.context": TEXT, "MsIgnoredParameter": {"const": 0}},
        is_open=True,
        about="What the app service answered. All other properties are the app's own.",
    ),
    "Order": {"oneOf": [ref("LaunchUri"), ref("AppService")], "discriminator": {"propertyName": "type"}},
}


#: The status monitor of Microsoft's Azure REST API guidelines.
ENDED_BADLY: Final[Schema] = {"enum": [each for each, word in AZURE.items() if word in ("Failed", "Canceled")]}
MONITOR: Final[Schema] = record(
    {
        "id": FILLED,
        "kind": {"enum": ["LaunchUri", "AppService"]},
        "status": {"enum": list(dict.fromkeys(AZURE.values()))},
        "result": {**OPEN, "description": "What the app service answered."},
        "error": record({"code": ENDED_BADLY, "message": FILLED}),
    },
    required=["id", "kind", "status"],
)

INNER_ERROR: Final[Schema] = {
    "date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"},
    "request-id": {"type": "string", "format": "uuid"},
    "client-request-id": TEXT,
}
ERROR: Final[Schema] = record(
    {
        "code": FILLED,
        "message": FILLED,
        "target": {"type": "string", "description": "What the error is about: a property or a query option."},
        "innerError": record(INNER_ERROR | dict.fromkeys(("code", "message", "status"), TEXT), required=[*INNER_ERROR]),
    },
    required=["code", "message", "innerError"],
)

HEADERS: Final[Schema] = {"type": "object", "additionalProperties": TEXT}
WORD: Final[Schema] = {"type": "string", "pattern": r"\S"}
PART: Final = record(
    {
        "id": WORD,
        "method": WORD,
        "url": {**WORD, "description": "Relative to the version, such as /me/devices."},
        "headers": {**HEADERS, "type": ["object", "null"], "description": "Content-Type belongs to a body."},
        "body": ANY,
        "dependsOn": {"type": ["array", "null"], "items": TEXT, "description": "Ids of this batch, in no circle."},
    },
    required=["id", "method", "url"],
    is_open=True,
)
PART_ANSWER: Final = record(
    {"id": TEXT, "status": {"type": "integer"}, "headers": HEADERS, "body": ANY}, required=["id", "status", "headers"]
)
#: What a fault takes, where it is more than any text.
FAULT: Final[Schema] = {
    "what": {"enum": list(FAULTS)},
    "where": {"enum": ["", *LEGS, *OPERATIONS]},
    "device": TEXT,
    "skip": COUNT,
    "times": {"type": ["integer", "null"], "minimum": 1},
    "chance": {"type": "number", "minimum": 0, "maximum": 1},
    "value": {"type": "number", "minimum": 0, "maximum": max(LARGEST.values())},
    "retry_after": {"type": ["number", "null"]},
}
OTHERS: Final[Schema] = {
    "Batch": record(
        {"requests": {"type": "array", "items": PART, "minItems": 1, "maxItems": MOST}},
        is_open=True,
        about="Each id is there once.",
    ),
    "BatchAnswer": record({"responses": {"type": "array", "items": PART_ANSWER}}),
    "User": record({**CONTEXT, **dict.fromkeys(USER_NAMES, MAYBE)}, required=[]),
    "Services": collection(record({"name": TEXT, "kind": TEXT, "url": TEXT}), **CONTEXT),
    "Error": record({"error": ERROR}),
    "History": collection(named("command number device deviceName order at from to who why"), **NEXT),
    "Deeds": collection(named("at device command deed"), **NEXT),
    "Wall": collection(ref("Card")),
    "Card": named(
        "device name kind platform presence listed personality story deeds waiting last",
        screen=named("kind title text at"),
        commands={"type": "array", "items": named("id number order status error at")},
        apps={"type": "array", "items": named("package name installed")},
    ),
    "Class": named("class name says isFrozen", quotas=named(" ".join(MEANING)), used=named("commands events faults")),
    "Changes": collection(ref("Command"), **NEXT, **DELTA),
    "Presence": record({"presence": {"enum": [presence.value for presence in Presence]}}, is_open=True),
    "Personality": record({"personality": {"enum": list(PERSONALITIES)}}, is_open=True),
    "AppOnDevice": record({"app": {"enum": list(APPS)}, "installed": {"type": "boolean"}}, is_open=True),
    "Fault": record({field.name: FAULT.get(field.name, ANY) for field in fields(Fault)}, required=["what"]),
}
