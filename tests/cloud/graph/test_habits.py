"""Habits of real clients, which this cloud takes as the live service did; of a body only what it could write again."""

import json

import pytest

from romekit.cloud.engine.people import ALEX
from tests.cloud.graph_client import ECHO, JSON, LAUNCH, error_of, refusal


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
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "after a byte order mark"])
def test_a_body_is_json_however_its_media_type_is_written(door, media, mark):
    body, path = b'{"type":"LaunchURI","payload":{"uri":"bing:"}}', f"/beta/me/devices/{door.device()}/commands"
    assert door.ask("POST", path, content=mark + body, headers={"Content-Type": media}).status_code == 201


def test_ids_may_be_percent_encoded_and_the_answer_is_found_in_every_spelling(door):
    sent = door.send(ECHO)
    door.clock.advance(60)
    device, command = ("".join(f"%{byte:02x}" for byte in id_.encode()) for id_ in (door.device(), sent.json()["id"]))
    place = f"/beta/me/devices/{device}/commands/{command}"
    spellings = ("responsepayload", "responsePayload", "ResponsePayload", "responsepayload/")
    assert [door.get(f"{place}/{spelling}").json()["response"] for spelling in spellings] == ["hi"] * 4


@pytest.mark.parametrize(
    "payload",
    ["NaN", "-Infinity", "1e999", '"\\ud800"', '"\\udc00\\ud800"', '{"\\ud800":1}', "[" * 80 + "]" * 80, "9" * 5000],
)
def test_what_could_not_be_written_again_is_not_taken(door, payload):
    body = json.dumps(ECHO).replace('"hi"', payload)
    path = f"/beta/me/devices/{door.device()}/commands"
    refused = door.ask("POST", path, content=body.encode(), headers=JSON)
    assert refusal(refused) == (400, "BadRequest", "body")


def test_what_can_be_written_again_is_taken_as_it_is_and_a_presence_is_a_word(door):
    payload = {"request": [1.5, -0.0, 10**30, "\U0001f642", "\u0000", {"a": [{}] * 70}]}
    assert door.send(ECHO | {"payload": payload}).json()["payload"] == payload
    path = f"/beta/me/devices/{door.device()}/romekit.presence"
    for presence in ([], {}, None, 1):
        assert error_of(door.ask("POST", path, json={"presence": presence}))["target"] == "presence"
