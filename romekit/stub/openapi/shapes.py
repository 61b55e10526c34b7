"""The shapes of the contract: every body that is sent or answered, as JSON Schema.

The names of properties come from the tables in model.py, in the casing of a profile. Reading is more lenient than what
is written here: names and types of commands are understood in any case. The literal profiles, which print the oddities
of the documentation, are not described.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from romekit.model import COMMAND_NAMES, DEVICE_NAMES, Profile
from romekit.status import Status
from romekit.stub.batch_body import MOST
from romekit.stub.properties import DIRECTORY
from romekit.world.devices import Presence
from romekit.world.faults import FAULTS, LEGS, OPERATIONS, Fault

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
FILLED: Final[Schema] = {"type": "string", "minLength": 1}
MAYBE: Final[Schema] = {"type": ["string", "null"]}
NULL: Final[Schema] = {"type": "null"}
NUMBER: Final[Schema] = {"type": "number"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
ANY: Final[Schema] = {}
OPEN: Final[Schema] = {"type": "object", "additionalProperties": True}
CONTEXT: Final[Schema] = {"@odata.context": {"type": "string", "format": "uri"}}

#: The beginning of a URI: a scheme, and a host behind it if it is the web's. The same as romekit.model.check_uri.
URI: Final = r"^(?![Hh][Tt][Tt][Pp][Ss]?:(?!\/\/[^\/\s]))[A-Za-z][A-Za-z0-9+.-]*:"


def ref(name: str) -> Schema:
    """A reference to one of the shapes."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(properties: Schema, *, required: list[str] | None = None, is_open: bool = False, about: str = "") -> Schema:
    """An object with these properties; all of them are required unless `required` says which."""
    shape: Schema = {"type": "object", "properties": properties}
    needed = list(properties) if required is None else required
    return {
        **shape,
        **({"description": about} if about else {}),
        **({"required": needed} if needed else {}),
        "additionalProperties": is_open,
    }


def listed(items: Schema, **more: Schema) -> Schema:
    """A collection as OData wraps it."""
    return record({**more, "value": {"type": "array", "items": items}}, required=["value"])


def shapes(profile: Profile) -> Schema:
    """All shapes by name."""
    return {
        **_devices(profile),
        **_commands(profile),
        **ORDERS,
        "PayloadResponse": record(
            {"@odata.context": TEXT, "MsIgnoredParameter": {"const": 0}},
            is_open=True,
            about="What the app service answered. All other properties are the app's own.",
        ),
        **BATCH,
        **OURS,
        "Error": _error(),
    }


def _devices(profile: Profile) -> Schema:
    own = {both[profile.column]: TEXT if name == "id" else MAYBE for name, both in DEVICE_NAMES.items()}
    directory = {name: NULL for names in DIRECTORY.values() for name in names}
    about = "Every property that was selected; without $select the seven that are not a directory's."
    more = {**CONTEXT, "@odata.count": COUNT, "@odata.nextLink": {"type": "string", "format": "uri"}}
    return {
        "Device": record({**own, **directory}, required=[], about=about),
        "DeviceList": listed(ref("Device"), **more),
    }


def _commands(profile: Profile) -> Schema:
    kind = {"enum": ["LaunchUri", "AppService"]} if profile.echo_type else NULL
    special = {
        "id": {"type": "string", "pattern": "^[0-9A-F]+$"},
        "status": {"enum": [status.value for status in Status]},
        "type": kind,
        "permission_ticket": NULL,
    }
    own = {both[profile.column]: special.get(name, MAYBE) for name, both in COMMAND_NAMES.items()}
    payload = COMMAND_NAMES["payload"][profile.column]
    answer = {"anyOf": [NULL, record({"MsIgnoredParameter": {"const": 0}}, is_open=True)]}
    sent = record({**CONTEXT, **own, payload: OPEN}, required=list(own), about="A command as it was accepted.")
    read = {**CONTEXT, **own, payload: NULL, "responsepayload": answer}
    about = "A command as it is now: what was selected, and its answer if expanded. Its payload is not repeated."
    return {"CommandAccepted": sent, "Command": record(read, required=[], about=about)}


POST_BACK: Final[Schema] = {"postBackUri": MAYBE}
ORDERS: Final[Schema] = {
    "LaunchUri": record(
        {
            "type": {"const": "LaunchUri"},
            "payload": record({"uri": {"type": "string", "pattern": URI}}, is_open=True),
            **POST_BACK,
        },
        required=["type", "payload"],
        is_open=True,
        about="Open an address on the device.",
    ),
    "AppService": record(
        {
            "type": {"const": "AppService"},
            "appServiceName": FILLED,
            "packageFamilyName": FILLED,
            "payload": {"type": ["object", "null"], "additionalProperties": True},
            **POST_BACK,
        },
        required=["type", "appServiceName", "packageFamilyName"],
        is_open=True,
        about="Send a message to an app service on the device.",
    ),
    "Order": {
        "oneOf": [ref("LaunchUri"), ref("AppService")],
        "discriminator": {
            "propertyName": "type",
            "mapping": {name: f"#/components/schemas/{name}" for name in ("LaunchUri", "AppService")},
        },
    },
}

HEADERS: Final[Schema] = {"type": "object", "additionalProperties": TEXT}
ITEM: Final = record(
    {
        "id": {"type": "string", "pattern": r"\S"},
        "method": {"type": "string", "pattern": r"\S"},
        "url": {"type": "string", "pattern": r"\S", "description": "Relative to the version, such as /me/devices."},
        "headers": {**HEADERS, "type": ["object", "null"], "description": "Content-Type belongs to a body."},
        "body": ANY,
        "dependsOn": {"type": ["array", "null"], "items": TEXT, "description": "Ids of this batch, in no circle."},
    },
    required=["id", "method", "url"],
    is_open=True,
)
BATCH: Final[Schema] = {
    "Batch": record(
        {"requests": {"type": "array", "items": ITEM, "minItems": 1, "maxItems": MOST}},
        is_open=True,
        about="Each id is there once.",
    ),
    "BatchAnswer": record(
        {
            "responses": {
                "type": "array",
                "items": record(
                    {"id": TEXT, "status": {"type": "integer"}, "headers": HEADERS, "body": ANY},
                    required=["id", "status", "headers"],
                ),
            }
        }
    ),
}

OURS: Final[Schema] = {
    "History": listed(
        record(
            {
                "command": TEXT,
                "number": {"type": "integer", "minimum": 1},
                "device": TEXT,
                "deviceName": TEXT,
                "order": TEXT,
                "at": NUMBER,
                "from": MAYBE,
                "to": {"enum": [status.value for status in Status]},
                "who": {"enum": ["service", "device", "client", "clock", "fault"]},
                "why": FILLED,
            }
        )
    ),
    "Deeds": listed(record({"at": NUMBER, "device": TEXT, "command": TEXT, "deed": TEXT})),
    "Presence": record({"presence": {"enum": [presence.value for presence in Presence]}}, is_open=True),
}


def _fault() -> Schema:
    known: Schema = {
        "what": {"enum": list(FAULTS)},
        "where": {"enum": ["", *LEGS, *OPERATIONS]},
        "device": TEXT,
        "skip": COUNT,
        "times": {"type": ["integer", "null"], "minimum": 0},
        "chance": {"type": "number", "minimum": 0, "maximum": 1},
        "value": {"type": "number", "minimum": 0},
        "retry_after": {"type": ["number", "null"]},
    }
    return record({field.name: known.get(field.name, ANY) for field in fields(Fault)}, required=["what"])


OURS["Fault"] = _fault()


def _error() -> Schema:
    inner = {
        "date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"},
        "request-id": {"type": "string", "format": "uuid"},
        "client-request-id": TEXT,
    }
    error = {
        "code": FILLED,
        "message": FILLED,
        "target": {"type": "string", "description": "What the error is about: a property or a query option."},
        "innerError": record({**inner, "code": TEXT, "message": TEXT, "status": TEXT}, required=list(inner)),
    }
    return record({"error": record(error, required=["code", "message", "innerError"])})
