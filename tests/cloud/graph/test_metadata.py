"""What needs no token: the types of this API, and a browser's question before its request."""

from xml.etree import ElementTree

import pytest

from romekit.cloud.engine.people import ALEX
from romekit.core.model import LIVE_2020
from tests.cloud.graph_client import Door, refusal

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"


def schema_of(door):
    answer = door.client.get("/beta/$metadata")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    return ElementTree.fromstring(answer.content)[0][0]


def entity(schema, name):
    return next(each for each in schema.findall(f"{EDM}EntityType") if each.get("Name") == name)


def properties(element, kind="Property"):
    return {each.get("Name"): each.get("Type") for each in element.findall(f"{EDM}{kind}")}


def navigation(element):
    return properties(element, "NavigationProperty")


@pytest.mark.witness("route", "GET /$metadata", "M 3")
def test_the_types_of_this_api_are_described_every_one_that_is_named_is_there_and_so_is_what_is_listed_and_sent(door):
    schema = schema_of(door)
    assert schema.get("Namespace") == "microsoft.graph"
    assert navigation(entity(schema, "user")) == {"devices": "Collection(graph.device)"}
    assert navigation(entity(schema, "device")) == {"commands": "Collection(graph.command)"}
    assert navigation(entity(schema, "command")) == {"responsepayload": "graph.payloadResponse"}
    assert entity(schema, "payloadResponse").get("OpenType") == "true"
    assert entity(schema, "command").get("OpenType") is None
    assert schema.find(f"{EDM}ComplexType").attrib == {"Name": "payloadRequest", "OpenType": "true"}
    (key,) = entity(schema, "entity").findall(f"{EDM}Key/{EDM}PropertyRef")
    assert key.get("Name") == "id"
    known = {f"graph.{each.get('Name')}" for each in schema}
    named = {each.get(place) for each in schema.iter() for place in ("Type", "BaseType", "EntityType")} - {None}
    named = {name.removeprefix("Collection(").removesuffix(")") for name in named}
    assert {name for name in named if name.startswith("graph.")} <= known
    entity_id = set(properties(entity(schema, "entity")))
    assert set(door.get("/beta/me/devices").json()["value"][0]) <= entity_id | set(properties(entity(schema, "device")))
    assert set(door.send().json()) == entity_id | set(properties(entity(schema, "command")))


def test_the_service_of_2020_spelled_its_own_properties_in_pascal_case():
    """Names and casing as in the service's metadata of August 2020 (dossier 3)."""
    schema = schema_of(Door(LIVE_2020))
    texts = "Status Type AppServiceName PackageFamilyName Error PermissionTicket PostBackUri".split()
    expected = dict.fromkeys(texts, "Edm.String") | {"Payload": "graph.PayloadRequest"}
    assert properties(entity(schema, "command")) == expected
    device = properties(entity(schema, "device"))
    assert {"Name", "Manufacturer", "Model", "Kind", "Status", "Platform", "accountEnabled"} <= set(device)
    assert navigation(entity(schema, "command")) == {"responsepayload": "graph.payloadResponse"}


def test_the_metadata_can_only_be_read_and_an_id_may_hold_anything_and_is_not_found(door):
    refused = door.client.post("/beta/$metadata")
    assert (*refusal(refused), refused.headers["allow"]) == (405, "notAllowed", "GET, HEAD")
    for odd in ("%0A", "%00", "%F3%AC", "a%0Ab", "%2F", "é"):
        assert refusal(door.get(f"/beta/me/devices/{odd}/commands/{odd}")) == (404, "itemNotFound", "device")


@pytest.mark.witness("route", "OPTIONS …", "I 4.7")
@pytest.mark.witness(
    "header",
    "Access-Control-Allow-Methods, Access-Control-Allow-Headers, Access-Control-Max-Age, request: "
    "access-control-request-headers",
    "I ours",
)
def test_a_browser_may_ask_before_it_sends_a_token(door):
    asks = "authorization,content-type,sdkversion"
    headers = {"Origin": "https://page.example", "Access-Control-Request-Method": "POST"}
    headers["Access-Control-Request-Headers"] = asks
    answer = door.client.options(f"/beta/me/devices/{door.device()}/commands", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    told = [answer.headers[f"access-control-{name}"] for name in ("allow-origin", "allow-methods", "allow-headers")]
    assert told == ["*", "POST, OPTIONS", asks]
    assert (answer.headers["access-control-max-age"], "content-type" in answer.headers) == ("3600", False)
    assert door.graph.request_log.of(ALEX.upn) == []


@pytest.mark.parametrize(
    ("path", "verbs"),
    [
        ("me/devices", "GET, HEAD, OPTIONS"),
        ("users/anybody/devices", "GET, HEAD, OPTIONS"),
        ("$batch", "POST, OPTIONS"),
        ("$metadata", "GET, HEAD, OPTIONS"),
        ("me/gadgets", "GET, POST, OPTIONS"),
    ],
)
def test_options_tells_the_verbs_of_a_path(door, path, verbs):
    answer = door.client.options(f"/beta/{path}")
    assert answer.headers["allow"] == verbs
    assert "authorization" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize("path", ["/beta/me/devices", "/beta/me/devices/$count", "/beta/$metadata", "/beta/me/gadgets"])
def test_head_is_answered_as_get_without_the_body(door, path):
    head, get = door.ask("HEAD", path), door.get(path)
    own = dict.fromkeys(("request-id", "client-request-id"))
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert dict(head.headers) | own == dict(get.headers) | own


@pytest.mark.witness("route", "GET /", "I ours")
@pytest.mark.witness("property", "Services.@odata.context, Services.value(name, kind, url)", "I ours")
def test_the_top_level_says_what_there_is_below_it(door):
    services = door.client.get("/beta")
    assert services.status_code == 200
    assert services.json()["@odata.context"].endswith("/beta/$metadata")
    (container,) = schema_of(door).findall(f"{EDM}EntityContainer")
    assert {(each["name"], each["kind"]) for each in services.json()["value"]} == {
        (each.get("Name"), each.tag.removeprefix(EDM)) for each in container
    }
