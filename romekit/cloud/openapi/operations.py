"""The operations of the contract: for each function that serves a route, what it takes and what it answers.

What a route's row says already (verb, path, scope, query options) is not said again here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from romekit.cloud.graph.messages import SECRET
from romekit.cloud.graph.odata.options import SYSTEM
from romekit.cloud.graph.odata.types import COMMAND, DEVICE, USER_NAMES
from romekit.cloud.openapi.answers import FAULTY
from romekit.cloud.openapi.shapes import TEXT, Schema, ref
from romekit.core.model import Profile

JSON: Final = "application/json"
BODY: Final = (413, 415)


@dataclass(frozen=True, slots=True)
class Success:
    """An answer that is a success: what it is, the type and shape of its body, and headers of its own."""

    status: int
    about: str
    shape: dict[str, Any] | None = None
    kind: str = JSON
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """One operation in words. `body` names the shape it takes; `refusals` are those that not every operation has."""

    summary: str
    successes: tuple[Success, ...]
    body: str = ""
    refusals: tuple[int, ...] = ()
    parameters: tuple[str, ...] = ()
    tag: str = "documented"


HELD: Final = ("ETag", "Preference-Applied")
COMMAND_NOW: Final = Success(200, "The command as it is now.", ref("Command"), headers=(*HELD, "Retry-After"))
UNCHANGED: Final = Success(304, "The command is still as the client knows it.", headers=(*HELD, "Retry-After"))


def _extension(summary: str, shape: Schema | None, body: str = "", can_wait: bool = False) -> Described:
    """An operation of ours: what it answers, what it takes, and whether it can be held."""
    headers = HELD if can_wait else ()
    success = Success(204, "Done.") if shape is None else Success(200, summary + ".", shape, headers=headers)
    unchanged = (Success(304, "Nothing has changed.", headers=HELD),) if can_wait else ()
    refusals = (404, 410, *BODY) if body else (404, 410)
    parameters = ("If-None-Match", "Prefer") if can_wait else ()
    return Described(summary, (success, *unchanged), body, refusals, parameters, "romekit")


OPERATIONS: Final = {
    "list_devices": Described(
        "List the devices of the signed-in person",
        (Success(200, "The devices, or a page of them.", ref("DeviceList")),),
        refusals=FAULTY,
    ),
    "send_command": Described(
        "Send a command to a device",
        (Success(201, "The command was accepted.", ref("CommandAccepted"), headers=("Location", "ETag", SECRET)),),
        "Order",
        (404, 409, 410, *BODY, *FAULTY),
    ),
    "get_status": Described(
        "Get the status of a command",
        (COMMAND_NOW, UNCHANGED),
        refusals=(404, 410, *FAULTY),
        parameters=("If-None-Match", "Prefer"),
    ),
    "get_payload": Described(
        "Get what the app service answered",
        (Success(200, "The answer.", ref("PayloadResponse")),),
        refusals=(404, 410, *FAULTY),
    ),
    "count_devices": Described(
        "Count the devices",
        (Success(200, "How many there are.", {"type": "string", "pattern": r"^\d+$"}, "text/plain"),),
        refusals=(410,),
        tag="around",
    ),
    "answer_batch": Described(
        "Ask up to twenty requests at once",
        (Success(200, "An answer for each, in the order in which they ran.", ref("BatchAnswer")),),
        "Batch",
        BODY,
        tag="around",
    ),
    "get_me": Described("Get the signed-in person", (Success(200, "The person.", ref("User")),), tag="around"),
    "get_services": Described(
        "What there is at the top level", (Success(200, "OData's service document.", ref("Services")),), tag="around"
    ),
    "get_metadata": Described(
        "The types of this API in CSDL",
        (Success(200, "An XML document.", TEXT, "application/xml"),),
        tag="around",
    ),
    "get_history": _extension("Every change of status, with its cause", ref("History")),
    "get_deeds": _extension("What the devices really did", ref("Deeds")),
    "get_changes": _extension("What has changed since an earlier answer", ref("Changes"), can_wait=True),
    "get_wall": _extension("What every device shows", ref("Wall"), can_wait=True),
    "get_class": _extension("The class one is in, and what one may use", ref("Class")),
    "set_app": _extension("Install an app on a device, or remove it", ref("Card"), "AppOnDevice"),
    "set_presence": _extension("Wake a device, put it to sleep, take it offline", ref("Device"), "Presence"),
    "set_personality": _extension("Give a device another character", None, "Personality"),
    "set_fault": _extension("Make something go wrong", None, "Fault"),
    "clear_faults": _extension("Let nothing go wrong any more", None),
    "cancel_command": Described(
        "Ask for a command to be stopped",
        (Success(202, "It will be tried.", ref("Command"), headers=("ETag",)),),
        refusals=(404, 409, 410),
        tag="romekit",
    ),
}


def parameters(profile: Profile) -> dict[str, Any]:
    """Everything that can stand in a path, behind the `?` or in a header, by name."""
    wanted = [each.name(profile) for each in DEVICE.properties]
    known = [each.name(profile) for each in COMMAND.properties]
    ways = [f"{each.name(profile)}{way}" for each in DEVICE.own for way in ("", " asc", " desc")]
    return {
        "user": _path("user", "Your own id or user principal name."),
        "device": _path("device", "The id of a device, as it is listed."),
        "command": _path("command", "The id of a command."),
        "client-request-id": _header("client-request-id", "Your name for this request; the same again is the same."),
        "If-None-Match": _header("If-None-Match", "The ETag of what you have already."),
        "Prefer": _header("Prefer", "`wait=20`: hold the answer so many seconds while nothing has changed (RFC 7240)."),
        "list_devices $select": _names("select", wanted),
        "get_me $select": _names("select", list(USER_NAMES)),
        "get_status $select": _names("select", known),
        "$orderby": _names("orderby", ways),
        "$expand": _names("expand", ["responsepayload"]),
        "$top": _option("top", {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}, "Devices on a page."),
        "$skip": _option("skip", {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}, "Devices to leave out."),
        "$count": _option("count", {"type": "boolean"}, "Whether to say on the first page how many there are."),
        "$filter": _option("filter", {**TEXT, "format": "odata-filter"}, "Which ones, such as `kind eq 'Phone'`."),
        "$deltatoken": _option(
            "deltatoken",
            {"type": "string", "pattern": r"^(latest|\d{1,18})$", "format": "odata-deltatoken"},
            "From `@odata.deltaLink`, or `latest`.",
        ),
        "$skiptoken": _option("skiptoken", {**TEXT, "format": "odata-skiptoken"}, "From `@odata.nextLink` only."),
    }


def _path(name: str, about: str) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "description": about, "schema": schema}


def _header(name: str, about: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "description": about, "schema": TEXT}


def _option(name: str, schema: dict[str, Any], about: str) -> dict[str, Any]:
    assert name in SYSTEM or name == "skiptoken"
    return {"name": f"${name}", "in": "query", "description": about, "schema": schema}


def _names(name: str, words: list[str]) -> dict[str, Any]:
    schema = {"type": "array", "items": {"enum": words}, "minItems": 1}
    about = "Names of properties, with a comma between."
    return {**_option(name, schema, about), "style": "form", "explode": False}
