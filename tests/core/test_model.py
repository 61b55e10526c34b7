"""Messages are read in any spelling and written in the one asked for; the golden ones come from the documentation."""

import json
from pathlib import Path

import pytest

from romekit.cloud.graph.bodies import order_from_wire
from romekit.core.errors import BadInput
from romekit.core.model import (
    DEEPEST,
    LIVE_2020,
    MODERN,
    PING_PONG,
    SKELETON,
    Answer,
    AppService,
    Call,
    Command,
    Device,
    Launch,
    Profile,
    by_name,
    check_depth,
)

LAUNCH = {"type": "LaunchUri"}
GOLDEN = Path(__file__).parents[1] / "golden"


def golden(name):
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def test_orders_are_written_as_documented():
    toast = {"Type": "Toast", "Title": "Hello", "Subtitle": "World!"}
    assert Launch("https://bing.com").as_wire() == golden("launch_uri.request.json")
    assert Call(PING_PONG, toast).as_wire() == golden("app_service.request.json")


@pytest.mark.parametrize(
    ("name", "kind", "writing"),
    [
        ("launch_uri.response.json", Command, {}),
        ("app_service.response.json", Command, {}),
        ("status.response.json", Command, {}),
        ("send.schematic.response.json", Command, {"profile": SKELETON, "reading": False}),
        ("status.schematic.response.json", Command, {"profile": SKELETON}),
        ("devices.2020.response.json", Device, {"profile": LIVE_2020}),
        ("payload.response.json", Answer, {}),
    ],
)
def test_what_the_documentation_prints_comes_out_as_it_went_in(name, kind, writing):
    wire = golden(name)
    for each in wire["value"] if kind is Device else [wire]:
        assert kind.from_wire(each).as_wire(**writing) == each
    if kind is Answer:
        assert Answer.from_wire(wire).content == {"CreationDate": "04/27/2017", "Type": "Ok"}


@pytest.mark.parametrize(
    "uri", ["ms-settings:", "bingmaps:?cp=40.7~-74.0", "romecast:command?play", "HTTP://a", "https://ü.ö/a b"]
)
def test_every_kind_of_address_seen_in_the_wild_can_be_launched(uri):
    assert Launch(uri).as_wire()["payload"] == {"uri": uri}


def test_a_wrapped_status_is_unwrapped_and_properties_we_do_not_know_are_kept_apart():
    wrapped = Command("A1", "completed").as_wire(Profile(wrapped=True))
    assert set(wrapped) == {"value"}
    assert Command.from_wire(wrapped).status == "completed"
    command = Command.from_wire({"ID": "A1", "STATUS": "completed", "@odata.context": "x", "Novelty": 1})
    assert (command.id, command.status) == ("A1", "completed")
    assert command.extra == {"@odata.context": "x", "Novelty": 1}


@pytest.mark.parametrize(("profile", "sent"), [(MODERN, None), (Profile(echo_type=True), "LaunchUri")])
def test_the_modern_profile_sends_null_for_the_type(profile, sent):
    assert Command("A1", "requesting", type="LaunchUri").as_wire(profile)["type"] == sent


@pytest.mark.parametrize("kind", ["LaunchUri", "LaunchURI", "launchUri", "LAUNCHURI"])
def test_a_type_is_read_in_any_case_and_the_type_of_odata_is_ignored(kind):
    body = {"@odata.type": "microsoft.graph.command", "Type": kind, "PAYLOAD": {"uri": "ms-settings:"}}
    assert order_from_wire(body) == Launch("ms-settings:")
    assert order_from_wire(golden("launch_uri.2017.request.json")) == Launch("http://bing.com")


@pytest.mark.witness("property", "LaunchUri.postBackUri", "D 3.2")
@pytest.mark.parametrize("name", ["postbackURI", "postBackURI", "postBackUri"])
def test_the_three_spellings_of_the_post_back_address_are_one(name):
    order = order_from_wire({"type": "LaunchUri", "payload": {"uri": "https://a.b"}, name: "https://me/cb"})
    assert order.post_back_uri == order.as_wire()["postBackUri"] == "https://me/cb"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ("text", "body"),
        ({}, "type"),
        ({"type": 7, "payload": {}}, "type"),
        ({"type": "Dance", "payload": {}}, "type"),
        ({"type": "LaunchUri"}, "payload"),
        ({"type": "LaunchUri", "payload": "https://bing.com"}, "payload"),
        ({"type": "LaunchUri", "payload": {}}, "payload.uri"),
        *(
            ({**LAUNCH, "payload": {"uri": uri}}, "payload.uri")
            for uri in (5, "bing.com", "https://", "https:bing.com")
        ),
        ({"type": "AppService", "packageFamilyName": "p"}, "appServiceName"),
        ({"type": "AppService", "appServiceName": "s"}, "packageFamilyName"),
        ({"type": "AppService", "appServiceName": 1, "packageFamilyName": "p"}, "appServiceName"),
        ({"type": "AppService", "appServiceName": "s", "packageFamilyName": "p", "payload": [1]}, "payload"),
        ({"type": "LaunchUri", "Type": "AppService", "payload": {"uri": "https://a.b"}}, "Type"),
    ],
)
def test_a_bad_body_names_the_property_and_the_next_step(body, field):
    with pytest.raises(BadInput) as refused:
        order_from_wire(body)
    assert (refused.value.field, bool(refused.value.hint)) == (field, True)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Launch("bing.com"), "https://bing.com"),
        (lambda: Call(AppService("com.microsoft.test.echo", ""), {}), "packageFamilyName"),
    ],
)
def test_an_order_that_cannot_be_sent_cannot_be_made_but_an_app_service_needs_no_payload(make, said):
    with pytest.raises(BadInput, match=said):
        make()
    assert order_from_wire({"type": "appservice", "appServiceName": "s", "packageFamilyName": "p"}).payload == {}


def test_a_device_is_found_by_id_then_name_then_part_of_it():
    devices = [Device("1", "Alex's Surface", kind="Tablet"), Device("2", "Alex's Phone"), Device("Xbox", "Den")]
    assert by_name(devices, "1") == [devices[0]]
    assert by_name(devices, "alex's phone") == [devices[1]]
    assert by_name(devices, "alex") == devices[:2]
    assert by_name(devices, "tablet") == [devices[0]]
    assert by_name(devices, "nothing") == []


def test_brackets_that_are_not_open_at_once_do_not_count_and_too_many_are_refused_with_the_limit():
    for text in ("", "[" * DEEPEST, '"' + "[" * 100 + '"', '"\\"' + "[" * 100 + '"', "[]" * 100):
        check_depth(text)
    for text in ("[" * (DEEPEST + 1), '{"a":' * 100_000, "[" * 40 + "{" * 40):
        with pytest.raises(ValueError, match="more than 64 levels"):
            check_depth(text)
