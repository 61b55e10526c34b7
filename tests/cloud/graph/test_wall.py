"""The wall over HTTP: what every device shows, told when it changes; apps that are put on and off."""

import asyncio
import time

import httpx
import pytest

from romekit.cloud.engine.people import ALEX, SAM
from romekit.cloud.graph.throttling import Limits
from romekit.cloud.http.server import in_thread
from romekit.cloud.stub import Stub
from romekit.core.clock import Wall
from romekit.core.model import PING_PONG, PROVIDER_APP
from tests.cloud.graph_client import ECHO, KEY, LAUNCH, bearer, error_of, waiting

TOAST = ECHO | {"appServiceName": PING_PONG.name, "payload": {"Type": "Toast", "Title": "Hello", "Subtitle": "World!"}}
WALL = "/beta/me/romekit.wall"


def card(door, name="Alex's Surface"):
    return next(each for each in door.get(WALL).json()["value"] if each["name"] == name)


@pytest.mark.witness("route", "GET /me/romekit.wall", "I ours")
@pytest.mark.witness(
    "property",
    "Wall.value, Card(device, name, kind, platform, presence, listed, personality, story, deeds, waiting, last), "
    "Card.screen(kind, title, text, at), Card.apps(package, name, installed)",
    "I ours",
)
def test_a_card_of_the_wall_has_these_properties(door):
    door.send(LAUNCH, "Living Room Xbox")
    door.clock.advance(2)
    door.send(LAUNCH, "Alex's Phone")
    door.clock.advance(9)
    shown = card(door, "Living Room Xbox")
    assert list(shown) == [
        *("device", "name", "kind", "platform", "presence", "listed", "personality", "story", "deeds", "waiting"),
        *("screen", "commands", "last", "apps"),
    ]
    about = {"kind": "Xbox", "platform": "Windows", "personality": "slow", "story": "gets there in the end"}
    about |= {"presence": "online", "listed": "Online", "deeds": 1, "waiting": 0}
    about["screen"] = {"kind": "page", "title": "a.b", "text": "https://a.b", "at": shown["last"]["at"]}
    assert shown == shown | about
    assert list(shown["last"]) == ["id", "number", "order", "status", "error", "at"]
    assert shown["apps"][0] == {"package": TOAST["packageFamilyName"], "name": "Roman Test App", "installed": True}


@pytest.mark.witness("property", "Card.commands(id, number, order, status, error, at)", "I ours")
def test_a_command_on_its_way_is_on_the_card_of_its_device(door):
    sent, shown = door.send().json()["id"], card(door)
    command = {"id": sent, "number": 1, "order": "open https://a.b", "status": "requesting", "error": None}
    assert shown["commands"] == [command | {"at": door.clock.now()}]
    assert (shown["waiting"], shown["last"]) == (1, None)


def test_the_etag_changes_when_anything_that_is_shown_does_and_only_then(door):
    etag = door.get(WALL).headers["etag"]
    door.clock.advance(100)
    assert door.get(WALL).headers["etag"] == etag
    seen, changes = [etag], {"presence": {"presence": "asleep"}, "personality": {"personality": "slow"}}
    changes["apps"] = {"app": PROVIDER_APP, "installed": False}
    for step in ("send", 0.45, 10, *changes):
        if step == "send":
            door.send()
        elif step in changes:
            door.ask("POST", f"/beta/me/devices/{door.device()}/romekit.{step}", json=changes[step])
        else:
            door.clock.advance(step)
        seen.append(door.get(WALL).headers["etag"])
    assert len(set(seen)) == len(seen)


def test_a_wall_that_is_known_is_not_sent_again_and_waiting_jumps_to_the_next_change(door):
    etag = door.get(WALL).headers["etag"]
    assert door.get(WALL, headers={"If-None-Match": etag}).status_code == 304
    start = door.clock.now()
    assert door.get(WALL, headers=waiting(etag, 5)).status_code == 304
    assert door.clock.now() == start + 5
    door.send(LAUNCH)
    known, seen = door.get(WALL).headers["etag"], ["requesting"]
    while seen[-1] != "completed":
        answer = door.get(WALL, headers=waiting(known))
        assert (answer.status_code, answer.headers["preference-applied"]) == (200, "wait")
        shown, known = answer.json()["value"][0], answer.headers["etag"]
        seen.append((shown["commands"] or [shown["last"]])[0]["status"])
    assert seen == ["requesting", "sentToTarget", "executing", "completed"]
    assert door.clock.now() - start < 8


def test_looking_at_the_wall_counts_as_a_read_and_is_not_kept_among_the_exchanges_but_being_refused_is(door):
    door.get(WALL, headers={"If-None-Match": door.get(WALL).headers["etag"]})
    assert door.graph.request_log.of(ALEX.upn) == []
    assert door.get(WALL, token=door.token(scp=["Device.Read"])).status_code == 403
    assert [each.status for each in door.graph.request_log.of(ALEX.upn)] == [403]
    door.graph.throttle.limits = Limits(reads=1)
    assert [door.get(WALL).status_code for _ in range(2)] == [200, 429]


def test_everybody_has_a_wall_of_their_own(door):
    door.send(LAUNCH)
    waits = {each["name"]: each["waiting"] for each in door.get(WALL, token=door.token(SAM)).json()["value"]}
    assert (waits["Sam's Surface"], any(waits.values())) == (0, False)


@pytest.mark.witness("route", "POST /me/devices/{device}/romekit.apps", "I ours")
@pytest.mark.witness("property", "AppOnDevice(app, installed)", "I ours")
def test_an_app_can_be_removed_over_http_and_put_back(door):
    path = f"/beta/me/devices/{door.device()}/romekit.apps"
    for installed in (False, True):
        answer = door.ask("POST", path, json={"app": TOAST["packageFamilyName"], "installed": installed})
        assert answer.json() == card(door)
        assert {app["name"]: app["installed"] for app in answer.json()["apps"]}["Roman Test App"] is installed
        sent = door.send(TOAST)
        door.clock.advance(10)
        status = "completed" if installed else "executionFailed"
        assert door.get(sent.headers["location"]).json()["status"] == status


@pytest.mark.parametrize(
    ("body", "status", "target"),
    [
        ({"app": "Tetris", "installed": True}, 400, "app"),
        ({"app": PROVIDER_APP}, 400, "installed"),
        ({"app": PROVIDER_APP, "installed": 1}, 400, "installed"),
        ([], 400, "installed"),
        ({"app": PROVIDER_APP, "installed": True}, 404, "device"),
    ],
)
def test_what_is_wrong_about_an_app_is_named(door, body, status, target):
    device = "nobody" if target == "device" else door.device()
    answer = door.ask("POST", f"/beta/me/devices/{device}/romekit.apps", json=body)
    assert (answer.status_code, error_of(answer)["target"]) == (status, target)


def test_on_a_socket_a_decision_ends_the_wait_for_a_wall_and_a_bad_token_is_refused_at_once():
    stub = Stub(clock=Wall(), key=KEY)

    async def journey(address):
        async with httpx.AsyncClient(base_url=f"{address}{WALL}", headers=bearer(), timeout=30) as client:
            first = await client.get("")
            looking = asyncio.create_task(client.get("", headers=waiting(first.headers["etag"])))
            await asyncio.sleep(0.1)
            sent = time.monotonic()
            device = first.json()["value"][0]["device"]
            await client.post(f"{address}/beta/me/devices/{device}/commands", json=LAUNCH)
            told = await asyncio.wait_for(looking, 15)
            took = time.monotonic() - sent
            refused = await client.get("", headers={**waiting("x"), "Authorization": "Bearer EwBgarbage"})
            return told.json()["value"][0]["waiting"], took, refused.status_code

    with in_thread(stub.app) as address:
        is_waiting, took, refused = asyncio.run(journey(address))
    assert (is_waiting, refused) == (1, 401)
    assert took < 5
