"""Habits of real clients, each in one request: what the live service took from them, the stub takes as well."""

from time import sleep

import pytest

from tests.serving import serving, signed_in

LAUNCH = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
CALL = {
    "type": "AppService",
    "appServiceName": "com.microsoft.test.echo",
    "packageFamilyName": "5085ShawnHenry.RomanTestApp_jsjw7knzsgcce",
    "payload": {"request": "hello"},
}


@pytest.fixture(scope="module")
def http():
    """A client of the served cloud, signed in as Alex."""
    with serving() as address, signed_in(address) as client:
        yield client


@pytest.fixture(scope="module")
def devices(http):
    return http.get("/me/devices").json()["value"]


@pytest.fixture(scope="module")
def surface(devices):
    """Where the commands of a device that is awake are."""
    awake = next(device for device in devices if device["name"] == "Alex's Surface")
    return f"/me/devices/{awake['id']}/commands"


@pytest.mark.parametrize(
    "path",
    [
        "/users/me-token-to-replace/devices",
        "/users/alex@romekit.example/devices",
        "/users/alex%40romekit.example/devices",
        "//me/devices",
        "/me//devices",
        "/me/devices/",
        "/Me/Devices",
        "/me/%64evices",
    ],
)
def test_these_are_all_the_list_of_devices(http, devices, path):
    answer = http.get(str(http.base_url).rstrip("/") + path)
    assert (answer.status_code, answer.json()) == (200, {"value": devices})


def test_a_get_may_name_a_content_type_and_even_have_a_body(http, devices):
    for headers, body in (({"Content-Type": "application/json"}, None), ({"Content-Type": "text/plain"}, b"hello")):
        answer = http.request("GET", "/me/devices", headers=headers, content=body)
        assert answer.json() == {"value": devices}


@pytest.mark.parametrize("option", ["top", "$top", "%24top"])
def test_on_beta_the_dollar_of_an_option_may_be_left_out(http, devices, option):
    page = http.get(f"/me/devices?{option}=2").json()
    assert page["value"] == devices[:2]
    assert http.get(page["@odata.nextLink"]).json()["value"] == devices[2:4]


@pytest.mark.parametrize(
    "mark", ["#microsoft.graph.command", "microsoft.graph.command"], ids=["with #", "as .NET stamped it"]
)
def test_a_body_may_say_its_odata_type(http, surface, mark):
    marked = LAUNCH["payload"] | {"@odata.type": "#microsoft.graph.payloadRequest"}
    answer = http.post(surface, json={"@odata.type": mark} | LAUNCH | {"payload": marked})
    assert answer.status_code == 201
    assert answer.json()["payload"]["uri"] == "https://bing.com"


@pytest.mark.parametrize("kind", ["LaunchUri", "LaunchURI", "launchUri"])
def test_the_type_is_taken_in_any_case(http, surface, kind):
    assert http.post(surface, json=LAUNCH | {"type": kind}).status_code == 201


@pytest.mark.parametrize(
    "media", ["application/json; charset=utf-8", "application/json;odata.metadata=minimal", "Application/JSON"]
)
def test_a_body_is_json_however_its_media_type_is_written(http, surface, media):
    sent = http.post(surface, content='{"type":"LaunchUri","payload":{"uri":"bing:"}}', headers={"Content-Type": media})
    assert sent.status_code == 201


def test_an_id_may_be_percent_encoded(http, surface):
    device = surface.split("/")[3]
    encoded = "".join(f"%{byte:02X}" for byte in device.encode())
    sent = http.post(surface.replace(device, encoded), json=LAUNCH)
    assert sent.status_code == 201
    one = "".join(f"%{byte:02x}" for byte in sent.json()["id"].encode())
    assert http.get(f"{surface}/{one}").json()["id"] == sent.json()["id"]


def test_the_answer_is_found_in_every_spelling(http, surface):
    place = f"{surface}/{http.post(surface, json=CALL).json()['id']}"
    for _ in range(100):
        sleep(0.1)
        if http.get(place).json()["status"] == "completed":
            break
    spellings = ("responsepayload", "responsePayload", "ResponsePayload", "responsepayload/")
    answers = [http.get(f"{place}/{spelling}").json() for spelling in spellings]
    assert answers == [answers[0]] * 4
    assert answers[0]["response"] == "hello"
