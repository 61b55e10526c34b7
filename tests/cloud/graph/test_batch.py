"""A batch answers each of its requests as if it had come alone."""

import asyncio
import json

import httpx
import pytest
from hypothesis import given, strategies as st

from romekit.cloud.asgi import suspending
from romekit.cloud.engine.people import ALEX
from romekit.cloud.graph import batch as batches
from romekit.cloud.graph.throttling import Limits
from romekit.core.model import LIVE_2020
from tests.cloud.graph_client import BASE, ECHO, JSON, LAUNCH, Door, refusal

#: One door for what only reads, so that Hypothesis does not build a world for each example.
READ_ONLY = Door()


def get(id_, url="/me/devices", **rest):
    return {"id": id_, "method": "GET", "url": url, **rest}


def launch(door, id_, **rest):
    url = f"/me/devices/{door.device()}/commands"
    return {"id": id_, "method": "POST", "url": url, "headers": JSON, "body": LAUNCH, **rest}


def batch(door, *requests, **rest):
    return door.ask("POST", "/beta/$batch", json={"requests": list(requests)}, **rest)


def responses(answer):
    assert answer.status_code == 200, answer.text
    return {each["id"]: each for each in answer.json()["responses"]}


def ask(door, *requests, **rest):
    return responses(batch(door, *requests, **rest))


@pytest.mark.witness("route", "POST /$batch", "D 7.4")
@pytest.mark.witness(
    "property",
    "Batch.requests(id, method, url, headers, body), BatchAnswer.responses(id, status, headers, body)",
    "D 7.4",
)
def test_each_request_is_answered_as_if_it_had_come_alone(door):
    told = ask(door, get("a"), get("b", "me/devices?$top=1"), get("c", "/me/gadgets"), launch(door, "d"))
    assert list(told["a"]) == ["id", "status", "headers", "body"]
    assert told["a"]["headers"]["Content-Type"].startswith("application/json")
    assert "Date" not in told["a"]["headers"]
    assert told["a"]["body"] == door.get("/beta/me/devices").json()
    assert len(told["b"]["body"]["value"]) == 1
    assert "$skiptoken=" in told["b"]["body"]["@odata.nextLink"]
    assert (told["c"]["status"], told["c"]["body"]["error"]["code"]) == (400, "BadRequest")
    assert told["d"]["status"] == 201
    sent = told["d"]["headers"]["Location"]
    assert door.get(sent).json()["id"] == told["d"]["body"]["id"]


def test_each_has_a_request_id_and_an_exchange_of_its_own(door):
    whole = batch(door, get("a"), get("b", headers={"client-request-id": "mine"}), get("c", "https://a.b/me"))
    told = responses(whole)
    ids = [each["headers"]["request-id"] for each in told.values()]
    assert len({*ids, whole.headers["request-id"]}) == 4
    assert told["b"]["headers"]["client-request-id"] == "mine"
    assert told["a"]["headers"]["client-request-id"] == ids[0]
    kept = door.graph.request_log.of(ALEX.upn)
    assert [each.request_id for each in kept] == [*ids, whole.headers["request-id"]]
    assert [each.path for each in kept][::3] == ["/beta/me/devices", "/beta/$batch"]
    assert kept[0].request_headers["authorization"] == "Bearer (taken out)"


def test_the_same_run_gives_the_same_request_ids_and_a_batch_keeps_to_the_profile():
    one, other = (batch(Door(), get("a"), get("b")).json() for _ in range(2))
    assert one == other
    assert "Manufacturer" in ask(Door(LIVE_2020), get("a"))["a"]["body"]["value"][0]


def test_every_route_can_be_asked_in_a_batch(door):
    sent = ask(door, launch(door, "a", body=ECHO))["a"]["body"]["id"]
    door.clock.advance(10)
    home = f"/users/{ALEX.upn}/devices"
    place = f"{home}/{door.device()}/commands/{sent}"
    urls = {"status": place, "payload": f"{place}/responsePayload", "count": f"{home}/$count"}
    urls |= {"metadata": "$metadata", "history": "/me/romekit.history"}
    same = get("same", place, headers={"If-None-Match": "*"})
    told = ask(door, *(get(name, url) for name, url in urls.items()), same)
    assert told["status"]["body"]["status"] == "completed"
    assert told["payload"]["body"]["response"] == "hi"
    assert (told["count"]["body"], told["count"]["headers"]["Content-Type"]) == ("7", "text/plain")
    assert told["metadata"]["body"].startswith("<?xml")
    assert told["history"]["status"] == 200
    assert told["same"]["status"] == 304
    assert "body" not in told["same"]
    assert "ETag" in told["same"]["headers"]


def test_the_token_is_that_of_the_batch(door):
    assert batch(door, get("a"), token="EwBgarbage").status_code == 401
    own = get("a", headers={"Authorization": "Bearer EwBgarbage"})
    assert ask(door, own)["a"]["status"] == 200
    reader = door.token(scp=["Device.Read"])
    told = ask(door, get("a"), launch(door, "b"), token=reader)
    assert (told["a"]["status"], told["b"]["status"]) == (200, 403)


def test_what_is_kept_of_a_batch_is_what_would_have_been_sent_alone_and_has_no_secret_in_it(door):
    own = get("a", headers={"authorization": "Bearer EwBsecret"})
    told = {**LAUNCH, "postBackUri": "http://127.0.0.1:9/updates"}
    sent = ask(door, own, launch(door, "b", body=told))["b"]
    secret = sent["headers"]["X-Romekit-PostBack-Secret"]
    log = door.graph.request_log.of(ALEX.upn)
    assert [each.request_body for each in log[:2]] == [b"", json.dumps(told).encode()], "as if sent alone"
    for kept in log:
        seen = f"{kept.request_headers} {kept.request_body!r} {kept.headers} {kept.body}"
        assert "EwBsecret" not in seen
        assert secret not in seen
    door.webhooks.close()


@pytest.mark.witness("property", "Batch.requests.dependsOn", "D 7.4")
@pytest.mark.parametrize(
    ("depends", "wrong"),
    [
        ([[], ["0"], ["1"], ["2"]], None),  # serial
        ([[], [], ["0"], ["0"]], None),  # all on the same
        ([[], [], ["0", "1"], ["1", "0"]], None),
        ([[], ["2"], []], 1),  # forward
        ([["0"], []], 0),
        ([["1"], ["0"]], 0),
        ([["z"], []], 0),
        ([[], ["0"], [], ["0", "2"]], 3),  # mixed
        ([[], ["0"], ["1"], ["0"]], 3),
        ([[], [], ["0"], ["2"]], 3),
    ],
)
def test_dependencies_are_serial_or_all_the_same(door, depends, wrong):
    answer = batch(door, *(get(str(n), dependsOn=on) for n, on in enumerate(depends)))
    if wrong is None:
        assert [each["id"] for each in answer.json()["responses"]] == [str(n) for n in range(len(depends))]
    else:
        assert refusal(answer) == (400, "BadRequest", f"requests[{wrong}].dependsOn")


@pytest.mark.witness("error", "424 FailedDependency", "G 7.4")
def test_what_depends_on_a_failure_is_not_sent(door):
    failing = get("a", "/me/gadgets")
    told = ask(door, failing, launch(door, "b", dependsOn=["a"]), launch(door, "c", dependsOn=["b"]))
    assert {id_: each["status"] for id_, each in told.items()} == {"a": 400, "b": 424, "c": 424}
    assert told["b"]["body"]["error"]["code"] == "FailedDependency"
    assert "failed" in told["b"]["body"]["error"]["message"]
    assert not door.graph.spaces.now(ALEX.upn).commands


URLS = [
    *("/me/devices", "/me/devices?$top=2", "me/devices/$count", "/me/gadgets", "/me/romekit.history"),
    *("/me/devices/x/commands/A1", "/users/me-token-to-replace/devices?$filter=kind eq 'Phone'"),
    "/me/devices?$select=name",
]


@given(st.permutations(URLS))
def test_the_order_of_independent_requests_does_not_matter(urls):
    told = ask(READ_ONLY, *(get(url, url) for url in urls))
    for url, mine in told.items():
        alone = READ_ONLY.get(f"/beta/{url.lstrip('/')}")
        assert mine["status"] == alone.status_code
        if alone.status_code == 200 and not url.endswith("$count"):
            assert mine["body"] == alone.json()


def test_the_answers_of_a_batch_have_a_budget(door, monkeypatch):
    monkeypatch.setattr(batches, "BUDGET", 1000)
    told = ask(door, get("a"), get("b"), get("c"))
    assert [each["status"] for each in told.values()] == [200, 429, 429]
    assert told["b"]["headers"]["Retry-After"] == "1"


def test_others_are_answered_between_the_parts_of_a_batch(door):
    """On a server, where requests may wait."""
    order = []

    async def ask(name, *parts):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(suspending(door.app)), base_url=BASE) as client:
            request = ("POST", "/beta/$batch") if parts else ("GET", "/beta/me/devices")
            headers = {"Authorization": f"Bearer {door.token()}"}
            answer = await client.request(*request, json={"requests": parts}, headers=headers)
            order.append((name, answer.status_code))

    async def both():
        await asyncio.gather(ask("batch", *(get(str(n)) for n in range(20))), ask("alone"))

    asyncio.run(both())
    assert order == [("alone", 200), ("batch", 200)]


def test_many_batches_at_once_cost_others_no_more_than_one_does(door):
    """Whoever sends eight at once gets one part answered in each turn, not eight."""
    left, turns = 8, 0

    async def batch(client):
        nonlocal left
        parts = {"requests": [get(str(number)) for number in range(20)]}
        await client.post("/beta/$batch", json=parts, headers={"Authorization": f"Bearer {door.token()}"})
        left -= 1

    async def other():
        nonlocal turns
        while left:
            await asyncio.sleep(0)
            turns += 1

    async def everybody():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(suspending(door.app)), base_url=BASE) as client:
            await asyncio.gather(*(batch(client) for _ in range(left)), other())

    asyncio.run(everybody())
    assert turns >= 8 * 20


def test_each_request_is_throttled_by_itself_and_the_whole_is_200_also_of_a_retired_service(door):
    door.graph.throttle.limits = Limits(reads=2, writes=1, window=10.0)
    told = ask(door, get("a"), get("b"), get("c"), launch(door, "d"), launch(door, "e"))
    assert {id_: each["status"] for id_, each in told.items()} == {"a": 200, "b": 200, "c": 429, "d": 201, "e": 429}
    assert float(told["c"]["headers"]["Retry-After"]) == 10.0
    assert told["c"]["body"]["error"]["code"] == "TooManyRequests"
    door.graph.throttle.limits, door.graph.retired = Limits(), True
    told = ask(door, get("a"), launch(door, "b"))
    assert (told["a"]["body"], told["b"]["status"]) == ({"value": []}, 410)


@pytest.mark.witness("error", "400 BadRequest", "I 7.4")
@pytest.mark.parametrize(
    ("request_", "target"),
    [
        ({"url": "https://graph.microsoft.com/beta/me/devices"}, "url"),
        ({"url": "//evil.example/me/devices"}, "url"),
        ({"url": "/v1.0/me/devices"}, "url"),
        ({"url": "beta/me/devices"}, "url"),
        ({"url": "/$batch", "method": "POST", "body": {"requests": []}, "headers": JSON}, "url"),
        ({"url": "/$BATCH"}, "url"),
        ({"url": "/me/devices/x/commands", "method": "POST", "body": LAUNCH}, "headers"),
    ],
)
def test_what_cannot_be_in_a_batch_is_refused_alone(door, request_, target):
    told = ask(door, {**get("a"), **request_}, get("b"))
    assert (told["a"]["status"], told["b"]["status"]) == (400, 200)
    error = told["a"]["body"]["error"]
    assert (error["code"], error["target"]) == ("BadRequest", f"requests[0].{target}")


def test_a_wrong_verb_or_body_is_told_by_its_own_answer_but_a_device_that_is_not_there_before_it(door):
    text, nothing = {"headers": {"content-type": "text/plain"}}, {"body": {"type": "LaunchUri"}}
    a, d = get("a", method="DELETE"), get("d", method="head")
    told = ask(door, a, launch(door, "b", **nothing), launch(door, "c", **text), d)
    assert [told[id_]["status"] for id_ in "abcd"] == [405, 400, 415, 200]
    assert told["a"]["headers"]["Allow"] == "GET, HEAD"
    assert "body" not in told["d"]
    assert told["b"]["body"]["error"]["target"] == "payload"
    nowhere = "/me/devices/nope/commands"
    text = {"id": "a", "method": "POST", "url": nowhere, "headers": {"Content-Type": "text/plain"}, "body": "launch"}
    assert ask(door, text)["a"]["status"] == 404
    assert ask(door, text | {"url": launch(door, "a")["url"]})["a"]["status"] == 415


def test_nobody_waits_in_a_batch(door):
    command = ask(door, launch(door, "a"))["a"]
    path = f"/me/devices/{door.device()}/commands/{command['body']['id']}"
    tag = door.get(f"/beta{path}").headers["etag"]
    before = door.clock.now()
    told = ask(door, get("a", path, headers={"If-None-Match": tag, "Prefer": "wait=20"}))
    assert (told["a"]["status"], door.clock.now()) == (304, before)
    assert "Preference-Applied" not in told["a"]["headers"]


@pytest.mark.witness("error", "400 BadRequest", "D 7.4")
@pytest.mark.parametrize(
    ("body", "target"),
    [
        ([], "requests"),
        ({}, "requests"),
        ({"requests": {}}, "requests"),
        ({"requests": []}, "requests"),
        ({"requests": [get(str(n)) for n in range(21)]}, "requests"),
        ({"requests": ["x"]}, "requests[0]"),
        ({"requests": [get("a"), get("a")]}, "requests[1].id"),
        ({"requests": [get(1)]}, "requests[0].id"),
        ({"requests": [get("")]}, "requests[0].id"),
        ({"requests": [{"id": "a", "url": "/me"}]}, "requests[0].method"),
        ({"requests": [{"id": "a", "method": "GET"}]}, "requests[0].url"),
        ({"requests": [get("a", None)]}, "requests[0].url"),
        ({"requests": [get("a", headers=["x"])]}, "requests[0].headers"),
        ({"requests": [get("a", headers={"x": 1})]}, "requests[0].headers"),
        ({"requests": [get("a", dependsOn="b")]}, "requests[0].dependsOn"),
        ({"requests": [get("a", dependsOn=[1])]}, "requests[0].dependsOn"),
        ({"requests": [get("a", dependsOn={})]}, "requests[0].dependsOn"),
        ({"requests": [get("a", headers=[])]}, "requests[0].headers"),
        ({"requests": [get("a", dependsOn=["z"])]}, "requests[0].dependsOn"),
        ({"requests": [get("a", dependsOn=["a"])]}, "requests[0].dependsOn"),
        ({"requests": [get("x"), get("a", dependsOn=["b"]), get("b", dependsOn=["a"])]}, "requests[1].dependsOn"),
    ],
)
def test_a_batch_that_cannot_be_read_is_refused_whole(door, body, target):
    answer = door.ask("POST", "/beta/$batch", json=body)
    assert refusal(answer) == (400, "BadRequest", target)
    assert len(door.graph.request_log.of(ALEX.upn)) == 1


def test_twenty_requests_are_not_too_many_null_is_as_good_as_nothing_and_the_limits_are_those_of_every_body(door):
    told = ask(door, *(get(str(n), headers=None, body=None, dependsOn=None) for n in range(20)))
    assert [each["status"] for each in told.values()] == [200] * 20
    assert door.ask("POST", "/beta/$batch", content=b"x", headers={"Content-Type": "text/plain"}).status_code == 415
    assert door.ask("POST", "/beta/$batch", content=b" " * 70_000, headers=JSON).status_code == 413
    assert door.get("/beta/$batch").headers["allow"] == "POST"


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["requests", "id", "url", "method", "headers", "body", "dependsOn"]), inner)
    ),
    max_leaves=12,
)


@given(JSONS | st.lists(st.builds(get, JSONS, JSONS, method=JSONS, headers=JSONS), max_size=3))
def test_any_json_is_a_batch_or_is_refused(body):
    answer = READ_ONLY.ask("POST", "/beta/$batch", json={"requests": body} if isinstance(body, list) else body)
    assert answer.status_code in (200, 400)
