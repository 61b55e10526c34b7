"""Sending a command, asking for it, and reading what came of it."""

import pytest

from romekit.core.errors import BadInput, NoAnswer, NotFound, Unreadable, Unsure
from romekit.core.model import ECHO, PING_PONG, AppService, Device, Launch
from romekit.lab.lab import Lab
from tests.client.services import ACCEPTED, DONE, ONE_DEVICE, Says, Service, now

LIST = Says(200, ONE_DEVICE)
BING = "https://bing.com"


@pytest.fixture
def lab():
    return Lab()


@pytest.fixture
def rome(shells, lab):
    return shells.at(lab)


def launched(shells, *answers):
    service = Service(LIST, ACCEPTED, *answers)
    return shells.of(service).launch("Surface", BING), service


def test_a_launch_is_accepted_at_once_and_completes_later(rome):
    command = rome.launch("surface", BING)
    assert (command.status, command.is_final, command.device.name) == ("requesting", False, "Alex's Surface")
    command.follow()
    assert (command.status, command.is_final, command.is_success, command.error) == ("completed", True, True, None)


def test_a_command_shows_what_it_is_and_how_it_went(rome):
    command = rome.launch("hololens", BING)
    assert repr(command) == "<open https://bing.com on Studio HoloLens: requesting>"
    assert repr(command.follow()) == "<open https://bing.com on Studio HoloLens: executionFailed, DeniedByRemoteSystem>"


def test_an_app_service_answers(rome):
    command = rome.call("surface", ECHO, {"request": "hello"}).follow()
    assert command.payload() == {"response": "hello"}


def test_an_order_that_is_made_already_can_be_sent(rome):
    assert rome.send("surface", Launch(BING)).follow().is_success


@pytest.mark.parametrize(
    "uri", ["https://fa.example/\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "https://a.b/\U0001f469\u200d\U0001f4bb"]
)
def test_an_address_may_have_the_joiners_that_its_script_needs(shells, uri):
    service = Service(ACCEPTED)
    shells.of(service).launch(Device("d1"), uri)
    assert service.heard[0].body["payload"] == {"uri": uri}


def test_the_documented_body_is_sent(shells):
    _command, service = launched(shells, DONE)
    assert service.heard[1].body == {"type": "LaunchUri", "payload": {"uri": BING}}
    assert service.heard[1].path == "/beta/me/devices/d1/commands"
    assert service.heard[1].headers["content-type"] == "application/json"


def test_refresh_asks_once(shells):
    command, service = launched(shells, now("sentToTarget"), DONE)
    assert command.refresh().status == "sentToTarget"
    assert service.verbs == ["GET", "POST", "GET"]
    assert service.heard[-1].path == "/beta/me/devices/d1/commands/c1"


def test_status_costs_no_request(shells):
    command, service = launched(shells, DONE)
    assert [command.status, command.id, command.is_final] == ["requesting", "c1", False]
    assert len(service.heard) == 2


def test_a_launch_has_no_answer(rome):
    command = rome.launch("surface", BING).follow()
    with pytest.raises(NoAnswer, match="opened a URI") as refused:
        command.payload()
    assert refused.value.status == 404


def test_a_call_that_is_under_way_has_no_answer_yet(rome):
    with pytest.raises(NoAnswer, match="Only an app service call that is `completed` has one"):
        rome.call("surface", PING_PONG, {"Type": "ping"}).payload()


def test_a_command_can_be_cancelled_in_romekits_cloud(rome):
    command = rome.launch("xbox", BING).cancel()
    assert command.status == "cancel"
    assert command.follow().status == "canceled"


# ── history ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_history_tells_every_status_and_its_cause(rome):
    command = rome.launch("surface", BING).follow()
    told = command.history()
    assert [each.to_status for each in told] == ["requesting", "sentToTarget", "executing", "completed"]
    assert {each.who for each in told} == {"service", "device"}
    assert all(each.why for each in told)


def test_a_commands_history_is_its_own_and_the_clients_is_everybodys(rome):
    rome.launch("surface", BING).follow()
    second = rome.launch("attic", BING).follow()
    assert {each.device_name for each in second.history()} == {"Attic PC"}
    assert len(rome.history()) == 6


def test_elsewhere_history_is_what_the_client_saw_itself(shells):
    unknown = Says(400, {"error": {"code": "BadRequest", "message": "Resource not found for the segment."}})
    command, _ = launched(shells, now("executing"), now("executing"), DONE, unknown)
    told = command.follow().history()
    assert [(each.from_status, each.to_status) for each in told] == [
        (None, "requesting"),
        ("requesting", "executing"),
        ("executing", "completed"),
    ]
    assert {each.who for each in told} == {"client"}
    assert [each.at for each in told] == sorted(each.at for each in told)


def test_elsewhere_the_client_has_no_history(shells):
    assert shells.of(Service(Says(404, {"error": {"code": "itemNotFound"}}))).history() is None


# ── what cannot be sent ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "payload", [{"x": float("nan")}, {"x": {1, 2}}, {"x": b"bytes"}, {"x": float("inf")}, {(1,): 2}]
)
def test_a_payload_that_is_not_json_is_refused_by_name_and_nothing_is_sent(shells, payload):
    service = Service(LIST, ACCEPTED)
    with pytest.raises(BadInput) as refused:
        shells.of(service).call("Surface", ECHO, payload)
    assert refused.value.field == "payload"
    assert "POST" not in service.verbs


def test_a_payload_that_contains_itself_is_refused(shells):
    payload: dict = {}
    payload["again"] = payload
    with pytest.raises(BadInput, match="Circular"):
        shells.of(Service(LIST, ACCEPTED)).call("Surface", ECHO, payload)


# ── answers of every kind ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_spelling_of_2020_and_a_wrapped_status_are_read_like_todays(shells):
    service = Service(
        LIST,
        Says(201, {"id": "c1", "Status": "requesting", "Type": None}),
        Says(200, {"value": {"id": "c1", "Status": "executing"}}),
        Says(200, {"ID": "c1", "STATUS": "Completed", "Error": "null"}),
    )
    command = shells.of(service).launch("Surface", BING)
    assert command.refresh().status == "executing"
    assert command.refresh().is_success
    assert command.error is None


def test_a_status_that_leaves_the_id_out_is_still_about_this_command(shells):
    command, service = launched(shells, Says(200, {"status": "executing"}), DONE)
    command.refresh().refresh()
    assert command.id == "c1"
    assert service.heard[-1].path.endswith("/commands/c1")


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


def test_a_status_without_a_status_is_unreadable(shells):
    command, _ = launched(shells, Says(200, {"id": "c1"}))
    with pytest.raises(Unreadable, match="has no status"):
        command.follow()


def test_a_refusal_by_something_else_is_told_too(shells):
    with pytest.raises(NotFound, match="gave no reason"):
        shells.of(Service(Says(404, "<h1>nginx</h1>"))).devices()


def test_every_request_carries_an_id_of_its_own(shells, lab):
    rome, other = shells.at(lab), shells.at(lab)
    rome.launch("surface", BING).follow()
    other.devices()
    ids = [exchange.request_headers["client-request-id"] for exchange in lab.exchanges()]
    assert len(ids) == len(set(ids)) > 4
    assert all(len(each) == 36 and each.count("-") == 4 for each in ids)
    assert [exchange.headers["client-request-id"] for exchange in lab.exchanges()] == ids


def test_a_client_without_a_lab_makes_its_ids_itself(shells):
    service = Service(LIST)
    rome = shells.of(service)
    rome.devices()
    rome.devices()
    first, second = (heard.headers["client-request-id"] for heard in service.heard)
    assert first != second
    assert len(first) == len(second) == 36
