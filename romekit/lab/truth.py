"""The live truth of a lab: what really happened beside what its clients were told, drawn again at every change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from romekit.cloud.engine.happenings import happenings
from romekit.core.errors import NotFound
from romekit.core.transition import Transition
from romekit.lab.receiver import Received
from romekit.lab.watch import LabWatch

if TYPE_CHECKING:  # the lab is what is looked at, so it is the one to import
    from romekit.lab.lab import Lab
    from romekit.views import TruthLine
    from romekit.views.truth.asks import PostedUpdate
    from romekit.views.truth.life import Life


def truth_line(lab: Lab, command: object = None) -> TruthLine:
    """The live truth line of all commands, or of one: a sent command, its id, or its number.

    Asked again it is the same one, so that a cell that runs twice does not leave two that look.
    """
    from romekit.views import TruthLine  # anywidget is only needed by whoever looks

    wanted = _id_of(lab, command)
    if wanted not in lab.truths:
        line = TruthLine(lambda: lives(lab, wanted))
        line.at_end(LabWatch(lab, line.changed).close)
        line.at_end(lambda: lab.truths.pop(wanted, None))
        lab.truths[wanted] = line
    return lab.truths[wanted]


def lives(lab: Lab, command: str = "") -> list[Life]:
    """Truth and belief of every command of the lab's person, or of the one with this id."""
    from romekit.views import truth_of

    spaces, account = lab.stub.spaces, lab.person.upn
    told = [change for change in lab.history() if command in ("", change.command)]
    return truth_of(
        told,
        lab.exchanges(),
        happenings(spaces.events(account)),
        sent_as=spaces.now(account).requests,
        updates=list(_updates(lab, told)),
        now=lab.clock.now(),
    )


def look_again(lab: Lab) -> None:
    """Something has changed that is no event and no request."""
    for line in list(lab.truths.values()):
        line.changed()


@dataclass(frozen=True, slots=True)
class Posted:
    """An update as an exchange: the service asked, and the receiver answered."""

    received: Received
    path: str
    method: str = "POST"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def at(self) -> float:
        return self.received.at

    @property
    def answered_at(self) -> float:
        return self.received.at

    @property
    def request_id(self) -> str:
        return ""

    @property
    def request_headers(self) -> Mapping[str, str]:
        return self.received.headers

    @property
    def request_body(self) -> bytes:
        return self.received.body


def _updates(lab: Lab, told: list[Transition]) -> Iterator[PostedUpdate]:
    """What the lab's receivers have taken about commands of this history, as it came."""
    from romekit.views.truth.asks import PostedUpdate

    changes: dict[str, list[float]] = {}
    for change in told:
        changes.setdefault(change.command, []).append(change.at)
    taken = [(each, receiver.uri) for receiver in lab.receivers for each in receiver.received]
    for each, uri in sorted(taken, key=lambda one: one[0].at):
        moments = changes.get(each.command.id, [])  # the first is when it was sent, which nobody is told of
        if each.number < len(moments):
            yield PostedUpdate(each.command.id, moments[each.number], each.status, Posted(each, uri))


def _id_of(lab: Lab, command: Any) -> str:
    if command is None:
        return ""
    wanted = str(getattr(command, "id", command)).upper().removeprefix("#")
    found = {change.command for change in lab.history() if wanted in (change.command.upper(), str(change.number))}
    if len(found) != 1:
        raise NotFound(
            f"No command is {command!r}.",
            field="command",
            hint="Give a command you sent, its id or its number, such as 1; or nothing, for all of them.",
        )
    return found.pop()
