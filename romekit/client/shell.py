"""What both clients are made of: whose they are, where they send, and what they ask before it goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol, TypeVar
from uuid import uuid4

from romekit.client import flows
from romekit.client.arguments import check_command, check_device, check_name, check_order, check_request_id
from romekit.client.fleet import Failed, Fleet, H, Parcel
from romekit.client.many import FleetProgress, follow_many, send_many
from romekit.client.observations import Observations, RetryPolicy
from romekit.client.steps import Flow
from romekit.client.transport import encoded
from romekit.core.clock import Clock, Wall
from romekit.core.endpoints import Cloud
from romekit.core.errors import BadInput, NotFound, Rejected, RomeError, ServiceRetired
from romekit.core.model import Call, Device, Order, by_name
from romekit.core.polling import Polling

T = TypeVar("T")
#: What `send_many` takes: where to, and what; or what a send_many before it says has failed.
Parcels = Iterable[tuple[Device | str, Order] | Failed]


class TokenProvider(Protocol):
    """Whoever has access tokens."""

    @property
    def account(self) -> str:
        """The address that is signed in."""
        ...

    def token(self, *, refused: str = "") -> str:
        """A token to use now: any other one than `refused`."""
        ...


#: How a service that is no longer there may refuse to list devices (dossier 7.1, last row).
GONE: Final = frozenset({400, 404, 410, 501})


class Shell:
    """What both clients are made of: a cloud, somebody's tokens, a clock, and the devices listed last."""

    def __init__(
        self, cloud: Cloud, tokens: TokenProvider, clock: Clock | None, new_id: Callable[[], str] | None
    ) -> None:
        self.cloud = cloud
        self.clock = clock or Wall()
        self.new_id = new_id or (lambda: str(uuid4()))
        self._tokens = tokens
        self._known: list[Device] = []
        self._patience = RetryPolicy(self.clock.now, self.clock.random, knows_causes=cloud.simulated)

    @property
    def account(self) -> str:
        """The address that is signed in."""
        return self._tokens.account

    def __repr__(self) -> str:
        where = "simulated" if self.cloud.simulated else self.cloud.name
        return f"{type(self).__name__}(signed in as {self.account}, {where})"

    def _listing(self) -> Flow[list[Device]]:
        try:
            self._known = yield from flows.list_devices(self._patience)
        except (NotFound, Rejected) as refused:
            if self.cloud.simulated or refused.status not in GONE:
                raise
            raise _retired(f"refuses to list devices (HTTP {refused.status})") from refused
        if not self._known and not self.cloud.simulated:
            raise _retired("lists no devices")
        return list(self._known)

    def _finding(self, name: str) -> Flow[Device]:
        check_name(name)
        if not by_name(self._known, name):
            yield from self._listing()
        if not self._known:
            yield from flows.check_not_retired(self._patience)
        return flows.the_device(self._known, name)

    def _sending(self, device: Device | str, order: Order, request_id: str) -> Flow[Observations]:
        check_order(order)
        check_request_id(request_id)
        if isinstance(device, str):
            device = yield from self._finding(device)
        check_device(device)
        return (yield from flows.send_order(self._patience, device, order, request_id or self.new_id()))

    def _sending_many(self, orders: Parcels, handle: Callable[[Observations], H]) -> Flow[Fleet[H]]:
        """Everything is checked before anything is sent: a slip in the last order leaves the first unsent as well."""
        known: dict[str, Device] = {}
        parcels = []
        for number, given in enumerate(_listed(orders, "orders", PAIRS), start=1):
            try:
                parcels.append((yield from self._parcel(number, given, known)))
            except RomeError as slip:
                slip.message = f"Order {number}: {slip.message}"
                raise
        outcomes, since = yield from send_many(self._patience, parcels)
        failed = [each for each in outcomes if isinstance(each, Failed)]
        return Fleet(
            [handle(each) for each in outcomes if isinstance(each, Observations)], failed, len(outcomes), since
        )

    def _following_many(
        self, commands: Iterable[H], kind: type[H], deadline: float, polling: Polling, progress: FleetProgress | None
    ) -> Flow[Fleet[H]]:
        earlier = commands if isinstance(commands, Fleet) else None
        sent = [check_command(each, kind) for each in _listed(commands, "commands", "Give what send_many() returned.")]
        sightings = [each.sightings for each in sent]
        since = None if earlier is None else earlier.since  # one without commands is not nothing: it has its failures
        failed = yield from follow_many(self._patience, sightings, since, deadline, polling, progress)
        before, size = ([], len(sent)) if earlier is None else (earlier.failed, earlier.size)
        return Fleet(sent, [*before, *failed], size, since)

    def _parcel(self, number: int, given: object, known: dict[str, Device]) -> Flow[Parcel]:
        device, order, request_id = _taken_apart(given)
        check_order(order)
        if isinstance(order, Call) or order.post_back_uri is not None:  # an address alone is text that was checked
            encoded(order.as_wire())
        if isinstance(device, str):
            if device not in known:
                known[device] = yield from self._finding(device)
            device = known[device]
        check_device(device)
        return Parcel(number, device, order, request_id, self.new_id)


PAIRS: Final = 'Give a list of pairs, such as [("Surface", Launch("https://bing.com"))].'


def _listed(given: Iterable[T], what: str, hint: str) -> list[T]:
    if isinstance(given, Iterable) and not isinstance(given, str):  # type: ignore[redundant-expr]  # people pass other things
        return list(given)
    raise BadInput(f"{given!r} is no list of {what}.", field=what, hint=hint)


def _taken_apart(given: object) -> tuple[Any, Any, str]:
    """Device, order and request id of one entry."""
    if isinstance(given, Failed):
        if given.order is None:
            hint = "Follow it again; sending it again would run it twice."
            raise BadInput(f"{given.words} was accepted.", field="orders", hint=hint)
        return given.device, given.order, given.request_id
    if isinstance(given, tuple) and len(given) == 2:
        return given[0], given[1], ""
    hint = 'Give a device and an order, such as ("Surface", Launch("https://bing.com")).'
    raise BadInput(f"{given!r} is not a pair.", field="orders", hint=hint)


def _retired(what: str) -> ServiceRetired:
    return ServiceRetired(
        f"You are signed in, and Microsoft Graph {what}: the service stopped returning data on 30 September 2020."
    )
