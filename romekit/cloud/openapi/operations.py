"""The operations of the contract: for each function that serves a route, what it takes and what it answers.

What a route's row says already (verb, path, scope, query options, faults, waiting) is not said again here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from romekit.cloud.graph.messages import SECRET
from romekit.cloud.graph.odata.types import COMMAND, DEVICE, USER_NAMES
from romekit.cloud.openapi.shapes import DIGITS, FILLED, TEXT, Schema, ref
from romekit.core.model import Profile

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Described:
    """One operation in words. `shape` is that of its success, which is 204 without one; `body` names what it takes.

    `about` says what the success is, where the summary does not; `headers` are the success's own.
    """

    summary: str
    shape: Schema | None = None
    about: str = ""
    status: int = 200
    headers: tuple[str, ...] = ()
    kind: str = JSON
    body: str = ""


OPERATIONS: Final = {
    "list_devices": Described(
        "List the devices of the signed-in person", ref("DeviceList"), "The devices, or a page of them."
    ),
    "send_command": Described(
        "Send a command to a device",
        ref("CommandAccepted"),
        "The command was accepted.",
        201,
        ("Location", "ETag", SECRET),
        body="Order",
    ),
    "get_status": Described(
        "Get the status of a command", ref("Command"), "The command as it is now.", headers=("Retry-After",)
    ),
    "get_payload": Described("Get what the app service answered", ref("PayloadResponse"), "The answer."),
    "count_devices": Described("Count the devices", DIGITS, "How many there are.", kind="text/plain"),
    "answer_batch": Described(
        "Ask up to twenty requests at once", ref("BatchAnswer"), "An answer for each, as they ran.", body="Batch"
    ),
    "get_me": Described("Get the signed-in person", ref("User"), "The person."),
    "get_services": Described("What there is at the top level", ref("Services"), "OData's service document."),
    "get_metadata": Described("The types of this API in CSDL", TEXT, "An XML document.", kind="application/xml"),
    "get_history": Described("Every change of status, with its cause", ref("History")),
    "get_deeds": Described("What the devices really did", ref("Deeds")),
    "get_changes": Described("What has changed since an earlier answer", ref("Changes")),
    "get_wall": Described("What every device shows", ref("Wall")),
    "get_class": Described("The class one is in, and what one may use", ref("Class")),
    "set_app": Described("Install an app on a device, or remove it", ref("Card"), body="AppOnDevice"),
    "set_presence": Described("Wake a device, put it to sleep, take it offline", ref("Device"), body="Presence"),
    "set_personality": Described("Give a device another character", body="Personality"),
    "set_fault": Described("Make something go wrong", body="Fault"),
    "clear_faults": Described("Let nothing go wrong any more"),
    "start_operation": Described(
        "Send a command to a device, as Azure would take it",
        ref("StatusMonitor"),
        "The operation was accepted.",
        202,
        ("Operation-Location", "Retry-After", SECRET),
        body="Order",
    ),
    "get_operation": Described(
        "Get the status monitor of an operation", ref("StatusMonitor"), headers=("Retry-After",)
    ),
    "cancel_command": Described("Ask for a command to be stopped", ref("Command"), "It will be tried.", 202, ("ETag",)),
}


PATH: Final = {
    "user": "Your own id or user principal name.",
    "device": "The id of a device, as it is listed.",
    "command": "The id of a command.",
}
HEADER: Final = {
    "client-request-id": "Your name for this request; the same again is the same.",
    "If-None-Match": "The ETag of what you have already.",
    "Prefer": "`wait=20`: hold the answer so many seconds while nothing has changed (RFC 7240).",
}
NUMBER: Final[Schema] = {"type": "integer", "maximum": 10**18 - 1}
DELTA: Final[Schema] = {"type": "string", "pattern": r"^(latest|\d{1,18})$", "format": "odata-deltatoken"}
#: option -> (schema, description); those that take names of properties have rows of their own in `parameters`.
QUERY: Final[dict[str, tuple[Schema, str]]] = {
    "$top": ({**NUMBER, "minimum": 1}, "Devices on a page."),
    "$skip": ({**NUMBER, "minimum": 0}, "Devices to leave out."),
    "$count": ({"type": "boolean"}, "Whether to say on the first page how many there are."),
    "$filter": ({**TEXT, "format": "odata-filter"}, "Which ones, such as `kind eq 'Phone'`."),
    "$deltatoken": (DELTA, "From `@odata.deltaLink`, or `latest`."),
    "$skiptoken": ({**TEXT, "format": "odata-skiptoken"}, "From `@odata.nextLink` only."),
}


def parameters(profile: Profile) -> dict[str, Any]:
    own = [each.name(profile) for each in DEVICE.properties if each.attribute]
    words = {
        "list_devices $select": [each.name(profile) for each in DEVICE.properties],
        "get_me $select": list(USER_NAMES),
        "get_status $select": [each.name(profile) for each in COMMAND.properties],
        "$orderby": [f"{name}{way}" for name in own for way in ("", " asc", " desc")],
        "$expand": ["responsepayload"],
    }
    return {
        **{name: _parameter(name, "path", about, FILLED, required=True) for name, about in PATH.items()},
        **{name: _parameter(name, "header", about) for name, about in HEADER.items()},
        **{name: _names(name.rpartition(" ")[2], each) for name, each in words.items()},
        **{name: _parameter(name, "query", about, schema) for name, (schema, about) in QUERY.items()},
    }


def _parameter(name: str, where: str, about: str, schema: Schema = TEXT, **more: object) -> dict[str, Any]:
    return {"name": name, "in": where, "description": about, "schema": schema, **more}


def _names(option: str, words: list[str]) -> dict[str, Any]:
    schema = {"type": "array", "items": {"enum": words}, "minItems": 1}
    about = "Names of properties, with a comma between."
    return _parameter(option, "query", about, schema, style="form", explode=False)
