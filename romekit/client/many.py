"""Many commands at once: orders go out in batches, and one question that is held covers all that come of them.

romekit's own clouds keep a list of what has changed (`/me/romekit.changes`): whoever has read it up to some point asks
for what came after, and is held until there is something. Any other cloud, and one without that list, is asked for
the statuses in batches of twenty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from romekit.client.arguments import check_deadline, check_progress
from romekit.client.batch import MOST, Answer, ask_all
from romekit.client.fleet import ChangesLink, Failed, Parcel
from romekit.client.flows import (
    NO_SUCH_THING,
    accepted,
    command_from,
    command_in,
    command_path,
    commands_path,
    listed_in,
)
from romekit.client.follow import UNCHANGED, held
from romekit.client.observations import Observations, RetryPolicy
from romekit.client.retry import patiently
from romekit.client.steps import Ask, Flow, Pause, Reply
from romekit.core.errors import Busy, RomeError, TimedOut, Unreachable
from romekit.core.model import Command, in_words
from romekit.core.polling import LongPoll, Polling, check_polling
from romekit.core.status import is_final

FleetProgress = Callable[[Sequence[Command]], object]
LATEST: Final = "/me/romekit.changes?$deltatoken=latest"
#: With so few commands left, whoever waits for the last ones is told at once.
FEW: Final = 5


def send_many(
    patience: RetryPolicy, parcels: Sequence[Parcel]
) -> Flow[tuple[list[Observations | Failed], ChangesLink | None]]:
    """POST all orders in batches; what became of each, and where they begin in the service's list of changes."""
    since = None
    if patience.knows_causes and len(parcels) > MOST:
        with suppress(RomeError):  # it is only a mark to go on from; what is wrong is told of each order
            since = yield from _latest(patience)
    asks = (Ask("POST", commands_path(each.device), each.order.as_wire(), each.request_id) for each in parcels)
    outcomes: dict[int, Observations | Failed] = {}

    def heard(place: int, answer: Answer) -> None:
        outcomes[place] = _outcome(parcels[place], answer, patience.now())

    yield from ask_all(patience, asks, heard)
    return [outcomes[place] for place in range(len(parcels))], since


def _outcome(parcel: Parcel, answer: Answer, now: float) -> Observations | Failed:
    try:
        if isinstance(answer, RomeError):
            raise answer
        return accepted(answer, parcel.device, parcel.order, now)
    except RomeError as problem:
        words = in_words(parcel.order)
        return Failed(parcel.number, parcel.device, words, problem, parcel.order, parcel.request_id)


class Following:
    """A fleet that is being followed: who is not final yet, and who could not be followed."""

    def __init__(
        self, patience: RetryPolicy, fleet: Sequence[Observations], end: float, told: FleetProgress | None
    ) -> None:
        self.patience = patience
        self.fleet = fleet
        self.end = end
        self.left = {each.id: each for each in fleet if not is_final(each.latest.status)}
        self.failed: list[Failed] = []
        self._numbers = {each.id: number for number, each in enumerate(fleet, start=1)}
        self._told = told

    def tell(self) -> None:
        """Let the caller see how far it is."""
        if self._told is not None:
            self._told([each.latest for each in self.fleet])

    def hear(self, id_: str, command: Command, at: float) -> None:
        """Take note of an answer about one command."""
        self.left[id_].add(command, at)
        if is_final(command.status):
            del self.left[id_]

    def give_up(self, id_: str, problem: RomeError) -> None:
        """One that cannot be followed any more."""
        one = self.left.pop(id_)
        self.failed.append(Failed(self._numbers[id_], one.device, one.order, problem))

    def time_left(self) -> float:
        """Seconds until the deadline; TimedOut when there are none."""
        if (left := self.end - self.patience.now()) > 0:
            return left
        raise TimedOut("")

    def unfinished(self) -> str:
        """Who is not final yet, in words."""
        named = [f"#{self._numbers[id_]} {one.order} ({one.latest.status})" for id_, one in self.left.items()]
        return ", ".join(named[:FEW]) + (f" and {len(named) - FEW} more" if len(named) > FEW else "")


def follow_many(
    patience: RetryPolicy,
    fleet: Sequence[Observations],
    since: ChangesLink | None,
    deadline: float,
    polling: Polling,
    progress: FleetProgress | None,
) -> Flow[list[Failed]]:
    """Ask until every command is final; those that could not be followed. TimedOut names what is not over."""
    check_deadline(deadline)
    check_polling(polling)
    check_progress(progress)
    going = Following(patience, fleet, patience.now() + deadline, progress)
    try:
        if going.left and isinstance(polling, LongPoll) and patience.knows_causes:
            mark = since or (yield from _latest(patience, going.end))
            if mark and not since:
                yield from _ask_each(going)
            if mark:
                yield from _by_changes(going, mark, polling)
        yield from _by_rounds(going, polling)
    except TimedOut as late:
        what = f"{len(going.left)} of {len(fleet)} commands are not over: {going.unfinished()}."
        raise TimedOut(f"After {deadline:g} s {what}", hint="Call follow_many() again to go on waiting.") from late
    return going.failed


def _latest(patience: RetryPolicy, end: float | None = None) -> Flow[ChangesLink | None]:
    """Where the service's list of changes ends now; None for a service that has none. With `end` as in `patiently`."""
    try:
        reply = yield from patiently(patience, Ask("GET", LATEST), end)
    except NO_SUCH_THING:
        return None
    return _mark(reply)


def _by_changes(going: Following, mark: ChangesLink, polling: LongPoll) -> Flow[None]:
    """One held question after the other, each for what came after the last.

    When a whole hold brought nothing, each of the commands is asked for as well: nothing can be overlooked for ever.
    """
    patience = going.patience
    for pause in polling.pauses(patience.random):
        if not going.left:
            return
        began = patience.now()
        reply = yield from patiently(patience, held(mark.link, mark.etag, polling, going.time_left()), going.end)
        took, is_new = patience.now() - began, reply.status != UNCHANGED
        if is_new:
            mark = _heard(going, reply)
        elif took >= polling.wait / 2:
            yield from _ask_each(going)
        going.tell()
        is_next_there = is_new and (not mark.is_last or len(going.left) <= FEW)
        if going.left and took < pause and not is_next_there:
            yield Pause(min(pause - took, going.time_left()))


def _heard(going: Following, reply: Reply) -> ChangesLink:
    """Take note of all changes in an answer; where the next ones are."""
    at = going.patience.now()
    for entity in listed_in(reply):
        if (id_ := entity.get("id")) in going.left:
            going.hear(str(id_), command_from(entity, reply), at)
    return _mark(reply)


def _mark(reply: Reply) -> ChangesLink:
    data = reply.data()
    last, more = data.get("@odata.deltaLink"), data.get("@odata.nextLink")
    if not isinstance(link := last or more, str):
        raise reply.unreadable("does not say where the next changes are")
    return ChangesLink(link, reply.headers.get("etag", ""), is_last=bool(last))


def _by_rounds(going: Following, polling: Polling) -> Flow[None]:
    """The statuses of all that are left, twenty to a request, round after round."""
    for pause in polling.pauses(going.patience.random):
        if not going.left:
            return
        yield from _ask_each(going)
        going.tell()
        if going.left:
            yield Pause(min(pause, going.time_left()))


def _ask_each(going: Following) -> Flow[None]:
    """Ask once for each that is left. One that is busy or out of reach is asked again in the next round."""
    asked = list(going.left.items())

    def heard(place: int, answer: Answer) -> None:
        id_, _ = asked[place]
        try:
            if isinstance(answer, RomeError):
                raise answer
            going.hear(id_, command_in(answer), going.patience.now())
        except (Busy, Unreachable):
            return
        except RomeError as problem:
            going.give_up(id_, problem)

    yield from ask_all(going.patience, (Ask("GET", command_path(one)) for _, one in asked), heard, going.end)
