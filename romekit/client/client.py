"""`Rome` and `AsyncRome`: two thin shells round the same flows, one that blocks and one that awaits.

rome = romekit.connect()
command = rome.launch("Alex's Surface", "https://bing.com")
command.follow().status          # 'completed'
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, Generic, Protocol, TypeVar
from uuid import uuid4
from weakref import WeakSet

import httpx

from romekit.auth.http import http_client
from romekit.client import flows
from romekit.client.command import AsyncSentCommand, Handle, SentCommand
from romekit.client.exchange import Ask, Flow, Pause, RetryPolicy, Step, Token, with_retries
from romekit.client.fleet import Fleet
from romekit.client.flows import DEADLINE, Observations
from romekit.client.many import FleetProgress, Orders, follow_many, send_many
from romekit.client.transport import Sender, failure_of, reply_of, request_of
from romekit.core.arguments import explained
from romekit.core.clock import Clock, Wall
from romekit.core.endpoints import Cloud
from romekit.core.errors import BadInput, NotFound, Rejected, ServiceRetired, not_picklable
from romekit.core.interrupts import FOLLOW_MANY_STOPPED, CalmAwait, CalmStop
from romekit.core.model import AppService, Device, Order, by_name
from romekit.core.polling import FOR_A_FLEET, Polling
from romekit.core.transition import Transition

C = TypeVar("C")
T = TypeVar("T")


class TokenProvider(Protocol):
    """The access tokens of a person who is signed in."""

    @property
    def account(self) -> str:
        """The address that is signed in."""

    def token(self, *, refused: str = "") -> str:
        """A token to use now: any other one than `refused`."""


class Client(ABC, Generic[C]):
    """What both clients share: a cloud, a person's tokens, a clock, and the devices listed last.

    `http` sends the requests in place of a client of its own.
    """

    def __init__(
        self,
        cloud: Cloud,
        tokens: TokenProvider,
        *,
        http: C | None = None,
        clock: Clock | None = None,
        new_id: Callable[[], str] | None = None,
    ) -> None:
        self.cloud = cloud
        self.clock = clock or Wall()
        self.new_id = new_id or (lambda: str(uuid4()))
        self._tokens = tokens
        #: Called with the seconds that the client is about to wait, and with 0 when it waits no more.
        self.on_pause: Callable[[float], object] = lambda seconds: None
        self._listed: list[Device] = []
        self._handles: WeakSet[Handle] = WeakSet()
        #: The views that send through this client: a lab tells them when it is no longer in use.
        self.views: WeakSet[Any] = WeakSet()
        self._policy = RetryPolicy(self.clock.now, self.clock.random, knows_causes=cloud.simulated)
        self._given = http
        self._clients = {os.getpid(): self._new_http() if http is None else http}

    @abstractmethod
    def _new_http(self) -> C:
        """A client of httpx for the cloud."""

    def _http(self) -> C:
        """The client of httpx for the process that asks.

        A forked process must not use the connections that it inherits: it would read the answers to its parent's
        requests. So it makes a client of its own, which is not possible where a client of httpx was given.
        """
        process = os.getpid()
        if process not in self._clients:
            if isinstance(self._given, httpx.Client | httpx.AsyncClient):
                raise BadInput("This httpx client was made in another process.", hint="Make a client in each process.")
            self._clients[process] = self._new_http() if self._given is None else self._given
        return self._clients[process]

    @property
    def account(self) -> str:
        """The address that is signed in."""
        return self._tokens.account

    def token(self) -> str:
        """An access token to use now, for requests of your own: `Authorization: Bearer …`."""
        return self._tokens.token()

    def seen(self) -> list[Transition]:
        """What this client has seen of the commands whose handles somebody still holds."""
        return [change for handle in list(self._handles) for change in handle.seen()]

    def __repr__(self) -> str:
        where = "simulated" if self.cloud.simulated else self.cloud.name
        return f"{type(self).__name__}(signed in as {self.account}, {where})"

    def __reduce__(self) -> Any:
        raise not_picklable("A client", "Make one in each process, and hand on ids, names and addresses.")

    def _error_for(self, problem: BaseException, ask: Ask) -> BaseException:
        """The error for a request that got no response; an interrupt stays one."""
        if isinstance(problem, httpx.HTTPError | httpx.InvalidURL):
            return failure_of(problem, ask)
        is_closed = getattr(self._http(), "is_closed", False)
        if isinstance(problem, RuntimeError) and (is_closed or "loop" in str(problem)):  # httpx has no type for it
            hint = "Make another, in each event loop its own, and use it until you close it."
            return BadInput(f"This {type(self).__name__} cannot be used here: {problem}", hint=hint)
        return problem

    def _list_devices(self) -> Flow[list[Device]]:
        try:
            self._listed = yield from flows.list_devices(self._policy)
        except (NotFound, Rejected) as refused:
            if self.cloud.simulated or refused.status not in {400, 404, 410, 501}:  # dossier 7.1, last row
                raise
            raise _retired(f"refuses to list devices (HTTP {refused.status})") from refused
        if not self._listed and not self.cloud.simulated:
            raise _retired("lists no devices")
        return list(self._listed)

    def _find_device(self, name: str) -> Flow[Device]:
        if not isinstance(name, str):
            raise BadInput(f"{name!r} is not a name.", field="device", hint="Give the name or the id of a device.")
        if not by_name(self._listed, name):
            yield from self._list_devices()
        if not self._listed:
            yield from flows.check_not_retired(self._policy)
        return flows.the_device(self._listed, name)

    def _send(self, device: Device | str, order: Order, request_id: Any) -> Flow[Observations]:
        flows.check_order(order, device)
        if not isinstance(request_id, str) or not request_id.isascii() or not request_id.isprintable():
            raise BadInput(f"request_id {request_id!r} is not plain text.", field="request_id", hint="Use a GUID.")
        if isinstance(device, str):
            device = yield from self._find_device(device)
        flows.check_device(device)
        ask = Ask("POST", flows.commands_path(device), order.as_wire(), request_id or self.new_id())
        reply = yield from with_retries(self._policy, ask)
        return flows.accepted(reply, device, order, self.clock.now())


def _retired(what: str) -> ServiceRetired:
    since = "the service stopped returning data on 30 September 2020"
    return ServiceRetired(f"You are signed in, and Microsoft Graph {what}: {since}.")


@explained("rome")
class Rome(Client[Sender]):
    """The blocking client. Devices may be given as a Device, an id, a name, or a part of a name that fits only one."""

    def _new_http(self) -> Sender:
        return http_client(httpx.Client, self.cloud.graph, trust_env=not self.cloud.simulated)

    def devices(self) -> list[Device]:
        """The devices of the signed-in person (scope Device.Read, dossier 4.1)."""
        return self._run(self._list_devices())

    def device(self, name: str) -> Device:
        """The one device that `name` can mean; NotFound or BadInput, with the names there are, if there is not one."""
        return self._run(self._find_device(name))

    def launch(self, device: Device | str, uri: str = "", *, request_id: str = "") -> SentCommand:
        """Open `uri` on a device (scope Device.Command, dossier 4.2). BadInput, nothing sent, if it has no scheme."""
        return self.send(device, flows.launch_order(device, uri), request_id=request_id)

    def call(
        self, device: Device | str, service: AppService | None = None, payload: Any = None, *, request_id: str = ""
    ) -> SentCommand:
        """Send `payload` to an app service on a device (scope Device.Command, dossier 4.3)."""
        return self.send(device, flows.call_order(device, service, payload), request_id=request_id)

    def send(self, device: Device | str, order: Order, *, request_id: str = "") -> SentCommand:
        """Send an order that is already made.

        After `Unsure`, send it again with `request_id=error.client_request_id`: romekit's clouds take a repeated id for
        the same command. Nothing says that Microsoft's service did.
        """
        return self._handle(self._run(self._send(device, order, request_id)))

    def send_many(self, orders: Orders) -> Fleet[SentCommand]:
        """Send many orders, each a pair of device and order, twenty to a request (`$batch`, dossier 7.4).

        A slip is raised before anything is sent. After that nothing is raised: what was not accepted is in `.failed`
        with its error, and `.check()` raises if there is any. Nothing is sent twice by itself: hand `fleet.failed` to
        `send_many` to send those again under the same ids, which romekit's clouds take for the same commands.
        """
        return self._run(send_many(self._policy, orders, self._find_device, self.new_id, self._handle))

    def follow_many(
        self,
        commands: Iterable[SentCommand],
        *,
        deadline: float = DEADLINE,
        polling: Polling = FOR_A_FLEET,
        progress: FleetProgress | None = None,
    ) -> Fleet[SentCommand]:
        """Follow many commands until every status is final, in as few requests as the service allows.

        One long poll covers all of them where the service is romekit's; elsewhere, and with another `polling`,
        statuses are asked for in batches. TimedOut after `deadline` seconds; calling it again goes on. A command that
        cannot be followed is in `.failed` with its error. `progress=views.progress()` draws a bar.
        """
        with CalmStop(FOLLOW_MANY_STOPPED):
            return self._run(follow_many(self._policy, commands, SentCommand, deadline, polling, progress))

    def history(self) -> list[Transition] | None:
        """Every status change with its cause. Only romekit's own clouds know it; None from any other."""
        return self._run(flows.get_history(self._policy))

    def close(self) -> None:
        """Close the connections."""
        self._http().close()

    def _handle(self, observations: Observations) -> SentCommand:
        handle = SentCommand(self._run, self._policy, observations)
        self._handles.add(handle)
        return handle

    def _run(self, flow: Flow[T]) -> T:
        try:
            with CalmStop():
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
        finally:
            self.on_pause(0.0)

    def _perform(self, step: Step) -> Any:
        if isinstance(step, Token):
            return self._tokens.token(refused=step.refused)
        if isinstance(step, Pause):
            self.on_pause(step.seconds)
            return self.clock.wait(step.seconds)
        request, http = request_of(self.cloud.graph, step, self.new_id), self._http()
        if step.wait:
            self.on_pause(step.wait)
        try:
            return reply_of(http.send(request), step)
        except BaseException as problem:  # noqa: BLE001 (it is raised again, in our words where we have some)
            raise self._error_for(problem, step) from None


@explained("await rome", like=Rome)
class AsyncRome(Client[httpx.AsyncClient]):
    """The awaiting client: the same methods, awaited."""

    def _new_http(self) -> httpx.AsyncClient:
        return http_client(httpx.AsyncClient, self.cloud.graph, trust_env=not self.cloud.simulated)

    async def devices(self) -> list[Device]:
        return await self._run(self._list_devices())

    async def device(self, name: str) -> Device:
        return await self._run(self._find_device(name))

    async def launch(self, device: Device | str, uri: str = "", *, request_id: str = "") -> AsyncSentCommand:
        return await self.send(device, flows.launch_order(device, uri), request_id=request_id)

    async def call(
        self, device: Device | str, service: AppService | None = None, payload: Any = None, *, request_id: str = ""
    ) -> AsyncSentCommand:
        return await self.send(device, flows.call_order(device, service, payload), request_id=request_id)

    async def send(self, device: Device | str, order: Order, *, request_id: str = "") -> AsyncSentCommand:
        return self._handle(await self._run(self._send(device, order, request_id)))

    async def send_many(self, orders: Orders) -> Fleet[AsyncSentCommand]:
        return await self._run(send_many(self._policy, orders, self._find_device, self.new_id, self._handle))

    async def follow_many(
        self,
        commands: Iterable[AsyncSentCommand],
        *,
        deadline: float = DEADLINE,
        polling: Polling = FOR_A_FLEET,
        progress: FleetProgress | None = None,
    ) -> Fleet[AsyncSentCommand]:
        with CalmAwait(FOLLOW_MANY_STOPPED):
            return await self._run(follow_many(self._policy, commands, AsyncSentCommand, deadline, polling, progress))

    async def history(self) -> list[Transition] | None:
        return await self._run(flows.get_history(self._policy))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http().aclose()

    def _handle(self, observations: Observations) -> AsyncSentCommand:
        handle = AsyncSentCommand(self._run, self._policy, observations)
        self._handles.add(handle)
        return handle

    async def _run(self, flow: Flow[T]) -> T:
        try:
            with CalmAwait():
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
        finally:
            self.on_pause(0.0)

    async def _perform(self, step: Step) -> Any:
        if isinstance(step, Token):
            return await self._token(step)
        if isinstance(step, Pause):
            self.on_pause(step.seconds)
            return await self.clock.wait_async(step.seconds)
        request, http = request_of(self.cloud.graph, step, self.new_id), self._http()
        if step.wait:
            self.on_pause(step.wait)
        try:
            return reply_of(await http.send(request), step)
        except BaseException as problem:  # noqa: BLE001 (it is raised again, in our words where we have some)
            raise self._error_for(problem, step) from None

    async def _token(self, step: Token) -> str:
        """A token. A renewal asks the identity provider; where that is elsewhere, the event loop goes on meanwhile."""
        if self.cloud.simulated and not self.cloud.socket:
            return self._tokens.token(refused=step.refused)
        from asyncio import to_thread  # a coroutine has imported asyncio already

        return await to_thread(self._tokens.token, refused=step.refused)
