"""A disk that is full: said in the protocol's own words, nothing half done, and as before when there is room again."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import httpx
import pytest

from romekit.cloud.engine.people import ALEX
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.http.server import in_thread
from romekit.cloud.store.contract import NotKept
from romekit.cloud.store.sqlite import SQLite
from romekit.cloud.stub import Stub
from romekit.core.clock import Wall
from tests.cloud.graph_client import refusal
from tests.serving import signed_in

PLENTY = 1_000_000
FLOW = {"client_id": "a-program", "scope": "Device.Read"}


def launch(number: int) -> dict[str, object]:
    return {"type": "LaunchUri", "payload": {"uri": f"https://a.b/{'x' * 2000}/{number}"}}


@pytest.fixture
def store(tmp_path) -> Iterator[SQLite]:
    with closing(SQLite(tmp_path / "rome.db")) as store:
        yield store


@pytest.fixture
def room(store) -> Callable[[bool], object]:
    """Take all room away, or give it back: SQLite's own limit, whose error is that of a full disk."""
    return lambda is_there: store._writer.execute(f"PRAGMA max_page_count={PLENTY if is_there else 1}").fetchone()


def commands_of(http: httpx.Client) -> str:
    """Where commands to the first device are sent."""
    return f"/me/devices/{http.get('/me/devices').json()['value'][0]['id']}/commands"


@contextmanager
def served(store: SQLite) -> Iterator[tuple[Stub, httpx.Client]]:
    """A cloud on this store, and a client that is signed in."""
    stub = Stub(clock=Wall(), store=store)
    with in_thread(stub.app) as address, signed_in(address) as http:
        yield stub, http


def sign_ins_until_full(http: httpx.Client, place: str) -> httpx.Response:
    """The first refusal: what is left of the last page may be enough for some sign-ins more."""
    answers = (http.post(place, data=FLOW) for _ in range(200))
    return next(answer for answer in answers if answer.status_code != 200)


def until_full(http: httpx.Client, path: str) -> tuple[list[str], httpx.Response]:
    """The commands that were accepted, and the first answer that is not 201."""
    accepted = []
    for number in range(200):
        answer = http.post(path, json=launch(number))
        if answer.status_code != 201:
            return accepted, answer
        accepted.append(answer.json()["id"])
    raise AssertionError("it never was full")


def test_a_send_is_told_so_and_what_was_accepted_before_is_still_there_also_later(store, room, tmp_path):
    with served(store) as (stub, http):
        path = commands_of(http)
        assert http.post(path, json=launch(0)).status_code == 201
        room(False)
        accepted, refused = until_full(http, path)
        assert refusal(refused) == (507, "insufficientStorage")
        assert "Nothing was done" in refused.json()["error"]["message"]
        room(True)
        again = http.post(path, json=launch(999))
        assert again.status_code == 201
        kept = {each["command"] for each in http.get("/me/romekit.history").json()["value"]}
        assert {*accepted, again.json()["id"]} <= kept
        assert len(kept) == len(accepted) + 2
        exchanges = stub.graph.request_log.of(ALEX.upn)
        assert [each.status for each in exchanges if each.request_id == refused.headers["request-id"]] == [507]
    stub.close()
    with closing(SQLite(tmp_path / "rome.db")) as again:
        events = again.read(f"space:{ALEX.upn}")
    assert {event.command for event in events if event.kind == "command_accepted"} == kept


@pytest.mark.witness("sign-in error", "not_kept", "D ENTRA error codes")
def test_a_sign_in_is_told_so_too_and_works_again_when_there_is_room(store, room):
    stub = Stub(clock=Wall(), store=store)
    with httpx.Client(transport=InProcessTransport(stub.app), base_url="http://127.0.0.1") as http:
        place = "/consumers/oauth2/v2.0/devicecode"
        assert http.post(place, data=FLOW).status_code == 200
        room(False)
        refused = sign_ins_until_full(http, place)
        assert (refused.status_code, refused.json()["error"]) == (503, "temporarily_unavailable")
        assert "AADSTS90033" in refused.json()["error_description"]
        room(True)
        assert http.post(place, data=FLOW).status_code == 200


def test_a_space_that_could_not_be_opened_on_a_full_disk_is_opened_when_there_is_room(store, room):
    with served(store) as (_, http), httpx.Client(trust_env=False) as stranger:
        room(False)
        sign_ins_until_full(stranger, str(http.base_url.join("/consumers/oauth2/v2.0/devicecode")))
        assert http.get("/me/devices").status_code == 507
        room(True)
        assert len(http.get("/me/devices").json()["value"]) == 7


def test_of_a_batch_each_part_says_whether_it_was_kept(store, monkeypatch):
    """The first part is lost before the second is handed over, which is kept."""
    append, write, full = store.append, store._write, [True]

    def at_once(*given):
        written = append(*given)
        written.group.ended.result()
        return written

    def failing(written):
        if full:
            full.pop()
            raise NotKept("The disk is full.", status=507, code="insufficientStorage")
        write(written)

    with served(store) as (_, http):
        path = commands_of(http)
        one = {"method": "POST", "url": path, "headers": {"Content-Type": "application/json"}}
        monkeypatch.setattr(store, "append", at_once)
        monkeypatch.setattr(store, "_write", failing)
        parts = [one | {"id": str(number), "body": launch(number)} for number in range(2)]
        first, second = http.post("/$batch", json={"requests": parts}).json()["responses"]
        assert (first["status"], first["body"]["error"]["code"]) == (507, "insufficientStorage")
        assert second["status"] == 201
        history = http.get("/me/romekit.history").json()["value"]
        assert {each["command"] for each in history} == {second["body"]["id"]}
