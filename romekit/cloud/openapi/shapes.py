"""The shapes of the contract: every body that is sent or answered, as JSON Schema.

The names of properties come from the tables in model.py, in the casing of a profile. Reading is more lenient than what
is written here: names and types of commands are understood in any case. The literal profiles, which print the oddities
of the documentation, are not described.
"""

from __future__ import annotations

from typing import Final

from romekit.cloud.graph.odata.properties import DIRECTORY
from romekit.cloud.openapi.around import BATCH, EXTENSIONS
from romekit.cloud.openapi.schema import CONTEXT, COUNT, FILLED, MAYBE, NULL, OPEN, TEXT, Schema, listed, record, ref
from romekit.cloud.openapi.wall import WALL
from romekit.core.model import COMMAND_NAMES, DEVICE_NAMES, Profile
from romekit.core.status import Status

#: The beginning of a URI: a scheme, and a host behind it if it is the web's. The same as romekit.core.model.check_uri.
URI: Final = r"^(?![Hh][Tt][Tt][Pp][Ss]?:(?!\/\/[^\/\s]))[A-Za-z][A-Za-z0-9+.-]*:"


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
        "Changes": _changes(),
        **BATCH,
        **EXTENSIONS,
        **WALL,
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


def _changes() -> Schema:
    link = {"type": "string", "format": "uri"}
    more = {
        "@odata.deltaLink": {**link, "description": "Where to ask for what comes after."},
        "@odata.nextLink": {**link, "description": "In its place, when there is more to tell already."},
    }
    return listed(ref("Command"), **more)


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


POST_BACK: Final[Schema] = {
    "postBackUri": {**MAYBE, "description": "An http or https address of the server's own machine, or one it lists."}
}
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
