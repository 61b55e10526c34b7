"""A GET that would rather wait is answered when its command has changed, and not before."""

import asyncio
import threading
import time
from contextlib import suppress
from dataclasses import replace

import httpx
import pytest

from romekit.cloud.engine.decide import cancel
from romekit.cloud.engine.people import ALEX, DEMO_DEVICES
from romekit.cloud.http.server import in_thread
from romekit.cloud.stub import Stub
from romekit.core.clock import Wall
from tests.cloud.graph_client import KEY, LAUNCH, bearer, waiting
from tests.cloud.listener import until


@pytest.mark.witness("header", "ETag", "I ours")
def test_a_command_has_an_etag_from_the_first_that_changes_with_its_status(door):
    sent = door.send()
    place, first = sent.headers["location"], sent.headers["etag"]
    assert [door.get(place).headers["etag"] for _ in range(2)] == [first] * 2
    door.clock.advance(10)
    assert door.get(place).headers["etag"] != first


@pytest.mark.witness("answer", "304", "I ours")
@pytest.mark.witness("header", "request: if-none-match", "I ours")
@pytest.mark.parametrize("spelled", ["{}", "W/{}", '"other", {}', '"other", W/{}', "*"])
def test_what_the_client_has_already_is_not_sent_again_however_its_tag_is_spelled(door, spelled):
    place = door.launched()
    etag = door.get(place).headers["etag"]
    answer = door.get(place, headers={"If-None-Match": spelled.format(etag.removeprefix("W/"))})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert answer.headers["request-id"]


@pytest.mark.witness("header", "Preference-Applied, request: prefer", "I ours")
def test_waiting_jumps_from_change_to_change_on_virtual_time(door):
    place = door.launched()
    answer, seen, start = door.get(place), ["requesting"], door.clock.now()
    while answer.json()["status"] != "completed":
        answer = door.get(place, headers=waiting(answer.headers["etag"]))
        assert answer.headers["preference-applied"] == "wait"
        seen.append(answer.json()["status"])
    assert seen == ["requesting", "sentToTarget", "executing", "completed"]
    moves = door.graph.spaces.events(ALEX.upn)[-1].at
    assert door.clock.now() == moves
    assert door.clock.now() - start < 3


def test_waiting_ends_when_the_time_is_up_and_an_unknown_command_is_not_waited_for(door):
    place = door.launched("Living Room Xbox")
    etag, start = door.get(place).headers["etag"], door.clock.now()
    assert door.get(place, headers=waiting(etag, 1)).status_code == 304
    assert door.clock.now() == start + 1
    path = f"/beta/me/devices/{door.device()}/commands/A1"
    assert door.get(path, headers=waiting("x")).status_code == 404
    assert door.get(path, headers=waiting("x"), token="EwBgarbage").status_code == 401
    assert door.clock.now() == start + 1


NOT_UNDERSTOOD = [
    *("wait=x", "respond-async", "", "wait", "wait=", "wait=-1", "wait=0.5", "wait=1e9", "wait=3 4", "xwait=3"),
    *("await=3", 'wait="3', 'x="a, wait=3"', "wait=x, wait=3", "wait=٣"),
]


@pytest.mark.parametrize("prefer", NOT_UNDERSTOOD)
def test_a_preference_that_is_not_understood_is_ignored(door, prefer):
    place = door.launched()
    etag, start = door.get(place).headers["etag"], door.clock.now()
    answer = door.get(place, headers={"If-None-Match": etag, "Prefer": prefer.encode()})
    assert (answer.status_code, "preference-applied" in answer.headers) == (304, False)
    assert door.clock.now() == start


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [("wait=2", 2), ('respond-async, WAIT = "2"; x=1, wait=9', 2), ("wait=61", 60), (f"wait=1{'0' * 400}", 60)],
)
def test_the_first_wish_to_wait_is_heard_and_nobody_is_held_for_more_than_a_minute(door, prefer, seconds):
    place = "/beta/me/romekit.changes?$deltatoken=latest"
    etag, start = door.get(place).headers["etag"], door.clock.now()
    answer = door.get(place, headers={"If-None-Match": etag, "Prefer": prefer})
    assert (answer.status_code, answer.headers["preference-applied"]) == (304, "wait")
    assert door.clock.now() == start + seconds


@pytest.fixture
def on_a_socket():
    """A cloud on the wall clock whose devices are mute, and headers for it."""
    devices = [replace(each, personality="mute") for each in DEMO_DEVICES]
    return Stub(clock=Wall(), key=KEY, devices=devices), bearer()


def held_since(stub, address, headers, patience):
    """A connection on which a question is being held, for as many seconds as the client has patience."""
    with httpx.Client(base_url=f"{address}/beta/me", headers=headers) as client:
        device = client.get("/devices").json()["value"][0]["id"]
        place = client.post(f"/devices/{device}/commands", json=LAUNCH).headers["location"]
        until(lambda: client.get(place).json()["status"] != "requesting")
        etag = client.get(place).headers["etag"]
    asking = threading.Thread(target=_ask, args=(place, headers | waiting(etag, 60), patience), daemon=True)
    asking.start()
    ledger = stub.spaces.ledger(ALEX.upn)
    until(lambda: ledger._watchers)
    return asking, ledger


def _ask(place, headers, patience):
    with suppress(httpx.TransportError):
        httpx.get(place, headers=headers, timeout=httpx.Timeout(60, read=patience), trust_env=False)


def test_a_decision_that_concerns_another_command_does_not_end_the_wait(on_a_socket):
    stub, headers = on_a_socket
    with in_thread(stub.app) as address:
        asking, _ = held_since(stub, address, headers, 10)
        with httpx.Client(base_url=f"{address}/beta/me", headers=headers) as client:
            device = client.get("/devices").json()["value"][1]["id"]
            before = len(stub.graph.request_log.of(ALEX.upn))
            for _ in range(3):
                client.post(f"/devices/{device}/commands", json=LAUNCH)
            assert len(stub.graph.request_log.of(ALEX.upn)) == before + 3
            assert asking.is_alive()


def test_who_goes_away_is_not_waited_for(on_a_socket):
    stub, headers = on_a_socket
    with in_thread(stub.app) as address:
        asking, ledger = held_since(stub, address, headers, 1)
        asking.join(10)
        assert not asking.is_alive()
        until(lambda: not ledger._watchers)


def test_on_a_socket_a_change_and_a_decision_both_end_the_wait():
    stub = Stub(clock=Wall(), key=KEY)

    async def journey(address):
        async with httpx.AsyncClient(base_url=f"{address}/beta/me", headers=bearer(), timeout=30) as client:
            device = (await client.get("/devices")).json()["value"][1]["id"]
            place = (await client.post(f"/devices/{device}/commands", json=LAUNCH)).headers["location"]
            etag = (await client.get(place)).headers["etag"]
            begin = time.monotonic()
            moved = await client.get(place, headers=waiting(etag))
            took = time.monotonic() - begin
            cancelling = asyncio.create_task(client.get(place, headers=waiting(moved.headers["etag"])))
            await asyncio.sleep(0.05)
            stub.spaces.ask(ALEX.upn, cancel(device, place.rpartition("/")[2]))
            return moved.json()["status"], took, (await asyncio.wait_for(cancelling, 15)).json()["status"]

    with in_thread(stub.app) as address:
        status, took, then = asyncio.run(journey(address))
    assert status == "sentToTarget"
    assert 0.05 < took < 10
    assert then in {"cancel", "cancelling", "canceled"}  # the stop goes on while the answer is made
