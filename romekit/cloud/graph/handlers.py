"""What each route does with the world: the four documented operations, and ours."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from romekit.cloud.engine.decide import command_of, device_of
from romekit.cloud.engine.events import DeviceDid
from romekit.cloud.engine.faults import fault_from_wire
from romekit.cloud.engine.history import transitions
from romekit.cloud.engine.requests import Cancel, ClearFaults, Send, SetPersonality, SetPresence
from romekit.cloud.engine.space import CommandNow
from romekit.cloud.graph.auth import Caller
from romekit.cloud.graph.bodies import json_of
from romekit.cloud.graph.conditional import is_known, tagged
from romekit.cloud.graph.hints import retry_after
from romekit.cloud.graph.messages import GraphRequest, GraphResponse, Refused
from romekit.cloud.graph.odata import entity, listing
from romekit.cloud.graph.odata.options import options_of
from romekit.cloud.graph.odata.properties import projected
from romekit.cloud.graph.orders import order_from_wire
from romekit.core.errors import BadInput, RomeError
from romekit.core.model import Answer, Call, Command, Launch
from romekit.core.presence import Presence

if TYPE_CHECKING:  # graph lists these functions as its routes, so it is the one to import
    from romekit.cloud.graph.graph import Graph

# ── the four documented operations ──────────────────────────────────────────────────────────────────────────────────


def list_devices(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    devices = graph.spaces.now(caller.upn).listed()
    if asked.query and (options := options_of(asked.query, listing.TAKEN)).given:
        rows = [listing.CollectionRow(device.number, device.as_listed()) for device in devices]
        body = listing.page(rows, options, asked, graph.profile, listing.signer(graph.key, caller.upn))
        return GraphResponse(200, _with_context(body, asked, _device_context(caller) + projected(options.select)))
    body = {"value": [device.as_listed().as_wire(graph.profile) for device in devices]}
    return GraphResponse(200, _with_context(body, asked, _device_context(caller)))


def count_devices(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    options = options_of(asked.query, listing.COUNTED)
    rows = [
        listing.CollectionRow(device.number, device.as_listed()) for device in graph.spaces.now(caller.upn).listed()
    ]
    return GraphResponse(200, str(len(listing.chosen(rows, options))).encode(), {"Content-Type": "text/plain"})


def send_command(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    try:
        order = order_from_wire(json_of(asked), any_payload=graph.profile.skeleton)
        graph.postback.check(order)
    except (Refused, RomeError):
        device_of(graph.spaces.seen(caller.upn), names["device"])  # a path that leads nowhere is told first
        raise
    request = Send(names["device"], order, asked.headers.get("client-request-id", ""))
    sent, space = graph.spaces.ask_and_look(caller.upn, request)
    command = space.commands[sent.id]
    body = as_command(command, _payload(command)).as_wire(graph.profile, reading=False)
    place = f"{asked.base}/me/devices/{names['device']}/commands/{sent.id}"
    told = graph.postback.follow(caller, command, asked, is_new=bool(sent.events))
    headers = {"Location": place, "ETag": etag(command), **told}
    return GraphResponse(201, _with_context(body, asked, _command_context(caller, names)), headers)


def get_status(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    space = graph.spaces.now(caller.upn)
    command = command_of(space, names["device"], names["command"])
    tag = etag(command)
    headers = tagged(asked, tag)
    if graph.hints:
        headers |= retry_after(space, command, asked.at)
    options = options_of(asked.query, entity.TAKEN)
    body = entity.shaped(as_command(command), command.answer, options, graph.profile)
    if is_known(asked, tag):
        return GraphResponse(304, None, headers)
    return GraphResponse(200, _with_context(body, asked, _command_context(caller, names, options.select)), headers)


def get_payload(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    command = command_of(graph.spaces.now(caller.upn), names["device"], names["command"])
    if command.answer is None:
        why = "opened a URI, which has no answer" if isinstance(command.order, Launch) else f"is {command.status.value}"
        raise Refused(
            404, "itemNotFound", f"There is no response payload: the command {why}.", target="responsepayload"
        )
    return GraphResponse(200, Answer(command.answer).as_wire())


# ── ours ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def get_history(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    return GraphResponse(200, {"value": [each.as_wire() for each in transitions(graph.spaces.events(caller.upn))]})


def get_class(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    return graph.house.about(caller)


def cancel_command(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    graph.spaces.ask(caller.upn, Cancel(names["device"], names["command"]))
    command = command_of(graph.spaces.now(caller.upn), names["device"], names["command"])
    body = as_command(command).as_wire(graph.profile)
    return GraphResponse(202, _with_context(body, asked, _command_context(caller, names)), {"ETag": etag(command)})


def set_presence(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    body = json_of(asked)
    wanted = body.get("presence") if isinstance(body, dict) else None
    if wanted not in list(Presence):
        raise BadInput(f"presence {wanted!r} is unknown.", field="presence", hint=f"Use one of: {', '.join(Presence)}.")
    graph.spaces.ask(caller.upn, SetPresence(names["device"], Presence(wanted)))
    device = device_of(graph.spaces.now(caller.upn), names["device"])
    return GraphResponse(200, device.as_listed().as_wire(graph.profile))


def set_personality(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    body = json_of(asked)
    wanted = body.get("personality") if isinstance(body, dict) else None
    graph.spaces.ask(caller.upn, SetPersonality(names["device"], str(wanted)))
    return GraphResponse(204)


def set_fault(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    fault = fault_from_wire(json_of(asked))
    if fault.what == "key rotation":
        raise Refused(403, "AccessDenied", "New keys concern everybody: only the owner of the cloud can rotate them.")
    graph.set_fault(caller.upn, fault)
    return GraphResponse(204)


def clear_faults(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    graph.spaces.ask(caller.upn, ClearFaults())
    return GraphResponse(204)


def get_deeds(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    did = [event for event in graph.spaces.events(caller.upn) if isinstance(event, DeviceDid)]
    deeds = [{"at": each.at, "device": each.device, "command": each.command, "deed": each.deed} for each in did]
    return GraphResponse(200, {"value": deeds})


# ── what they share ─────────────────────────────────────────────────────────────────────────────────────────────────


def etag(command: CommandNow) -> str:
    """What changes whenever the command's entity does."""
    return f'W/"{command.id[-8:]}-{command.moves}"'


def status_unchanged_until(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> float | None:
    """When something happens next to a command; None when the caller does not know it as it is."""
    command = command_of(graph.spaces.now(caller.upn), names["device"], names["command"])
    if not is_known(asked, etag(command)):
        return None
    return inf if command.next_at is None else command.next_at


def as_command(command: CommandNow, payload: Any = None) -> Command:
    """A command as GET shows it: without its payload, as the documentation prints it (dossier 4.4)."""
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
        payload=payload,
    )


def _payload(command: CommandNow) -> Any:
    return {"uri": command.order.uri} if isinstance(command.order, Launch) else command.order.payload


def _with_context(body: dict[str, Any], asked: GraphRequest, context: str) -> dict[str, Any]:
    """The body with `@odata.context`, for who asks for metadata: the documentation prints none (dossier 4)."""
    accept = asked.headers.get("accept", "").lower()
    if "odata.metadata=minimal" not in accept and "odata.metadata=full" not in accept:
        return body
    return {"@odata.context": f"{asked.base}/$metadata#{context}", **body}


def _device_context(caller: Caller) -> str:
    quoted = caller.upn.replace("'", "''").replace("@", "%40")
    return f"users('{quoted}')/devices"


def _command_context(caller: Caller, names: dict[str, str], selected: tuple[str, ...] = ()) -> str:
    return f"{_device_context(caller)}('{names['device']}')/commands{projected(selected)}/$entity"
