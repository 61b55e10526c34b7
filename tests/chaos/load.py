"""People at work: clients of ours that send, ask and follow without a pause, and write everything down.

Each keeps the rule the documentation gives: what is `Unsure` is sent again under the id it was sent with, and
everything else that failed was not done, so it is given up. A client that meets an error waits a moment and goes on.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import romekit
from romekit.client.client import AsyncRome, Rome
from romekit.client.command import AsyncSentCommand, SentCommand
from romekit.core.endpoints import served
from romekit.core.errors import Busy, TimedOut, Unreachable, Unsure
from romekit.core.model import Call, Command, Launch, Order
from romekit.core.polling import Fixed, LongPoll
from tests.chaos.journal import Journal
from tests.chaos.servers import another

#: Seconds: after an error, for what is to end after the last calamity, and between looks at the end.
MOMENT = 0.05
SETTLING = 90.0
#: The prompt one and the one with a policy: some commands end well, some badly, all within two seconds.
DEVICES = ("Surface", "HoloLens")
#: Its network loses things: commands are delivered again for up to a quarter of a minute.
FLAKY = "Workshop Pi"
SHORT = LongPoll(wait=2)


class Worker:
    """One client, its journal, and what it still has to see the end of."""

    def __init__(self, who: str, rome: Rome, seed: str) -> None:
        self.rome = rome
        self.journal = Journal(who, rome.account)
        self.chance = Random(f"{seed}:{who}")
        self.open: list[Any] = []
        self.devices = DEVICES
        self.is_hopeless = Event()  # set when a test has failed already: nobody need wait for an answer any more
        self._count = 0

    def new_order(self) -> tuple[str, str, Order]:
        """A device, a URI that nobody else has, and an order with it."""
        self._count += 1
        uri = f"https://chaos.example/{self.journal.who}/{self._count}"
        order = Launch(uri) if self._count % 3 else Call(romekit.ECHO, {"uri": uri})
        return self.chance.choice(self.devices), uri, order

    def took(self, uri: str, command: Any) -> None:
        self.journal.accepted(uri, command.id, command.status)
        self.open.append(command)

    def saw_all(self, latest: Sequence[Command]) -> None:
        for one in latest:
            self.journal.saw(one.id, one.status)

    def drop_ended(self) -> None:
        self.open = [command for command in self.open if not command.is_final]

    @contextmanager
    def noting(self, uri: str = "") -> Iterator[None]:
        """Whatever goes wrong in the block is written down, and that is the end of it."""
        try:
            yield
        except Exception as problem:  # noqa: BLE001 (the oracle says which errors there may be)
            self.journal.trouble(problem, uri)

    def run(self, until: Event) -> None:
        while not until.is_set():
            self.turn(until)
            self.drop_ended()

    def turn(self, until: Event) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        """When all is well again: see the end of everything."""
        end = monotonic() + SETTLING
        while self.open and monotonic() < end:
            self.look_at_all()
            self.drop_ended()
            sleep(MOMENT)

    def look_at_all(self) -> None:
        """Ask for everything that has not ended, twenty to a request."""
        commands = list(self.open)
        try:
            fleet = self.rome.follow_many(commands, deadline=3.0, polling=Fixed(0.3), progress=self.saw_all)
        except TimedOut:
            return
        except Exception as problem:  # noqa: BLE001 (as above)
            self.journal.trouble(problem)
            return
        for failed in fleet.failed:
            self.journal.trouble(failed.error)


class OneByOne(Worker):
    """Sends single commands, asks for some, follows some."""

    def turn(self, until: Event) -> None:
        kind = self.chance.random()
        if kind < 0.5 or not self.open:
            self.send()
        elif kind < 0.9:
            self.ask(self.chance.choice(self.open))
        else:
            self.follow(self.chance.choice(self.open))

    def send(self) -> None:
        device, uri, order = self.new_order()
        request_id = ""
        while not self.is_hopeless.is_set():
            try:
                self.took(uri, self.rome.send(device, order, request_id=request_id))
                return
            except Exception as problem:  # noqa: BLE001 (as above)
                self.journal.trouble(problem, uri)
                sleep(MOMENT)
                if isinstance(problem, Unsure):
                    request_id = problem.client_request_id
                elif not (request_id and isinstance(problem, Busy | Unreachable)):
                    return

    def ask(self, command: SentCommand) -> None:
        with self.noting():
            command.refresh()
            self.journal.saw(command.id, command.status)

    def follow(self, command: SentCommand) -> None:
        with self.noting():
            command.follow(
                deadline=1.0, polling=SHORT, progress=lambda latest: self.journal.saw(command.id, latest.status)
            )


class Sender(OneByOne):
    """Does nothing but send, so that there is always something on its way when a calamity comes."""

    def turn(self, until: Event) -> None:
        self.send()


class Fleets(Worker):
    """Sends twenty-five at a time, sends again what failed, and follows all of them with one held question."""

    def turn(self, until: Event) -> None:
        orders = [self.new_order() for _ in range(25)]
        with self.noting():
            self.send([(device, order) for device, _, order in orders])
        commands = list(self.open)
        with self.noting():
            for failed in self.rome.follow_many(commands, deadline=1.5, progress=self.saw_all).failed:
                self.journal.trouble(failed.error)

    def send(self, orders: Any) -> None:
        uris = [_uri(order) for _, order in orders]
        while not self.is_hopeless.is_set():
            fleet = self.rome.send_many(orders)
            lost = {each.number for each in fleet.failed}
            kept = [uri for number, uri in enumerate(uris, 1) if number not in lost]
            for uri, command in zip(kept, fleet, strict=True):
                self.took(uri, command)
            for each in fleet.failed:
                self.journal.trouble(each.error, uris[each.number - 1])
            again = [each for each in fleet.failed if self.journal.wants(uris[each.number - 1]).is_unsure]
            if not again:
                return
            orders, uris = again, [uris[each.number - 1] for each in again]
            sleep(MOMENT)


class Awaiting(Worker):
    """An AsyncRome with three tasks, each of which sends one and follows it."""

    def run(self, until: Event) -> None:
        asyncio.run(self._all(until))

    async def _all(self, until: Event) -> None:
        rome = AsyncRome(served(self.rome.cloud.socket or ""), self.rome._tokens)
        await asyncio.gather(*(self._one(rome, until) for _ in range(3)))
        await rome.aclose()

    async def _one(self, rome: AsyncRome, until: Event) -> None:
        while not until.is_set():
            device, uri, order = self.new_order()
            command = await self._sent(rome, device, uri, order)
            if command is not None:
                with self.noting():
                    await command.follow(
                        deadline=1.5,
                        polling=SHORT,
                        progress=lambda latest, id_=command.id: self.journal.saw(id_, latest.status),  # type: ignore[misc]
                    )

    async def _sent(self, rome: AsyncRome, device: str, uri: str, order: Order) -> AsyncSentCommand | None:
        request_id = ""
        while not self.is_hopeless.is_set():
            try:
                command = await rome.send(device, order, request_id=request_id)
            except Exception as problem:  # noqa: BLE001 (as above)
                self.journal.trouble(problem, uri)
                await asyncio.sleep(MOMENT)
                if isinstance(problem, Unsure):
                    request_id = problem.client_request_id
                elif not (request_id and isinstance(problem, Busy | Unreachable)):
                    return None
            else:
                self.took(uri, SentCommand(self.rome._run, self.rome._policy, command.observations))
                return command
        return None


def _uri(order: Order) -> str:
    return order.uri if isinstance(order, Launch) else str(order.payload["uri"])


def four_clients(alex: Rome, sam: Rome, address: str, seed: str) -> list[Worker]:
    """One of each kind, for two people of one server."""
    return [
        OneByOne("one", alex, seed),
        Sender("two", another(sam, address), seed),
        Fleets("fleet", sam, seed),
        Awaiting("awaiting", another(alex, address), seed),
    ]


@contextmanager
def at_work(workers: Sequence[Worker]) -> Iterator[None]:
    """All of them at work for as long as the block lasts; then each sees the end of what it has begun."""
    until = Event()
    threads = [Thread(target=worker.run, args=(until,), name=worker.journal.who) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield
    except BaseException:
        for worker in workers:
            worker.is_hopeless.set()
        raise
    finally:
        until.set()
        for thread in threads:
            thread.join(timeout=SETTLING)
    assert not any(thread.is_alive() for thread in threads), "a client hangs"
    for worker in workers:
        worker.finish()
        worker.rome.close()
