"""The handlers of what Graph documents: devices, commands and their answers, the count and `$metadata`."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from math import inf
from typing import Any, Final

from romekit.cloud.engine.decide import command_of, device_of, send
from romekit.cloud.engine.devices import Personality, Range
from romekit.cloud.engine.space import CommandNow, Space
from romekit.cloud.graph.auth import Caller
from romekit.cloud.graph.bodies import json_of, order_from_wire
from romekit.cloud.graph.context import Context
from romekit.cloud.graph.long_poll import etag_headers, has_current
from romekit.cloud.graph.messages import GraphRequest, GraphResponse, Refused, retry_after
from romekit.cloud.graph.odata import results
from romekit.cloud.graph.odata.options import SYSTEM, options_of
from romekit.cloud.graph.odata.types import USER, csdl
from romekit.core.errors import RomeError
from romekit.core.model import Answer, Call, Command, Launch
from romekit.core.status import Status


def list_devices(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    devices = context.spaces.now(caller.upn).listed()
    if request.query and (options := options_of(request.query, results.LIST_OPTIONS)).given:
        rows = [results.Row(device.number, device.as_listed()) for device in devices]
        key = hmac.digest(context.key, b"skiptoken\0" + caller.upn.encode(), "sha256")
        body = results.page(rows, options, request, context.profile, key)
        return GraphResponse(200, with_context(body, request, lambda: _list_context(caller, options.select)))
    body = {"value": [device.as_listed().as_wire(context.profile) for device in devices]}
    return GraphResponse(200, with_context(body, request, lambda: _list_context(caller)))


def count_devices(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    options = options_of(request.query, results.COUNT_OPTIONS)
    rows = [results.Row(device.number, device.as_listed()) for device in context.spaces.now(caller.upn).listed()]
    return GraphResponse(200, str(len(results.filtered(rows, options))).encode(), {"Content-Type": "text/plain"})


def send_command(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    try:
        order = order_from_wire(json_of(request), any_payload=context.profile.skeleton)
        webhooks = context.webhooks if order.post_back_uri is not None else None
        if webhooks:
            webhooks.check(order)
    except (Refused, RomeError):
        device_of(context.spaces.now(caller.upn), names["device"])  # a device that does not exist is the first error
        raise
    wanted = send(names["device"], order, request.headers.get("client-request-id", ""))
    sent, space = context.spaces.ask_and_look(caller.upn, wanted)
    command = space.commands[sent.id]
    payload = {"uri": order.uri} if isinstance(order, Launch) else order.payload
    body = as_command(command, payload).as_wire(context.profile, reading=False)
    location = f"{request.base}/me/devices/{names['device']}/commands/{sent.id}"
    headers = {"Location": location, "ETag": etag(command)}
    if webhooks:
        headers |= webhooks.follow(caller, command, request, is_new=bool(sent.events))
    return GraphResponse(201, with_context(body, request, lambda: command_context(caller, names)), headers)


def get_status(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    space = context.spaces.now(caller.upn)
    command = command_of(space, names["device"], names["command"])
    headers, selected = etag_headers(request, etag(command)), tuple[str, ...]()
    if context.hints:
        headers |= retry_hint(space, command, request.at)
    if not request.query:
        body = as_command(command).as_wire(context.profile)
    else:
        options = options_of(request.query, results.COMMAND_OPTIONS)
        body = results.command_entity(as_command(command), command.answer, options, context.profile)
        selected = options.select
    if has_current(request, headers["ETag"]):
        return GraphResponse(304, None, headers)
    return GraphResponse(200, with_context(body, request, lambda: command_context(caller, names, selected)), headers)


def status_due(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> float | None:
    """When something happens next to a command; None when the client does not have its current state."""
    command = command_of(context.spaces.now(caller.upn), names["device"], names["command"])
    if not has_current(request, etag(command)):
        return None
    return inf if command.next_at is None else command.next_at


def get_payload(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    command = command_of(context.spaces.now(caller.upn), names["device"], names["command"])
    if command.answer is None:
        why = "opened a URI, which has no answer" if isinstance(command.order, Launch) else f"is {command.status.value}"
        message = f"There is no response payload: the command {why}."
        raise Refused(404, "itemNotFound", message, target="responsepayload")
    return GraphResponse(200, Answer(command.answer).as_wire())


def get_me(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    options = options_of(request.query, results.ME_OPTIONS)
    user = {"id": caller.id, "displayName": caller.name or None, "userPrincipalName": caller.upn}
    body = results.selected(user, USER, options, context.profile)
    return GraphResponse(200, with_context(body, request, lambda: f"users{_projected(options.select)}/$entity"))


def get_services(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    """OData's service document: what there is at the top level."""
    kinds = {"users": "EntitySet", "me": "Singleton"}
    services = [{"name": name, "kind": kind, "url": name} for name, kind in kinds.items()]
    return GraphResponse(200, {"@odata.context": f"{request.base}/$metadata", "value": services})


def get_metadata(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    return GraphResponse(200, csdl(context.profile), {"Content-Type": "application/xml"})


def etag(command: CommandNow) -> str:
    """What changes whenever the command's entity does."""
    return f'W/"{command.id[-8:]}-{command.moves}"'


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


def with_context(body: dict[str, Any], request: GraphRequest, context: Callable[[], str]) -> dict[str, Any]:
    """The body with `@odata.context`, for a client that asks for it: the documentation prints none (dossier 4)."""
    wanted = (request.query and options_of(request.query, SYSTEM).format) or request.headers.get("accept", "").lower()
    if "odata.metadata=minimal" not in wanted and "odata.metadata=full" not in wanted:
        return body
    return {"@odata.context": f"{request.base}/$metadata#{context()}", **body}


def _list_context(caller: Caller, selected: tuple[str, ...] = ()) -> str:
    quoted = caller.upn.replace("'", "''").replace("@", "%40")
    return f"users('{quoted}')/devices{_projected(selected)}"


def command_context(caller: Caller, names: dict[str, str], selected: tuple[str, ...] = ()) -> str:
    return f"{_list_context(caller)}('{names['device']}')/commands{_projected(selected)}/$entity"


def _projected(selected: tuple[str, ...]) -> str:
    """What a context address says of `$select`."""
    return f"({','.join(selected)})" if selected else ""


#: How long a device usually takes for the step that a command of this status is in, in seconds.
STEPS: Final[dict[Status, Callable[[Personality], Range]]] = {
    Status.REQUESTING: lambda personality: personality.deliver,
    Status.RETRY: lambda personality: personality.again,
    Status.SENT_TO_TARGET: lambda personality: personality.acknowledge,
    Status.EXECUTING: lambda personality: personality.run,
    Status.CUSTOM: lambda personality: personality.run,
    Status.CANCEL: lambda personality: personality.deliver,
    Status.CANCELLING: lambda personality: personality.acknowledge,
}
SHORTEST: Final = 0.2


def retry_hint(space: Space, command: CommandNow, now: float) -> dict[str, str]:
    """The header that says in how many seconds it is worth asking again; none for a command that is over. Ours.

    It is what a service can honestly know, and not what the simulation has planned: what is left of the time that such
    a device usually takes (the middle of the range); until the longest time has passed a little; after that half of
    the time that has passed.
    """
    if command.status not in STEPS:
        return {}
    low, high = STEPS[command.status](space.devices[command.device].manner)
    taken = now - command.moved_at
    left = (low + high) / 2 - taken if taken < (low + high) / 2 else (high - low) / 4
    return retry_after(max(left, SHORTEST, taken / 2 if taken > high else 0.0))
