"""Two `romekit serve --class` on one PostgreSQL and one admin secret: students and teacher meet either of them."""

from collections.abc import Iterator
from contextlib import ExitStack
from time import perf_counter, sleep

import httpx
import pytest

from tests.cloud.a_class import do, teacher_at
from tests.cloud.browser import Browser
from tests.cloud.graph_client import LAUNCH
from tests.cloud.support import DEVICE_GRANT
from tests.postgres import Cluster
from tests.serving import SCOPE, process

pytestmark = pytest.mark.postgres

CODE, SECRET, ADMIN = "WREN-42", "a secret that both of them know", "an admin secret for both"
APP = {"client_id": "a-program"}


@pytest.fixture
def two(cluster: Cluster) -> Iterator[list[httpx.Client]]:
    url = cluster.new_database()
    options = ["--store", url, "--class", "Physics 9", "--class-code", CODE]
    secrets = {"ROMEKIT_SECRET": SECRET, "ROMEKIT_ADMIN_SECRET": ADMIN}
    with ExitStack() as ending:
        both = [ending.enter_context(process(*options, **secrets)) for _ in range(2)]
        more = {"trust_env": False, "timeout": 30, "follow_redirects": True}
        yield [ending.enter_context(httpx.Client(base_url=address, **more)) for _, address in both]


def join(client: httpx.Client, name: str, **more: str) -> httpx.Response:
    return client.post("/romekit/join", json={"code": CODE, "name": name, **more})


def signed_in(client: httpx.Client, place: dict[str, str]) -> dict[str, str]:
    """The headers of a student."""
    flow = client.post("/consumers/oauth2/v2.0/devicecode", data={**APP, "scope": SCOPE}).json()
    said = {"account": place["account"], "word": place["word"], "user_code": flow["user_code"]}
    assert client.post("/romekit/join/approve", json=said).status_code == 204
    grant = {"grant_type": DEVICE_GRANT, "device_code": flow["device_code"]}
    token = client.post("/consumers/oauth2/v2.0/token", data=APP | grant).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def launched(client: httpx.Client, headers: dict[str, str]) -> str:
    device = client.get("/beta/me/devices", headers=headers).json()["value"][0]["id"]
    sent = client.post(f"/beta/me/devices/{device}/commands", json=LAUNCH, headers=headers)
    assert sent.status_code == 201
    return f"/beta/me/devices/{device}/commands/{sent.json()['id']}"


def test_who_joins_on_one_is_known_on_the_other_and_out_there_when_removed(two):
    place = join(two[0], "Mia").json()
    assert join(two[1], "Mia").json()["error"]["code"] == "nameTaken"
    assert join(two[1], "Mia", word=place["word"]).json()["account"] == place["account"]
    headers = signed_in(two[1], place)
    assert [client.get("/beta/me/devices", headers=headers).status_code for client in two] == [200, 200]
    browser = Browser(two[0])
    browser.open("/join")
    browser.send(code=CODE, name="Ben")
    two[1].cookies = two[0].cookies
    assert "You are Ben" in two[1].get("/join").text
    two[1].cookies.clear()
    assert do(teacher_at(two[1], ADMIN), "remove", student=place["account"]).status_code == 200
    assert two[0].get("/beta/me/devices", headers=headers).status_code == 403


def test_the_teacher_on_one_sees_what_is_sent_to_the_other_and_can_stop_its_time(two):
    headers = signed_in(two[0], join(two[0], "Mia").json())
    command = launched(two[0], headers)
    browser = teacher_at(two[1], ADMIN)
    assert [each["sent"] for each in two[1].get("/class/now").json()["students"]] == [1]
    assert do(browser, "freeze").status_code == 200
    still = launched(two[0], headers)
    sleep(1.5)
    assert two[0].get(still, headers=headers).json()["status"] == "requesting"
    assert two[0].get("/beta/me/romekit.class", headers=headers).json()["isFrozen"] is True
    before = two[0].get(command, headers=headers).json()["status"]
    do(browser, "go on")
    end = perf_counter() + 10
    while two[0].get(still, headers=headers).json()["status"] != "completed":
        assert perf_counter() < end, before
        sleep(0.1)
