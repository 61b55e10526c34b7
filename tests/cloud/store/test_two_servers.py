"""Two `romekit serve` on one PostgreSQL, and a client that talks to whichever it likes."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from subprocess import Popen, run
from time import perf_counter, sleep

import httpx
import pytest

from tests import serving
from tests.cloud.graph_client import LAUNCH
from tests.postgres import Cluster
from tests.serving import DIRECT, ROMEKIT, process

pytestmark = pytest.mark.postgres

SECRET = "a secret that both of them know"


@dataclass
class Two:
    """Both servers, and clients of them that share one token."""

    servers: list[Popen[str]]
    addresses: list[str]
    clients: list[httpx.Client]
    url: str

    def renewed(self, on: int, answer: dict[str, str]) -> dict[str, str]:
        shown = {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"]}
        return serving.token(self.addresses[on], **shown)


@pytest.fixture
def two(cluster: Cluster) -> Iterator[Two]:
    url = cluster.new_database()
    with ExitStack() as open_things:
        both = [open_things.enter_context(process("--store", url, ROMEKIT_SECRET=SECRET)) for _ in range(2)]
        addresses = [address for _, address in both]
        options = {"trust_env": False, "timeout": 30}
        clients = [open_things.enter_context(httpx.Client(base_url=f"{each}/beta", **options)) for each in addresses]
        yield Two([server for server, _ in both], addresses, clients, url)


def sign_in(two: Two) -> dict[str, str]:
    """Begun on the first, approved on the second, redeemed on the first."""
    answer = serving.sign_in(two.addresses[0], page=f"{two.addresses[1]}/link")
    for client in two.clients:
        client.headers["Authorization"] = f"Bearer {answer['access_token']}"
    return answer


def surface(client: httpx.Client) -> str:
    return next(each["id"] for each in client.get("/me/devices").json()["value"] if "Surface" in each["name"])


def test_a_sign_in_begun_on_one_and_approved_on_the_other_is_good_on_both_and_so_is_what_was_sent(two):
    answer = sign_in(two)
    assert [client.get("/me/devices").status_code for client in two.clients] == [200, 200]
    assert two.clients[0].get("/me/devices").json() == two.clients[1].get("/me/devices").json()
    assert "access_token" in two.renewed(1, answer)
    assert two.renewed(0, answer)["error"] == "invalid_grant"
    device = surface(two.clients[0])
    for turn in range(40):
        here, there = two.clients[turn % 2], two.clients[1 - turn % 2]
        sent = here.post(f"/me/devices/{device}/commands", json=LAUNCH)
        assert sent.status_code == 201
        assert there.get(f"/me/devices/{device}/commands/{sent.json()['id']}").status_code == 200


def test_whoever_waits_on_one_is_told_what_is_decided_on_the_other(two):
    sign_in(two)
    here, there = two.clients
    device = surface(here)
    there.post(f"/me/devices/{device}/romekit.personality", json={"personality": "mute"})
    path = f"/me/devices/{device}/commands"
    path = f"{path}/{here.post(path, json=LAUNCH).json()['id']}"
    answer = here.get(path)
    while answer.json()["status"] != "sentToTarget":
        answer = here.get(path)

    def wait() -> tuple[str, float]:
        headers = {"If-None-Match": answer.headers["etag"], "Prefer": "wait=25"}
        return here.get(path, headers=headers).json()["status"], perf_counter()

    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(wait)
        sleep(0.3)  # it is being held by now: a device that stays silent changes nothing for a minute
        told = there.post(f"{path}/romekit.cancel")
        ended = perf_counter()
        status, heard = waiting.result(timeout=30)
    assert told.status_code == 202
    assert status in {"cancel", "cancelling", "canceled"}  # the answer is of its own moment: the stop goes on meanwhile
    assert heard - ended < 10, "it was told, and did not come to the end of its wait"


def test_both_may_send_to_one_space_at_once_nothing_is_lost_or_doubled_and_one_outlives_the_other(two):
    sign_in(two)
    path = f"/me/devices/{surface(two.clients[0])}/commands"

    def send(number: int) -> httpx.Response:
        return two.clients[number % 2].post(path, json=LAUNCH, headers={"client-request-id": f"number {number // 2}"})

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(80)))
    assert {answer.status_code for answer in answers} == {201}
    ids = [answer.json()["id"] for answer in answers]
    assert ids[::2] == ids[1::2], "the same request on the other server is the same command"
    assert len(set(ids)) == 40
    histories = [client.get("/me/romekit.history").json()["value"] for client in two.clients]
    sent = [each for each in histories[0] if each["to"] == "requesting"]
    assert len(sent) == 40
    shortest = min(map(len, histories))
    assert histories[0][:shortest] == histories[1][:shortest]
    os.kill(two.servers[0].pid, signal.SIGKILL)
    assert {two.clients[1].get(f"{path}/{each}").status_code for each in ids} == {200}
    assert two.clients[1].post(path, json=LAUNCH).status_code == 201


def test_while_the_database_is_away_requests_are_told_so_and_afterwards_all_is_as_it_was(two, cluster):
    sign_in(two)
    here, there = two.clients
    path = f"/me/devices/{surface(here)}/commands"
    before = [here.post(path, json=LAUNCH).json()["id"] for _ in range(5)]
    cluster.stop("immediate")
    refused = [client.post(path, json=LAUNCH) for client in (here, there, here)]
    refused.append(here.get(f"{path}/{before[0]}"))
    assert [answer.status_code for answer in refused] == [503] * 4
    assert {answer.json()["error"]["code"] for answer in refused} == {"serviceNotAvailable"}
    cluster.start()
    for client in two.clients:
        until = perf_counter() + 15
        while (again := client.post(path, json=LAUNCH)).status_code == 503 and perf_counter() < until:
            sleep(0.1)
        assert again.status_code == 201
    assert [there.get(f"{path}/{each}").status_code for each in before] == [200] * 5
    sent = [each["command"] for each in here.get("/me/romekit.history").json()["value"] if each["from"] is None]
    assert sent[:5] == before
    assert len(sent) == 7


def test_the_keys_are_in_the_store_only_sealed_and_another_secret_opens_nothing(two):
    import psycopg

    token = sign_in(two)["access_token"]
    with psycopg.connect(two.url) as connection:
        lines = "".join(line for (line,) in connection.execute("SELECT line FROM romekit_events").fetchall())
    assert "keys_sealed" in lines
    assert not any(word in lines for word in ("PRIVATE KEY", SECRET, token))
    with pytest.raises(AssertionError, match="said no address"), process("--store", two.url, ROMEKIT_SECRET="x" * 20):
        pass


def test_without_a_secret_it_does_not_start_and_says_what_is_missing(cluster):
    line = [ROMEKIT, "serve", "--port", "0", "--store", cluster.new_database()]
    ended = run(line, capture_output=True, text=True, env=DIRECT, timeout=30)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "ROMEKIT_SECRET" in ended.stderr
    assert "--secret-file" in ended.stderr
