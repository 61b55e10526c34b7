"""Frozen time: the devices stand still and everything else goes on, on every server of the store."""

import asyncio

import pytest

from romekit.cloud.classroom.roster import Opening
from romekit.cloud.engine.classroom.decide import join, set_frozen
from romekit.cloud.engine.decide import send
from romekit.cloud.graph.long_poll import unchanged
from romekit.cloud.store.contract import Memory
from romekit.cloud.store.sqlite import SQLite
from romekit.cloud.stub import Stub
from romekit.core.clock import Virtual, Wall
from romekit.core.model import Launch
from tests.cloud.a_class import SECRET, AClass, do, launch


def status(client, sent) -> str:
    return client.get(sent.headers["location"].partition("/beta")[2]).json()["status"]


def test_what_is_on_its_way_or_sent_meanwhile_stands_still_and_goes_on_from_there(a_class):
    mia, teacher = a_class.signed_in(), a_class.teacher()
    before = launch(mia)
    do(teacher, "freeze")
    meanwhile = launch(mia)
    assert meanwhile.status_code == 201
    a_class.clock.advance(3600 - 100)
    assert {status(mia, sent) for sent in (before, meanwhile)} == {"requesting"}
    do(teacher, "go on")
    assert {status(mia, sent) for sent in (before, meanwhile)} == {"requesting"}
    a_class.clock.advance(10)
    assert {status(mia, sent) for sent in (before, meanwhile)} == {"completed"}


def test_time_that_stood_still_is_not_made_up_for_and_freezing_twice_is_freezing_once(a_class):
    mia, teacher = a_class.signed_in(), a_class.teacher()
    for _ in range(2):
        for deed, seconds in (("freeze", 50), ("freeze", 450), ("go on", 0), ("go on", 0)):
            do(teacher, deed)
            a_class.clock.advance(seconds)
    assert a_class.room.now().held == 1000
    sent = launch(mia)
    a_class.clock.advance(10)
    assert status(mia, sent) == "completed"
    moves = [each["at"] for each in mia.get("/me/romekit.history").json()["value"]]
    assert max(moves) < a_class.clock.now() - 1000


def test_tokens_and_sign_ins_go_on_with_the_wall(a_class):
    mia, teacher = a_class.signed_in(), a_class.teacher()
    flow = a_class.flow()
    do(teacher, "freeze")
    assert a_class.signed_in("Ben").get("/me/devices").status_code == 200
    a_class.clock.advance(901)
    assert a_class.tokens(flow).json()["error"] == "expired_token"
    a_class.clock.advance(2700)
    assert mia.get("/me/devices").status_code == 401


@pytest.mark.witness("property", "Class.isFrozen", "I ours")
def test_another_server_of_the_store_knows_that_time_stands_still():
    store, clock = Memory(), Virtual()
    first = AClass(store, clock)
    mia = first.signed_in()
    do(first.teacher(), "freeze")
    clock.advance(60)
    second = AClass(store, clock)
    assert second.stub.spaces.clock.now() == clock.now() - 60
    assert second.names() == ["Mia"]
    assert mia.get("/me/romekit.class").json()["isFrozen"] is True


def test_a_held_request_survives_and_hears_when_time_goes_on():
    async def play():
        stub = Stub(clock=Wall(), classroom=Opening("P", SECRET.encode(), "WREN-42"))
        room, graph = stub.roster, stub.graph
        account = room.ask(join("WREN-42", "Mia", "hashed")).id
        device = graph.spaces.now(account).listed()[0].id
        room.ask(set_frozen(True))
        command = graph.spaces.ask(account, send(device, Launch("https://a.example"))).id

        def until():
            now = graph.spaces.now(account).commands[command]
            return None if now.moves else graph.policy.wall_at(now.next_at)

        held = asyncio.create_task(unchanged(room.wall, 20, until, lambda told: graph.hold(account, told)))
        await asyncio.sleep(0.6)
        assert not held.done()
        room.ask(set_frozen(False))
        await asyncio.wait_for(held, 15)
        return graph.spaces.now(account).commands[command].moves

    assert asyncio.run(play()) >= 1


def test_a_class_is_the_same_class_after_a_restart(tmp_path):
    clock = Virtual()
    first = AClass(SQLite(tmp_path / "rome.db"), clock)
    place = first.join("Mia")
    browser = first.browser("Ben")
    do(first.teacher(), "freeze")
    first.stub.close()
    clock.advance(3600)
    second = AClass(SQLite(tmp_path / "rome.db"), clock)
    assert second.names() == ["Mia", "Ben"]
    assert second.stub.spaces.clock.now() == clock.now() - 3600
    assert second.join("Mia", word=place["word"])["account"] == place["account"]
    again = second.browser()
    again.http.cookies = browser.http.cookies
    assert "You are Ben" in again.open("/join").text
    second.stub.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert not any(secret.encode() in kept for secret in (place["word"], SECRET))
