"""The contract is made from the tables, and the stub keeps to it."""

import json

import httpx
import pytest
from hypothesis import given, strategies as st

from romekit.cloud.engine.people import ALEX, SAM, WREN
from romekit.cloud.graph.bodies import order_from_wire
from romekit.cloud.graph.graph import ROUTES, STATUS_MONITOR
from romekit.cloud.graph.throttling import Limits
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.openapi.document import document
from romekit.cloud.openapi.operations import OPERATIONS
from romekit.cloud.openapi.shapes import URI
from romekit.cloud.stub import Stub
from romekit.core.errors import BadInput
from romekit.core.model import LIVE_2020, MODERN, check_uri
from romekit.core.status import Status
from tests.cloud.contract import Contract
from tests.cloud.graph_client import BASE, ECHO, LAUNCH, Door

CONTRACT = Contract()


def every(thing):
    """Every dict in a JSON document."""
    if isinstance(thing, dict):
        yield thing
    for inner in thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ():
        yield from every(inner)


@pytest.mark.witness("route", "GET /romekit/openapi.json", "I ours")
def test_the_contract_is_served_to_everybody_in_the_casing_of_the_server_and_has_every_status():
    for profile in (MODERN, LIVE_2020):
        client = httpx.Client(transport=InProcessTransport(Stub(profile=profile).app), base_url=BASE)
        answer = client.get("/romekit/openapi.json")
        assert answer.status_code == 200
        assert answer.json() == json.loads(json.dumps(document(profile)))
    assert "PackageFamilyName" in document(LIVE_2020)["components"]["schemas"]["Command"]["properties"]
    shape = document(MODERN)["components"]["schemas"]["Command"]["properties"]["status"]
    assert shape == {"enum": [status.value for status in Status]}


def test_every_route_is_in_the_contract_and_has_a_twin():
    paths = document(MODERN)["paths"]
    for route in ROUTES:
        path = "/" + "/".join(route.path)
        operation = paths[path][route.method.lower()]
        token = {"token": [route.scope] if route.scope else []}
        assert operation["security"] == ([] if route.scope is None else [token])
        if route.path[:1] == ("me",):
            twin = paths[path.replace("/me", "/users/{user}", 1)][route.method.lower()]
            assert twin["responses"] == operation["responses"]
    assert {route.operation for route in (*ROUTES, *STATUS_MONITOR)} == set(OPERATIONS), (
        "nothing is described that is not there"
    )


def test_every_operation_has_its_own_name_and_declares_its_path_and_every_reference_leads_to_a_schema():
    contract = Contract()
    names = []
    for path, verbs in contract.document["paths"].items():
        for operation in verbs.values():
            names.append(operation["operationId"])
            declared = [contract.resolved(each) for each in operation.get("parameters", ())]
            in_path = {each["name"] for each in declared if each["in"] == "path"}
            assert in_path == {part[1:-1] for part in path.split("/") if part.startswith("{")}
            assert len({(each["in"], each["name"]) for each in declared}) == len(declared)
    assert len(names) == len(set(names))
    components = contract.document["components"]
    used = {each["$ref"] for each in every(contract.document) if "$ref" in each}
    for reference in used:
        assert contract.resolved({"$ref": reference})
    known = {f"#/components/{kind}/{name}" for kind in components for name in components[kind]}
    spare = {"#/components/responses/MethodNotAllowed", "#/components/responses/FailedDependency"}
    assert known - used - spare == {"#/components/securitySchemes/token"}
    rule = {"$ref": "https://json-schema.org/draft/2020-12/schema"}
    shapes = contract.document["components"]["schemas"]
    assert [fault.message for shape in shapes.values() for fault in contract.faults(rule, shape)] == []
    assert list(contract.faults(rule, {"type": "no such type"})), "the rule tells a shape from what is none"


@given(
    st.text(max_size=12)
    | st.from_regex(URI)
    | st.builds("{}:{}".format, st.sampled_from("http HTTPS h ms-settings 1a".split()), st.text("/ a.:", max_size=5))
)
def test_the_pattern_of_an_address_is_the_rule_of_an_address(text):
    try:
        check_uri(text)
        is_one = True
    except BadInput:
        is_one = False
    assert CONTRACT.fits({"type": "string", "pattern": URI}, text) is is_one


WORDS = st.sampled_from([None, 0, 1, False, [], "", "x", "https://a.b", "LaunchUri", "AppService"])
PAYLOADS = WORDS | st.dictionaries(st.sampled_from(["uri", "x"]), WORDS) | st.just({"uri": "https://a.b"})
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["LaunchUri", "AppService", "Toast"]) | WORDS,
        "payload": PAYLOADS,
        "appServiceName": WORDS,
        "packageFamilyName": WORDS,
        "postBackUri": st.none() | st.just(7),
        "@odata.type": st.just("microsoft.graph.command"),
    },
)


@given(BODIES | WORDS)
def test_the_shape_of_an_order_is_what_is_taken(body):
    try:
        order_from_wire(body)
        is_taken = True
    except BadInput:
        is_taken = False
    shape = {"$ref": "#/components/schemas/Order"}
    assert CONTRACT.fits(shape, body) is is_taken


def conversation(door, contract):
    """Everything that can be asked, and most of what can be wrong with it."""

    def ask(method, path, **rest):
        answer = door.ask(method, path, **rest)
        contract.check(answer)
        return answer

    for home in ("/beta/me", f"/beta/users/{ALEX.upn}"):
        device = f"{home}/devices/{door.device()}"
        _reads(door, ask, home)
        sent = [ask("POST", f"{device}/commands", json=body).json()["id"] for body in (LAUNCH, ECHO)]
        for command in (f"{device}/commands/{id_}" for id_ in sent):
            _follow(door, ask, command)
        _refusals(door, ask, home, device, sent[0])
        _ours(door, ask, home, device)


def _reads(door, ask, home):
    metadata = {"Accept": "application/json;odata.metadata=minimal"}
    ask("GET", f"{home}/devices", headers=metadata)
    for query in ("$top=2&$count=true", "$select=name,displayName", "$filter=kind eq 'Phone'", "$orderby=name desc"):
        ask("GET", f"{home}/devices?{query}", headers={"client-request-id": "mine"})
    ask("GET", f"{home}/devices/$count")
    ask("GET", "/beta/$metadata")
    ask("GET", "/beta/")
    ask("GET", f"{home}?$select=id")
    ask("OPTIONS", f"{home}/devices")


def _follow(door, ask, command):
    tag = ask("GET", command, headers={"Prefer": "wait=1"}).headers["etag"]
    ask("GET", f"{command}?$select=id,status&$expand=responsepayload")
    assert ask("GET", command, headers={"If-None-Match": tag}).status_code == 304
    ask("GET", f"{command}/responsepayload")
    door.clock.advance(20)
    ask("GET", command, headers={"Accept": "application/json;odata.metadata=full"})
    ask("GET", f"{command}?$expand=responsepayload")
    ask("GET", f"{command}/responsepayload")


def _refusals(door, ask, home, device, command):
    for query in ("$top=0", "$search=x", "$expand=commands", "$select=colour"):
        assert ask("GET", f"{home}/devices?{query}").status_code == 400
    for token in ("", "EwBgarbage", door.token(WREN), door.token(SAM), door.token(scp=[]), door.token(idtyp="app")):
        ask("GET", f"{home}/devices", token=token)
        ask("POST", f"{device}/commands", token=token, json=LAUNCH)
    ask("POST", f"{home}/devices/nope/commands", json=LAUNCH)
    ask("POST", f"{device}/commands", json={})
    ask("POST", f"{device}/commands", content=b"x", headers={"Content-Type": "text/plain"})
    ask("POST", f"{device}/commands", content=b" " * 70_000, headers={"Content-Type": "application/json"})
    once = {"client-request-id": f"{home} once"}
    ask("POST", f"{device}/commands", json=LAUNCH, headers=once)
    assert ask("POST", f"{device}/commands", json=ECHO, headers=once).status_code == 409
    assert ask("POST", f"{device}/commands/{command}/romekit.cancel").status_code == 409
    ask("DELETE", f"{device}/commands/{command}")
    door.graph.throttle.limits = Limits(reads=0, writes=0)
    ask("GET", f"{home}/devices")
    ask("POST", f"{device}/commands", json=LAUNCH)
    door.graph.throttle.limits = Limits()
    door.graph.retired = True
    ask("GET", f"{home}/devices")
    ask("POST", f"{device}/commands", json=LAUNCH)
    door.graph.retired = False


def _ours(door, ask, home, device):
    ask("GET", f"{home}/romekit.history")
    ask("GET", f"{home}/romekit.deeds")
    changes = ask("GET", f"{home}/romekit.changes")
    link = changes.json()["@odata.deltaLink"].partition("/me")[2]
    known = {"If-None-Match": changes.headers["ETag"]}
    assert ask("GET", f"{home}{link}", headers=known).status_code == 304
    ask("GET", f"{home}/romekit.changes?$deltatoken=latest", headers={"Prefer": "wait=1"})
    assert ask("GET", f"{home}/romekit.changes?$deltatoken=x").status_code == 400
    sent = ask("POST", f"{device}/commands", json=LAUNCH).json()["id"]
    assert ask("POST", f"{device}/commands/{sent}/romekit.cancel").status_code == 202
    ask("POST", f"{device}/romekit.presence", json={"presence": "asleep"})
    ask("POST", f"{device}/romekit.presence", json={"presence": "online"})
    ask("POST", f"{device}/romekit.presence", json={"presence": []})
    ask("POST", f"{device}/romekit.personality", json={"personality": "prompt"})
    ask("POST", f"{device}/romekit.personality", json={"personality": []})
    ask("GET", f"{home}/romekit.class")
    etag = ask("GET", f"{home}/romekit.wall").headers["etag"]
    assert ask("GET", f"{home}/romekit.wall", headers={"If-None-Match": etag}).status_code == 304
    ask("POST", f"{device}/romekit.apps", json={"app": ECHO["packageFamilyName"], "installed": False})
    ask("POST", f"{device}/romekit.apps", json={"app": "Tetris", "installed": True})
    ask("POST", f"{device}/romekit.apps", json={"app": ECHO["packageFamilyName"]})
    ask("POST", f"{home}/romekit.fault", json={"what": "dragons"})
    for status in (429, 500, 502, 503, 504):
        ask("POST", f"{home}/romekit.fault", json={"what": "refused", "where": "list", "value": status})
        ask("GET", f"{home}/devices")
        ask("POST", f"{home}/romekit.clearfaults")
    requests = [
        {"id": "a", "method": "GET", "url": "/me/devices"},
        {"id": "b", "method": "GET", "url": "/me/gadgets"},
        {"id": "c", "method": "GET", "url": "$metadata", "dependsOn": ["b"]},
    ]
    assert ask("POST", "/beta/$batch", json={"requests": requests}).status_code == 200
    ask("POST", "/beta/$batch", json={"requests": requests * 9})


@pytest.mark.parametrize("profile", [MODERN, LIVE_2020])
def test_every_answer_is_in_the_contract(profile):
    door, contract = Door(profile), Contract(profile)
    conversation(door, contract)
    asked = {(method, path) for method, path, _ in contract.seen if method != "OPTIONS"}
    paths = contract.document["paths"].items()
    assert asked == {(verb.upper(), path) for path, verbs in paths for verb in verbs if verb != "options"}
    assert {status for _, _, status in contract.seen} >= {
        *(200, 201, 202, 204, 304, 400, 401, 403, 404, 409, 410, 413, 415, 429, 500, 502, 503, 504)
    }


def test_what_the_status_monitor_answers_is_in_the_contract_when_it_is_on():
    door, contract = Door(), Contract(status_monitor=True)
    door.graph.status_monitor = True
    for home in ("/beta/me", f"/beta/users/{ALEX.upn}"):
        operations = f"{home}/devices/{door.device()}/romekit.operations"
        for body in (LAUNCH, ECHO, {}):
            sent = door.ask("POST", operations, json=body)
            contract.check(sent)
            for pause in (0, 30):
                door.clock.advance(pause)
                contract.check(door.get(f"{operations}/{sent.json().get('id', 'none')}"))
        contract.check(door.ask("OPTIONS", operations))
    assert {status for _, path, status in contract.seen if "operations" in path} == {200, 202, 204, 400, 404}
