"""What was shown once is never taken back: not by another server, whatever its clock says, nor after a restart."""

import httpx
import pytest
from hypothesis import HealthCheck, given, settings, strategies as some

from romekit.cloud.engine.decide import DEVICE_RULES, cancel, send, set_fault, set_personality, set_presence
from romekit.cloud.engine.faults import Fault
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.store.contract import Conflict, Memory
from romekit.cloud.store.ledger import Ledger
from romekit.cloud.store.sqlite import SQLite
from romekit.cloud.stub import Stub
from romekit.core.clock import BEGINNING, Virtual
from romekit.core.errors import Rejected
from romekit.core.model import Launch
from romekit.core.presence import Presence
from romekit.core.status import Status, is_final
from tests.cloud.engine import spaces
from tests.cloud.graph_client import KEY, LAUNCH, bearer


class Shared(Memory):
    """A memory that several servers look at."""

    outlives = True


def opened(store) -> Ledger:
    ledger = spaces.opened(store)
    store.uncommitted.settle()
    return ledger


def surface(ledger) -> str:
    return ledger.at(BEGINNING).listed()[0].id


def settled(store, what):
    """What a door does: it answers when what the answer rests on is kept, and works it out again when that is lost."""
    for _ in range(20):
        answer = what()
        try:
            store.uncommitted.settle()
        except Conflict:
            continue
        return answer
    raise AssertionError("it never came to an end")


def test_a_server_whose_clock_is_behind_cannot_stop_what_another_has_shown_as_done(durable, opening):
    open_it = opening(durable)
    ahead_store = open_it()
    behind_store = ahead_store if durable == "sqlite" else open_it()
    ahead = opened(ahead_store)
    device = surface(ahead)
    sent = settled(ahead_store, lambda: ahead.ask(send(device, Launch("https://a.b")), BEGINNING))
    behind = Ledger(behind_store, "s", DEVICE_RULES)
    shown = settled(ahead_store, lambda: ahead.at(BEGINNING + 10).commands[sent.id].status)
    assert shown is Status.COMPLETED
    with pytest.raises(Rejected, match="too late"):
        settled(behind_store, lambda: caught_up(behind_store, behind).ask(cancel(device, sent.id), BEGINNING + 0.01))
    assert settled(behind_store, lambda: behind.at(BEGINNING).commands[sent.id].status) is Status.COMPLETED


def caught_up(store, ledger):
    if (looking := store.refresh()) is not None:
        looking.ended.result(10)
    return ledger


def test_what_was_shown_is_shown_after_a_restart_with_the_clock_put_back_and_nothing_is_written(durable, opening):
    open_it = opening(durable)
    store = open_it()
    ledger = opened(store)
    sent = settled(store, lambda: ledger.ask(send(surface(ledger), Launch("https://a.b")), BEGINNING))
    shown = settled(store, lambda: ledger.at(BEGINNING + 1.0)).commands[sent.id]
    store.close()
    store = open_it()
    again = Ledger(store, "s", DEVICE_RULES)
    assert again.at(BEGINNING - 3600).commands[sent.id] == shown
    settled(store, lambda: again.at(BEGINNING + 100))
    written = len(store.read("s"))
    for late in range(100, 200):
        assert settled(store, lambda late=late: again.at(BEGINNING + late)).commands[sent.id].status == "completed"
    assert len(store.read("s")) == written


DEEDS = some.sampled_from(["send", "cancel", "asleep", "online", "offline", "look", "mute", "fault"])
STEP = some.tuples(some.integers(0, 2), some.floats(0, 30, allow_nan=False), DEEDS, some.integers(0, 5))
STEPS = some.lists(STEP, min_size=1, max_size=25)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_three_servers_on_three_clocks_tell_one_story(steps):
    store = Shared()
    servers = [opened(store), Ledger(store, "s", DEVICE_RULES), Ledger(store, "s", DEVICE_RULES)]
    devices = [device.id for device in servers[0].at(BEGINNING).listed()]
    seen: dict[str, int] = {}
    for who, clock, deed, which in steps:
        server, now = servers[who], BEGINNING + clock
        do(server, now, deed, devices[which], which)
        for command in server.at(now).commands.values():
            assert command.moves >= seen.get(command.id, 0), "a status went back"
            seen[command.id] = command.moves
    end = BEGINNING + 200
    spaces = [server.at(end) for server in servers]
    assert spaces[0] == spaces[1] == spaces[2]
    events = store.read("s")
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert DEVICE_RULES.fold(events) == spaces[0], "the events alone say everything"


def do(server, now, deed, device, which):
    space = server.at(now)
    open_commands = [each for each in space.in_order() if not is_final(each.status)]
    match deed:
        case "send":
            server.ask(send(device, Launch("https://a.b")), now)
        case "cancel" if open_commands:
            server.ask(cancel(open_commands[0].device, open_commands[0].id), now)
        case "asleep" | "online" | "offline":
            server.ask(set_presence(device, Presence(deed)), now)
        case "mute":
            server.ask(set_personality(device, "mute"), now)
        case "fault":
            server.ask(set_fault(Fault(what=("crash", "late result", "falls asleep")[which % 3])), now)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, some.floats(0, 80, allow_nan=False))
def test_a_space_that_is_opened_again_goes_on_as_the_original_does(steps, cut):
    store = Memory()
    ledger = opened(store)
    devices = [device.id for device in ledger.at(BEGINNING).listed()]
    for _, clock, deed, which in sorted(steps, key=lambda step: step[1]):
        do(ledger, BEGINNING + clock, deed, devices[which], which)
    again = Ledger(store, "s", DEVICE_RULES)
    assert again.at(BEGINNING + 30 + cut) == ledger.at(BEGINNING + 30 + cut)
    assert again.next_due() == ledger.next_due()


def test_a_server_that_starts_with_its_clock_put_back_an_hour_goes_on_from_where_it_was(tmp_path):
    for hours in (1, 0):
        stub = Stub(clock=Virtual(BEGINNING + hours * 3600), store=SQLite(tmp_path / "rome.db"), key=KEY)
        with httpx.Client(transport=InProcessTransport(stub.app), base_url="http://127.0.0.1/beta") as http:
            http.headers.update(bearer(at=BEGINNING + 3600))
            device = http.get("/me/devices").json()["value"][0]["id"]
            sent = http.post(f"/me/devices/{device}/commands", json=LAUNCH).json()["id"]
            stub.clock.advance(10)
            assert http.get(f"/me/devices/{device}/commands/{sent}").json()["status"] == "completed"
        assert stub.clock.now() >= BEGINNING + 3600
        stub.close()
