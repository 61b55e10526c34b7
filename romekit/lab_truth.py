"""The live truth of a lab: what really happened beside what its clients were told, drawn again at every change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from romekit.errors import NotFound
from romekit.lab_watch import Watch
from romekit.world.happenings import happenings

if TYPE_CHECKING:  # the lab is what is looked at, so it is the one to import
    from romekit.lab import Lab
    from romekit.views import TruthLine
    from romekit.views.truth.life import Life


def truth_line(lab: Lab, command: object = None) -> TruthLine:
    """The live truth line of all commands, or of one: a sent command, its id, or its number.

    Asked again it is the same one, so that a cell that runs twice does not leave two that look.
    """
    from romekit.views import TruthLine  # anywidget is only needed by whoever looks

    wanted = _id_of(lab, command)
    if wanted not in lab.truths:
        line = TruthLine(lambda: lives(lab, wanted))
        line.at_end(Watch(lab, line.changed).close)
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
        now=lab.clock.now(),
    )


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
