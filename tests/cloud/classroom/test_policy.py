"""What a student may use, and that nobody else's share gets smaller by it."""

import asyncio
import re
import time
from contextlib import asynccontextmanager

import httpx
import pytest

from romekit.cloud.classroom.roster import Opening
from romekit.cloud.engine.classroom.state import Quotas, quotas_from
from romekit.cloud.graph.messages import GraphRequest, Refused
from romekit.cloud.stub import Stub
from romekit.core.clock import Wall
from romekit.core.errors import BadInput
from tests.cloud.a_class import CODE, LAUNCH, SCOPE, SECRET, AClass, do, ids_of, launch, refusal
from tests.cloud.browser import Page
from tests.cloud.support import DEVICE_GRANT


@pytest.mark.witness("property", "Class.quotas.commands_per_minute", "I ours")
@pytest.mark.witness("error", "429 TooManyRequests", "I ours")
def test_so_many_commands_a_minute_and_then_a_pause_is_asked_for():
    a_class = AClass(commands_per_minute=2)
    a_class.stub.graph.status_monitor = True
    mia, ben = a_class.signed_in("Mia"), a_class.signed_in("Ben")
    assert [launch(mia).status_code for _ in range(2)] == [201, 201]
    refused = launch(mia)
    assert refusal(refused) == (429, "TooManyRequests")
    assert "2 commands a minute" in refused.json()["error"]["message"]
    operations = f"/me/devices/{ids_of(mia)[0]}/romekit.operations"
    assert mia.post(operations, json=LAUNCH).status_code == 429
    assert launch(ben).status_code == 201
    a_class.clock.advance(float(refused.headers["retry-after"]))
    assert launch(mia).status_code == 201


@pytest.mark.witness("property", "Class.quotas(commands, events)", "I ours")
@pytest.mark.witness("error", "507 quotaLimitReached", "I ours")
@pytest.mark.parametrize(
    ("quota", "statuses"), [({"commands": 2}, [201, 201, 507]), ({"events": 9}, [201, 507, 507])], ids=str
)
def test_so_many_commands_and_so_many_events_in_all(quota, statuses):
    mia = AClass(**quota).signed_in()
    assert [launch(mia).status_code for _ in range(3)] == statuses
    assert mia.get("/me/devices").status_code == 200


def test_the_buttons_of_the_wall_are_no_way_around_a_quota():
    a_class = AClass(events=9)
    browser = a_class.browser("Mia")
    page = browser.open("/wall")
    upn = a_class.room.now().present()[0].account
    said = {"csrf": page.fields["csrf"], "upn": upn, "device": a_class.stub.spaces.now(upn).listed()[0].id}

    def press(presence, accept="application/json"):
        return browser.http.post("/wall/do", data=said | {"presence": presence}, headers={"Accept": accept})

    answers = [press(("offline", "online")[number % 2]) for number in range(9)]
    assert answers[0].status_code == 204
    assert refusal(answers[-1]) == (507, "quotaLimitReached")
    assert "Ask your teacher" in press("online", "text/html").text


def test_the_same_request_is_counted_once_however_often_it_has_to_be_answered_anew():
    a_class = AClass(commands_per_minute=2)
    rules, account = a_class.stub.graph.policy, a_class.join("Mia")["account"]
    asked = [GraphRequest("POST", (), {}, b"", 0.0, request_id=each) for each in ("one", "two", "three")]
    for each in (asked[0], asked[1], asked[0], asked[1]):
        rules._count(account, 2, each)
    with pytest.raises(Refused):
        rules._count(account, 2, asked[2])


def test_a_batch_is_no_way_around_a_quota():
    a_class = AClass(commands=1)
    mia = a_class.signed_in()
    one = {"method": "POST", "url": f"/me/devices/{ids_of(mia)[0]}/commands", "body": LAUNCH}
    one["headers"] = {"Content-Type": "application/json"}
    answer = mia.post("/$batch", json={"requests": [{"id": str(n), **one} for n in range(3)]})
    assert sorted(each["status"] for each in answer.json()["responses"]) == [201, 507, 507]


@pytest.fixture
def mia():
    """A student who may have two faults at once."""
    return AClass(faults=2).signed_in()


def break_it(mia, where="list"):
    return mia.post("/me/romekit.fault", json={"what": "refused", "where": where})


@pytest.mark.witness("property", "Class.quotas.faults", "I ours")
@pytest.mark.witness("error", "403 quotaLimitReached", "I ours")
def test_so_many_faults_at_once_and_clearing_makes_room(mia):
    assert [break_it(mia, "payload").status_code for _ in range(2)] == [204, 204]
    assert refusal(break_it(mia, "payload")) == (403, "quotaLimitReached")
    assert mia.post("/me/romekit.clearfaults").status_code == 204
    assert break_it(mia, "payload").status_code == 204


def test_a_fault_that_is_used_up_takes_no_room_and_yet_they_are_not_kept_without_end(mia, monkeypatch):
    for _ in range(5):
        assert break_it(mia).status_code == 204
        assert mia.get("/me/romekit.class").json()["used"]["faults"] == 1
        assert mia.get("/me/devices").status_code == 503
        assert mia.get("/me/romekit.class").json()["used"]["faults"] == 0
    assert mia.get("/me/devices").status_code == 200
    mia.post("/me/romekit.clearfaults")
    monkeypatch.setattr("romekit.cloud.classroom.policy.MOST_FAULTS", 3)
    for _ in range(3):
        assert break_it(mia).status_code == 204
        assert mia.get("/me/devices").status_code == 503
    assert break_it(mia).status_code == 403
    mia.post("/me/romekit.clearfaults")
    assert break_it(mia).status_code == 204


@pytest.mark.witness("property", "Class.quotas.body", "I ours")
@pytest.mark.witness("error", "413 RequestEntityTooLarge", "I ours")
@pytest.mark.witness("property", "Class.quotas.devices", "I ours")
def test_a_body_may_be_so_large_and_so_many_devices_are_there_to_begin_with():
    mia = AClass(body=100).signed_in()
    refused = mia.post("/me/romekit.fault", json={"what": "refused", "where": " " * 100})
    assert refusal(refused) == (413, "RequestEntityTooLarge")
    assert len(ids_of(AClass(devices=3).signed_in())) == 3


@pytest.mark.witness("route", "GET /me/romekit.class", "I ours")
@pytest.mark.witness(
    "property", "Class(class, name, says), Class.used(commands, events, faults), Class.quotas.students", "I ours"
)
@pytest.mark.witness("error", "404 itemNotFound", "I ours")
def test_a_student_is_told_what_there_is_and_what_is_used_of_it_and_without_a_class_there_is_nothing_to_tell(door):
    a_class = AClass(commands=50)
    mia = a_class.signed_in()
    launch(mia)
    do(a_class.teacher(), "tell", text="Now exercise 2")
    about = mia.get("/me/romekit.class").json()
    assert (about["class"], about["name"], about["says"]) == ("Physics 9", "Mia", "Now exercise 2")
    assert (about["quotas"]["commands"], about["used"]["commands"]) == (50, 1)
    assert refusal(door.get("/beta/me/romekit.class")) == (404, "itemNotFound")


def test_updates_do_not_go_to_the_servers_own_machine():
    mia = AClass().signed_in()
    body = LAUNCH | {"postBackUri": "http://127.0.0.1:8081/hub/api"}
    assert mia.post(f"/me/devices/{ids_of(mia)[0]}/commands", json=body).status_code == 400


@asynccontextmanager
async def on_the_wall(**quotas: int):
    """A client of a class on the wall clock, signed in as Mia."""
    stub = Stub(clock=Wall(), classroom=Opening("P", SECRET.encode(), CODE, Quotas(**quotas)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(stub.app), base_url="http://127.0.0.1") as http:
        place = (await http.post("/romekit/join", json={"code": CODE, "name": "Mia"})).json()
        app = {"client_id": "a", "scope": SCOPE}
        flow = (await http.post("/consumers/oauth2/v2.0/devicecode", data=app)).json()
        said = {"account": place["account"], "word": place["word"], "user_code": flow["user_code"]}
        await http.post("/romekit/join/approve", json=said)
        grant = {"grant_type": DEVICE_GRANT, "device_code": flow["device_code"]}
        token = (await http.post("/consumers/oauth2/v2.0/token", data=app | grant)).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield http


@pytest.mark.witness("property", "Class.quotas.waiting", "I ours")
@pytest.mark.witness("error", "429 TooManyRequests", "I ours")
def test_so_many_requests_are_held_at_once():
    async def play():
        async with on_the_wall(waiting=2) as http:
            known = (await http.get("/beta/me/romekit.wall")).headers["etag"]
            waits = {"If-None-Match": known, "Prefer": "wait=3"}
            answers = await asyncio.gather(*(http.get("/beta/me/romekit.wall", headers=waits) for _ in range(3)))
            again = await http.get("/beta/me/romekit.wall", headers=waits | {"Prefer": "wait=1"})
            return [each.status_code for each in answers], again.status_code

    held, again = asyncio.run(play())
    assert sorted(held) == [304, 304, 429]
    assert again == 304


def test_a_wall_for_which_no_place_is_left_is_answered_at_once():
    async def play():
        async with on_the_wall(waiting=1) as http:
            page = Page(await http.get("/join"))
            await http.post("/join", data={"csrf": page.fields["csrf"], "code": CODE, "name": "Ben"})
            wall = await http.get("/wall")
            upn = re.search(r'data-upn="([^"]+)"', wall.text)[1]
            first = await http.get("/wall/now", params={"upn": upn})
            waits = {"If-None-Match": first.headers["etag"], "Prefer": "wait=5"}
            holding = [asyncio.create_task(http.get("/wall/now", params={"upn": upn}, headers=waits)) for _ in range(2)]
            done, held = await asyncio.wait(holding, return_when=asyncio.FIRST_COMPLETED)
            for each in held:
                each.cancel()
            return [each.result().status_code for each in done], len(held)

    assert asyncio.run(play()) == ([304], 1)


def test_a_slow_answer_is_held_as_well_and_what_is_refused_for_it_is_not_done():
    async def play():
        async with on_the_wall(waiting=2) as http:
            device = (await http.get("/beta/me/devices")).json()["value"][0]["id"]
            await http.post("/beta/me/romekit.fault", json={"what": "slow answer", "times": None, "value": 3.0})
            place = f"/beta/me/devices/{device}/commands"
            began = time.monotonic()
            sending = [asyncio.create_task(http.post(place, json=LAUNCH)) for _ in range(3)]
            done, _ = await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
            first, took = [each.result().status_code for each in done], time.monotonic() - began
            answers = [(await each).status_code for each in sending]
            used = (await http.get("/beta/me/romekit.class")).json()["used"]
            return first, took, answers, used["commands"], (await http.post(place, json=LAUNCH)).status_code

    first, took, answers, used, again = asyncio.run(play())
    assert (first, sorted(answers), used, again) == ([429], [201, 201, 429], 2, 201)
    assert took < 2.5  # before any of the slow answers


@pytest.mark.parametrize("quota", [{"commands": 0}, {"commands": 10**9}, {"pizzas": 3}])
def test_a_quota_that_makes_no_sense_is_refused(quota):
    with pytest.raises(BadInput):
        quotas_from(quota)
