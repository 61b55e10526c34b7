"""Of a body the stub takes what it could write down again, and nothing else."""

import pytest

from tests.cloud.graph.test_graph import error_of


@pytest.mark.parametrize(
    "payload",
    ["NaN", "-Infinity", "1e999", '"\\ud800"', '"\\udc00\\ud800"', '{"\\ud800":1}', "[" * 80 + "]" * 80, "9" * 5000],
)
def test_what_could_not_be_written_again_is_not_taken(door, payload):
    body = (
        '{"type":"AppService","appServiceName":"com.microsoft.test.echo",'
        f'"packageFamilyName":"5085ShawnHenry.RomanTestApp_jsjw7knzsgcce","payload":{{"request":{payload}}}}}'
    )
    path = f"/beta/me/devices/{door.device()}/commands"
    refused = door.ask("POST", path, content=body.encode(), headers={"Content-Type": "application/json"})
    assert refused.status_code == 400
    assert error_of(refused)["target"] == "body"


def test_what_can_be_written_again_is_taken_as_it_is(door):
    payload = {"request": [1.5, -0.0, 10**30, "\U0001f642", "\u0000", {"a": [{}] * 70}]}
    sent = door.send(
        {
            "type": "AppService",
            "appServiceName": "com.microsoft.test.echo",
            "packageFamilyName": "5085ShawnHenry.RomanTestApp_jsjw7knzsgcce",
            "payload": payload,
        }
    )
    assert sent.json()["payload"] == payload


@pytest.mark.parametrize("presence", [[], {}, None, 1])
def test_a_presence_of_any_other_type_is_refused(door, presence):
    path = f"/beta/me/devices/{door.device()}/romekit.presence"
    assert error_of(door.ask("POST", path, json={"presence": presence}))["target"] == "presence"
