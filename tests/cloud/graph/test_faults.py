"""Each fault does what its row says, where it says, as often as it says, and nothing when it is not set."""

import gc
import json
import tracemalloc

import pytest

from romekit.cloud.engine.decide import clear_faults, set_fault
from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.people import ALEX
from romekit.cloud.stub import Stub
from romekit.core.model import Launch
from romekit.core.status import Status
from romekit.lab.lab import Lab
from tests.cloud.graph_client import ECHO, KEY, LAUNCH, Door, error_of, refusal

MINE = {"client-request-id": "11111111-2222-4333-8444-555555555555"}


def break_it(door, what, **details):
    door.graph.spaces.ask(ALEX.upn, set_fault(Fault(what=what, **details)))


def set_over_http(door, fault, **rest):
    return door.ask("POST", "/beta/me/romekit.fault", json=fault, **rest)


def statuses(door, times, path="/beta/me/devices"):
    return [door.get(path).status_code for _ in range(times)]


def deeds(door):
    return door.get("/beta/me/romekit.deeds").json()["value"]


def final_status(door, sent, seconds=200):
    door.clock.advance(seconds)
    return door.get(sent.headers["location"], token=door.token()).json()["status"]


@pytest.mark.witness("fault", "refused", "I ours")
def test_a_refused_request_is_answered_in_graphs_words_and_does_nothing(door):
    break_it(door, "refused", where="send", value=503, retry_after=2.5)
    refused = door.send(LAUNCH)
    assert (*refusal(refused), refused.headers["retry-after"]) == (503, "serviceNotAvailable", "3")
    assert door.history() == []
    assert door.send(LAUNCH).status_code == 201


@pytest.mark.witness("fault", "answer lost", "I ours")
@pytest.mark.parametrize("headers", [MINE, {}], ids=["with an id", "without one"])
def test_an_answer_is_lost_after_the_command_was_accepted_and_a_post_with_the_same_id_is_one_command(door, headers):
    break_it(door, "answer lost", where="send")
    answers = [door.send(headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [504, 201]
    door.clock.advance(10)
    assert [deed["deed"] for deed in deeds(door)] == ["The device opened https://a.b"] * (1 if headers else 2)
    assert (door.send(headers=headers).json()["id"] == answers[1].json()["id"]) is bool(headers)


@pytest.mark.witness("error", "409 nameAlreadyExists, 409 notAllowed", "I ours")
def test_the_same_id_for_another_command_is_a_conflict(door):
    door.send(headers=MINE)
    other = door.send({"type": "LaunchUri", "payload": {"uri": "https://other.b"}}, headers=MINE)
    assert refusal(other) == (409, "nameAlreadyExists", "client-request-id")
    assert door.send(LAUNCH, "Living Room Xbox", headers=MINE).status_code == 409


@pytest.mark.witness("fault", "slow answer, token expired", "I ours")
def test_a_slow_answer_takes_its_time_and_a_token_is_refused_as_if_it_had_expired(door):
    break_it(door, "slow answer", where="list", value=4)
    start = door.clock.now()
    assert door.get("/beta/me/devices").status_code == 200
    assert door.clock.now() == start + 4
    break_it(door, "token expired")
    refused = door.get("/beta/me/devices")
    assert (refused.status_code, "80049228" in error_of(refused)["message"]) == (401, True)
    assert door.get("/beta/me/devices").status_code == 200


@pytest.mark.witness("fault", "malformed answer, oversized answer, unknown status", "I ours")
def test_an_answer_can_break_off_or_swell_and_a_status_have_a_word_that_is_newer_than_any_client(door):
    break_it(door, "malformed answer", where="list")
    with pytest.raises(json.JSONDecodeError):
        door.get("/beta/me/devices").json()
    break_it(door, "oversized answer", where="list", value=200_000)
    assert len(door.get("/beta/me/devices").content) > 200_000
    place = door.launched()
    break_it(door, "unknown status", where="status")
    assert [door.get(place).json()["status"] for _ in range(2)] == ["waitingForApproval", "requesting"]


def test_answers_that_were_blown_up_are_kept_without_what_blew_them_up(door):
    break_it(door, "oversized answer", where="list", value=5_000_000, times=None)
    one = {"id": "1", "method": "GET", "url": "/me/devices"}
    whole = door.ask("POST", "/beta/$batch", json={"requests": [one]})
    assert len(whole.content) > 5_000_000
    tracemalloc.start()
    for _ in range(5):
        door.get("/beta/me/devices")
    gc.collect()  # httpx holds its answers in circles
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 1_000_000
    last, batch = (door.graph.request_log.of(ALEX.upn)[number] for number in (-1, 1))
    assert len(last.body["romekit.padding"]) == 5_000_000
    assert len(json.dumps(batch.body)) > 5_000_000


def test_a_fault_strikes_where_when_and_as_often_as_it_says_and_chance_comes_from_the_seed(door):
    break_it(door, "refused", where="status", skip=1, times=2.0, value=500)
    assert statuses(door, 5, door.launched()) == [200, 500, 500, 200, 200]
    xbox = door.device("Living Room Xbox")
    break_it(door, "refused", where="send", device=xbox, times=None)
    assert [door.send(LAUNCH, name).status_code for name in ("Living Room Xbox", "Alex's Surface")] == [503, 201]
    door.graph.spaces.ask(ALEX.upn, clear_faults())
    assert door.send(LAUNCH, "Living Room Xbox").status_code == 201
    runs = []
    for door in (Door(), Door()):
        break_it(door, "refused", times=None, chance=0.5)
        runs.append(statuses(door, 30))
    assert runs[0] == runs[1]
    assert {200, 503} == set(runs[0])


@pytest.mark.witness("fault", "delivered twice, crash, falls asleep", "I ours")
@pytest.mark.parametrize(
    ("what", "end", "times", "listed"),
    [
        ("delivered twice", "completed", 2, "Online"),
        ("crash", "expired", 0, "Offline"),
        ("falls asleep", "commandDropped", 0, "Online"),
    ],
)
def test_a_device_does_its_command_twice_or_crashes_and_stays_off_or_falls_asleep(door, what, end, times, listed):
    break_it(door, what, device=door.device())
    assert final_status(door, door.send()) == end
    assert len(deeds(door)) == times
    assert door.get("/beta/me/devices").json()["value"][0]["status"] == listed


@pytest.mark.witness("fault", "late result", "I ours")
def test_a_late_result_changes_no_status_but_the_deed_is_done(door):
    break_it(door, "late result", device=door.device())
    sent = door.send(ECHO)
    assert final_status(door, sent, 61) == "expired"
    assert deeds(door) == []
    assert final_status(door, sent, 60) == "expired"
    assert len(deeds(door)) == 1
    assert door.get(sent.headers["location"] + "/responsepayload").status_code == 404
    assert "after the command had ended" in door.graph.spaces.events(ALEX.upn)[-1].why


@pytest.mark.witness("fault", "slow leg", "I ours")
def test_a_slow_leg_takes_longer_and_only_that_one(door):
    break_it(door, "slow leg", where="acknowledge", value=30)
    sent = door.send(LAUNCH)
    door.clock.advance(20)
    assert door.get(sent.headers["location"]).json()["status"] == "sentToTarget"
    assert final_status(door, sent, 20) == "completed"


@pytest.mark.witness("fault", "stale presence", "I ours")
def test_the_list_can_go_on_showing_a_device_as_it_was(door):
    surface = door.device()
    break_it(door, "stale presence", device=surface)
    door.ask("POST", f"/beta/me/devices/{surface}/romekit.presence", json={"presence": "offline"})
    assert door.get("/beta/me/devices").json()["value"][0]["status"] == "Online"
    assert final_status(door, door.send(LAUNCH)) == "failedToSend"
    door.graph.spaces.ask(ALEX.upn, clear_faults())
    assert door.get("/beta/me/devices", token=door.token()).json()["value"][0]["status"] == "Offline"


@pytest.mark.witness("route", "POST /me/romekit.fault, POST /me/romekit.clearfaults", "I ours")
@pytest.mark.witness("answer", "204", "I ours")
def test_faults_can_be_set_over_http(door):
    assert set_over_http(door, {"What": "refused", "where": "list", "retryAfter": 1}).status_code == 204
    assert door.get("/beta/me/devices").status_code == 503
    set_over_http(door, {"what": "refused", "where": "list"})
    assert door.ask("POST", "/beta/me/romekit.clearFaults", json={}).status_code == 204
    assert door.get("/beta/me/devices").status_code == 200


@pytest.mark.witness("property", "Fault(what, where, device, skip, times, chance, value, retry_after)", "I ours")
def test_everything_a_fault_is_can_be_said_over_http(door):
    xbox = door.device("Living Room Xbox")
    fault = {"what": "refused", "where": "send", "device": xbox, "skip": 1, "times": 1, "chance": 1}
    never = {"what": "refused", "where": "status", "times": None, "chance": 0}
    set_over_http(door, fault | {"value": 500, "retry_after": 2.5})
    set_over_http(door, never)
    surface, *answers = [door.send(LAUNCH, name) for name in ("Alex's Surface", *["Living Room Xbox"] * 3)]
    assert [answer.status_code for answer in answers] == [201, 500, 201]
    assert answers[1].headers["retry-after"] == "3"
    assert statuses(door, 9, surface.headers["location"]) == [200] * 9


@pytest.mark.witness("error", "429 TooManyRequests", "D 7.2")
@pytest.mark.witness("error", "401 InvalidAuthenticationToken", "U 7.1")
@pytest.mark.witness("error", "500 generalException, 503 serviceNotAvailable, 504 serviceNotAvailable", "D 7.1")
@pytest.mark.witness("error", "502 UnknownError", "I 7.1")
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "InvalidAuthenticationToken"),
        (418, "generalException"),
        (429, "TooManyRequests"),
        (500, "generalException"),
        (502, "UnknownError"),
        (503, "serviceNotAvailable"),
        (504, "serviceNotAvailable"),
    ],
)
def test_each_status_of_a_fault_has_graphs_code(door, status, code):
    break_it(door, "refused", value=status)
    assert refusal(door.get("/beta/me/devices")) == (status, code)


@pytest.mark.witness("error", "400 BadRequest", "I ours")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        *(({}, "what"), ([], "body"), ({"what": "gremlins"}, "what"), ({"what": 5}, "what"), ({"what": None}, "what")),
        *(({"what": "crash", "where": "run"}, "where"), ({"what": "crash", "value": 1}, "value")),
        *(({"what": "slow answer", "value": 1e300}, "value"), ({"what": "oversized answer", "value": 1e12}, "value")),
        *(({"what": "refused", "retryAfter": wrong}, "retry_after") for wrong in (-1, 1e9)),
        *(({"what": "refused", "times": wrong}, "times") for wrong in (-1, 0, 1.5, 1e300, True)),
        *(({"what": "refused", "skip": wrong}, "skip") for wrong in (-1, None)),
        *(({"what": "refused", "value": wrong}, "value") for wrong in (200, None, -1, "503")),
        *(({"what": "refused", "where": "nowhere"}, "where"), ({"what": "refused", "chance": 2}, "chance")),
        *(({"what": "refused", "mood": "bad"}, "mood"), ({"what": "refused", "device": "nope"}, "device")),
        *(({"what": "refused", "value": 10**400}, "value"), ({"what": "crash", "device": "nobody's"}, "device")),
        ({"what": "refused", "retry_after": -(10**400)}, "retry_after"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_by_name(door, body, field):
    answer = set_over_http(door, body)
    assert (answer.status_code, error_of(answer)["target"]) == (400, field)
    assert door.get("/beta/me/devices").status_code == 200


@pytest.mark.witness("route", "POST /me/devices/{device}/romekit.personality", "I ours")
@pytest.mark.witness("property", "Personality.personality", "I ours")
def test_a_personality_can_be_chosen_over_http(door):
    path = f"/beta/me/devices/{door.device()}/romekit.personality"
    assert door.ask("POST", path, json={"personality": "cursed"}).status_code == 204
    assert final_status(door, door.send(LAUNCH)) == "error"
    bad = door.ask("POST", path, json={"personality": "grumpy"}, token=door.token())
    assert bad.json()["error"]["target"] == "personality"
    assert "chatty" in bad.json()["error"]["message"]


#: status: the personality or presence that leads to it over HTTP; those of "slow" need a cancellation
RECIPES = dict.fromkeys(("requesting", "sentToTarget", "executing", "completed"), "prompt")
RECIPES |= {"failedToSend": "flaky", "retry": "flaky", "executionFailed": "policy denied", "commandDropped": "asleep"}
RECIPES |= dict.fromkeys(("cancel", "cancelling", "canceled"), "slow")
RECIPES |= {"expired": "mute", "error": "cursed", "custom": "chatty"}


@pytest.mark.witness(
    "status",
    "requesting, sentToTarget, executing, completed, failedToSend, executionFailed, commandDropped, cancel, "
    "cancelling, canceled, retry, expired, error, custom",
    "D 5.1",
)
@pytest.mark.parametrize("status", list(Status), ids=str)
def test_every_status_can_be_met_over_http(door, status):
    choice = RECIPES[status]
    word = "presence" if choice == "asleep" else "personality"
    door.ask("POST", f"/beta/me/devices/{door.device()}/romekit.{word}", json={word: choice})
    places = [door.launched() for _ in range(12)]
    if choice == "slow":
        door.clock.advance(0.5)
        door.ask("POST", f"{places[0]}/romekit.cancel", json={})
    seen = set()
    for _ in range(700):
        seen |= {door.get(place).json()["status"] for place in places}
        if status in seen:
            break
        door.clock.advance(0.1)
    assert status in seen


@pytest.mark.witness("fault", "consent withdrawn, key rotation", "I ours")
@pytest.mark.witness("error", "403 AccessDenied", "I ours")
def test_a_consent_can_be_withdrawn_over_http_and_keys_only_by_the_owner():
    stub = Stub(key=KEY)
    stub.graph.set_fault(ALEX.upn, Fault(what="consent withdrawn"))
    key = stub.graph.key
    stub.graph.set_fault(ALEX.upn, Fault(what="key rotation"))
    assert stub.graph.key == stub.identity.key != key
    door = Door()
    assert refusal(set_over_http(door, {"what": "key rotation"})) == (403, "AccessDenied")
    assert set_over_http(door, {"what": "consent withdrawn"}).status_code == 204


@pytest.mark.witness("fault", "update lost, update twice, update overtaken, old update, forged update", "I ours")
@pytest.mark.parametrize(
    ("what", "arrive"),
    [
        ("update lost", ["executing", "completed"]),
        ("update twice", ["sentToTarget", "sentToTarget", "executing", "completed"]),
        ("update overtaken", ["executing", "sentToTarget", "completed"]),
        ("old update", ["sentToTarget, refused", "sentToTarget", "executing", "completed"]),
        ("forged update", ["completed, refused", "sentToTarget", "executing", "completed"]),
    ],
)
def test_an_update_can_go_astray_and_strangers_can_post(what, arrive):
    lab, arrived = Lab(pace=0), []
    rome, receiver = lab.rome(), lab.receiver()
    [(place, take)] = lab.stub.postback.inside.items()

    def noted(headers, body):
        status = take(headers, body)
        arrived.append(json.loads(body)["status"] + (", refused" if status == 401 else ""))
        return status

    lab.stub.postback.inside[place] = noted
    lab.fault(what)
    rome.send("Surface", Launch("https://bing.com", receiver.uri))
    lab.clock.wait(20)
    assert arrived == arrive
    assert lab.stub.graph.faults.pending(lab.context.space()) == []
