"""Azure's style beside Graph's: 202, Operation-Location and a status monitor, for the same engine; off by default."""

import pytest

from romekit.cloud.engine.decide import AddDevice
from romekit.cloud.engine.devices import PERSONALITIES
from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.people import ALEX
from romekit.core.model import ROMAN_TEST_APP
from romekit.lab.lab import Lab
from tests.cloud.graph_client import BASE, ECHO, LAUNCH, Door, refusal

DEVICES = [
    AddDevice(each.title(), "Contoso", None, "Laptop", "Windows", each, apps=(ROMAN_TEST_APP,))
    for each in PERSONALITIES
]


def monitored(devices=DEVICES):
    door = Door(devices=devices)
    door.graph.status_monitor = True
    return door


def start(door, body=LAUNCH, name="Prompt", **rest):
    return door.ask("POST", f"/beta/me/devices/{door.device(name)}/romekit.operations", json=body, **rest)


@pytest.mark.witness("route", "POST /me/devices/{device}/romekit.operations", "I ours")
@pytest.mark.witness("header", "Operation-Location", "I ours")
def test_an_order_is_accepted_with_202_and_the_absolute_address_of_its_status_monitor():
    door = monitored()
    answer = start(door)
    assert answer.status_code == 202
    identity = answer.json()["id"]
    assert answer.json() == {"id": identity, "kind": "LaunchUri", "status": "NotStarted"}
    device = f"{BASE}/beta/me/devices/{door.device('Prompt')}"
    assert answer.headers["operation-location"] == f"{device}/romekit.operations/{identity}"
    assert answer.headers["retry-after"] == "1"
    assert not {"location", "etag"} & set(answer.headers)
    assert "Operation-Location" in answer.headers["access-control-expose-headers"]
    assert door.get(f"{device}/commands/{identity}").json()["status"] == "requesting"


@pytest.mark.witness("route", "GET /me/devices/{device}/romekit.operations/{command}", "I ours")
@pytest.mark.witness("property", "StatusMonitor.id, StatusMonitor.kind, StatusMonitor.status", "I ours")
@pytest.mark.witness(
    "property", "StatusMonitor.result, StatusMonitor.error.code, StatusMonitor.error.message", "I ours"
)
@pytest.mark.parametrize(
    ("name", "end", "code"),
    [
        ("Prompt", "Succeeded", None),
        ("Offline", "Failed", "failedToSend"),
        ("Policy Denied", "Failed", "executionFailed"),
        ("Sleeper", "Failed", "commandDropped"),
        ("Mute", "Failed", "expired"),
        ("Cursed", "Failed", "error"),
    ],
)
def test_the_monitor_says_in_azures_words_what_the_command_says_in_graphs(name, end, code):
    door = monitored()
    place = start(door, ECHO, name).headers["operation-location"]
    seen = []
    while not seen or seen[-1].headers.get("retry-after"):
        door.clock.advance(0.5)
        seen.append(door.get(place))
    assert {answer.status_code for answer in seen} == {200}
    assert {answer.json()["status"] for answer in seen[:-1]} <= {"NotStarted", "Running"}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in seen[:-1])
    told = seen[-1].json()
    assert (told["status"], told["kind"]) == (end, "AppService")
    assert told.get("result") == ({"response": "hi"} if code is None else None)
    assert told.get("error", {}).get("code") == code
    assert door.get(place.replace("romekit.operations", "commands")).json()["status"] == (code or "completed")


def test_a_command_that_is_cancelled_is_an_operation_that_is_canceled():
    door = monitored()
    place = start(door, name="Slow").headers["operation-location"]
    door.ask("POST", f"{place.replace('romekit.operations', 'commands')}/romekit.cancel")
    assert door.get(place).json()["status"] == "Running"
    door.clock.advance(30)
    told = door.get(place).json()
    assert (told["status"], told["error"]["code"]) == ("Canceled", "canceled")


def test_the_same_order_again_gets_the_same_answer_and_another_one_is_refused():
    door, key = monitored(), {"client-request-id": "one order"}
    first = start(door, headers=key)
    door.clock.advance(30)
    again = start(door, headers=key)
    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["operation-location"] == first.headers["operation-location"]
    assert again.headers["retry-after"] == "1"
    assert refusal(start(door, ECHO, headers=key))[0] == 409
    assert len(door.history()) == 4


def test_faults_strike_it_and_a_word_of_a_newer_service_never_replaces_a_final_one():
    door = monitored()
    door.graph.set_fault(ALEX.upn, Fault(what="answer lost", where="send", value=503))
    assert start(door).status_code == 503
    place = start(door).headers["operation-location"]
    door.graph.set_fault(ALEX.upn, Fault(what="unknown status", where="status", times=None))
    assert door.get(place).json()["status"] == "waitingForApproval"
    door.clock.advance(30)
    assert door.get(place).json()["status"] == "Succeeded"


def test_without_the_switch_nobody_sees_it_neither_on_the_wire_nor_in_the_contract(door):
    assert refusal(start(door, name="Alex's Surface")) == (400, "BadRequest")
    with Lab(status_monitor=True).http() as on, Lab().http() as off:
        paths = [set(each.get(f"{BASE}/romekit/openapi.json").json()["paths"]) for each in (on, off)]
    assert {path for path in paths[0] - paths[1] if path.startswith("/me/")} == {
        "/me/devices/{device}/romekit.operations",
        "/me/devices/{device}/romekit.operations/{command}",
    }


def test_a_branch_of_a_lab_speaks_as_the_lab_does():
    for lab in (Lab(status_monitor=True), Lab()):
        branch = lab.branch("twin")
        assert branch.stub.graph.status_monitor is lab.stub.graph.status_monitor
