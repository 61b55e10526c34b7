"""The conversations with the service, each written once and without I/O."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from romekit.client.observations import Observations, RetryPolicy
from romekit.client.retry import patiently
from romekit.client.steps import Ask, Flow, Reply
from romekit.core.errors import BadInput, NoAnswer, NotFound, Rejected, RomeError, ServiceRetired, Unreadable, Unsure
from romekit.core.model import Answer, Command, Device, Order, by_name, in_words
from romekit.core.transition import Transition

#: What a cloud answers that does not know an extension of ours.
NO_SUCH_THING: Final = (NotFound, Rejected, ServiceRetired)


def send_order(patience: RetryPolicy, device: Device, order: Order, request_id: str) -> Flow[Observations]:
    """POST a command (dossier 4.2, 4.3); what is known of it then."""
    ask = Ask("POST", commands_path(device), order.as_wire(), request_id)
    reply = yield from patiently(patience, ask)
    return accepted(reply, device, order, patience.now())


def accepted(reply: Reply, device: Device, order: Order, now: float) -> Observations:
    """What is known of a command from the answer that accepted it; Unsure when that cannot be read."""
    try:
        command = command_in(reply)
        if not command.id:
            raise reply.unreadable("has no id in it")
    except Unreadable as problem:
        raise Unsure(
            f"The command seems to have been accepted, but {problem.message[0].lower()}{problem.message[1:]}",
            status=reply.status,
            request_id=reply.headers.get("request-id"),
            client_request_id=reply.asked.request_id,
        ) from problem
    sightings = Observations(command.id, device, in_words(order), command)
    sightings.add(command, now, reply.headers.get("etag", ""))
    return sightings


def list_devices(patience: RetryPolicy) -> Flow[list[Device]]:
    """GET all devices, page after page (dossier 4.1, 7.3)."""
    devices: list[Device] = []
    asked: set[str] = set()
    path: Any = "/me/devices"
    while path:
        reply = yield from patiently(patience, Ask("GET", path))
        devices += [Device.from_wire(each) for each in listed_in(reply)]
        asked.add(path)
        path = reply.data().get("@odata.nextLink")
        if not isinstance(path, str | None) or path in asked:
            raise reply.unreadable(f"has a next page that leads nowhere, {path!r}")
    return devices


def check_not_retired(patience: RetryPolicy) -> Flow[None]:
    """ServiceRetired, if the service says so. Its empty list of devices does not: that is a success (dossier 7.1)."""
    try:
        yield from patiently(patience, Ask("GET", "/me/romekit.history"))
    except ServiceRetired:
        raise
    except RomeError:
        return


def the_device(known: Sequence[Device], wanted: str) -> Device:
    """The one device a person can mean; NotFound or BadInput, with the names there are, if it is not one."""
    found = by_name(known, wanted)
    if len(found) == 1:
        return found[0]
    names = ", ".join(repr(device.name) for device in (found or known)) or "none at all"
    if found and len({device.name for device in found}) == 1:
        ids = ", ".join(repr(device.id) for device in found)
        alike = f"{len(found)} devices are called {found[0].name!r}."
        raise BadInput(alike, field="device", hint=f"Use an id: {ids}.")
    if found:
        raise BadInput(f"{wanted!r} fits more than one device.", field="device", hint=f"Say which: {names}.")
    raise NotFound(f"No device is called {wanted!r}.", field="device", hint=f"Your devices are: {names}.")


def get_status(patience: RetryPolicy, sightings: Observations) -> Flow[Command]:
    """GET the command once (dossier 4.4)."""
    reply = yield from patiently(patience, Ask("GET", command_path(sightings)))
    return saw(sightings, reply, patience.now())


def saw(sightings: Observations, reply: Reply, now: float) -> Command:
    """The command in an answer, taken note of."""
    command = command_in(reply)
    sightings.add(command, now, reply.headers.get("etag", ""))
    return command


def get_payload(patience: RetryPolicy, sightings: Observations) -> Flow[Answer]:
    """GET what the app service answered (dossier 4.5); NoAnswer when there is nothing to fetch."""
    try:
        reply = yield from patiently(patience, Ask("GET", f"{command_path(sightings)}/responsepayload"))
    except NotFound as missing:
        raise NoAnswer(missing.message, status=missing.status, code=missing.code) from None
    return Answer.from_wire(reply.data())


def get_history(patience: RetryPolicy) -> Flow[list[Transition] | None]:
    """GET every status change with its cause, from romekit's own cloud; None when the service has no such thing."""
    if not patience.knows_causes:
        return None
    try:
        reply = yield from patiently(patience, Ask("GET", "/me/romekit.history"))
    except NO_SUCH_THING:
        return None
    return [Transition.from_wire(each) for each in listed_in(reply)]


def cancel(patience: RetryPolicy, sightings: Observations) -> Flow[Command]:
    """Ask for the command to be stopped: an extension of romekit's cloud, not part of the API."""
    reply = yield from patiently(patience, Ask("POST", f"{command_path(sightings)}/romekit.cancel", {}))
    return saw(sightings, reply, patience.now())


def command_in(reply: Reply) -> Command:
    """The command an answer holds; Unreadable if it holds none."""
    return command_from(reply.data(), reply)


def command_from(entity: dict[str, Any], reply: Reply) -> Command:
    """The command that part of an answer tells of."""
    command = Command.from_wire(entity)
    if not command.status:
        raise reply.unreadable("has no status in it")
    return command


def listed_in(reply: Reply) -> list[dict[str, Any]]:
    """The list an answer holds; Unreadable if it holds none."""
    entries = reply.data().get("value")
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise reply.unreadable("has no list in it")
    return entries


def commands_path(device: Device) -> str:
    """Where commands to a device are sent."""
    return f"/me/devices/{quote(device.id, safe='')}/commands"


def command_path(sightings: Observations) -> str:
    """Where a command is read."""
    return f"{commands_path(sightings.device)}/{quote(sightings.id, safe='')}"
