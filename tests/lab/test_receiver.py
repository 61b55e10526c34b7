"""A receiver inside a lab: told of every change at the moment it happens, and of nothing that is not genuine."""

from romekit.cloud.webhooks.updates import signature
from romekit.core.model import PING_PONG, Call, Launch
from romekit.lab.lab import Lab
from romekit.lab.receiver import FRESH, is_genuine


def test_it_is_told_of_every_change_when_it_happens_and_every_receiver_and_every_lab_stands_alone(lab):
    receiver, rome = lab.receiver(), lab.rome()
    another, elsewhere = lab.receiver(), Lab().receiver()
    assert another.uri != receiver.uri
    command = rome.send("Surface", Launch("https://bing.com", receiver.uri))
    other = rome.send("Xbox", Call(PING_PONG, {"a": 1}, receiver.uri))
    lab.clock.wait(100)
    for sent in (command, other):
        truth = [(change.at, change.to_status) for change in sent.history()[1:]]
        assert [(each.at, each.status) for each in receiver.received if each.command.id == sent.id] == truth
        assert receiver.statuses(sent.id) == [status for _, status in truth]
    assert next(each.number for each in receiver.received if each.command.id == other.id) == 1
    assert another.received == elsewhere.received == []
    assert repr(receiver) == f"Receiver at http://receiver.romekit.localhost/: {len(receiver.received)} received"


def test_it_is_told_while_a_client_follows_at_no_request(lab):
    receiver, rome = lab.receiver(), lab.rome()
    command = rome.send("Surface", Launch("https://bing.com", receiver.uri))
    assert command.follow().status == receiver.received[-1].status == "completed"
    asked = len(lab.exchanges())
    command = rome.send("Surface", Launch("https://bing.com", receiver.uri))
    lab.clock.wait(20)
    assert len(lab.exchanges()) == asked + 1


def test_what_it_refuses_comes_again(lab):
    receiver, rome = lab.receiver(), lab.rome()
    receiver.answer = 503
    rome.send("Surface", Launch("https://bing.com", receiver.uri))
    lab.clock.wait(2)
    assert receiver.received == []
    receiver.answer = 200
    lab.clock.wait(20)
    assert [each.number for each in receiver.received] == [1, 2, 3]
    outcomes = [each.outcome for each in lab.stub.postback.log]
    assert outcomes[0] == "answered 503; again in 1 s"


def test_what_somebody_else_signed_is_not_taken_and_a_signature_holds_for_one_body_one_secret_and_a_short_time(lab):
    receiver = lab.receiver()
    take = next(iter(lab.stub.postback.inside.values()))
    forged = signature("another secret", lab.clock.now(), b"{}")
    assert take({"X-Romekit-Signature": forged, "X-Romekit-Sequence": "1"}, b"{}") == 401
    assert receiver.received == []
    signed = signature("secret", 1000.0, b"body")
    assert is_genuine("secret", signed, b"body", 1000.0 + FRESH)
    assert not is_genuine("secret", signed, b"body", 1001.0 + FRESH)
    assert not is_genuine("secret", signed, b"other", 1000.0)
    assert not is_genuine("other", signed, b"body", 1000.0)
    for odd in ("", "t=,v1=", "t=1000.000", "v1=00", "t=nan,v1=é", signed.replace("t=1000", "t=1001"), signed + "0"):
        assert not is_genuine("secret", odd, b"body", 1000.0)
