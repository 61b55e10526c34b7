"""The conversations with the service, each written once and without I/O.

What is retried is decided here: a refused token once, a busy service a few times. A POST is asked again only when the
service said 429, because only then is it certain that nothing was done. On 503 or 504 a command may have been accepted
before the answer was lost, and sending it again would run it twice; that raises `Unsure` instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

from romekit.api.arguments import check_deadline
from romekit.api.refusals import explained
from romekit.api.steps import Ask, Flow, Pause, Reply, Token
from romekit.errors import (
    BadInput,
    NoAnswer,
    NotFound,
    Rejected,
    RomeError,
    ServiceRetired,
    TimedOut,
    Unreachable,
    Unreadable,
    Unsure,
)
from romekit.model import Answer, Command, Device, Order, by_name
from romekit.status import is_final
from romekit.transition import Transition

TRIES = 4
DEADLINE = 90.0
TOO_LONG = 60.0
Progress = Callable[[Command], None]


@dataclass(slots=True)
class Patience:
    """How long to wait between tries: growing, never quite regular, never beyond `longest` seconds.

    `knows_causes` is whether the service is romekit's own, which can be asked for a history.
    """

    now: Callable[[], float]
    random: Random
    knows_causes: bool = True
    first: float = 0.4
    factor: float = 1.5
    longest: float = 5.0

    def pauses(self) -> Iterator[float]:
        """Seconds, one number per try; each a fifth more or less than the plan."""
        planned = self.first
        while True:
            yield round(planned * self.random.uniform(0.8, 1.2), 3)
            planned = min(planned * self.factor, self.longest)


@dataclass(slots=True)
class Sightings:
    """What a client has seen of one command: the latest answer, and when each status was seen first."""

    id: str
    device: Device
    order: str
    latest: Command
    seen: list[tuple[float, str]] = field(default_factory=list)

    def add(self, command: Command, at: float) -> None:
        """Take note of an answer."""
        self.latest = command
        if not self.seen or self.seen[-1][1] != command.status:
            self.seen.append((at, command.status))

    def as_transitions(self) -> list[Transition]:
        """The sightings in the form of a history; whoever only polls knows no causes."""
        told, before = [], None
        for at, status in self.seen:
            why = "Seen by asking; what caused it stays unknown."
            told.append(
                Transition(
                    self.id, 1, self.device.id, self.device.name or "", self.order, at, before, status, "client", why
                )
            )
            before = status
        return told


def send_order(patience: Patience, device: Device, order: Order, request_id: str) -> Flow[Command]:
    """POST a command and answer it as accepted (dossier 4.2, 4.3)."""
    ask = Ask("POST", f"{_device_path(device.id)}/commands", order.as_wire(), request_id)
    reply = yield from patiently(patience, ask)
    try:
        command = _command(reply)
        if not command.id:
            raise reply.unreadable("has no id in it")
    except Unreadable as problem:
        raise Unsure(
            f"The command seems to have been accepted, but {problem.message[0].lower()}{problem.message[1:]}",
            status=reply.status,
            request_id=reply.headers.get("request-id"),
            client_request_id=request_id,
        ) from problem
    return command


def list_devices(patience: Patience) -> Flow[list[Device]]:
    """GET all devices, page after page (dossier 4.1, 7.3)."""
    devices: list[Device] = []
    asked: set[str] = set()
    path: Any = "/me/devices"
    while path:
        reply = yield from patiently(patience, Ask("GET", path))
        devices += [Device.from_wire(each) for each in _listed(reply)]
        asked.add(path)
        path = reply.data().get("@odata.nextLink")
        if not isinstance(path, str | None) or path in asked:
            raise reply.unreadable(f"has a next page that leads nowhere, {path!r}")
    return devices


def the_device(known: Sequence[Device], wanted: str) -> Device:
    """The one device a person can mean; NotFound or BadInput, with the names there are, if it is not one."""
    found = by_name(known, wanted)
    if len(found) == 1:
        return found[0]
    names = ", ".join(repr(device.name) for device in (found or known)) or "none at all"
    if found:
        raise BadInput(f"{wanted!r} fits more than one device.", field="device", hint=f"Say which: {names}.")
    raise NotFound(f"No device is called {wanted!r}.", field="device", hint=f"Your devices are: {names}.")


def get_status(patience: Patience, sightings: Sightings) -> Flow[Command]:
    """GET the command once (dossier 4.4)."""
    reply = yield from patiently(patience, Ask("GET", _command_path(sightings)))
    command = _command(reply)
    sightings.add(command, patience.now())
    return command


def follow(patience: Patience, sightings: Sightings, deadline: float, progress: Progress | None) -> Flow[Command]:
    """GET the command until it is final; TimedOut after `deadline` seconds, and the command goes on without us."""
    check_deadline(deadline)
    end = patience.now() + deadline
    for pause in patience.pauses():
        reply = yield from patiently(patience, Ask("GET", _command_path(sightings)), end)
        command = _command(reply)
        sightings.add(command, patience.now())
        if progress is not None:
            progress(command)
        if is_final(command.status):
            return command
        left = end - patience.now()
        if left <= 0:
            break
        yield Pause(min(reply.retry_after(patience.now()) or pause, left))
    raise TimedOut(f"After {deadline:g} s the command is still {sightings.latest.status!r}.")


def get_payload(patience: Patience, sightings: Sightings) -> Flow[Answer]:
    """GET what the app service answered (dossier 4.5); NoAnswer when there is nothing to fetch."""
    try:
        reply = yield from patiently(patience, Ask("GET", f"{_command_path(sightings)}/responsepayload"))
    except NotFound as missing:
        raise NoAnswer(missing.message, status=missing.status, code=missing.code) from None
    return Answer.from_wire(reply.data())


def get_history(patience: Patience) -> Flow[list[Transition] | None]:
    """GET every status change with its cause, from romekit's own cloud; None when the service has no such thing."""
    if not patience.knows_causes:
        return None
    try:
        reply = yield from patiently(patience, Ask("GET", "/me/romekit.history"))
    except (NotFound, Rejected, ServiceRetired):
        return None
    return [Transition.from_wire(each) for each in _listed(reply)]


def cancel(patience: Patience, sightings: Sightings) -> Flow[Command]:
    """Ask for the command to be stopped: an extension of romekit's cloud, not part of the API."""
    reply = yield from patiently(patience, Ask("POST", f"{_command_path(sightings)}/romekit.cancel", {}))
    command = _command(reply)
    sightings.add(command, patience.now())
    return command


def authorized(ask: Ask) -> Flow[Reply]:
    """Ask with a token; when it is refused get a new one, once, and ask once more (dossier 11)."""
    token = yield Token()
    reply: Reply = yield Ask(ask.method, ask.path, ask.body, ask.request_id, token)
    if reply.status == 401:
        fresh = yield Token(refused=token)
        reply = yield Ask(ask.method, ask.path, ask.body, ask.request_id, fresh)
    return reply


def patiently(patience: Patience, ask: Ask, end: float | None = None) -> Flow[Reply]:
    """Ask until there is a success; the error when there is none, or none that may be waited for.

    Without `end` there are four tries, and no pause of over a minute; with it they go on until that time, and then it
    is TimedOut.
    """
    for tried, pause in enumerate(patience.pauses(), start=1):
        problem, wait = yield from _attempt(patience, ask)
        if isinstance(problem, Reply):
            return problem
        if wait is None or (end is None and (tried == TRIES or wait > TOO_LONG)):
            raise problem
        wait = wait or pause
        if end is not None and patience.now() + wait > end:
            yield Pause(max(0.0, end - patience.now()))
            raise TimedOut(f"No answer before the deadline: {problem.message}") from problem
        yield Pause(wait)
    raise AssertionError("the pauses never end")


def _attempt(patience: Patience, ask: Ask) -> Flow[tuple[Reply | RomeError, float | None]]:
    """One try: the reply, or the problem and how long to wait before the next (None: there must be no next)."""
    try:
        reply: Reply = yield from authorized(ask)
    except Unreachable as problem:
        return problem, 0.0 if ask.method == "GET" else None
    if reply.status < 400:
        return reply, None
    wait = (reply.retry_after(patience.now()) or 0.0) if _may_repeat(ask, reply) else None
    return _told(ask, reply, patience.now()), wait


def _may_repeat(ask: Ask, reply: Reply) -> bool:
    return reply.status == 429 or (ask.method == "GET" and reply.status in {502, 503, 504})


def _told(ask: Ask, reply: Reply, now: float) -> RomeError:
    error = explained(reply, now)
    if ask.method == "POST" and reply.status >= 500:
        return Unsure(
            f"The service answered {reply.status} to a command, which it may have accepted all the same.",
            status=reply.status,
            code=error.code,
            request_id=error.request_id,
            client_request_id=ask.request_id,
        )
    return error


def _command(reply: Reply) -> Command:
    command = Command.from_wire(reply.data())
    if not command.status:
        raise reply.unreadable("has no status in it")
    return command


def _listed(reply: Reply) -> list[dict[str, Any]]:
    entries = reply.data().get("value")
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise reply.unreadable("has no list in it")
    return entries


def _device_path(device: str) -> str:
    return f"/me/devices/{quote(device, safe='')}"


def _command_path(sightings: Sightings) -> str:
    return f"{_device_path(sightings.device.id)}/commands/{quote(sightings.id, safe='')}"
