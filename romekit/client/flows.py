"""The conversations about devices and about one command, each written once and without I/O."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from romekit.client.exchange import Ask, Flow, Pause, Reply, RetryPolicy, with_retries
from romekit.core.errors import (
    BadInput,
    NoAnswer,
    NotFound,
    Rejected,
    RomeError,
    ServiceRetired,
    TimedOut,
    Unreadable,
    Unsure,
)
from romekit.core.model import Answer, AppService, Call, Command, Device, Launch, Order, by_name, in_words, is_uri
from romekit.core.names import is_readable
from romekit.core.polling import Hinted, LongPoll, Polling, check_polling
from romekit.core.status import is_final
from romekit.core.transition import Transition

#: What a cloud answers that does not know an extension of ours.
NO_SUCH_THING: Final = (NotFound, Rejected, ServiceRetired)
#: Seconds for which a command is followed when nobody says otherwise.
DEADLINE: Final = 90.0

Progress = Callable[[Command], object]


@dataclass(slots=True)
class Observations:
    """What a client has seen of one command: the latest answer and its ETag, and when each status was seen first."""

    id: str
    device: Device
    order: str
    latest: Command
    etag: str
    seen: list[tuple[float, str]]

    def add(self, reply: Reply, at: float, entity: dict[str, Any] | None = None) -> Command:
        """Take note of the command in an answer, or in the part of one that `entity` is."""
        self.latest = command_in(reply, entity)
        self.etag = reply.headers.get("etag", "") if entity is None else ""
        if not self.seen or self.seen[-1][1] != self.latest.status:
            self.seen.append((at, self.latest.status))
        return self.latest

    def as_transitions(self) -> list[Transition]:
        """The observations in the form of a history; a client that only polls knows no causes."""
        why = "Seen by asking; what caused it stays unknown."
        name, before = self.device.name or "", [None, *(status for _, status in self.seen)]
        return [
            Transition(self.id, 1, self.device.id, name, self.order, at, before[place], status, "client", why)
            for place, (at, status) in enumerate(self.seen)
        ]


def list_devices(policy: RetryPolicy) -> Flow[list[Device]]:
    """GET all devices, page after page (dossier 4.1, 7.3)."""
    return [Device.from_wire(each) for each in (yield from _every_page(policy, "/me/devices"))]


def _every_page(policy: RetryPolicy, first: str) -> Flow[list[Any]]:
    rows: list[Any] = []
    pages: set[str] = set()
    path: Any = first
    while path:
        reply = yield from with_retries(policy, Ask("GET", path))
        rows += list_in(reply)
        pages.add(path)
        path = reply.data().get("@odata.nextLink")
        if not isinstance(path, str | None) or path in pages:
            raise reply.unreadable(f"has a next page that leads nowhere, {path!r}")
    return rows


def check_not_retired(policy: RetryPolicy) -> Flow[None]:
    """ServiceRetired, if the service says so. Its empty list of devices does not: that is a success (dossier 7.1)."""
    try:
        yield from with_retries(policy, Ask("GET", "/me/romekit.history"))
    except ServiceRetired:
        raise
    except RomeError:
        return


def the_device(listed: Sequence[Device], wanted: str) -> Device:
    """The one device a person can mean; NotFound or BadInput, with the names there are, if it is not one."""
    found = by_name(listed, wanted)
    if len(found) == 1:
        return found[0]
    names = ", ".join(repr(device.name) for device in (found or listed)) or "none at all"
    if found and len({device.name for device in found}) == 1:
        ids = ", ".join(repr(device.id) for device in found)
        alike = f"{len(found)} devices are called {found[0].name!r}."
        raise BadInput(alike, field="device", hint=f"Use an id: {ids}.")
    if found:
        raise BadInput(f"{wanted!r} fits more than one device.", field="device", hint=f"Say which: {names}.")
    raise NotFound(f"No device is called {wanted!r}.", field="device", hint=f"Your devices are: {names}.")


def check_device(device: object) -> None:
    """BadInput for what is no Device; a name is looked up before this."""
    if not isinstance(device, Device):
        raise BadInput(f"{device!r} is not a device.", field="device", hint="Give a name, an id or a Device.")
    given: object = device.id
    if not isinstance(given, str) or not given or not given.isprintable():
        hint = "Take one that devices() returned."
        raise BadInput(f"A device cannot have the id {given!r}.", field="device", hint=hint)


def launch_order(device: object, uri: Any) -> Launch:
    """The order to open an address; BadInput when it stands where the device belongs."""
    if is_uri(device) and not is_uri(uri):
        named = (uri.name or uri.id) if isinstance(uri, Device) else uri or "Surface"
        what = "The device comes first, then the address." if uri else "It is not said on which device."
        raise BadInput(what, field="device", hint=f"Write launch({named!r}, {device!r}).")
    return Launch(uri)


def call_order(device: object, service: AppService | None, payload: Any) -> Call:
    """The order to send a message to an app service; BadInput when something is missing or in the wrong place."""
    hint = 'Write call("Surface", service, payload).'
    if isinstance(device, AppService):
        raise BadInput("The device comes first, then the app service.", field="device", hint=hint)
    if service is None or payload is None:
        missing = "service" if service is None else "payload"
        raise BadInput(f"The {missing} is missing.", field=missing, hint=hint)
    return Call(service, payload)


def check_order(order: object, device: object = None) -> None:
    """BadInput for what is no order, and for an address with something invisible in it: nobody means to send that."""
    if not isinstance(order, Launch | Call):
        hint = "Make one with Launch(…) or Call(…)."
        if isinstance(device, Launch | Call):
            hint = "The device comes first, then the order."
        raise BadInput(f"{order!r} is not an order.", field="order", hint=hint)
    uri = order.uri if isinstance(order, Launch) else ""
    if uri != uri.strip() or not (uri.isprintable() if uri.isascii() else is_readable(uri)):
        hint = "Take away what is around it or invisible."
        raise BadInput(f"payload.uri {uri!r} is not plain.", field="payload.uri", hint=hint)


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
            client_request_id=reply.ask.request_id,
        ) from problem
    etag, seen = reply.headers.get("etag", ""), [(now, command.status)]
    return Observations(command.id, device, in_words(order), command, etag, seen)


def get_status(policy: RetryPolicy, observations: Observations) -> Flow[Command]:
    reply = yield from with_retries(policy, Ask("GET", command_path(observations)))
    return observations.add(reply, policy.now())


def get_payload(policy: RetryPolicy, observations: Observations) -> Flow[Answer]:
    """GET what the app service answered (dossier 4.5); NoAnswer when there is nothing to fetch."""
    try:
        reply = yield from with_retries(policy, Ask("GET", f"{command_path(observations)}/responsepayload"))
    except NotFound as missing:
        raise NoAnswer(missing.message, status=missing.status, code=missing.code) from None
    return Answer.from_wire(reply.data())


def get_history(policy: RetryPolicy) -> Flow[list[Transition] | None]:
    """GET every status change with its cause, from romekit's own cloud; None when the service has no such thing."""
    if not policy.knows_causes:
        return None
    try:
        rows = yield from _every_page(policy, "/me/romekit.history")
    except NO_SUCH_THING:
        return None
    return [Transition.from_wire(each) for each in rows]


def cancel(policy: RetryPolicy, observations: Observations) -> Flow[Command]:
    """Ask for the command to be stopped: an extension of romekit's cloud, not part of the API."""
    reply = yield from with_retries(policy, Ask("POST", f"{command_path(observations)}/romekit.cancel", {}))
    return observations.add(reply, policy.now())


def check_following(deadline: object, polling: object, progress: object) -> None:
    if not isinstance(deadline, int | float) or not deadline >= 0:
        raise BadInput(f"deadline {deadline!r} is not a time.", field="deadline", hint="Give seconds, such as 90.")
    check_polling(polling)
    if progress is not None and not callable(progress):
        hint = "Give a function that takes the command, or leave it out."
        raise BadInput(f"progress cannot be {progress!r}.", field="progress", hint=hint)


def follow(
    policy: RetryPolicy, observations: Observations, deadline: float, progress: Progress | None, polling: Polling
) -> Flow[Command]:
    """GET the command until it is final; TimedOut after `deadline` seconds, and the command goes on without us."""
    check_following(deadline, polling, progress)
    end = policy.now() + deadline
    path = command_path(observations)
    for pause in polling.pauses(policy.random):
        began, before = policy.now(), observations.latest
        ask = Ask("GET", path)
        if isinstance(polling, LongPoll):
            ask = long_poll(path, observations.etag, polling, end - began)
        reply = yield from with_retries(policy, ask, end)
        now = policy.now()
        command = before if reply.status == 304 else observations.add(reply, now)
        if progress is not None:
            progress(command)
        if is_final(command.status):
            return command
        if now >= end:
            break
        if wait := min(_pause(polling, pause, reply, now, took=now - began, is_new=command != before), end - now):
            yield Pause(wait)
    raise TimedOut(f"After {deadline:g} s the command is still {observations.latest.status!r}.")


def long_poll(path: str, etag: str, polling: LongPoll, left: float) -> Ask:
    """A request that the service may hold until something has changed since `etag`; `left` is the time there is."""
    if not etag:
        return Ask("GET", path)
    seconds = int(min(polling.wait, left))
    prefer = {"Prefer": f"wait={seconds}"} if seconds else {}
    return Ask("GET", path, headers={"If-None-Match": etag, **prefer}, wait=float(seconds))


def _pause(polling: Polling, pause: float, reply: Reply, now: float, *, took: float, is_new: bool) -> float:
    """How long to wait before the next request.

    After a long poll the next one is sent at once, unless an answer with nothing new came early: then the service, or
    something in between, does not hold requests, and there must be pauses after all.
    """
    if isinstance(polling, LongPoll):
        return 0.0 if is_new else max(0.0, (reply.retry_after(now) or pause) - took)
    hint = reply.retry_after(now) if isinstance(polling, Hinted) else None
    return hint or pause


def command_in(reply: Reply, entity: dict[str, Any] | None = None) -> Command:
    command = Command.from_wire(reply.data() if entity is None else entity)
    if not command.status:
        raise reply.unreadable("has no status in it")
    return command


def list_in(reply: Reply) -> list[dict[str, Any]]:
    entries = reply.data().get("value")
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise reply.unreadable("has no list in it")
    return entries


def commands_path(device: Device) -> str:
    return f"/me/devices/{quote(device.id, safe='')}/commands"


def command_path(observations: Observations) -> str:
    return f"{commands_path(observations.device)}/{quote(observations.id, safe='')}"
