"""Sending a command, asking for it, and reading what came of it."""

import pytest

from romekit.core.errors import BadInput, NoAnswer, NotFound, Unreadable, Unsure
from romekit.core.model import ECHO, AppService, Device, Launch
from tests.client.services import ACCEPTED, DONE, ONE_DEVICE, Says, Service, now

LIST = Says(200, ONE_DEVICE)
BING = "https://bing.com"


def launched(shells, *answers, accepted=ACCEPTED):
    service = Service(LIST, accepted, *answers)
    return shells.of(service).launch("Surface", BING), service


def test_a_launch_is_accepted_at_once_and_completes_later_or_is_cancelled_and_shows_what_it_is_and_how_it_went(rome):
    command = rome.launch("surface", BING)
    assert (command.status, command.is_final, command.device.name) == ("requesting", False, "Alex's Surface")
    command.follow()
    assert (command.status, command.is_final, command.is_success, command.error) == ("completed", True, True, None)
    command = rome.launch("xbox", BING).cancel()
    assert (command.status, command.follow().status) == ("cancel", "canceled")
    command = rome.send("hololens", Launch(BING))
    assert repr(command) == "<open https://bing.com on Studio HoloLens: requesting>"
    assert repr(command.follow()) == "<open https://bing.com on Studio HoloLens: executionFailed, DeniedByRemoteSystem>"


def test_an_app_service_answers_when_it_is_completed_and_a_launch_never(rome):
    command = rome.call("surface", ECHO, {"request": "hello"})
    with pytest.raises(NoAnswer, match="Only an app service call that is `completed` has one"):
        command.payload()
    assert command.follow().payload() == {"response": "hello"}
    with pytest.raises(NoAnswer, match="opened a URI") as refused:
        rome.launch("surface", BING).follow().payload()
    assert refused.value.status == 404


@pytest.mark.parametrize(
    "uri", ["https://fa.example/\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "https://a.b/\U0001f469\u200d\U0001f4bb"]
)
def test_an_address_may_have_the_joiners_that_its_script_needs(shells, uri):
    service = Service(ACCEPTED)
    shells.of(service).launch(Device("d1"), uri)
    assert service.heard[0].body["payload"] == {"uri": uri}


def test_the_documented_body_is_sent_refresh_asks_once_and_the_status_costs_no_request(shells):
    command, service = launched(shells, now("sentToTarget"), DONE)
    assert [command.status, command.id, command.is_final] == ["requesting", "c1", False]
    assert service.verbs == ["GET", "POST"]
    assert command.refresh().status == command.status == "sentToTarget"
    assert service.verbs == ["GET", "POST", "GET"]
    assert service.heard[-1].path == "/beta/me/devices/d1/commands/c1"
    assert service.heard[1].body == {"type": "LaunchUri", "payload": {"uri": BING}}
    assert service.heard[1].path == "/beta/me/devices/d1/commands"
    assert service.heard[1].headers["content-type"] == "application/json"


def test_history_tells_every_status_and_its_cause_and_the_clients_is_everybodys(rome):
    told = rome.launch("surface", BING).follow().history()
    assert [each.to_status for each in told] == ["requesting", "sentToTarget", "executing", "completed"]
    assert {each.who for each in told} == {"service", "device"}
    assert all(each.why for each in told)
    second = rome.launch("attic", BING).follow()
    assert {each.device_name for each in second.history()} == {"Attic PC"}
    assert len(rome.history()) == 6


def test_elsewhere_history_is_what_a_command_saw_itself_and_the_client_has_none(shells):
    unknown = Says(400, {"error": {"code": "BadRequest", "message": "Resource not found for the segment."}})
    command, _ = launched(shells, now("executing"), now("executing"), DONE, unknown)
    told = command.follow().history()
    moves = [(None, "requesting"), ("requesting", "executing"), ("executing", "completed")]
    assert [(each.from_status, each.to_status) for each in told] == moves
    assert {each.who for each in told} == {"client"}
    assert [each.at for each in told] == sorted(each.at for each in told)
    assert shells.of(Service(Says(404, {"error": {"code": "itemNotFound"}}))).history() is None


CIRCLE: dict = {}
CIRCLE["again"] = CIRCLE


@pytest.mark.parametrize(
    "payload", [{"x": float("nan")}, {"x": {1, 2}}, {"x": b"bytes"}, {"x": float("inf")}, {(1,): 2}, CIRCLE]
)
def test_a_payload_that_is_not_json_is_refused_by_name_and_nothing_is_sent(shells, payload):
    service = Service(LIST, ACCEPTED)
    with pytest.raises(BadInput, match="Circular" if payload is CIRCLE else "cannot be written as JSON") as refused:
        shells.of(service).call("Surface", ECHO, payload)
    assert refused.value.field == "payload"
    assert "POST" not in service.verbs


def test_the_spelling_of_2020_and_a_wrapped_status_are_read_like_todays(shells):
    wrapped = Says(200, {"value": {"id": "c1", "Status": "executing"}})
    loud = Says(200, {"ID": "c1", "STATUS": "Completed", "Error": "null"})
    command, _ = launched(shells, wrapped, loud, accepted=Says(201, {"id": "c1", "Status": "requesting", "Type": None}))
    assert command.refresh().status == "executing"
    assert command.refresh().is_success
    assert command.error is None


def test_a_status_may_leave_the_id_out_but_not_the_status_and_another_answer_is_told_too(shells):
    command, service = launched(shells, Says(200, {"status": "executing"}), DONE, Says(200, {"id": "c1"}))
    command.refresh().refresh()
    assert command.id == "c1"
    assert service.heard[-1].path.endswith("/commands/c1")
    with pytest.raises(Unreadable, match="has no status"):
        command.follow()
    with pytest.raises(NotFound, match="gave no reason"):
        shells.of(Service(Says(404, "<h1>nginx</h1>"))).devices()


@pytest.mark.parametrize("body", [{}, {"status": "requesting"}, {"id": "c1"}, "accepted!", {"id": None, "status": ""}])
def test_an_acceptance_that_names_no_command_leaves_the_client_unsure(shells, body):
    with pytest.raises(Unsure, match="POST /me/devices/d1/commands") as unsure:
        shells.of(Service(LIST, Says(201, body))).launch("Surface", BING)
    assert unsure.value.client_request_id
    assert isinstance(unsure.value.__cause__, Unreadable)


NO_ADDRESSES = ("bing.com", "", "  ", "://", None, 7, f"{BING}\n", f"{BING} ")
WRONG = [
    *[("payload.uri", lambda rome, uri=uri: rome.launch("Surface", uri)) for uri in NO_ADDRESSES],
    ("device", lambda rome: rome.launch(None, BING)),
    ("device", lambda rome: rome.launch(5, BING)),
    ("order", lambda rome: rome.send("Surface", {"uri": BING})),
    ("service", lambda rome: rome.call("Surface", "echo", {})),
    ("appServiceName", lambda rome: rome.call("Surface", AppService("", "p"), {})),
    ("packageFamilyName", lambda rome: rome.call("Surface", AppService("n", ""), {})),
    ("request_id", lambda rome: rome.launch("Surface", BING, request_id="ü")),
]


@pytest.mark.parametrize(("field", "send"), WRONG)
def test_what_nobody_means_is_refused_by_name_and_nothing_is_sent(shells, field, send):
    service = Service(LIST)
    with pytest.raises(BadInput) as refused:
        send(shells.of(service))
    assert (refused.value.field, service.heard) == (field, [])


@pytest.mark.parametrize(
    ("swap", "hint"),
    [
        (lambda rome: rome.launch(BING, "Surface"), "Write launch('Surface', 'https://bing.com')."),
        (lambda rome: rome.launch(BING, Device("d1", "Mia's PC")), """Write launch("Mia's PC", 'https://bing.com')."""),
        (lambda rome: rome.launch(BING), "Write launch('Surface', 'https://bing.com')."),
        (lambda rome: rome.launch("Surface"), "Give the address to open, such as https://bing.com."),
        (lambda rome: rome.call(ECHO, "Surface", {}), 'Write call("Surface", service, payload).'),
        (lambda rome: rome.call("Surface"), 'Write call("Surface", service, payload).'),
        (lambda rome: rome.call("Surface", ECHO), 'Write call("Surface", service, payload).'),
        (lambda rome: rome.send(Launch(BING), "Surface"), "The device comes first, then the order."),
        (lambda rome: rome.send_many([(Launch(BING), "Surface")]), "The device comes first, then the order."),
    ],
)
def test_arguments_that_are_swapped_or_missing_are_told_so(shells, swap, hint):
    service = Service(LIST)
    with pytest.raises(BadInput) as refused:
        swap(shells.of(service))
    assert (refused.value.hint, service.heard) == (hint, [])


def test_every_request_carries_an_id_of_its_own(shells, lab):
    rome, other = shells.at(lab), shells.at(lab)
    rome.launch("surface", BING).follow()
    other.devices()
    ids = [exchange.request_headers["client-request-id"] for exchange in lab.exchanges()]
    assert len(ids) == len(set(ids)) > 4
    assert all(len(each) == 36 and each.count("-") == 4 for each in ids)
    assert [exchange.headers["client-request-id"] for exchange in lab.exchanges()] == ids
