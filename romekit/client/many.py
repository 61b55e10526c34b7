"""Many commands at once: orders go out in batches, and one long poll covers all that comes of them.

romekit's own clouds keep a list of what has changed (`/me/romekit.changes`): a client that has read it up to some point
asks for what came after, and the request is held until there is something. Any other cloud, and one without that list,
is asked for the statuses in batches of twenty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from romekit.client import flows
from romekit.client.batch import MOST, Outcome, ask_all
from romekit.client.exchange import Ask, Flow, Pause, Reply, RetryPolicy, with_retries
from romekit.client.fleet import ChangesLink, Failed, Fleet, H
from romekit.client.flows import Observations
from romekit.client.transport import encoded
from romekit.core.errors import BadInput, Busy, RomeError, TimedOut, Unreachable
from romekit.core.model import Call, Command, Device, Order, in_words
from romekit.core.polling import LongPoll, Polling
from romekit.core.status import is_final

T = TypeVar("T")
#: What `send_many` takes: where to, and what; or what a send_many before it says has failed.
Orders = Iterable[tuple[Device | str, Order] | Failed]
FleetProgress = Callable[[Sequence[Command]], object]
LATEST: Final = "/me/romekit.changes?$deltatoken=latest"
#: With so few commands left there is no pause between two long polls.
FEW: Final = 5
PAIRS: Final = 'Give a list of pairs, such as [("Surface", Launch("https://bing.com"))].'


@dataclass(slots=True)
class OutgoingOrder:
    """One order for one device, with its place in the list. Its request is given an id when it goes out."""

    number: int
    device: Device
    order: Order
    request_id: str


def _checked_orders(orders: Orders, find_device: Callable[[str], Flow[Device]]) -> Flow[list[OutgoingOrder]]:
    """Everything is checked before anything is sent: a slip in the last order leaves the first unsent as well."""
    found: dict[str, Device] = {}
    outgoing = []
    for number, given in enumerate(_listed(orders, "orders", PAIRS), start=1):
        try:
            device, order, request_id = _taken_apart(given)
            flows.check_order(order, device)
            if isinstance(order, Call) or order.post_back_uri is not None:  # an address alone is text that was checked
                encoded(order.as_wire())
            if isinstance(device, str):
                if device not in found:
                    found[device] = yield from find_device(device)
                device = found[device]
            flows.check_device(device)
        except RomeError as slip:
            slip.message = f"Order {number}: {slip.message}"
            raise
        outgoing.append(OutgoingOrder(number, device, order, request_id))
    return outgoing


def _listed(given: Iterable[T], what: str, hint: str) -> list[T]:
    if isinstance(given, Iterable) and not isinstance(given, str):  # type: ignore[redundant-expr]  # people pass other things
        return list(given)
    raise BadInput(f"{given!r} is no list of {what}.", field=what, hint=hint)


def _taken_apart(given: object) -> tuple[Any, Any, str]:
    if isinstance(given, Failed):
        if given.order is None:
            hint = "Follow it again; sending it again would run it twice."
            raise BadInput(f"{given.words} was accepted.", field="orders", hint=hint)
        return given.device, given.order, given.request_id
    if isinstance(given, tuple) and len(given) == 2:
        return given[0], given[1], ""
    hint = 'Give a device and an order, such as ("Surface", Launch("https://bing.com")).'
    raise BadInput(f"{given!r} is not a pair.", field="orders", hint=hint)


def send_many(
    policy: RetryPolicy,
    orders: Orders,
    find_device: Callable[[str], Flow[Device]],
    new_id: Callable[[], str],
    handle: Callable[[Observations], H],
) -> Flow[Fleet[H]]:
    """POST all orders in batches; the commands, and what failed."""
    outgoing, since = (yield from _checked_orders(orders, find_device)), None
    if policy.knows_causes and len(outgoing) > MOST:
        with suppress(RomeError):  # it only saves requests later; what is wrong shows at each order
            since = yield from _latest(policy)
    sent: list[H] = []
    failed: list[Failed] = []

    def asks() -> Iterator[Ask]:
        for each in outgoing:
            each.request_id = each.request_id or new_id()
            yield Ask("POST", flows.commands_path(each.device), each.order.as_wire(), each.request_id)

    def on_outcome(place: int, outcome: Outcome) -> None:
        one = outgoing[place]
        try:
            if isinstance(outcome, RomeError):
                raise outcome
            sent.append(handle(flows.accepted(outcome, one.device, one.order, policy.now())))
        except RomeError as problem:
            words = in_words(one.order)
            failed.append(Failed(one.number, one.device, words, problem, one.order, one.request_id))

    yield from ask_all(policy, asks(), on_outcome)
    return Fleet(sent, failed, len(outgoing), since)


class Following:
    """A fleet that is being followed: which commands are not final yet, and which could not be followed."""

    def __init__(
        self, policy: RetryPolicy, fleet: Sequence[Observations], end: float, progress: FleetProgress | None
    ) -> None:
        self.policy = policy
        self.fleet = fleet
        self.end = end
        self.left = {each.id: each for each in fleet if not is_final(each.latest.status)}
        self.failed: list[Failed] = []
        self.numbers = {each.id: number for number, each in enumerate(fleet, start=1)}
        self._progress = progress or (lambda commands: None)

    def report(self) -> None:
        self._progress([each.latest for each in self.fleet])

    def observe(self, id_: str, reply: Reply, entity: dict[str, Any] | None = None) -> None:
        """Take note of an answer about one command, or of the part of one that `entity` is."""
        if is_final(self.left[id_].add(reply, self.policy.now(), entity).status):
            del self.left[id_]

    def time_left(self) -> float:
        if (left := self.end - self.policy.now()) > 0:
            return left
        raise TimedOut("")


def follow_many(
    policy: RetryPolicy,
    commands: Iterable[H],
    kind: type[H],
    deadline: float,
    polling: Polling,
    progress: FleetProgress | None,
) -> Flow[Fleet[H]]:
    """Ask until every command is final; the fleet, with those that could not be followed among its failures.

    TimedOut names what is not over.
    """
    sent = _listed(commands, "commands", "Give what send_many() returned.")
    for each in sent:
        if not isinstance(each, kind):
            hint = "Give commands that send_many(), send(), launch() or call() of this client returned."
            raise BadInput(f"{each!r} is not a command.", field="commands", hint=hint)
    earlier = commands if isinstance(commands, Fleet) else Fleet(sent, [], len(sent))
    flows.check_following(deadline, polling, progress)
    going = Following(policy, [each.observations for each in sent], policy.now() + deadline, progress)
    try:
        if going.left and isinstance(polling, LongPoll) and policy.knows_causes:
            link = earlier.since or (yield from _latest(policy, going.end))
            if link and not earlier.since:
                yield from _ask_each(going)
            if link:
                yield from _follow_changes(going, link, polling)
        yield from _follow_in_rounds(going, polling)
    except TimedOut as late:
        left = [f"#{going.numbers[id_]} {one.order} ({one.latest.status})" for id_, one in going.left.items()]
        named = ", ".join(left[:FEW]) + (f" and {len(left) - FEW} more" if len(left) > FEW else "")
        what = f"After {deadline:g} s {len(left)} of {len(sent)} commands are not over: {named}."
        raise TimedOut(what, hint="Call follow_many() again to go on waiting.") from late
    return Fleet(sent, [*earlier.failed, *going.failed], earlier.size, earlier.since)


def _latest(policy: RetryPolicy, end: float | None = None) -> Flow[ChangesLink | None]:
    """Where the service's list of changes ends now; None if the service has none. `end` is as in `with_retries`."""
    try:
        reply = yield from with_retries(policy, Ask("GET", LATEST), end)
    except flows.NO_SUCH_THING:
        return None
    return _changes_link(reply)


def _follow_changes(going: Following, link: ChangesLink, polling: LongPoll) -> Flow[None]:
    """One long poll after the other, each for what came after the last.

    When a whole one brought nothing, each of the commands is asked for as well: nothing can be overlooked for ever.
    """
    policy = going.policy
    for pause in polling.pauses(policy.random):
        if not going.left:
            return
        began = policy.now()
        ask = flows.long_poll(link.link, link.etag, polling, going.time_left())
        reply = yield from with_retries(policy, ask, going.end)
        took, is_new = policy.now() - began, reply.status != 304
        if is_new:
            link = _observe_changes(going, reply)
        elif took >= polling.wait / 2:
            yield from _ask_each(going)
        going.report()
        is_next_there = is_new and (not link.is_last or len(going.left) <= FEW)
        if going.left and took < pause and not is_next_there:
            yield Pause(min(pause - took, going.time_left()))


def _observe_changes(going: Following, reply: Reply) -> ChangesLink:
    for entity in flows.list_in(reply):
        if (id_ := entity.get("id")) in going.left:
            going.observe(str(id_), reply, entity)
    return _changes_link(reply)


def _changes_link(reply: Reply) -> ChangesLink:
    data = reply.data()
    last, more = data.get("@odata.deltaLink"), data.get("@odata.nextLink")
    if not isinstance(link := last or more, str):
        raise reply.unreadable("does not say where the next changes are")
    return ChangesLink(link, reply.headers.get("etag", ""), is_last=bool(last))


def _follow_in_rounds(going: Following, polling: Polling) -> Flow[None]:
    """The statuses of all that are left, twenty to a request, round after round."""
    for pause in polling.pauses(going.policy.random):
        if not going.left:
            return
        yield from _ask_each(going)
        going.report()
        if going.left:
            yield Pause(min(pause, going.time_left()))


def _ask_each(going: Following) -> Flow[None]:
    """Ask once for each that is left. One that is busy or out of reach is asked again in the next round."""
    left = list(going.left.items())

    def on_outcome(place: int, outcome: Outcome) -> None:
        id_, _ = left[place]
        try:
            if isinstance(outcome, RomeError):
                raise outcome
            going.observe(id_, outcome)
        except (Busy, Unreachable):
            return
        except RomeError as problem:
            one = going.left.pop(id_)
            going.failed.append(Failed(going.numbers[id_], one.device, one.order, problem))

    yield from ask_all(going.policy, (Ask("GET", flows.command_path(one)) for _, one in left), on_outcome, going.end)
