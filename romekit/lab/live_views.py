"""What a lab shows while it happens: the device wall and the truth line, drawn again at every change.

A click on the wall may come in any thread, and time that a button lets pass may take real seconds (`pace`). Then it
passes in a thread of its own, one stretch after the other, so that the kernel and the other buttons stay free.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, TypeVar

from romekit.client.client import AsyncRome, Rome
from romekit.cloud.engine.decide import set_app, set_presence
from romekit.cloud.engine.history import happenings
from romekit.cloud.engine.screens import cards
from romekit.core.clock import Virtual
from romekit.core.errors import BadInput, NotFound
from romekit.core.presence import Presence
from romekit.core.transition import Transition
from romekit.lab.context import LabContext, LabWatch, checked_pace
from romekit.lab.pages import is_in_a_notebook
from romekit.lab.receiver import Receiver
from romekit.views.following import in_thread
from romekit.views.progress_line import PauseLine, running_cell, write_over
from romekit.views.truth.life import Life, truth_of
from romekit.views.truth.requests import PostedUpdate

if TYPE_CHECKING:  # anywidget is only needed by whoever looks
    from romekit.views import DeviceWall, TruthLine
    from romekit.views.cell_progress import CellProgress

R = TypeVar("R", Rome, AsyncRome)


class LabWall:
    """The device wall of a lab. There is one, however many cells show it; its buttons do what the lab's methods do."""

    def __init__(self, context: LabContext) -> None:
        self._context = context
        self._one_at_a_time = RLock()  # what is shown last is what is true last
        self._time_passes = Lock()
        self._is_earlier = False
        self._views: dict[bool, DeviceWall] = {}

    def view(self, compact: bool) -> DeviceWall:
        """The wall as a widget, large or compact; another one if somebody has closed the last."""
        if compact not in self._views or self._views[compact].comm is None:
            if not self._views:
                LabWatch(self._context, self._show)
            self._views[compact] = self._new(compact)
        self._show()
        return self._views[compact]

    def mark_as_earlier(self) -> None:
        self._is_earlier = True
        self._show()

    def _new(self, compact: bool) -> DeviceWall:
        from romekit.views import DeviceWall  # ipywidgets is only needed by whoever looks

        presence, app, time = self._set_presence, self._set_app, self._let_pass
        return DeviceWall(compact=compact, set_presence=presence, set_app=app, let_pass=time)

    def _show(self) -> None:
        with self._one_at_a_time:
            context = self._context
            title = f"{context.person.name}'s devices{', in an earlier lab' * self._is_earlier}"
            for view in list(self._views.values()):
                view.show(cards(context.space()), context.clock.now(), title)

    def _set_presence(self, device: str, presence: str) -> None:
        if presence not in list(Presence):
            raise BadInput(f"presence {presence!r} is unknown.", field="presence", hint=f"Use: {', '.join(Presence)}.")
        self._context.ask(set_presence(device, Presence(presence)))

    def _set_app(self, device: str, app: str, installed: bool) -> None:
        self._context.ask(set_app(device, app, installed))

    def _let_pass(self, seconds: float) -> None:
        if self._context.clock.pace:
            in_thread(lambda: self._wait(seconds))
        else:
            self._wait(seconds)

    def _wait(self, seconds: float) -> None:
        with self._time_passes:
            self._context.clock.wait(seconds)
        self._show()


def show_progress(context: LabContext) -> None:
    """Show below the running cell of a notebook what is under way while a lab's time takes real seconds."""
    if is_in_a_notebook() and context.clock.pace:
        from romekit.views.cell_progress import of_this_kernel  # anywidget is only needed by whoever looks

        clock, progress = context.clock, of_this_kernel()
        LabWatch(context, lambda: None)  # the clock stops at each event, so that it is seen
        clock.before_pause = lambda seconds: progress.show(context.history, clock.now(), seconds, clock.pace)


def tell_progress(words: str) -> None:
    """Say what a long computation is at, in a line that is gone when it is over (no words).

    It stands below the running cell where a person watches a notebook (it has a pace), and in a terminal.
    """
    if not any(running_cell()):
        write_over(words)
    elif words and checked_pace(None):
        from romekit.views.cell_progress import of_this_kernel  # anywidget is only needed by whoever looks

        of_this_kernel().tell(words)


def watched(rome: R) -> R:
    """The client, and what it waits for is shown below a running cell or in a terminal; a lab shows it in a cell."""
    progress: CellProgress | PauseLine = PauseLine()
    pace = getattr(rome.clock, "pace", 1.0)
    if is_in_a_notebook() and not isinstance(rome.clock, Virtual):
        from romekit.views.cell_progress import of_this_kernel  # anywidget is only needed by whoever looks

        progress = of_this_kernel()
    elif not pace or not sys.stderr.isatty():
        return rome
    rome.on_pause = lambda seconds: progress.show(rome.seen, rome.clock.now(), seconds, pace)
    return rome


class LabTruth:
    """What really happened in a lab beside what its clients were told: its truth lines and its receivers."""

    def __init__(self, context: LabContext) -> None:
        self._context = context
        self._lines: dict[str, TruthLine] = {}
        self._receivers: list[Receiver] = []

    def receiver(self) -> Receiver:
        """A new receiver of updates, whose updates the truth lines show."""
        context = self._context
        made = Receiver(context.stub.postback, context.person.upn, context.clock, on_update=self._redraw)
        self._receivers.append(made)
        return made

    def line(self, command: object = None) -> TruthLine:
        """The truth line of all commands, or of one: a sent command, its id, or its number.

        The second call gives the same line, so that a cell that runs twice does not leave two that look.
        """
        from romekit.views import TruthLine  # anywidget is only needed by whoever looks

        wanted = self._id_of(command)
        if wanted not in self._lines:
            line = TruthLine(lambda: self.lives(wanted))
            line.at_end(LabWatch(self._context, line.changed).close)
            line.at_end(lambda: self._lines.pop(wanted, None))
            self._lines[wanted] = line
        return self._lines[wanted]

    def lives(self, command: str = "") -> list[Life]:
        """Truth and belief of every command of the lab's person, or of the one with this id."""
        spaces, account = self._context.stub.spaces, self._context.person.upn
        history = [change for change in self._context.history() if command in ("", change.command)]
        return truth_of(
            history,
            self._context.exchanges(),
            happenings(spaces.events(account)),
            sent_as=spaces.now(account).requests,
            updates=list(self._updates(history)),
            now=self._context.clock.now(),
        )

    def mark_as_earlier(self) -> None:
        for line in list(self._lines.values()):
            line.notice = "This belongs to an earlier lab."

    def _redraw(self) -> None:
        """A receiver has taken an update, which is no event and no request of the client."""
        for line in list(self._lines.values()):
            line.changed()

    def _updates(self, history: list[Transition]) -> Iterator[PostedUpdate]:
        """The updates that the receivers have taken about commands of this history."""
        changes: dict[str, list[float]] = {}
        for change in history:
            changes.setdefault(change.command, []).append(change.at)
        taken = [(each, receiver.uri) for receiver in self._receivers for each in receiver.received]
        for each, uri in sorted(taken, key=lambda one: one[0].at):
            moments = changes.get(each.command.id, [])  # the first is when it was sent, and no update tells of that
            if each.number < len(moments):
                what = each.command.id, each.status, moments[each.number]
                yield PostedUpdate(*what, each.at, each.at, uri, each.headers, each.body)

    def _id_of(self, command: Any) -> str:
        if command is None:
            return ""
        wanted = str(getattr(command, "id", command)).upper().removeprefix("#")
        history = self._context.history()
        found = {change.command for change in history if wanted in (change.command.upper(), str(change.number))}
        if len(found) != 1:
            hint = "Give a command you sent, its id or its number, such as 1; or nothing, for all of them."
            raise NotFound(f"No command is {command!r}.", field="command", hint=hint)
        return found.pop()
