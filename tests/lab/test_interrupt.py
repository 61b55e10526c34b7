"""A long wait is interrupted, in a real kernel and by asyncio: the client and the command go on being of use."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from textwrap import dedent

import httpx
import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

from romekit.client.client import AsyncRome
from romekit.cloud.engine.people import DEMO_DEVICES
from romekit.core.endpoints import served
from romekit.core.model import Launch
from romekit.core.polling import LongPoll
from romekit.lab.lab import Lab
from tests.client.services import cloud_on_a_socket, having

PATIENCE = 60


class Kernel:
    """A kernel as a notebook has it: cells are run one after the other, and the stop button can be pressed."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self._manager = manager
        self._client = client
        self.traceback: list[str] = []
        self.displayed = 0

    def run(self, code: str) -> str:
        """What a cell shows: the text of its result, or the name of its error."""
        return self._outcome(self._client.execute(dedent(code)))

    def interrupted(self, code: str, *, after: float = 0.7) -> str:
        """The same for a cell that is interrupted so many seconds after it has printed `go`."""
        running = self._client.execute(dedent(code))
        while "go" not in self._next(running).get("text", ""):
            pass
        time.sleep(after)
        self._manager.interrupt_kernel()
        began = time.monotonic()
        outcome = self._outcome(running)
        assert time.monotonic() - began < 10, "the stop button was not heard"
        return outcome

    def shown(self, code: str) -> tuple[str, list[str]]:
        """The name of the error of a cell that is stopped, and the lines that a notebook shows for it."""
        return self.interrupted(code), self.traceback

    def _next(self, running: str) -> dict[str, str]:
        while True:
            message = self._client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") == running:
                return {"type": message["msg_type"], **message["content"]}

    def _outcome(self, running: str) -> str:
        said, self.displayed = "", 0
        while True:
            message = self._next(running)
            if message["type"] == "execute_result":
                said = message["data"]["text/plain"]
            elif message["type"] == "display_data":
                self.displayed += 1
            elif message["type"] == "error":
                said, self.traceback = message["ename"], message["traceback"]
            elif message["type"] == "status" and message["execution_state"] == "idle":
                return said


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    manager, client = start_new_kernel(startup_timeout=PATIENCE, kernel_name="python3")
    try:
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture
def lab(kernel: Kernel) -> Kernel:
    """A lab in the kernel at the pace of a person, with a device that takes everything and says nothing."""
    kernel.run(
        """
        import romekit
        from romekit import views
        from romekit.challenges import challenge
        from romekit.core.polling import Fixed, LongPoll
        from romekit.lab.race import race
        lab = romekit.Lab(pace=1)
        lab.add_device("Kiosk", "mute")
        rome, awaiting = lab.rome(), lab.async_rome()
        """
    )
    return kernel


def usable(kernel: Kernel, command: str = "command", wait: str = "") -> None:
    """The client answers, the command can be asked for, followed to its end, and its history is whole."""
    assert kernel.run("len(rome.devices())") == "8"
    kernel.run("lab.clock.pace = 0")
    assert kernel.run(f"({wait} {command}.refresh()).status") == "'sentToTarget'"
    assert kernel.run(f"({wait} {command}.follow()).status") == "'expired'"
    history = f"[change.to_status for change in {wait} {command}.history()]"
    assert kernel.run(history) == "['requesting', 'sentToTarget', 'expired']"


@pytest.mark.parametrize("polling", ["Fixed(30)", "LongPoll()"])
def test_a_blocking_follow_can_be_stopped_and_taken_up_again(lab, polling):
    lab.run('command = rome.launch("kiosk", "https://bing.com"); lab.clock.wait(1)')
    outcome = lab.interrupted(f'print("go", flush=True); command.follow(polling={polling}, progress=views.progress())')
    assert outcome == "KeyboardInterrupt"
    usable(lab)


def test_an_awaiting_follow_can_be_stopped_and_taken_up_again(lab):
    lab.run('command = await awaiting.launch("kiosk", "https://bing.com"); lab.clock.wait(1)')
    outcome = lab.interrupted('print("go", flush=True); await command.follow()')
    assert outcome in {"KeyboardInterrupt", "CancelledError"}
    usable(lab, wait="await")


def test_an_awaiting_follow_that_is_held_lets_other_things_happen_meanwhile(lab):
    lab.run(
        """
        import asyncio
        command = await awaiting.launch("kiosk", "https://bing.com")
        lab.clock.wait(1)
        ticks = 0
        async def tick():
            global ticks
            while True:
                await asyncio.sleep(0.05)
                ticks += 1
        ticking = asyncio.create_task(tick())
        """
    )
    outcome = lab.interrupted('print("go", flush=True); await command.follow(polling=LongPoll())', after=1)
    assert outcome in {"KeyboardInterrupt", "CancelledError"}
    assert int(lab.run("ticking.cancel(); ticks")) >= 5
    usable(lab, wait="await")


def test_a_fleet_can_be_left_and_followed_on(lab):
    lab.run(
        """
        from romekit.core.model import Launch
        fleet = rome.send_many([("kiosk", Launch("https://bing.com"))] * 30)
        lab.clock.wait(1)
        """
    )
    assert lab.interrupted('print("go", flush=True); rome.follow_many(fleet)') == "KeyboardInterrupt"
    usable(lab, "fleet[0]")
    assert lab.run("rome.follow_many(fleet).statuses()") == "{'expired': 30}"


WAITS = {
    "command.follow()": "Stopped waiting. The command goes on; call follow() again.",
    "await held.follow()": "Stopped waiting. The command goes on; call follow() again.",
    "await held.follow(polling=LongPoll())": "Stopped waiting. The command goes on; call follow() again.",
    "rome.follow_many([command])": "Stopped waiting. The commands go on; call follow_many() again.",
    "await awaiting.follow_many([held])": "Stopped waiting. The commands go on; call follow_many() again.",
    "lab.clock.wait(60)": "Stopped waiting.",
    "lab.sign_in(approve_after=60).rome()": "Stopped waiting. Run the cell again to start a new sign-in.",
    "await lab.sign_in(approve_after=None)": "Stopped waiting. Run the cell again to start a new sign-in.",
    "race(rounds=100)": "Stopped. Run the cell again to begin anew.",
    'challenge("poller").try_(lambda *given: "completed", days=1000)': "Stopped. Run the cell again to begin anew.",
}


def test_every_wait_that_is_stopped_ends_in_one_sentence(lab):
    lab.run('command = rome.launch("kiosk", "https://bing.com")')
    lab.run('held = await awaiting.launch("kiosk", "https://bing.com"); lab.clock.wait(1)')
    for wait, sentence in WAITS.items():
        error, lines = lab.shown(f'print("go", flush=True); {wait}')
        assert (lines, error in {"KeyboardInterrupt", "CancelledError"}) == ([sentence], True), wait
        assert lab.displayed == ("approve_after=None" in wait), "a sign-in that is to be approved shows its card"


@pytest.fixture
def served_cloud() -> Iterator[tuple[str, str]]:
    """The address of a cloud on the wall clock whose Surface is mute, and a token of Alex's."""
    devices = [replace(each, personality="mute") if "Surface" in each.name else each for each in DEMO_DEVICES]
    with cloud_on_a_socket(devices=devices) as place:
        yield place


@pytest.mark.parametrize("polling", ["LongPoll()", "Fixed(30)"])
def test_a_question_that_is_held_on_a_socket_can_be_stopped_in_the_middle(kernel, served_cloud, polling):
    address, token = served_cloud
    kernel.run(
        f"""
        from romekit.client.client import Rome
        from romekit.core.endpoints import served
        from romekit.core.errors import TimedOut
        from romekit.core.polling import Fixed, LongPoll
        class Token:
            account = "alex"
            def token(self, *, refused=""):
                return {token!r}
        rome = Rome(served({address!r}), Token())
        command = rome.launch("Surface", "https://bing.com")
        """
    )
    for _ in range(3):
        outcome = kernel.interrupted(f'print("go", flush=True); command.follow(polling={polling})', after=1.2)
        assert outcome == "KeyboardInterrupt"
        assert kernel.run("command.refresh().status") == "'sentToTarget'"
    assert kernel.run("command.follow(polling=LongPoll(), deadline=1.5)") == "TimedOut"
    assert kernel.run("len(rome.devices())") == "7"
    assert kernel.run('rome.launch("Phone", "https://bing.com").follow(polling=LongPoll()).is_final') == "True"


def test_a_question_that_is_held_on_a_socket_can_be_cancelled_and_a_fleet_leaves_no_request_running(served_cloud):
    address, token = served_cloud

    async def story():
        async with aclosing(AsyncRome(served(address), having(token))) as rome:
            command = await rome.launch("Surface", "https://bing.com")
            for _ in range(5):
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(command.follow(polling=LongPoll()), 0.8)
            fleet = await rome.send_many([("Surface", Launch("https://bing.com"))] * 100)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(rome.follow_many(fleet), 1)
            others = asyncio.all_tasks() - {asyncio.current_task()}
            told = [(await each.refresh()).status for each in (command, fleet[99])]
            return told, fleet.size, len(others), len(await rome.devices())

    assert asyncio.run(story()) == (["sentToTarget"] * 2, 100, 0, 7)


def test_sending_many_that_is_cancelled_in_the_middle_can_be_asked_about():
    """Which orders got through is in the history; the client itself is as good as before."""
    lab = Lab()
    started = asyncio.Event()

    class Slow(httpx.ASGITransport):
        async def handle_async_request(self, request):
            if request.url.path.endswith("$batch"):
                started.set()
                await asyncio.sleep(0.05)
            return await super().handle_async_request(request)

    async def story():
        http = httpx.AsyncClient(transport=Slow(lab.stub.app))
        rome = AsyncRome(lab.rome().cloud, having(lab.token()), http=http, clock=lab.clock)
        sending = asyncio.create_task(rome.send_many([("Surface", Launch("https://bing.com"))] * 200))
        await started.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        told = len(await rome.devices()), len(await rome.history() or [])
        await rome.aclose()
        return told

    devices, sent = asyncio.run(story())
    assert devices == 7
    assert sent < 200
