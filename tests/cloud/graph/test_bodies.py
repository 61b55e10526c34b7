"""Of a body the stub takes what it could write down again, and nothing else."""

import json

import pytest

from tests.cloud.graph_client import ECHO, JSON, error_of, refusal


@pytest.mark.parametrize(
    "payload",
    ["NaN", "-Infinity", "1e999", '"\\ud800"', '"\\udc00\\ud800"', '{"\\ud800":1}', "[" * 80 + "]" * 80, "9" * 5000],
)
def test_what_could_not_be_written_again_is_not_taken(door, payload):
    body = json.dumps(ECHO).replace('"hi"', payload)
    path = f"/beta/me/devices/{door.device()}/commands"
    refused = door.ask("POST", path, content=body.encode(), headers=JSON)
    assert refusal(refused) == (400, "BadRequest", "body")


def test_what_can_be_written_again_is_taken_as_it_is(door):
    payload = {"request": [1.5, -0.0, 10**30, "\U0001f642", "\u0000", {"a": [{}] * 70}]}
    assert door.send(ECHO | {"payload": payload}).json()["payload"] == payload


@pytest.mark.parametrize("presence", [[], {}, None, 1])
def test_a_presence_of_any_other_type_is_refused(door, presence):
    path = f"/beta/me/devices/{door.device()}/romekit.presence"
    assert error_of(door.ask("POST", path, json={"presence": presence}))["target"] == "presence"
