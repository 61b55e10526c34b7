"""The four documented operations answer as documented, through the door."""

import json
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from romekit.cloud.engine.decide import AddDevice
from romekit.cloud.engine.events import CommandAnswered
from romekit.cloud.engine.people import ALEX, SAM, WREN
from romekit.cloud.graph.throttling import Limits
from romekit.core.model import LIVE_2020, SKELETON, Profile
from tests.cloud.graph_client import LAUNCH, Door, error_of, refusal

GOLDEN = Path(__file__).parents[2] / "golden"
JSON = "application/json"
BOOK = {"manufacturer": "Microsoft Corporation", "model": "Surface Book"}


def golden(name):
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def without_id(entity):
    return {key: value for key, value in entity.items() if key != "id"}


@pytest.mark.witness(
    "route", "POST /me/devices/{device}/commands, GET /me/devices/{device}/commands/{command}", "D 2.1"
)
@pytest.mark.witness("answer", "201, 200", "D 2.1")
@pytest.mark.witness("property", "Command(status, type, permissionTicket, payload)", "D 3.2")
@pytest.mark.witness("property", "LaunchUri.type, LaunchUri.payload.uri", "D 4.2")
def test_a_launch_is_accepted_and_reads_when_it_is_finished_as_the_documentation_prints_it(door):
    answer = door.send(golden("launch_uri.request.json"))
    assert answer.status_code == 201
    assert without_id(answer.json()) == without_id(golden("launch_uri.response.json"))
    door.clock.advance(10)
    answer = door.get(answer.headers["location"])
    assert answer.status_code == 200
    assert without_id(answer.json()) == without_id(golden("status.response.json"))


def test_a_launch_spelled_as_in_2017_is_accepted(door):
    answer = door.send(golden("launch_uri.2017.request.json"))
    assert answer.status_code == 201
    assert answer.json()["payload"] == {"uri": "http://bing.com"}


@pytest.mark.witness("property", "Command(appServiceName, packageFamilyName)", "D 3.2")
@pytest.mark.witness("property", "AppService(type, appServiceName, packageFamilyName, payload)", "D 4.3")
def test_a_call_is_accepted_and_echoes_its_own_names(door):
    asked, printed = golden("app_service.request.json"), golden("app_service.response.json")
    answer = door.send(asked).json()
    for name in ("appServiceName", "packageFamilyName"):
        assert answer[name] == asked[name]  # the printed reply names another service, an editing slip (dossier 10)
        printed.pop(name), answer.pop(name)
    assert without_id(answer) == without_id(printed)


@pytest.mark.witness("route", "GET /me/devices", "D 2.1")
@pytest.mark.witness("property", "DeviceList.value", "D 4.1")
def test_the_devices_of_2020_are_listed_as_the_documentation_prints_them():
    about = {**BOOK, "kind": "Tablet", "platform": "Windows", "personality": "prompt", "listed": "Unknown"}
    door = Door(LIVE_2020, [AddDevice(id="6841b3db-2b55-467b-ad84-79a41a4ef665", name="JimSurface", **about)])
    assert door.get("/beta/me/devices").json() == golden("devices.2020.response.json")


def test_a_command_of_2020_has_pascal_case_names_and_a_small_id():
    sent = Door(LIVE_2020).send(golden("launch_uri.2017.request.json")).json()
    names = "id Status Type AppServiceName PackageFamilyName Error PermissionTicket PostBackUri Payload"
    assert (list(sent), bool(sent["id"])) == (names.split(), True)


@pytest.mark.witness("route", "GET /me/devices/{device}/commands/{command}/responsepayload", "D 2.1")
@pytest.mark.witness("property", "PayloadResponse.@odata.context, PayloadResponse.MsIgnoredParameter", "D 4.5")
def test_a_payload_reads_as_the_documentation_prints_it(door):
    """The Windows build of the test app answered this; ours answers a toast as its Android sample does."""
    sent = door.send(golden("app_service.request.json"))
    door.clock.advance(10)
    told = door.graph.spaces.events(ALEX.upn)
    printed = {"CreationDate": "04/27/2017", "Type": "Ok"}
    told = [replace(each, content=printed) if isinstance(each, CommandAnswered) else each for each in told]
    restored = Door(events=told)
    restored.clock.advance(10)
    answer = restored.get(sent.headers["location"] + "/responsePayload")
    assert answer.json() == golden("payload.response.json")


def test_the_skeleton_profile_prints_the_skeletons():
    door = Door(SKELETON)
    sent = door.send(golden("send.schematic.request.json"))
    assert sent.status_code == 201
    assert without_id(sent.json()) == without_id(golden("send.schematic.response.json"))
    status = without_id(door.get(sent.headers["location"]).json())
    assert set(status) == set(without_id(golden("status.schematic.response.json")))
    assert status["responsepayload"] == status["payload"] == status["error"] == "null"


@pytest.mark.witness("property", "Error.error(code, message)", "D 7.1")
@pytest.mark.witness("property", "Error.error.innerError(code, message, status)", "D 7.2")
@pytest.mark.witness("header", "Retry-After", "D 7.2")
@pytest.mark.witness("error", "429 TooManyRequests", "D 7.2")
def test_throttling_is_answered_as_the_documentation_prints_it(door):
    door.graph.throttle.limits = Limits(reads=1, window=10.0)
    door.get("/beta/me/devices")
    refused = door.get("/beta/me/devices")
    printed = golden("throttled.response.json")
    assert refused.status_code == 429
    assert float(refused.headers["retry-after"]) == 10.0
    error, expected = refused.json()["error"], printed["error"]
    for told in (error["innerError"], expected["innerError"]):
        assert set(told) >= {"date", "request-id"}
        told.pop("date"), told.pop("request-id"), told.pop("client-request-id", None)
    assert error == expected


@pytest.mark.witness("property", "Device(id, name, manufacturer, model, kind, status, platform)", "D 3.1")
def test_each_of_seven_devices_has_seven_properties_spelled_as_todays_sdks_bind_them(door):
    listed = door.get("/beta/me/devices").json()["value"]
    about = {"id": door.device(), "name": "Alex's Surface", **BOOK}
    assert listed[0] == about | {"kind": "Tablet", "status": "Online", "platform": "Windows"}
    names = "Alex's Surface, Living Room Xbox, Alex's Phone, Studio HoloLens, Workshop Pi, Travel Laptop, Attic PC"
    assert [device["name"] for device in listed] == names.split(", ")
    assert len({device["id"] for device in listed}) == 7


@pytest.mark.witness(
    "header",
    "Content-Type, Date, OData-Version, Strict-Transport-Security, x-ms-ags-diagnostic, request-id, client-request-id",
    "C 4.7",
)
@pytest.mark.witness("header", "request: client-request-id", "D 7.5")
def test_every_answer_carries_graphs_headers_and_the_clients_own_id_or_its_own_again(door):
    headers = door.get("/beta/me/devices").headers
    assert headers["client-request-id"] == headers["request-id"]
    mine = {"client-request-id": "11111111-2222-4333-8444-555555555555"}
    headers = door.get("/beta/me/devices", headers=mine).headers
    assert headers["client-request-id"] == mine["client-request-id"]
    assert len(headers["request-id"]) == 36
    assert headers["odata-version"] == "4.0"
    assert "ServerInfo" in headers["x-ms-ags-diagnostic"]
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers["content-type"].startswith("application/json;odata.metadata=none")
    assert parsedate_to_datetime(headers["date"]).timestamp() == door.clock.now()


@pytest.mark.witness("header", "Cache-Control, Access-Control-Allow-Origin, Access-Control-Expose-Headers", "C 4.7")
def test_every_answer_carries_the_constant_headers_that_were_captured(door):
    """Of an answer that the real service gave to another Project Rome call (dossier 4.7); the last three are ours."""
    for answer in (door.get("/beta/me/devices"), door.get("/beta/me/gadgets"), door.client.get("/v1.0/me/devices")):
        assert answer.headers["cache-control"] == "private"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-expose-headers"] == (
            "ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, "
            "ReadWriteConsistencyToken, Retry-After, WWW-Authenticate, Allow"
        )


@pytest.mark.witness("property", "Command.id", "D 4.8")
@pytest.mark.witness("header", "Location", "C 4.7")
def test_a_sent_command_has_a_location_and_an_id_of_the_documented_shape(door):
    sent = [door.send(LAUNCH) for _ in range(2)]
    ids = [each.json()["id"] for each in sent]
    assert all(len(i) == 64 and i == i.upper() and int(i, 16) for i in ids)
    assert ids[0][:32] == ids[1][:32]
    assert ids[0] != ids[1]
    assert sent[0].headers["location"].endswith(f"/beta/me/devices/{door.device()}/commands/{ids[0]}")


@pytest.mark.witness("property", "DeviceList.@odata.context, Command.@odata.context", "I 4.7")
@pytest.mark.witness("header", "request: accept", "G 4.7")
def test_who_asks_for_metadata_is_told_what_it_is(door):
    headers = {"Accept": "application/json;odata.metadata=minimal"}
    home = "/beta/$metadata#users('alex%40romekit.example')/devices"
    assert door.get("/beta/me/devices", headers=headers).json()["@odata.context"].endswith(home)
    assert "@odata.context" not in door.get("/beta/me/devices").json()
    sent = door.send(headers=headers)
    for answer in (sent, door.get(sent.headers["location"], headers=headers)):
        assert answer.json()["@odata.context"].endswith(f"{home}('{door.device()}')/commands/$entity")


def test_a_wrapped_profile_wraps_the_status_only():
    door = Door(Profile(wrapped=True))
    sent = door.send(LAUNCH)
    assert sent.json()["status"] == "requesting"
    assert door.get(sent.headers["location"]).json()["value"]["status"] == "requesting"


@pytest.mark.witness("property", "Error.error.innerError.request-id", "D 7.1")
@pytest.mark.witness("header", "WWW-Authenticate", "D 7.1")
@pytest.mark.witness("header", "request: authorization", "D 6")
@pytest.mark.witness("error", "401 InvalidAuthenticationToken", "G 7.1, U 7.1")
@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({}, "Access token is empty."),
        ({"Authorization": "Bearer "}, "Access token is empty."),
        ({"Authorization": "Bearer garbage"}, "80049217"),
        ({"Authorization": "Bearer Bearer EwBx"}, "80049217"),
        ({"Authorization": "Basic abc"}, "80049217"),
        ({"Authorization": "Bearer a.b.c"}, "80049217"),
    ],
)
def test_who_brings_no_token_is_told_as_graph_tells_it(door, header, message):
    answer = door.client.get("/beta/me/devices", headers=header)
    assert refusal(answer) == (401, "InvalidAuthenticationToken")
    assert message in error_of(answer)["message"]
    assert "authorization_uri=" in answer.headers["www-authenticate"]


@pytest.mark.witness("error", "401 InvalidAuthenticationToken", "U 7.1, I 7.1")
@pytest.mark.witness("error", "403 AccessDenied", "I 7.1")
@pytest.mark.witness("error", "400 BadRequest", "U 7.1")
@pytest.mark.parametrize(
    ("token", "status", "code", "message"),
    [
        (lambda door: door.token(exp=door.clock.now()), 401, "InvalidAuthenticationToken", "80049228"),
        (lambda door: door.token(aud="https://outlook.com"), 401, "InvalidAuthenticationToken", "Invalid audience"),
        (lambda door: door.token()[:-4] + "AAAA", 401, "InvalidAuthenticationToken", "80049217"),
        (lambda door: door.token(WREN), 403, "AccessDenied", "work or school"),
        (lambda door: door.token(idtyp="app"), 400, "BadRequest", "delegated"),
    ],
    ids=["expired", "of somebody else's API", "changed", "of a work account", "of an app without a person"],
)
def test_a_token_that_does_not_fit_is_refused_with_its_own_code(door, token, status, code, message):
    answer = door.get("/beta/me/devices", token=token(door))
    assert refusal(answer) == (status, code)
    assert message in error_of(answer)["message"]


@pytest.mark.witness("error", "403 Authorization_RequestDenied", "I 7.1")
def test_each_operation_needs_its_own_scope(door):
    reader, commander = door.token(scp=["Device.Read"]), door.token(scp=["Device.Command"])
    assert door.get("/beta/me/devices", token=commander).status_code == 403
    assert door.get("/beta/me/devices", token=reader).status_code == 200
    refused = door.send(LAUNCH, token=reader)
    assert refusal(refused) == (403, "Authorization_RequestDenied")
    assert "Device.Command" in error_of(refused)["message"]
    assert door.send(LAUNCH, token=commander).status_code == 201


@pytest.mark.witness("error", "403 AccessDenied", "I 7.1")
def test_nobody_sees_another_persons_things(door):
    sam = door.token(SAM)
    assert door.get(door.launched(), token=sam).status_code == 404
    assert refusal(door.get(f"/beta/users/{ALEX.upn}/devices", token=sam)) == (403, "AccessDenied")
    assert door.device() not in door.get("/beta/me/devices", token=sam).text


@pytest.mark.witness("property", "Error.error.innerError.client-request-id", "M 7.1")
@pytest.mark.witness("property", "Error.error.innerError.date", "D 7.1")
@pytest.mark.witness("error", "400 BadRequest", "U 7.1")
@pytest.mark.parametrize(
    ("path", "word"), [("/beta/me/gadgets", "gadgets"), ("/beta/you", "you"), ("/beta/me/devices/x/command", "command")]
)
def test_an_unknown_segment_is_named_and_when_it_was_asked_for(door, path, word):
    answer = door.get(path)
    assert refusal(answer) == (400, "BadRequest")
    assert f"'{word}'" in error_of(answer)["message"]
    assert error_of(answer)["innerError"]["date"] == "2020-09-01T09:00:00", "without a time zone"


@pytest.mark.witness("route", "/v1.0/…", "U 2")
@pytest.mark.witness("error", "400 BadRequest", "U 7.1")
def test_v1_is_answered_as_the_old_service_did(door):
    answer = door.get("/v1.0/me/devices")
    assert refusal(answer) == (400, "BadRequest")
    assert "Resource not found for the segment 'devices'" in error_of(answer)["message"]
    assert "/beta" in error_of(answer)["message"]


@pytest.mark.witness("header", "Allow", "I 7.1")
@pytest.mark.witness("error", "405 notAllowed", "I 7.1")
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE", "PUT", "HEAD"])
def test_a_verb_the_metadata_does_not_allow_is_refused(door, method):
    answer = door.ask(method, f"/beta/me/devices/{door.device()}/commands")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert method == "HEAD" or refusal(answer) == (405, "notAllowed")


@pytest.mark.witness("error", "404 itemNotFound", "I 7.1, I 5.2")
def test_what_is_not_there_is_not_found_and_so_is_a_payload_before_it_is_answered(door):
    looks = [door.get(f"/beta/me/devices/{device}/commands/A1") for device in ("nope", door.device())]
    sends = [door.ask("POST", "/beta/me/devices/nope/commands", json=body) for body in (LAUNCH, {"type": "nonsense"})]
    targets = [*map(refusal, looks + sends)]
    assert targets == [(404, "itemNotFound", each) for each in ("device", "command", "device", "device")]
    assert refusal(door.get(door.launched() + "/responsepayload")) == (404, "itemNotFound", "responsepayload")


@pytest.mark.witness("header", "request: content-type", "D 4.2")
@pytest.mark.witness("error", "400 BadRequest, 415 BadRequest, 413 RequestEntityTooLarge", "I 7.1")
@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"{", JSON, 400, "BadRequest"),
        (b"", JSON, 400, "BadRequest"),
        (b"\xff\xfe", JSON, 400, "BadRequest"),
        (b"[" * 5000, JSON, 400, "BadRequest"),
        (b"a=b", "application/x-www-form-urlencoded", 415, "BadRequest"),
        (b'{"uri":"https://' + b"a" * 70_000 + b'"}', JSON, 413, "RequestEntityTooLarge"),
    ],
)
def test_a_body_that_cannot_be_taken_is_refused_clearly(door, content, kind, status, code):
    path = f"/beta/me/devices/{door.device()}/commands"
    answer = door.ask("POST", path, content=content, headers={"Content-Type": kind})
    assert (answer.status_code, error_of(answer)["code"]) == (status, code)
    assert error_of(answer)["message"]


@pytest.mark.witness("header", "request: content-encoding", "I ours")
@pytest.mark.witness("error", "415 BadRequest", "I ours")
@pytest.mark.parametrize(("coding", "status"), [("gzip", 415), ("identity, br", 415), ("Identity", 201), ("", 201)])
def test_a_body_is_not_unpacked_and_one_that_would_have_to_be_is_refused(door, coding, status):
    answer = door.send(LAUNCH, headers={"Content-Encoding": coding})
    assert answer.status_code == status
    if status == 415:
        assert refusal(answer)[1] == "BadRequest"
        assert repr(coding) in error_of(answer)["message"]


@pytest.mark.witness("property", "Error.error.target", "D 7.1")
@pytest.mark.witness("error", "400 BadRequest", "I 7.1")
def test_a_bad_property_is_named_in_the_error(door):
    error = error_of(door.send({"type": "LaunchUri", "payload": {"uri": "bing.com"}}))
    assert error["target"] == "payload.uri"
    assert "https://bing.com" in error["message"]


@pytest.mark.witness("error", "410 Gone", "I 7.1")
def test_a_retired_service_lists_nothing_and_takes_nothing(door):
    door.graph.retired = True
    assert door.get("/beta/me/devices").json() == {"value": []}
    answer = door.send()
    assert refusal(answer) == (410, "Gone")
    assert "September 30, 2020" in error_of(answer)["message"]


def test_limits_are_per_account_and_end_with_the_window(door):
    door.graph.throttle.limits = Limits(reads=2, window=10.0)
    assert [door.get("/beta/me/devices").status_code for _ in range(3)] == [200, 200, 429]
    assert door.get("/beta/me/devices", token=door.token(SAM)).status_code == 200
    door.clock.advance(10)
    assert door.get("/beta/me/devices").status_code == 200


@pytest.mark.parametrize(("reads", "window", "every"), [(2, 10.0, 4.0), (1, 5.0, 1.0), (20, 30.0, 0.5)])
def test_whoever_comes_back_when_they_are_told_is_let_in(door, reads, window, every):
    door.graph.throttle.limits = Limits(reads=reads, window=window)
    for _ in range(4 * reads):
        while (answer := door.get("/beta/me/devices")).status_code == 200:
            door.clock.advance(every)
        assert answer.status_code == 429
        door.clock.advance(float(answer.headers["Retry-After"]))
        assert door.get("/beta/me/devices").status_code == 200


@pytest.mark.witness("route", "GET /me/romekit.history, GET /me/romekit.deeds", "I ours")
@pytest.mark.witness(
    "property",
    "History.value(command, number, device, deviceName, order, at, from, to, who, why), Deeds.value(at, device, "
    "command, deed)",
    "I ours",
)
def test_the_history_tells_every_move_with_its_cause_and_a_line_of_it_and_a_deed_have_these_properties(door):
    begin = door.clock.now()
    sent = door.send(LAUNCH).json()["id"]
    door.clock.advance(10)
    first, second, *_ = told = door.history()
    assert [each["to"] for each in told] == ["requesting", "sentToTarget", "executing", "completed"]
    assert all(each["why"] and each["who"] and each["command"] == sent for each in told)
    of_all = {"command": sent, "number": 1, "device": door.device(), "deviceName": "Alex's Surface"}
    order, why = "open https://a.b", "The service accepted the command for Alex's Surface."
    accepted = {"order": order, "at": begin, "from": None, "to": "requesting", "who": "service", "why": why}
    assert first == of_all | accepted
    assert (second["from"], second["to"], second["at"] > begin) == ("requesting", "sentToTarget", True)
    (deed,) = door.get("/beta/me/romekit.deeds").json()["value"]
    assert begin < deed.pop("at") < begin + 10
    assert deed == {"device": door.device(), "command": sent, "deed": "The device opened https://a.b"}


@pytest.mark.witness("route", "POST /me/devices/{device}/romekit.presence", "I ours")
@pytest.mark.witness("property", "Presence.presence", "I ours")
def test_a_device_can_be_put_to_sleep_and_then_drops_what_comes(door):
    device = door.device()
    slept = door.ask("POST", f"/beta/me/devices/{device}/romekit.presence", json={"presence": "asleep"})
    assert slept.status_code == 200
    place = door.launched()
    door.clock.advance(10)
    assert door.get(place).json()["status"] == "commandDropped"
    bad = door.ask("POST", f"/beta/me/devices/{device}/romekit.presence", json={"presence": "dancing"})
    assert error_of(bad)["target"] == "presence"


@pytest.mark.witness("route", "POST /me/devices/{device}/commands/{command}/romekit.cancel", "I ours")
@pytest.mark.witness("answer", "202", "I ours")
@pytest.mark.witness("error", "409 notAllowed", "I ours")
def test_a_command_can_be_cancelled_until_it_is_final(door):
    place = door.launched("Living Room Xbox")
    cancelled = door.ask("POST", f"{place}/romekit.cancel", json={})
    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "cancel")
    door.clock.advance(60)
    assert door.get(place).json()["status"] == "canceled"
    assert door.ask("POST", f"{place}/romekit.cancel", json={}).status_code == 409


def test_exchanges_are_kept_without_the_token_and_a_refused_one_is_among_its_owners(door):
    sent = door.send(LAUNCH)
    kept = door.graph.request_log.of(ALEX.upn)[-1]
    assert (kept.request_id, kept.method, kept.status) == (sent.headers["request-id"], "POST", 201)
    assert "EwB" not in repr(kept)
    token = door.token()
    door.clock.advance(3600)
    door.get("/beta/me/devices", token=token)
    door.get("/beta/me/devices", token="EwBgarbage")
    _, *others = door.graph.request_log.of(ALEX.upn)
    assert [(kept.path, kept.status) for kept in others] == [("/beta/me/devices", 401)]
