"""`Rome` and `AsyncRome`: two thin shells round the same flows, one that blocks and one that awaits.

rome = romekit.connect()
command = rome.launch("Alex's Surface", "https://bing.com")
command.follow().status          # 'completed'
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar
from uuid import uuid4

import httpx

from romekit.api import flows
from romekit.api.arguments import check_device, check_name, check_order, check_request_id
from romekit.api.command import AsyncSentCommand, SentCommand
from romekit.api.flows import Patience, Sightings
from romekit.api.steps import Flow, Pause, Token
from romekit.api.wire import failure_of, reply_of, request_of
from romekit.clock import Clock, Wall
from romekit.clouds import Cloud
from romekit.errors import NotFound, Rejected, ServiceRetired
from romekit.model import AppService, Call, Device, Launch, Order, by_name, in_words
from romekit.transition import Transition

T = TypeVar("T")


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


class Sender(Protocol):
    """Whatever sends a request and brings the answer: an httpx.Client, or a door of the embedded cloud."""

    def send(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


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
        self._patience = Patience(self.clock.now, self.clock.random, knows_causes=cloud.simulated)

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
        return flows.the_device(self._known, name)

    def _sending(self, device: Device | str, order: Order, request_id: str) -> Flow[Sightings]:
        check_order(order)
        check_request_id(request_id)
        if isinstance(device, str):
            device = yield from self._finding(device)
        check_device(device)
        command = yield from flows.send_order(self._patience, device, order, request_id or self.new_id())
        sightings = Sightings(command.id, device, in_words(order), command)
        sightings.add(command, self.clock.now())
        return sightings


def _retired(what: str) -> ServiceRetired:
    return ServiceRetired(
        f"You are signed in, and Microsoft Graph {what}: the service stopped returning data on 30 September 2020."
    )


class Rome(Shell):
    """The blocking client. Devices may be given as a Device, an id, a name, or a part of a name that fits only one."""

    def __init__(
        self,
        cloud: Cloud,
        tokens: TokenProvider,
        *,
        http: Sender | None = None,
        clock: Clock | None = None,
        new_id: Callable[[], str] | None = None,
    ) -> None:
        super().__init__(cloud, tokens, clock, new_id)
        # A simulated cloud is on this machine: no proxy of the environment is on the way to it.
        self._http: Sender = http or httpx.Client(trust_env=not cloud.simulated)

    def devices(self) -> list[Device]:
        """The devices of the signed-in person (scope Device.Read, dossier 4.1)."""
        return self._run(self._listing())

    def device(self, name: str) -> Device:
        """The one device that `name` can mean; NotFound or BadInput, with the names there are, if there is not one."""
        return self._run(self._finding(name))

    def launch(self, device: Device | str, uri: str, *, request_id: str = "") -> SentCommand:
        """Open `uri` on a device (scope Device.Command, dossier 4.2). BadInput, nothing sent, if it has no scheme."""
        return self.send(device, Launch(uri), request_id=request_id)

    def call(
        self, device: Device | str, service: AppService, payload: dict[str, Any], *, request_id: str = ""
    ) -> SentCommand:
        """Send `payload` to an app service on a device (scope Device.Command, dossier 4.3)."""
        return self.send(device, Call(service, payload), request_id=request_id)

    def send(self, device: Device | str, order: Order, *, request_id: str = "") -> SentCommand:
        """Send an order that is already made.

        After `Unsure`, send it again with `request_id=error.client_request_id`: romekit's clouds take a repeated id for
        the same command. Nothing says that Microsoft's service did.
        """
        return SentCommand(self._run, self._patience, self._run(self._sending(device, order, request_id)))

    def history(self) -> list[Transition] | None:
        """Every status change with its cause. Only romekit's own clouds know it; None from any other."""
        return self._run(flows.get_history(self._patience))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _run(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    value = self._perform(step)
                except Exception as problem:  # noqa: BLE001 (the flow decides which problems it can go on from)
                    step = flow.throw(problem)
                else:
                    step = flow.send(value)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # what the flow returns is its T

    def _perform(self, step: Any) -> Any:
        if isinstance(step, Token):
            return self._tokens.token(refused=step.refused)
        if isinstance(step, Pause):
            return self.clock.wait(step.seconds)
        try:
            return reply_of(self._http.send(request_of(self.cloud.graph, step, self.new_id)), step)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise failure_of(problem, step) from None


class AsyncRome(Shell):
    """The awaiting client: the same methods, awaited."""

    def __init__(
        self,
        cloud: Cloud,
        tokens: TokenProvider,
        *,
        http: httpx.AsyncClient | None = None,
        clock: Clock | None = None,
        new_id: Callable[[], str] | None = None,
    ) -> None:
        super().__init__(cloud, tokens, clock, new_id)
        self._http = http or httpx.AsyncClient(trust_env=not cloud.simulated)

    async def devices(self) -> list[Device]:
        """See Rome.devices."""
        return await self._run(self._listing())

    async def device(self, name: str) -> Device:
        """See Rome.device."""
        return await self._run(self._finding(name))

    async def launch(self, device: Device | str, uri: str, *, request_id: str = "") -> AsyncSentCommand:
        """See Rome.launch."""
        return await self.send(device, Launch(uri), request_id=request_id)

    async def call(
        self, device: Device | str, service: AppService, payload: dict[str, Any], *, request_id: str = ""
    ) -> AsyncSentCommand:
        """See Rome.call."""
        return await self.send(device, Call(service, payload), request_id=request_id)

    async def send(self, device: Device | str, order: Order, *, request_id: str = "") -> AsyncSentCommand:
        """See Rome.send."""
        sightings = await self._run(self._sending(device, order, request_id))
        return AsyncSentCommand(self._run, self._patience, sightings)

    async def history(self) -> list[Transition] | None:
        """See Rome.history."""
        return await self._run(flows.get_history(self._patience))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _run(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    value = await self._perform(step)
                except Exception as problem:  # noqa: BLE001 (the flow decides which problems it can go on from)
                    step = flow.throw(problem)
                else:
                    step = flow.send(value)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # what the flow returns is its T

    async def _perform(self, step: Any) -> Any:
        if isinstance(step, Token):
            return self._tokens.token(refused=step.refused)
        if isinstance(step, Pause):
            return await self.clock.wait_async(step.seconds)
        try:
            return reply_of(await self._http.send(request_of(self.cloud.graph, step, self.new_id)), step)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise failure_of(problem, step) from None
