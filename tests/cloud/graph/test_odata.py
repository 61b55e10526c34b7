"""Query options mean what Graph's documentation says, and none is ignored in silence."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, strategies as st

from romekit.cloud.engine.people import ALEX, SAM
from romekit.core.model import LIVE_2020, SKELETON, Profile
from tests.cloud.graph_client import BASE, ECHO, Door, error_of, refusal

DEVICES = "/beta/me/devices"


#: One door for what only reads, so that Hypothesis does not build a world for each example.
READ_ONLY = Door()


def names(answer):
    assert answer.status_code == 200, answer.text
    return [device["name"] for device in answer.json()["value"]]


def pages(door, path, **rest):
    """All pages, following the links as they are."""
    read = [door.get(path, **rest)]
    while link := read[-1].json().get("@odata.nextLink"):
        read.append(door.get(link))
        assert len(read) < 50
    return read


@pytest.mark.witness("option", "list_devices $select", "M 2.2")
def test_select_leaves_only_what_was_asked_for_as_the_profile_spells_it_and_a_star_is_everything(door):
    first = door.get(f"{DEVICES}?$select=NAME,id").json()["value"][0]
    assert first == {"name": "Alex's Surface", "id": door.device()}
    assert door.get(f"{DEVICES}?$select=*").json() == door.get(DEVICES).json()
    first = Door(LIVE_2020).get(f"{DEVICES}?$select=name,id,displayName").json()["value"][0]
    assert first == {"Name": "Alex's Surface", "id": first["id"], "displayName": None}
    headers = {"Accept": "application/json;odata.metadata=minimal"}
    context = door.get(f"{DEVICES}?$select=name,id", headers=headers).json()["@odata.context"]
    assert context.endswith("#users('alex%40romekit.example')/devices(name,id)")


@pytest.mark.witness(
    "property",
    "Device(accountEnabled, approximateLastSignInDateTime, complianceExpirationDateTime, deletedDateTime, "
    "deviceCategory, deviceId, deviceMetadata, deviceOwnership, deviceVersion, displayName, domainName, "
    "enrollmentProfileName, enrollmentType, hostnames, isCompliant, isManaged, isManagementRestricted, isRooted, "
    "managementType, mdmAppId, onPremisesLastSyncDateTime, onPremisesSecurityIdentifier, onPremisesSyncEnabled, "
    "operatingSystem, operatingSystemVersion, physicalIds, profileType, registrationDateTime, systemLabels, "
    "trustType)",
    "I 3.1",
)
def test_every_property_a_device_has_in_a_directory_is_null_when_selected_and_left_out_otherwise(door, request):
    """Their names are those of the marker above, as the public SDK's device has them."""
    marker = request.node.get_closest_marker("witness")
    directory = marker.args[1].removeprefix("Device(").removesuffix(")").split(", ")
    assert len(directory) == 30
    assert not set(directory) & set(door.get(DEVICES).json()["value"][0])
    assert door.get(f"{DEVICES}?$select={','.join(directory)}").json()["value"][0] == dict.fromkeys(directory)


@pytest.mark.witness("error", "400 BadRequest", "I ours, I 7.1")
@pytest.mark.parametrize(
    "query", ["$select=name,colour", "$orderby=colour", "$filter=colour eq 'red'", "$orderby=displayName"]
)
def test_an_unknown_property_is_named_and_so_is_one_to_sort_by_that_is_always_null(door, query):
    answer = door.get(f"{DEVICES}?{query}")
    assert refusal(answer) == (400, "BadRequest", query.partition("=")[0])
    assert ("displayName" if "displayName" in query else "'colour'") in error_of(answer)["message"]


@pytest.mark.witness("option", "list_devices $top", "D 7.3")
@pytest.mark.witness("property", "DeviceList.@odata.nextLink", "D 7.3")
def test_pages_follow_each_other_and_the_last_one_has_no_link(door):
    read = pages(door, f"{DEVICES}?$top=3")
    assert [len(page.json()["value"]) for page in read] == [3, 3, 1]
    assert [name for page in read for name in names(page)] == names(door.get(DEVICES))
    assert "@odata.nextLink" not in read[-1].json()
    assert "@odata.nextLink" not in door.get(f"{DEVICES}?$top=7").json()


@pytest.mark.witness("option", "list_devices $skiptoken", "D 7.3")
@pytest.mark.witness("header", "request: host", "D 7.3")
def test_the_link_to_the_next_page_is_absolute_keeps_all_options_and_stays_with_the_twin_it_came_from(door):
    link = door.get(f"{DEVICES}?$top=2&select=name&$orderby=name desc&own=1").json()["@odata.nextLink"]
    assert link.startswith(f"{BASE}{DEVICES}?")
    kept = parse_qs(urlsplit(link).query)
    assert kept.pop("$skiptoken")
    assert kept == {"$top": ["2"], "$select": ["name"], "$orderby": ["name desc"]}
    assert list(door.get(link).json()["value"][0]) == ["name"]
    link = door.get(f"/beta/users/{ALEX.upn}/devices?$top=5").json()["@odata.nextLink"]
    assert link.startswith(f"{BASE}/beta/users/{ALEX.upn}/devices?")
    assert len(names(door.get(link))) == 2


@pytest.mark.witness("option", "list_devices $count", "D 7.3")
@pytest.mark.witness("property", "DeviceList.@odata.count", "D 7.3")
def test_the_count_is_of_all_that_is_found_and_on_the_first_page_only(door):
    first, *others = pages(door, f"{DEVICES}?$count=true&$top=2&$filter=platform eq 'Windows'")
    everything = names(door.get(f"{DEVICES}?$filter=platform eq 'Windows'"))
    assert first.json()["@odata.count"] == len(everything) > 2
    assert others
    assert all("@odata.count" not in page.json() for page in others)
    assert "@odata.count" not in door.get(f"{DEVICES}?$count=false").json()
    assert list(door.get(f"{DEVICES}?$count=true").json()) == ["@odata.count", "value"]


@pytest.mark.witness("option", "list_devices $skip", "M 2.2")
def test_skip_leaves_out_the_first_and_the_count_does_not_mind(door):
    answer, whole = door.get(f"{DEVICES}?$skip=5&$count=true"), names(door.get(DEVICES))
    assert (names(answer), answer.json()["@odata.count"]) == (whole[5:], 7)
    assert [name for page in pages(door, f"{DEVICES}?$skip=1&$top=2") for name in names(page)] == whole[1:]


@pytest.mark.witness("option", "list_devices $orderby", "M 2.2")
def test_the_order_can_be_chosen(door):
    everything = names(door.get(DEVICES))
    assert names(door.get(f"{DEVICES}?$orderby=name")) == sorted(everything)
    assert names(door.get(f"{DEVICES}?$orderby=Name DESC")) == sorted(everything, reverse=True)
    kinds = door.get(f"{DEVICES}?$orderby=platform desc,name asc&$select=platform,name").json()["value"]
    assert kinds == sorted(sorted(kinds, key=lambda d: d["name"]), key=lambda d: d["platform"], reverse=True)


@pytest.mark.witness("route", "GET /me/devices/$count", "M 2.2")
@pytest.mark.witness("option", "count_devices $filter", "M 2.2")
def test_the_devices_can_be_counted_without_being_listed(door):
    answer = door.get(f"{DEVICES}/$count")
    assert (answer.text, answer.headers["content-type"]) == ("7", "text/plain")
    assert door.get(f"{DEVICES}/$count?$filter=kind eq 'Phone'").text == "1"
    assert door.get(f"{DEVICES}/$count?$top=2").status_code == 400


@given(
    top=st.integers(1, 9),
    order=st.sampled_from(["", "name", "name desc", "kind", "model desc,name"]),
    chosen=st.sampled_from(["", "platform eq 'Windows'", "contains(name,'e')", "model eq null", "name eq 'nobody'"]),
    skip=st.integers(0, 3),
)
def test_pages_show_every_device_exactly_once(top, order, chosen, skip):
    asked = {"$orderby": order, "$filter": chosen, "$skip": skip or ""}
    options = {name: value for name, value in asked.items() if value}
    whole = names(READ_ONLY.get(DEVICES, params=options))
    read = pages(READ_ONLY, DEVICES, params={**options, "$top": top})
    assert [name for page in read for name in names(page)] == whole
    assert all(len(names(page)) == top for page in read[:-1])


@pytest.mark.witness("error", "400 BadRequest", "I 7.3")
def test_a_page_token_is_good_for_its_own_query_and_account_only_and_refused_when_it_was_changed(door):
    link = door.get(f"{DEVICES}?$top=2").json()["@odata.nextLink"]
    assert door.get(link).status_code == 200
    assert Door().get(link).status_code == 200, "servers that share a key and a seed understand each other"
    wrong = [door.get(link.replace("top=2", "top=3")), door.get(f"{link}&$orderby=name")]
    wrong.append(door.get(link, token=door.token(SAM)))
    assert [answer.status_code for answer in wrong] == [400] * 3
    token = parse_qs(urlsplit(link).query)["$skiptoken"][0]
    for other in (token[:-2], "x" + token, token[::-1], "1", "%", "é", token.swapcase()):
        answer = door.get(DEVICES, params={"$top": "2", "$skiptoken": other})
        assert refusal(answer) == (400, "BadRequest", "$skiptoken")


@given(st.text(max_size=30))
def test_no_invented_page_token_is_taken(token):
    assert READ_ONLY.get(DEVICES, params={"$skiptoken": token}).status_code == 400


@pytest.mark.witness("error", "400 BadRequest", "D 7.1, I 7.1")
@pytest.mark.parametrize(
    "query",
    [
        *(f"$top={number}" for number in ("0", "-1", "two", "1.5", "", "1_0", "%D9%A3", "9" * 5000)),
        *("$skip=-1", "$count=yes", "$select=", "$select=name,,id", "$orderby=name up", "$orderby=name asc desc"),
        *("$filter=", "$top=1&$top=2", "$top=1&top=2", "$format=xml", "$levels=max", "$", "search=x"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(door, query):
    status, code, target = refusal(door.get(f"{DEVICES}?{query}"))
    assert (status, code) == (400, "notSupported" if "search" in query else "BadRequest")
    assert target.startswith("$")


@pytest.mark.witness("error", "400 ExpandNotSupported", "U 7.1")
@pytest.mark.witness("error", "400 notSupported", "I 7.1")
def test_what_this_service_cannot_do_has_an_honest_code(door):
    for option, code in (("$expand=commands", "ExpandNotSupported"), ("$search=x", "notSupported")):
        assert refusal(door.get(f"{DEVICES}?{option}")) == (400, code, option.partition("=")[0])


@pytest.mark.parametrize("query", ["top=2", "TOP=2", "$Top=2", "%24top=2"])
def test_on_beta_the_dollar_may_be_left_out_and_case_does_not_matter(door, query):
    assert len(names(door.get(f"{DEVICES}?{query}"))) == 2


def test_an_own_parameter_is_ignored_but_no_option_where_none_is_taken(door):
    assert names(door.get(f"{DEVICES}?cache=off&x&colour=red")) == names(door.get(DEVICES))
    sent = door.send(ECHO)
    for path in (f"{sent.headers['location']}/responsepayload?$select=x", "/beta/me/romekit.history?$top=1"):
        assert door.get(path).status_code == 400
    path = f"/beta/me/devices/{door.device()}/commands?$select=id"
    assert door.ask("POST", path, json=ECHO).status_code == 400
    assert len(door.history()) == 1, "nothing was sent"


@pytest.mark.witness("option", "get_status $select", "M 2.2")
def test_select_trims_a_command_and_is_checked_even_when_nothing_has_changed(door):
    sent = door.send(ECHO).headers["location"]
    assert door.get(f"{sent}?$select=Status").json() == {"status": "requesting"}
    for headers in ({}, {"If-None-Match": "*"}):
        wrong = door.get(f"{sent}?$select=colour", headers=headers)
        assert error_of(wrong)["message"].endswith("on type 'microsoft.graph.command'.")


@pytest.mark.witness("option", "get_status $expand", "M 2.2")
@pytest.mark.witness("property", "Command.responsepayload", "M 3.2")
@pytest.mark.witness("error", "400 ExpandNotSupported", "U 7.1")
def test_the_answer_can_be_expanded_into_the_command_and_nothing_else(door):
    sent = door.send(ECHO).headers["location"]
    assert door.get(f"{sent}?$expand=responsepayload").json()["responsepayload"] is None
    door.clock.advance(10)
    whole = door.get(f"{sent}?$expand=responsePayload").json()
    assert whole["status"] == "completed"
    assert whole["responsepayload"] == {"MsIgnoredParameter": 0, "response": "hi"}
    assert door.get(f"{sent}?expand=responsepayload&select=id").json().keys() == {"id", "responsepayload"}
    assert "responsepayload" not in door.get(sent).json()
    for name in ("device", "responsepayload($select=response)", "*"):
        assert refusal(door.get(f"{sent}?$expand={name}")) == (400, "ExpandNotSupported", "$expand")


@pytest.mark.parametrize("profile", [LIVE_2020, SKELETON, Profile(wrapped=True)])
def test_options_on_a_command_keep_to_the_profile(profile):
    door = Door(profile)
    sent = door.send(ECHO).headers["location"]
    whole = door.get(sent).json()
    shaped = door.get(f"{sent}?$select=status,error&$expand=responsepayload").json()
    inside, outside = (shaped["value"], whole["value"]) if profile.wrapped else (shaped, whole)
    assert inside.pop("responsepayload") is None
    assert inside.items() <= outside.items()
    assert len(inside) == 2


@pytest.mark.witness(
    "route",
    "(closed) /me/devices/{device}, (closed) /devices, (closed) /devices/{device}, (closed) "
    "/devices/{device}/commands, (closed) /devices/{device}/commands/{command}, (closed) "
    "/devices/{device}/commands/{command}/responsepayload, (closed) /commands, (closed) /commands/{command}, "
    "(closed) /commands/{command}/responsepayload, (closed) /payloadresponse, (closed) /payloadresponse/{payload}",
    "I 2.1",
)
@pytest.mark.witness("error", "403 Authorization_RequestDenied", "I 2.1")
@pytest.mark.parametrize(
    "path",
    [
        *("me/devices/{device}", "devices", "devices/{device}", "payloadResponse", "payloadResponse/A1"),
        *(f"{home}commands{more}" for home in ("", "devices/{device}/") for more in ("", "/A1", "/A1/responsepayload")),
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_no_permission_grants_is_refused_as_such(door, path, method):
    answer = door.ask(method, f"/beta/{path.format(device=door.device())}")
    assert refusal(answer) == (403, "Authorization_RequestDenied")


@pytest.mark.witness("route", "/users/{id or UPN}/…", "M 2.1")
@pytest.mark.parametrize("who", [ALEX.upn, ALEX.upn.upper(), ALEX.id])
def test_every_route_has_a_twin_below_users(door, who):
    home = f"/beta/users/{who}"
    device = door.device()
    sent = door.ask("POST", f"{home}/devices/{device}/commands", json=ECHO)
    command = f"{home}/devices/{device}/commands/{sent.json()['id']}"
    door.clock.advance(10)
    reads = [door.get(path) for path in (f"{home}/devices", command, f"{command}/responsepayload")]
    assert [sent.status_code, *(read.status_code for read in reads)] == [201, 200, 200, 200]
    assert door.get(f"{home}/devices/$count").text == "7"
    assert door.get(f"{home}/romekit.history").status_code == 200
    assert door.get(f"{home}/devices/{device}").status_code == 403
    assert door.ask("DELETE", command).status_code == 405
