"""What each route does with the world: the four documented operations, and ours."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from romekit.errors import BadInput
from romekit.model import Answer, Call, Command, Launch
from romekit.stub.gate import Caller
from romekit.stub.orders import order_from_wire
from romekit.stub.wire import Asked, Refused, Reply
from romekit.world.decide import command_of, device_of
from romekit.world.devices import Presence
from romekit.world.events import DeviceDid
from romekit.world.faults import fault_from_wire
from romekit.world.history import transitions
from romekit.world.requests import Cancel, ClearFaults, Send, SetFault, SetPresence
from romekit.world.space import CommandNow

if TYPE_CHECKING:  # graph lists these functions as its routes, so it is the one to import
    from romekit.stub.graph import Graph

#: The largest body taken, in bytes. Ours: none is documented, app service messages broke near here (dossier 5.4).
LARGEST: Final = 64 * 1024


# ── the four documented operations ──────────────────────────────────────────────────────────────────────────────────


def list_devices(graph: Graph, caller: Caller, names: dict[str, str], asked: Asked) -> Reply:
    devices = graph.spaces.now(caller.upn).listed()
    body = {"value": [device.as_listed().as_wire(graph.profile) for device in devices]}
    return Reply(200, _with_context(body, asked, f"users('{_quoted(caller)}')/devices"))


def send_command(graph: Graph, caller: Caller, names: dict[str, str], asked: Asked) -> Reply:
    device_of(graph.spaces.now(caller.upn), names["device"])
    order = order_from_wire(_json(asked), any_payload=graph.profile.skeleton)
    sent = graph.spaces.ask(caller.upn, Send(names["device"], order, asked.headers.get("client-request-id", "")))
    command = graph.spaces.now(caller.upn).commands[sent.id]
    body = replace(as_command(command), payload=_payload(command)).as_wire(graph.profile, reading=False)
    place = f"{asked.base}/me/devices/{names['device']}/commands/{sent.id}"
    return Reply(201, _with_context(body, asked, _command_context(caller, names)), {"Location": place})


def get_status(graph: Graph, caller: Caller, names: dict[str, str], asked: Asked) -> Reply:
    command = command_of(graph.spaces.now(caller.upn), names["device"], names["command"])
    headers = {"ETag": etag(command)}
    if "prefer" in asked.headers and "wait" in asked.headers["prefer"].lower():
        headers["Preference-Applied"] = "wait"
    if is_known(asked, command):
        return Reply(304, None, headers)
    body = as_command(command).as_wire(graph.profile)
    return Reply(200, _with_context(body, asked, _command_context(caller, names)), headers)


def get_payload(graph: Graph, caller: Caller, names: dict[str, str], asked: Asked) -> Reply:
    command = command_of(graph.spaces.now(caller.upn), names["device"], names["command"])
    if command.answer is None:
        why = "opened a URI, which has no answer" if isinstance(command.order, Launch) else f"is {command.status.value}"
        raise Refused(
            404, "itemNotFound", f"There is no response payload: the command {why}.", target="responsepayload"
        )
    return Reply(200, Answer(command.answer).as_wire())


# ── ours ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def get_history(graph: Graph, caller: Caller, names: dict[str, str], asked: Asked) -> Reply:
    return Reply(200, {"value": [each.as_wire() for each in transitions(graph.spaces.events(caller.upn))]})


def cancel_command(graph: Graph, caller: Caller, names: dict[str, str], asked: Asked) -> Reply:
    graph.spaces.ask(caller.upn, Cancel(names["device"], names["command"]))
    return replace(get_status(graph, caller, names, asked), status=202)


def set_presence(graph: Graph, caller: Caller, names: dict[str, str], asked: Asked) -> Reply:
    body = _json(asked)
    wanted = body.get("presence") if isinstance(body, dict) else None
    if wanted not in set(Presence):
        raise BadInput(f"presence {wanted!r} is unknown.", field="presence", hint=f"Use one of: {', '.join(Presence)}.")
    graph.spaces.ask(caller.upn, SetPresence(names["device"], Presence(wanted)))
    device = device_of(graph.spaces.now(caller.upn), names["device"])
    return Reply(200, device.as_listed().as_wire(graph.profile))


def set_fault(graph: Graph, caller: Caller, names: dict[str, str], asked: Asked) -> Reply:
    graph.spaces.ask(caller.upn, SetFault(fault_from_wire(_json(asked))))
    return Reply(204)


def clear_faults(graph: Graph, caller: Caller, names: dict[str, str], asked: Asked) -> Reply:
    graph.spaces.ask(caller.upn, ClearFaults())
    return Reply(204)


def get_deeds(graph: Graph, caller: Caller, names: dict[str, str], asked: Asked) -> Reply:
    did = [event for event in graph.spaces.events(caller.upn) if isinstance(event, DeviceDid)]
    deeds = [{"at": each.at, "device": each.device, "command": each.command, "deed": each.deed} for each in did]
    return Reply(200, {"value": deeds})


# ── what they share ─────────────────────────────────────────────────────────────────────────────────────────────────


def etag(command: CommandNow) -> str:
    """What changes whenever the command's entity does."""
    return f'W/"{command.id[-8:]}-{command.moves}"'


def is_known(asked: Asked, command: CommandNow) -> bool:
    """Whether the caller says that they have this state of the command already (If-None-Match)."""
    known = asked.headers.get("if-none-match")
    return known is not None and (known.strip() == "*" or etag(command) in (each.strip() for each in known.split(",")))


def as_command(command: CommandNow) -> Command:
    """A command as GET shows it: no payload, as the documentation prints it (dossier 4.4)."""
    order = command.order
    service = order.service if isinstance(order, Call) else None
    return Command(
        id=command.id,
        status=command.status.value,
        type="AppService" if service else "LaunchUri",
        app_service_name=service.name if service else None,
        package_family_name=service.package if service else None,
        error=command.error,
        post_back_uri=order.post_back_uri,
    )


def _payload(command: CommandNow) -> Any:
    return {"uri": command.order.uri} if isinstance(command.order, Launch) else command.order.payload


def _json(asked: Asked) -> Any:
    kind = asked.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, "BadRequest", f"The content type {kind!r} is not supported. Send application/json.")
    if len(asked.body) > LARGEST:
        raise Refused(413, "RequestEntityTooLarge", f"The body has more than {LARGEST} bytes.", target="payload")
    try:
        return json.loads(asked.body)
    except (ValueError, RecursionError) as problem:
        raise Refused(400, "BadRequest", f"The body is not JSON: {problem}.", target="body") from None


def _with_context(body: dict[str, Any], asked: Asked, context: str) -> dict[str, Any]:
    """The body with `@odata.context`, for who asks for metadata: the documentation prints none (dossier 4)."""
    accept = asked.headers.get("accept", "").lower()
    if "odata.metadata=minimal" not in accept and "odata.metadata=full" not in accept:
        return body
    return {"@odata.context": f"{asked.base}/$metadata#{context}", **body}


def _command_context(caller: Caller, names: dict[str, str]) -> str:
    return f"users('{_quoted(caller)}')/devices('{names['device']}')/commands/$entity"


def _quoted(caller: Caller) -> str:
    return caller.upn.replace("'", "''").replace("@", "%40")
