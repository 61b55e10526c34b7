"""The operations of the contract: for each function that serves a route, what it takes and what it answers.

What a route's row says already (verb, path, scope, query options) is not said again here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from romekit.cloud.graph.messages import SECRET
from romekit.cloud.graph.odata.options import SYSTEM
from romekit.cloud.graph.odata.properties import COMMAND, DEVICE
from romekit.cloud.openapi.answers import FAULTY
from romekit.cloud.openapi.schema import TEXT, ref
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
DONE: Final = Success(204, "Done.")

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
    "get_history": Described(
        "Every change of status, with its cause",
        (Success(200, "The changes, oldest first.", ref("History")),),
        refusals=(410,),
        tag="romekit",
    ),
    "get_changes": Described(
        "What has changed since an earlier answer, for whoever follows many commands",
        (
            Success(200, "The commands that changed, as they are now.", ref("Changes"), headers=HELD),
            Success(304, "Nothing has changed since.", headers=HELD),
        ),
        refusals=(410,),
        parameters=("If-None-Match", "Prefer"),
        tag="romekit",
    ),
    "get_deeds": Described(
        "What the devices really did",
        (Success(200, "The deeds, oldest first.", ref("Deeds")),),
        refusals=(410,),
        tag="romekit",
    ),
    "get_wall": Described(
        "What every device shows",
        (
            Success(200, "A card for each device.", ref("Wall"), headers=("ETag", "Preference-Applied")),
            Success(304, "Everything is still as the client knows it.", headers=("ETag", "Preference-Applied")),
        ),
        refusals=(410,),
        parameters=("If-None-Match", "Prefer"),
        tag="romekit",
    ),
    "get_class": Described(
        "The class one is in, and what one may use",
        (Success(200, "Name, what the teacher says, quotas and what is used of them.", ref("Class")),),
        refusals=(404, 410),
        tag="romekit",
    ),
    "set_app": Described(
        "Install an app on a device, or remove it",
        (Success(200, "The device's card as it is now.", ref("Card")),),
        "AppOnDevice",
        (404, 410, *BODY),
        tag="romekit",
    ),
    "cancel_command": Described(
        "Ask for a command to be stopped",
        (Success(202, "It will be tried.", ref("Command"), headers=("ETag",)),),
        refusals=(404, 409, 410),
        tag="romekit",
    ),
    "set_presence": Described(
        "Wake a device, put it to sleep, take it offline",
        (Success(200, "The device as it is listed now.", ref("Device")),),
        "Presence",
        (404, 410, *BODY),
        tag="romekit",
    ),
    "set_personality": Described(
        "Give a device another character", (DONE,), "Personality", (404, 410, *BODY), tag="romekit"
    ),
    "set_fault": Described("Make something go wrong", (DONE,), "Fault", (410, *BODY), tag="romekit"),
    "clear_faults": Described("Let nothing go wrong any more", (DONE,), refusals=(410,), tag="romekit"),
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
