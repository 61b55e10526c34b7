"""On the time of day a thread posts the updates; it is there only while there is something to tell."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from romekit.cloud.engine.decide import cancel
from romekit.cloud.engine.people import ALEX
from romekit.cloud.http.server import in_thread
from romekit.cloud.store.sqlite import SQLite
from romekit.cloud.stub import Stub
from romekit.cloud.webhooks import queue
from romekit.core.clock import Wall
from romekit.core.errors import BadInput
from romekit.lab.receiver import is_genuine
from tests.certificate import a_certificate
from tests.cloud.graph_client import KEY, bearer
from tests.cloud.listener import listening, until

LIFE = ["sentToTarget", "executing", "completed"]


def workers():
    return [thread for thread in threading.enumerate() if thread.name == "romekit errands"]


@pytest.fixture
def stub():
    stub = Stub(clock=Wall(), key=KEY, post_back_to=["receiver.invalid:4433"])
    yield stub
    stub.postback.close()
    assert workers() == []


@contextmanager
def connected(stub):
    with in_thread(stub.app) as address:
        with httpx.Client(base_url=f"{address}/beta/me", headers=bearer(appid="app"), trust_env=False) as client:
            yield client


@pytest.fixture
def client(stub):
    with connected(stub) as client:
        yield client


@pytest.fixture
def receiver():
    with listening() as receiver:
        yield receiver


def send(stub, client, uri, name="Alex's Surface"):
    device = next(each.id for each in stub.spaces.now(ALEX.upn).listed() if each.name == name)
    body = {"type": "LaunchUri", "payload": {"uri": "https://a.b"}, "postBackUri": uri}
    return client.post(f"/devices/{device}/commands", json=body), device


def test_updates_arrive_by_themselves_and_then_the_thread_is_gone(stub, client, receiver):
    assert workers() == []
    secret = send(stub, client, receiver.uri())[0].headers["x-romekit-postback-secret"]
    assert len(workers()) == 1
    until(lambda: receiver.arrived)
    assert 0 <= time.time() - float(receiver.arrived[0][1]["x-romekit-timestamp"]) < 2, "when it has happened"
    until(lambda: not workers())
    assert receiver.statuses() == LIFE
    for _, headers, body in receiver.arrived:
        assert is_genuine(secret, headers["x-romekit-signature"], body, time.time())
    assert send(stub, client, receiver.uri())[0].status_code == 201
    until(lambda: len(receiver.arrived) == 2 * len(LIFE))


def test_a_decision_wakes_the_thread(stub, client, receiver):
    sent, device = send(stub, client, receiver.uri(), "Living Room Xbox")
    until(lambda: receiver.statuses() == ["sentToTarget"])
    time.sleep(0.05)
    stub.spaces.ask(ALEX.upn, cancel(device, sent.json()["id"]))
    until(lambda: "cancel" in receiver.statuses(), 10)
    assert receiver.statuses()[:2] == ["sentToTarget", "cancel"]


def test_one_that_is_not_taken_comes_again_after_a_pause(stub, client, receiver):
    receiver.answers = [503]
    send(stub, client, receiver.uri())
    until(lambda: len(receiver.arrived) == 1 + len(LIFE))
    assert receiver.statuses() == ["sentToTarget", *LIFE]
    first, second, *_ = stub.postback.log
    assert 1.0 <= second.at - first.at < 5.0


def test_closing_ends_it_at_once_and_for_good(stub, client, receiver):
    send(stub, client, receiver.uri(), "Living Room Xbox")
    begin = time.monotonic()
    stub.postback.close()
    assert time.monotonic() - begin < 5
    arrived = len(receiver.arrived)
    assert arrived < len(LIFE)
    assert send(stub, client, receiver.uri())[0].status_code == 201
    assert workers() == []
    time.sleep(1.5)  # a prompt device has done it all by then
    assert len(receiver.arrived) == arrived


def test_an_error_in_the_thread_does_not_end_it_for_good(stub, client, monkeypatch, receiver):
    said = []
    monkeypatch.setattr(threading, "excepthook", said.append)
    monkeypatch.setattr(stub.postback, "run", lambda lane: 1 // 0)
    send(stub, client, receiver.uri())
    until(lambda: said and not workers())
    monkeypatch.undo()
    send(stub, client, receiver.uri())
    until(lambda: len(receiver.arrived) == 2 * len(LIFE))
    assert {each.exc_type for each in said} == {ZeroDivisionError}


def test_a_receiver_that_does_not_answer_delays_nobody_else(stub, client):
    with socket.create_server(("127.0.0.1", 0)) as silent, listening() as receiver:
        for _ in range(3):
            send(stub, client, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        begin = time.monotonic()
        send(stub, client, receiver.uri())
        until(lambda: receiver.statuses() == LIFE)
        assert time.monotonic() - begin < 4  # the silent one is waited for for 2 s, three times
        stub.postback.close()


def test_receivers_without_end_share_a_thread(stub, client, monkeypatch):
    monkeypatch.setattr(queue, "MOST_THREADS", 2)
    with listening() as one, listening() as other, listening() as third, listening() as fourth:
        receivers = (one, other, third, fourth)
        for receiver in receivers:
            send(stub, client, receiver.uri())
        assert len(workers()) <= 3
        until(lambda: all(receiver.statuses() == LIFE for receiver in receivers))


@pytest.fixture
def restarted(tmp_path):
    """Servers on one file, one after the other."""
    stubs = []

    def start():
        if stubs:
            stubs[-1].close()
        stubs.append(Stub(clock=Wall(), key=KEY, store=SQLite(tmp_path / "cloud.db")))
        return stubs[-1]

    yield start
    stubs[-1].close()


def test_updates_that_were_not_taken_outlive_a_restart(restarted):
    with listening() as receiver:
        receiver.answers = [200, *[503] * 3]
        first = restarted()
        with connected(first) as client:
            client.headers["client-request-id"] = "mine"
            secret = send(first, client, receiver.uri())[0].headers["x-romekit-postback-secret"]
            until(lambda: len(receiver.arrived) == 2)
        restarted()
        until(lambda: receiver.statuses()[-1:] == ["completed"], 30)
        taken = receiver.statuses()
        assert taken[:2] == LIFE[:2]
        assert list(dict.fromkeys(taken)) == LIFE
        numbers = [int(headers["x-romekit-sequence"]) for _, headers, _ in receiver.arrived]
        assert [LIFE[number - 1] for number in numbers] == taken
        for _, headers, body in receiver.arrived:
            assert headers["client-request-id"] == "mine"
            assert is_genuine(secret, headers["x-romekit-signature"], body, time.time())
        until(lambda: not workers())
        arrived = len(receiver.arrived)
        restarted()
        assert workers() == []
        time.sleep(0.1)
        assert len(receiver.arrived) == arrived


@pytest.mark.parametrize(("trusted", "taken"), [("receiver.invalid", True), ("other.invalid", False), (None, False)])
def test_over_https_the_certificate_is_checked_by_the_name_that_is_listed_and_a_bad_list_is_refused(
    stub, client, tmp_path, monkeypatch, trusted, taken
):
    path, key = a_certificate(tmp_path, trusted or "receiver.invalid")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(path, key)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    stub.postback.resolve = lambda host, port: ["127.0.0.1"]
    with listening(tls=tls) as receiver:
        assert ("receiver.invalid", 4433) in stub.postback.listed
        stub.postback.listed = {("receiver.invalid", receiver.port)}
        send(stub, client, receiver.uri("receiver.invalid", "https"))
        until(lambda: stub.postback.log)
        assert stub.postback.log[0].taken is taken
        assert len(receiver.arrived) == taken
    with pytest.raises(BadInput, match="HOST:PORT"):
        Stub(post_back_to=["receiver.invalid"])
