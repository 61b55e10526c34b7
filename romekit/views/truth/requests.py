"""Requests about commands, and what each answer told the client: a status, that nothing has changed, or nothing.

Only what an answer says counts, never what the service knew: an answer that was lost, refused or cut in half tells
nothing, whatever was done. A request in a batch is answered when the whole batch is. An update that is posted to the
client tells its status when it is taken, unless the client knows something newer by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any, Final, Literal
from urllib.parse import unquote

from romekit.core.transition import Transition

Outcome = Literal["reported", "unchanged", "silent", "unreadable", "refused", "lost", "old"]


#: One request and its answer, without any token: at, answered_at (seconds since 1970 UTC), request_id, method, path,
#: request_headers, request_body, status, headers, body (JSON or bytes). Views take nothing from the cloud that has it.
HttpExchange = Any


@dataclass(frozen=True, slots=True)
class PostedUpdate:
    """An exchange that the service began: it posted to the client what a command is since `changed_at`."""

    command: str
    reported: str
    changed_at: float
    at: float
    answered_at: float
    path: str
    request_headers: Mapping[str, str]
    request_body: bytes
    method: str = "POST"
    status: int = 200
    request_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """One exchange about one command.

    `number` is its place among all exchanges, below 0 for what was posted to the client. What it says was true `at`,
    and known to the client from `received_at`, which is later when the answer was kept back. `reported` is the status
    it says, empty for none; `carrier` the batch it was in.
    """

    number: int
    exchange: HttpExchange
    at: float
    received_at: float
    outcome: Outcome
    reported: str = ""
    carrier: HttpExchange | None = None

    @property
    def is_posted(self) -> bool:
        """Whether the service began it, because the client had asked to be told."""
        return self.number < 0


BATCH: Final = "$batch"
#: The lists that tell of many commands, and where each row has the command and its status.
LISTS: Final = {"romekit.history": ("command", "to"), "romekit.changes": ("id", "status")}
#: Where commands are in a path: Graph's, and the same in Azure's style.
COLLECTIONS: Final = ("commands", "romekit.operations")
#: What a status monitor calls a status of a command; `Running` can be one of several.
AZURE: Final = {"NotStarted": "requesting", "Succeeded": "completed"}


class KnownCommands:
    """The commands of a history, and how a request can mean one of them."""

    def __init__(self, transitions: Iterable[Transition], sent_as: Mapping[str, str]) -> None:
        self._sent_as = sent_as
        self._ids: dict[str, str] = {}
        self._made: dict[tuple[str, float], str] = {}
        self.moved: set[tuple[str, float]] = set()  # when something happened to which command
        for change in transitions:
            self._ids[change.command.upper()] = change.command
            self.moved.add((change.command, change.at))
            if change.from_status is None:
                self._made[change.device, change.at] = change.command

    def named(self, word: object) -> str:
        """The command an id names, in any case; empty for none of ours."""
        return self._ids.get(str(word).upper(), "")

    def sent_by(self, exchange: HttpExchange, device: str) -> str:
        """The command that a POST was to make, whatever it was answered; empty for none."""
        own = exchange.request_headers.get("client-request-id", "")
        return self.named(self._sent_as.get(own, "")) if own else self._made.get((device, exchange.at), "")


def requests_of(
    exchanges: Sequence[HttpExchange], commands: KnownCommands, updates: Sequence[PostedUpdate]
) -> dict[str, list[CommandRequest]]:
    """For each command the exchanges about it, in the order in which their answers arrived."""
    carriers = _carriers(exchanges)
    found: dict[str, list[CommandRequest]] = {}
    for number, exchange in enumerate(exchanges):
        for command, reported in _about(exchange, commands):
            carrier = carriers.get(exchange.request_id)
            arrived = (carrier or exchange).answered_at
            outcome = _outcome(exchange, command, reported, commands)
            heard = reported if outcome == "reported" else ""
            request = CommandRequest(number, exchange, exchange.at, arrived, outcome, heard, carrier)
            found.setdefault(command, []).append(request)
    for number, update in enumerate(updates):
        when = update.changed_at, update.answered_at
        request = CommandRequest(-1 - number, update, *when, "reported", update.reported)
        found.setdefault(update.command, []).append(request)
    return {command: list(_as_heard(requests)) for command, requests in found.items()}


def _as_heard(requests: list[CommandRequest]) -> Iterator[CommandRequest]:
    """As the client hears them. What was posted and comes after something newer is no news to it."""
    newest = -inf
    for request in sorted(requests, key=lambda each: (each.received_at, not each.is_posted, abs(each.number))):
        if request.is_posted and request.at < newest:
            yield replace(request, outcome="old", reported="")
        else:
            newest = max(newest, request.at) if request.reported else newest
            yield request


def _carriers(exchanges: Iterable[HttpExchange]) -> dict[str, HttpExchange]:
    """For each request that travelled in a batch the exchange of the whole."""
    batches = (each for each in exchanges if segments_of(each)[-1:] == [BATCH] and isinstance(each.body, dict))
    answers = ((answer, each) for each in batches for answer in each.body.get("responses", []))
    return {answer["headers"].get("request-id", ""): each for answer, each in answers}


def segments_of(exchange: HttpExchange) -> list[str]:
    """The path as its parts, without the query."""
    return [unquote(part) for part in exchange.path.partition("?")[0].split("/") if part]


def _about(exchange: HttpExchange, commands: KnownCommands) -> Iterator[tuple[str, str]]:
    """The commands an exchange is about, and the status its answer gives each of them, if it does."""
    parts = segments_of(exchange)
    low = [part.lower() for part in parts]
    if low and low[-1] in LISTS:
        yield from _latest_of(exchange.body, commands, *LISTS[low[-1]]).items()
    elif collection := next((each for each in COLLECTIONS if each in low), ""):
        place, entity = low.index(collection), _inner(exchange.body)
        if place + 1 < len(parts):
            command = commands.named(parts[place + 1])
        else:
            answered = commands.named(entity.get("id")) if exchange.method == "POST" else ""
            command = answered or commands.sent_by(exchange, parts[place - 1] if place else "")
        if command:
            yield command, status_in(entity)


def status_in(entity: Mapping[str, Any]) -> str:
    """The status that a command or a status monitor tells, in Graph's words where it has the same; empty for none."""
    status, error = entity.get("status"), entity.get("error")
    if not isinstance(status, str):
        return ""
    return str(error.get("code")) if isinstance(error, dict) else AZURE.get(status, status)


def _latest_of(body: Any, commands: KnownCommands, name: str, status: str) -> dict[str, str]:
    """A list that tells of many commands: for each of ours the status it says last."""
    listed = body.get("value") if isinstance(body, dict) else None
    entities = map(_inner, listed if isinstance(listed, list) else [])
    latest = {commands.named(entity.get(name)): str(entity.get(status) or "") for entity in entities}
    latest.pop("", None)  # not one of ours
    return latest


def _inner(body: Any) -> dict[str, Any]:
    """The entity of an answer, bare or wrapped, its names in lower case."""
    whole = body if isinstance(body, dict) else {}
    inner = whole.get("value")
    return {str(name).lower(): value for name, value in (inner if isinstance(inner, dict) else whole).items()}


def _outcome(exchange: HttpExchange, command: str, reported: str, commands: KnownCommands) -> Outcome:
    if exchange.status == 304:
        return "unchanged"
    if exchange.status >= 400:
        did = exchange.method == "POST" and exchange.status >= 500 and (command, exchange.at) in commands.moved
        return "lost" if did else "refused"
    if isinstance(exchange.body, bytes):
        return "unreadable"
    return "reported" if reported else "silent"
