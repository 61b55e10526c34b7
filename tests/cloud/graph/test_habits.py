"""Habits of real clients, each in one request: what the live service took from them, this cloud takes as well."""

import json

import pytest

from romekit.cloud.engine.people import ALEX
from tests.cloud.graph_client import ECHO, JSON, LAUNCH


@pytest.mark.parametrize(
    "path",
    [
        *("/beta/users/alex%40romekit.example/devices", "/beta//me/devices", "/beta/me/%64evices", "/beta/me/devices/"),
        *("/beta/ME/Devices", f"/beta/users/{ALEX.upn}/devices", "/beta/users/me-token-to-replace/devices"),
    ],
)
def test_these_are_all_the_list_of_devices(door, path):
    answer = door.get(path)
    assert (answer.status_code, answer.json()) == (200, door.get("/beta/me/devices").json())


@pytest.mark.parametrize(("kind", "body"), [("application/json", b""), ("text/plain", b"hello")])
def test_a_get_may_name_a_content_type_and_even_have_a_body(door, kind, body):
    assert door.ask("GET", "/beta/me/devices", headers={"Content-Type": kind}, content=body).status_code == 200


@pytest.mark.parametrize("kind", ["#microsoft.graph.command", "microsoft.graph.command"], ids=["with #", "as by .NET"])
def test_a_body_and_its_payload_may_say_their_odata_type(door, kind):
    marked = LAUNCH["payload"] | {"@odata.type": "#microsoft.graph.payloadRequest"}
    answer = door.send({"@odata.type": kind} | LAUNCH | {"payload": marked})
    assert (answer.status_code, answer.json()["payload"]["uri"]) == (201, "https://a.b")


@pytest.mark.parametrize(
    "media", ["application/json; charset=utf-8", "application/json;odata.metadata=minimal", "Application/JSON"]
)
def test_a_body_is_json_however_its_media_type_is_written(door, media):
    body, path = b'{"type":"LaunchURI","payload":{"uri":"bing:"}}', f"/beta/me/devices/{door.device()}/commands"
    assert door.ask("POST", path, content=body, headers={"Content-Type": media}).status_code == 201


def test_a_byte_order_mark_before_a_body_is_no_part_of_it(door):
    body, path = b"\xef\xbb\xbf" + json.dumps(LAUNCH).encode(), f"/beta/me/devices/{door.device()}/commands"
    assert door.ask("POST", path, content=body, headers=JSON).status_code == 201


def test_ids_may_be_percent_encoded_and_the_answer_is_found_in_every_spelling(door):
    sent = door.send(ECHO)
    door.clock.advance(60)
    device, command = ("".join(f"%{byte:02x}" for byte in id_.encode()) for id_ in (door.device(), sent.json()["id"]))
    place = f"/beta/me/devices/{device}/commands/{command}"
    spellings = ("responsepayload", "responsePayload", "ResponsePayload", "responsepayload/")
    assert [door.get(f"{place}/{spelling}").json()["response"] for spelling in spellings] == ["hi"] * 4
