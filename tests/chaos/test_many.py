"""Many at once in one process: questions that are held, devices, commands in flight, and slow clients beside them.

What is measured is written down (NUMBERS.md), not held against a limit: the machine is shared. What is asserted is that
everybody is answered.
"""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from statistics import quantiles
from time import monotonic, perf_counter, sleep

import httpx
import pytest

from romekit.client.client import Rome
from romekit.client.command import SentCommand
from romekit.cloud.engine.people import DEMO_DEVICES
from romekit.cloud.store.backup import save, written
from romekit.cloud.store.contract import Memory
from romekit.cloud.store.ledger import Spaces
from romekit.core.clock import Wall
from romekit.core.model import Device, Launch
from romekit.core.polling import LongPoll
from tests.chaos.servers import Server, signed_in
from tests.chaos.slow import slow_clients
from tests.serving import DIRECT, ROMEKIT

pytestmark = pytest.mark.chaos

IDLE, DEVICES, COMMANDS, ASKED = 1000, 10_000, 1000, 400
ALEX, SAM = "alex@romekit.example", "sam@romekit.example"


#: How long GETs took meanwhile, how long it took until all were told, and what they were told.
Holding = tuple[dict[str, float], float, list[bytes]]


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    with Server(f"sqlite:///{tmp_path / 'rome.db'}", tmp_path / "log") as server:
        yield server
        assert "Traceback" not in server.said()


def gets(client: httpx.Client, path: str, many: int = ASKED) -> dict[str, float]:
    """How long plain GETs take one after the other, in ms."""
    took = []
    for _ in range(many):
        began = perf_counter()
        assert client.get(path).status_code == 200
        took.append((perf_counter() - began) * 1000)
    cuts = quantiles(took, n=100)
    return {"p50_in_ms": cuts[49], "p99_in_ms": cuts[98]}


def plain(server: Server, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"{server.address}/beta", headers=headers, trust_env=False, timeout=60)


def test_a_thousand_held_questions_cost_little_and_all_are_told_when_something_happens(server, record):
    rome = signed_in(server.address, ALEX)
    before = server.memory()
    with plain(server, rome._tokens.token()) as client:
        record.measure("nobody else there", **gets(client, "/me/devices"), memory_in_MB=before)
        command = unheard(client, rome)
        numbers, seconds, answers = asyncio.run(holding(server, client, command))
    assert answers == [b"HTTP/1.1 200"] * IDLE
    memory = server.memory()
    each = {"kB_each": (memory - before) * 1024 / IDLE, "seconds_until_all_are_told": seconds}
    record.measure(f"{IDLE:,} held questions", **numbers, memory_in_MB=memory, **each)
    rome.close()


def unheard(client: httpx.Client, rome: Rome) -> SentCommand:
    """A command about which nothing will be heard for a minute: its device is mute."""
    device = rome.device("Surface")
    mute = client.post(f"/me/devices/{device.id}/romekit.personality", json={"personality": "mute"})
    assert mute.status_code == 204
    command = rome.launch(device, "https://a.b")
    while command.refresh().status != "sentToTarget":
        sleep(0.1)
    return command


async def holding(
    server: Server, client: httpx.Client, command: SentCommand
) -> tuple[dict[str, float], float, list[bytes]]:
    """Plain GETs beside held questions; then something happens: how long until all are told, and what they are."""
    path = f"/me/devices/{command.device.id}/commands/{command.id}"
    async with held(server.port, client.headers["Authorization"], command.observations.etag, f"/beta{path}") as waiting:
        await asyncio.sleep(2)
        numbers = await asyncio.to_thread(gets, client, "/me/devices")
        assert not any(each.done() for each in waiting)
        began = monotonic()
        assert (await asyncio.to_thread(client.post, f"{path}/romekit.cancel")).status_code == 202
        answers = await asyncio.gather(*waiting)
    return numbers, monotonic() - began, answers


@asynccontextmanager
async def held(port: int, bearer: str, etag: str, path: str) -> AsyncIterator[list[asyncio.Task[bytes]]]:
    """Questions that the server holds, each on a connection of its own; the start of each answer."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: {bearer}\r\n"
    question = f"{head}If-None-Match: {etag}\r\nPrefer: wait=40\r\n\r\n".encode()

    async def one() -> bytes:
        for _ in range(50):  # the queue of a listening socket is short
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                break
            except OSError:
                await asyncio.sleep(0.1)
        writer.write(question)
        answer = await reader.read(12)
        writer.close()
        return answer

    yield [asyncio.create_task(one()) for _ in range(IDLE)]


def test_a_thousand_commands_in_flight_beside_slow_clients_all_end(server, record):
    rome = signed_in(server.address, SAM)
    before, device = server.memory(), rome.device("Xbox")
    with (
        plain(server, rome._tokens.token()) as client,
        slow_clients(server.port, rome._tokens.token(), each=50),
        ThreadPoolExecutor(1) as beside,
    ):
        began = monotonic()
        fleet = rome.send_many([(device, Launch(f"https://a.b/{number}")) for number in range(COMMANDS)]).check()
        sent = monotonic() - began
        asking = beside.submit(gets, client, "/me/devices")
        rome.follow_many(fleet, deadline=90, polling=LongPoll(wait=5)).check()
        ended = monotonic() - began
        numbers = asking.result()
    assert fleet.statuses() == {"completed": COMMANDS}
    took = {"seconds_to_send": sent, "seconds_until_all_ended": ended, "MB_more": server.memory() - before}
    record.measure(
        f"{COMMANDS:,} commands in flight, 150 slow clients", **numbers, **took, memory_in_MB=server.memory()
    )
    rome.close()


def test_a_space_of_ten_thousand_devices_is_listed_commanded_and_watched(tmp_path, record):
    store = ten_thousand_devices(tmp_path)
    with Server(store, tmp_path / "log") as server:
        rome = signed_in(server.address, ALEX)
        began = monotonic()
        listed = rome.devices()
        took = monotonic() - began
        assert len(listed) == DEVICES
        with plain(server, rome._tokens.token()) as client:
            fleet = rome.send_many([(device, Launch("https://a.b")) for device in listed[::10]]).check()
            one = f"/me/devices/{fleet[0].device.id}/commands/{fleet[0].id}"
            numbers = gets(client, one)
            rome.follow_many(fleet, deadline=90).check()
        assert fleet.statuses() == {"completed": COMMANDS}
        what = f"{DEVICES:,} devices, {COMMANDS:,} of them commanded"
        record.measure(what, **numbers, seconds_to_list=took, memory_in_MB=server.memory())
        assert "Traceback" not in server.said()
        rome.close()


def test_all_of_it_at_once_in_one_process(tmp_path, record):
    """One commands a thousand of ten thousand devices, beside another's thousand held questions and slow clients."""
    with Server(ten_thousand_devices(tmp_path), tmp_path / "log") as server:
        alex, sam = signed_in(server.address, ALEX), signed_in(server.address, SAM)
        bearer = f"Bearer {sam._tokens.token()}"
        before, listed = server.memory(), alex.devices()
        with plain(server, sam._tokens.token()) as client, slow_clients(server.port, sam._tokens.token(), each=50):
            command = unheard(client, sam)
            path = f"/beta/me/devices/{command.device.id}/commands/{command.id}"
            numbers, answers = asyncio.run(everything(server, alex, listed[::10], client, (bearer, command, path)))
        assert answers == [b"HTTP/1.1 200"] * IDLE
        memory = server.memory()
        more = {"memory_in_MB": memory, "MB_more": memory - before}
        record.measure("all of these at once: 1,000 held, 10,000 devices, 1,000 commands, 150 slow", **numbers, **more)
        assert "Traceback" not in server.said()
        alex.close()
        sam.close()


async def everything(
    server: Server, alex: Rome, devices: list[Device], client: httpx.Client, question: tuple[str, SentCommand, str]
) -> tuple[dict[str, float], list[bytes]]:
    bearer, command, path = question
    async with held(server.port, bearer, command.observations.etag, path) as waiting:
        await asyncio.sleep(2)
        commanding = asyncio.create_task(asyncio.to_thread(commanded, alex, devices))
        numbers = await asyncio.to_thread(gets, client, "/me/devices")
        seconds = await commanding
        assert not any(each.done() for each in waiting)
        assert (await asyncio.to_thread(client.post, f"{path[5:]}/romekit.cancel")).status_code == 202
        return numbers | {"seconds_until_all_ended": seconds}, await asyncio.gather(*waiting)


def commanded(rome: Rome, devices: list[Device]) -> float:
    """A command to each, followed to its end; the seconds it took."""
    began = monotonic()
    fleet = rome.follow_many(rome.send_many([(device, Launch("https://a.b")) for device in devices]), deadline=90)
    assert fleet.check().statuses() == {"completed": len(devices)}
    return monotonic() - began


def ten_thousand_devices(folder: Path) -> str:
    """A store with them in it, filled as an operator fills one: from a copy."""
    copy, store = folder / "many.jsonl", f"sqlite:///{folder / 'rome.db'}"
    memory, clock = Memory(), Wall()
    devices = [replace(DEMO_DEVICES[0], name=f"Device {number}") for number in range(DEVICES)]
    Spaces(memory, clock, devices=devices).now(ALEX)
    save(written([(f"space:{ALEX}", memory.read(f"space:{ALEX}"))]), copy)
    subprocess.run([ROMEKIT, "import", "--store", store, copy], check=True, env=DIRECT, stdout=subprocess.DEVNULL)
    return store
