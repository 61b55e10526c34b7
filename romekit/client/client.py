"""`Rome` and `AsyncRome`: two thin shells round the same flows, one that blocks and one that awaits.

rome = romekit.connect()
command = rome.launch("Alex's Surface", "https://bing.com")
command.follow().status          # 'completed'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import httpx

from romekit.client import flows
from romekit.client.abreast import Abreast
from romekit.client.command import AsyncSentCommand, SentCommand
from romekit.client.fleet import Fleet
from romekit.client.follow import DEADLINE
from romekit.client.many import FleetProgress
from romekit.client.observations import Observations
from romekit.client.shell import Parcels, Shell, TokenProvider
from romekit.client.steps import Flow, Pause, Together, Token
from romekit.client.transport import failure_of, reply_of, request_of
from romekit.client.ways import Sender, Through, way_to
from romekit.core.clock import Clock
from romekit.core.endpoints import Cloud
from romekit.core.errors import BadInput
from romekit.core.model import AppService, Call, Device, Launch, Order
from romekit.core.polling import FOR_A_FLEET, Polling
from romekit.core.transition import Transition

T = TypeVar("T")
#: How many requests an AsyncRome has under way at once for one fleet. httpx gets slower with more, not faster: here
#: 1,500 requests/s over one connection, 250 over 32.
CONNECTIONS: Final = 4


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
        self._way = Through(http, cloud.graph, self.new_id) if http else way_to(cloud, self.new_id)

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
        return self._handle(self._run(self._sending(device, order, request_id)))

    def send_many(self, orders: Parcels) -> Fleet[SentCommand]:
        """Send many orders, each a pair of device and order, twenty to a request (`$batch`, dossier 7.4).

        A slip is told before anything is sent. After that nothing is raised: what was not accepted is in `.failed` with
        its error, and `.check()` raises if there is any. Nothing is sent twice by itself. `send_many(fleet.failed)`
        sends those again under the same ids, which romekit's clouds take for the same commands (see `send`).
        Batches may be under way side by side, so orders in different batches may arrive in another order.
        """
        return self._run(self._sending_many(orders, self._handle))

    def follow_many(
        self,
        commands: Iterable[SentCommand],
        *,
        deadline: float = DEADLINE,
        polling: Polling = FOR_A_FLEET,
        progress: FleetProgress | None = None,
    ) -> Fleet[SentCommand]:
        """Follow many commands until every status is final, in as few requests as the service allows.

        One held question covers all of them where the service is romekit's; elsewhere, and with another `polling`,
        statuses are asked for in batches. TimedOut after `deadline` seconds; calling it again goes on. A command that
        cannot be followed is in `.failed` with its error. `progress=views.progress()` draws a bar.
        """
        return self._run(self._following_many(commands, SentCommand, deadline, polling, progress))

    def history(self) -> list[Transition] | None:
        """Every status change with its cause. Only romekit's own clouds know it; None from any other."""
        return self._run(flows.get_history(self._patience))

    def close(self) -> None:
        """Close the connections."""
        self._way.close()

    def _handle(self, sightings: Observations) -> SentCommand:
        return SentCommand(self._run, self._patience, sightings)

    def _run(self, flow: Flow[T]) -> T:
        return self._together([flow])[0]  # type: ignore[no-any-return]  # what the flow returns is its T

    def _perform(self, step: Any) -> Any:
        if isinstance(step, Token):
            return self._tokens.token(refused=step.refused)
        if isinstance(step, Pause):
            return self.clock.wait(step.seconds)
        return self._together(step.flows)

    def _together(self, flows: Iterable[Flow[Any]]) -> list[Any]:
        return Abreast(self._way, self._perform).run(flows)


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
        self._http = http or httpx.AsyncClient(trust_env=not cloud.simulated, verify=httpx.create_ssl_context())

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
        return self._handle(await self._run(self._sending(device, order, request_id)))

    async def send_many(self, orders: Parcels) -> Fleet[AsyncSentCommand]:
        """See Rome.send_many."""
        return await self._run(self._sending_many(orders, self._handle))

    async def follow_many(
        self,
        commands: Iterable[AsyncSentCommand],
        *,
        deadline: float = DEADLINE,
        polling: Polling = FOR_A_FLEET,
        progress: FleetProgress | None = None,
    ) -> Fleet[AsyncSentCommand]:
        """See Rome.follow_many."""
        return await self._run(self._following_many(commands, AsyncSentCommand, deadline, polling, progress))

    async def history(self) -> list[Transition] | None:
        """See Rome.history."""
        return await self._run(flows.get_history(self._patience))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def _handle(self, sightings: Observations) -> AsyncSentCommand:
        return AsyncSentCommand(self._run, self._patience, sightings)

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
            return await self._token(step)
        if isinstance(step, Pause):
            return await self.clock.wait_async(step.seconds)
        if isinstance(step, Together):
            return await self._together(step.flows)
        try:
            return reply_of(await self._http.send(request_of(self.cloud.graph, step, self.new_id)), step)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise failure_of(problem, step) from None
        except RuntimeError as problem:
            if self._http.is_closed or "loop" in str(problem):  # httpx and anyio say it in no other way
                hint = "Make an AsyncRome in each event loop, and use it until you close it."
                raise BadInput(f"This AsyncRome cannot be used here: {problem}", hint=hint) from None
            raise

    async def _token(self, step: Token) -> str:
        """A token. A renewal asks the identity provider; where that is elsewhere, the event loop goes on meanwhile."""
        if self.cloud.simulated and not self.cloud.socket:
            return self._tokens.token(refused=step.refused)
        from asyncio import to_thread  # whoever awaits has paid for asyncio already

        return await to_thread(self._tokens.token, refused=step.refused)

    async def _together(self, flows: Iterable[Flow[Any]]) -> list[Any]:
        """Run the flows side by side, four at a time. When one fails or we are cancelled, none goes on alone."""
        import asyncio  # costs 40 ms, and whoever awaits has paid already

        places = asyncio.Semaphore(CONNECTIONS)

        async def one(flow: Flow[Any]) -> Any:
            async with places:
                return await self._run(flow)

        tasks: list[asyncio.Task[Any]] = []
        try:
            tasks.extend(asyncio.create_task(one(flow)) for flow in flows)
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
