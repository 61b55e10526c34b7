"""Each status of a command is posted to where its sender wants it: in order, signed, again if need be, nowhere else."""

import hashlib
import hmac
import json
import socket
import threading
import time

import pytest

from romekit.cloud.engine.decide import cancel
from romekit.cloud.engine.people import ALEX
from romekit.cloud.webhooks import delivery as posting
from romekit.cloud.webhooks.addresses import PostAddress
from romekit.cloud.webhooks.queue import PAUSES
from romekit.core.model import LIVE_2020, SKELETON
from tests.cloud.graph_client import ECHO, JSON, LAUNCH, Door, error_of, refusal
from tests.cloud.listener import listening

INSIDE = PostAddress("inbox.example", 80)
LIFE = ["sentToTarget", "executing", "completed"]


def launch(uri, **more):
    return LAUNCH | {"postBackUri": uri, **more}


def played(door, receiver, seconds=20, host="127.0.0.1"):
    """Let one launch be told to the receiver: the statuses that have arrived then."""
    door.send(launch(receiver.uri(host)))
    door.clock.wait(seconds)
    return receiver.statuses()


@pytest.fixture
def receiver():
    with listening() as receiver:
        yield receiver


@pytest.fixture
def inbox(door):
    return Inbox(door)


class Inbox(list):
    """A receiver in this process that notes (when, headers, body), and answers what it is told to."""

    uri = "http://inbox.example/"

    def __init__(self, door):
        self.door, self.answer = door, 204
        door.webhooks.inside[INSIDE] = self.take

    def take(self, headers, body):
        self.append((self.door.clock.now(), headers, json.loads(body)))
        return self.answer

    def told(self):
        return [(int(headers["X-Romekit-Sequence"]), body["status"]) for _, headers, body in self]


def tries(door):
    start = door.webhooks.log[0].at if door.webhooks.log else 0
    return [(round(each.at - start, 3), each.number, each.outcome) for each in door.webhooks.log]


def test_each_transition_is_posted_once_and_the_creation_is_not(door, receiver):
    sent = door.send(launch(receiver.uri()))
    assert sent.status_code == 201
    door.clock.wait(20)
    door.clock.wait(100)
    assert receiver.statuses() == LIFE
    assert {path for path, _, _ in receiver.arrived} == {"/updates?x=1"}
    assert {body["id"] for body in receiver.bodies()} == {sent.json()["id"]}


@pytest.mark.parametrize("profile", [Door().graph.profile, LIVE_2020])
def test_what_is_posted_is_what_get_shows_at_that_moment(profile):
    door = Door(profile)
    seen = []

    def compare(headers, body):
        seen.append((json.loads(body), door.get(place).json()))
        return 200

    door.webhooks.inside[INSIDE] = compare
    place = door.send(launch(Inbox.uri)).headers["location"]
    door.clock.wait(20)
    assert [posted == shown for posted, shown in seen] == [True] * len(LIFE)


@pytest.mark.witness("header", "update: X-Romekit-Timestamp", "I ours")
def test_updates_come_at_the_time_of_the_transition_however_long_one_waits_at_once(door, inbox):
    for name in ("Alex's Surface", "Living Room Xbox", "Alex's Surface"):
        door.send(launch(inbox.uri), name)
    door.clock.wait(100)
    moves = [event.at for event in door.graph.spaces.events(ALEX.upn) if event.kind == "command_moved"]
    assert [at for at, _, _ in inbox] == moves == sorted(moves)
    assert [float(headers["X-Romekit-Timestamp"]) for _, headers, _ in inbox] == moves


def test_what_somebody_decides_is_told_before_time_moves_on(door, inbox):
    sent = door.send(launch(inbox.uri), "Living Room Xbox").json()
    door.clock.wait(2)
    already = len(inbox)
    door.graph.spaces.ask(ALEX.upn, cancel(door.device("Living Room Xbox"), sent["id"]))
    asked_at = door.clock.now()
    assert len(inbox) == already
    door.clock.wait(10)
    assert (inbox[already][0], inbox[already][2]["status"]) == (asked_at, "cancel")


def test_a_command_sent_in_a_batch_is_followed_as_well(door, inbox):
    item = {"id": "1", "method": "POST", "url": f"/me/devices/{door.device()}/commands", "headers": JSON}
    whole = door.ask("POST", "/beta/$batch", json={"requests": [item | {"body": launch(inbox.uri)}]}).json()
    assert whole["responses"][0]["status"] == 201
    door.clock.wait(20)
    assert [status for _, status in inbox.told()] == LIFE


@pytest.mark.witness("header", "update: client-request-id", "I ours")
def test_a_repeated_request_is_one_command_and_is_told_once(door, inbox):
    same = {"client-request-id": "11111111-2222-3333-4444-555555555555"}
    first = door.send(launch(inbox.uri), headers=same)
    again = door.send(launch(inbox.uri), headers=same)
    assert first.json()["id"] == again.json()["id"]
    door.clock.wait(20)
    third = door.send(launch(inbox.uri), headers=same)
    door.clock.wait(20)
    assert inbox.told() == list(enumerate(LIFE, 1))
    assert third.headers["x-romekit-postback-secret"] == first.headers["x-romekit-postback-secret"]
    assert {headers["client-request-id"] for _, headers, _ in inbox} == set(same.values())


@pytest.mark.witness("property", "Command.postBackUri, AppService.postBackUri", "D 3.2")
@pytest.mark.witness("header", "update: User-Agent", "I ours")
@pytest.mark.witness("property", "Command.error", "D 3.2")
def test_a_call_of_an_app_service_is_told_as_well_and_says_where_to_and_an_error_is_posted_with_it(door, inbox):
    assert door.send(ECHO | {"postBackUri": inbox.uri}).json()["postBackUri"] == inbox.uri
    door.clock.wait(20)
    assert [status for _, status in inbox.told()] == LIFE
    assert {body["postBackUri"] for _, _, body in inbox} == {inbox.uri}
    assert {headers["User-Agent"] for _, headers, _ in inbox} == {"romekit-post-back"}
    place = door.send(launch(inbox.uri, payload={"uri": "no-such-app:here"})).headers["location"]
    door.clock.wait(60)
    assert inbox[-1][2] == door.get(place).json()
    assert inbox[-1][2]["error"]


def test_without_a_post_back_uri_nothing_is_prepared_and_the_documentations_skeleton_is_only_printed(door):
    threads = threading.active_count()
    for nothing in (None, "null"):
        assert "x-romekit-postback-secret" not in door.send(launch(nothing)).headers
    assert door.clock.errands == []
    assert threading.active_count() == threads
    door = Door(SKELETON)
    assert door.send(launch("postbackURI")).json()["postBackUri"] == "postbackURI"
    door.clock.wait(20)
    assert not door.webhooks.log


def sealed(secret, headers, body):
    said = dict(part.split("=") for part in headers["x-romekit-signature"].split(","))
    signed = said["t"].encode() + b"." + body
    return said["t"], said["v1"] == hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


@pytest.mark.witness(
    "header",
    "X-Romekit-PostBack-Secret, update: Content-Type, update: X-Romekit-Signature, update: X-Romekit-Sequence",
    "I ours",
)
def test_an_update_is_signed_with_the_secret_the_sender_was_given(door, receiver):
    secret = door.send(launch(receiver.uri())).headers["x-romekit-postback-secret"]
    receiver.answers = [200, 500, 200, 200]
    door.clock.wait(20)
    for (_, headers, body), tried in zip(receiver.arrived, door.webhooks.log, strict=True):
        assert headers["content-type"] == "application/json; charset=utf-8"
        assert sealed(secret, headers, body) == (f"{tried.at:.3f}", True)
        assert sealed(secret, headers, body + b" ")[1] is False
    numbers = [headers["x-romekit-sequence"] for _, headers, _ in receiver.arrived]
    assert numbers == ["1", "2", "2", "3"]


def test_every_app_and_every_person_has_a_secret_of_their_own(door):
    postback = door.webhooks
    whose = [("app", "alex@x"), ("app", "sam@x"), ("other", "alex@x"), ("", "appalex@x"), ('app", "', "alex@x")]
    assert len({postback.secret(*each) for each in whose}) == len(whose)
    assert Door().webhooks.secret("app", "alex@x") == postback.secret("app", "alex@x")
    answers = [door.send(launch("http://[::1]/"), token=door.token(appid=app)) for app in ("one", "other", "one")]
    one, other, again = (answer.headers["x-romekit-postback-secret"] for answer in answers)
    assert one == again != other
    assert door.graph.key.hex() not in one


def test_the_secret_is_not_among_the_exchanges_that_are_kept(door):
    secret = door.send(launch("http://[::1]/")).headers["x-romekit-postback-secret"]
    kept = door.graph.request_log.of(ALEX.upn)[-1]
    assert kept.headers["X-Romekit-PostBack-Secret"] == "(taken out)"
    assert secret not in f"{kept.headers}{kept.body}{kept!r}{door.webhooks._followed}{door.webhooks.log}"


def test_the_next_is_not_sent_before_the_one_before_was_taken(door, receiver):
    receiver.answers = [503, 404, 302, 200]
    assert played(door, receiver, 60) == ["sentToTarget"] * 4 + ["executing", "completed"]
    late = [(0.0, "503; again in 1 s"), (1.0, "404; again in 2 s"), (3.0, "302; again in 4 s")]
    refused = [(at, 1, f"answered {said}") for at, said in late]
    assert tries(door) == refused + [(7.0, number, "answered 200") for number in (1, 2, 3)]


def test_after_the_last_pause_a_command_is_given_up_and_only_that_one(door, receiver, inbox):
    receiver.answers = [500] * 100
    door.send(launch(receiver.uri()))
    other = door.send(launch(inbox.uri))
    door.clock.wait(200)
    assert len(receiver.arrived) == len(PAUSES) + 1
    failed = [each for each in door.webhooks.log if not each.taken]
    assert failed[-1].outcome == "answered 500; given up"
    assert failed[-1].at - failed[0].at == pytest.approx(sum(PAUSES))
    assert inbox.told() == list(enumerate(LIFE, 1))
    assert {body["id"] for _, _, body in inbox} == {other.json()["id"]}
    assert door.webhooks.next_at() is None


@pytest.mark.parametrize(("listens", "said"), [(False, "ConnectError"), (True, "ReadTimeout")])
def test_where_nobody_listens_is_tried_again_and_no_answer_is_waited_for(door, monkeypatch, listens, said):
    monkeypatch.setattr(posting, "TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        if not listens:
            silent.close()
        door.send(launch(uri))
        door.clock.wait(0.5)
    assert door.webhooks.log[0].outcome.startswith(said)


def test_a_receiver_that_breaks_does_not_break_the_clock(door):
    door.webhooks.inside[INSIDE] = lambda headers, body: 1 // 0
    start = door.clock.now()
    door.send(launch(Inbox.uri))
    door.clock.wait(100)
    assert door.clock.now() == start + 100
    assert door.webhooks.log[0].outcome.startswith("ZeroDivisionError")


def test_a_receiver_may_itself_send_and_wait(door, inbox):
    def chain(headers, body):
        if not inbox and json.loads(body)["status"] == "completed":
            door.send(launch(inbox.uri))
            door.clock.wait(3)
        return 200

    door.webhooks.inside[PostAddress("chain.example", 80)] = chain
    door.send(launch("http://chain.example/"))
    door.clock.wait(20)
    assert inbox.told() == list(enumerate(LIFE, 1))


@pytest.mark.parametrize(
    "uri", ["", "updates", "http://10.0.0.1/", "http://127.0.0.1@evil.example/", "http://[::ffff:10.0.0.1]/"]
)
def test_an_address_that_may_not_be_reached_is_refused_at_send(door, uri):
    answer = door.send(launch(uri))
    assert refusal(answer) == (400, "BadRequest", "postBackUri")
    assert "http://127.0.0.1:8000/updates" in error_of(answer)["message"]
    assert door.graph.spaces.now(ALEX.upn).sent == 0


def test_a_redirect_is_not_followed(door, receiver):
    with listening() as other:
        receiver.extra = {"Location": other.uri()}
        receiver.answers = [301, 302, 303, 307, 308]
        assert played(door, receiver, 60) == ["sentToTarget"] * 6 + LIFE[1:]
        assert other.arrived == []


@pytest.mark.witness("header", "update: Host", "I ours")
def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_checked(door, receiver):
    looked_up = []

    def resolve(host, port):
        looked_up.append((host, port))
        return ["127.0.0.1"]

    door.webhooks.resolve = resolve  # there is no such name: whoever asks again finds nothing
    door.webhooks.listed.add(PostAddress("receiver.invalid", receiver.port))
    door.send(launch(receiver.uri("receiver.invalid")))
    assert looked_up == []
    door.clock.wait(20)
    assert receiver.statuses() == LIFE
    assert looked_up == [("receiver.invalid", receiver.port)] * len(LIFE)
    assert {headers["host"] for _, headers, _ in receiver.arrived} == {f"receiver.invalid:{receiver.port}"}


def test_a_name_that_has_moved_elsewhere_is_not_followed_there(door, receiver):
    means = iter([["127.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["::ffff:127.0.0.1"], ["0.0.0.0"], ["127.0.0.1"]])
    door.webhooks.resolve = lambda host, port: next(means)
    assert played(door, receiver, 10, "localhost") == ["sentToTarget", "executing"]
    outcomes = [outcome for _, _, outcome in tries(door)]
    assert outcomes[0] == outcomes[4] == "answered 200"
    assert outcomes[1] == "Unsafe: localhost has the address 10.0.0.1, which is not posted to; again in 1 s"
    assert all(outcome.startswith("Unsafe: ") for outcome in outcomes[1:4])


@pytest.mark.parametrize("means", [None, ["127.0.0.2", "127.0.0.1"]], ids=["as the system knows it", "two addresses"])
def test_localhost_is_this_machine_and_where_one_address_takes_no_connection_the_next_is_tried(door, receiver, means):
    if means:
        door.webhooks.resolve = lambda host, port: means
    assert played(door, receiver, host="localhost") == LIFE


def test_no_proxy_comes_between(door, receiver, monkeypatch):
    with listening() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert played(door, receiver) == LIFE
        assert proxy.arrived == []


def test_a_long_answer_is_not_read_to_its_end(door, receiver):
    receiver.content = b"x" * 50_000_000
    before = time.monotonic()
    assert played(door, receiver) == LIFE
    assert time.monotonic() - before < 5


def test_an_answer_that_dribbles_is_cut_off(door, receiver, monkeypatch):
    monkeypatch.setattr(posting, "WHOLE", 0.3)
    receiver.drips = 0.05
    before = time.monotonic()
    played(door, receiver, 0.5)
    assert 0.2 < time.monotonic() - before < 5
    assert [each.taken for each in door.webhooks.log] == [False]
