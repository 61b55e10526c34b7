"""The truth line of a lab, against everything that can go wrong between a service and its client."""

import json
from contextlib import nullcontext

import pytest

from romekit import RANDOM_NUMBER
from romekit.cloud.engine.faults import FAULTS
from romekit.cloud.engine.people import SAM
from romekit.cloud.webhooks.addresses import PostAddress
from romekit.core.errors import NotFound, RomeError, TimedOut, Unreadable, Unsure
from romekit.core.model import Launch
from romekit.core.polling import Fixed, Growing, Hinted, LongPoll
from romekit.lab.lab import Lab
from romekit.views.truth import sentences
from romekit.views.truth.payload import exchange_as_json

BING = "https://bing.com"


def lives(lab, command=""):
    return lab._truth.lives(command)


def statuses(life):
    return [real.span.status for real in life.real]


def believed(life):
    return [belief.status for belief in life.believed]


def plain(lab):
    """A client that is not romekit's, and sends no id of its own."""
    client = lab.http()
    client.headers["Authorization"] = f"Bearer {lab.token()}"
    return client


def outcomes(life):
    return [ask.outcome for ask in life.requests]


@pytest.mark.parametrize("polling", [Fixed(), Growing(), Hinted(), LongPoll()], ids=repr)
def test_a_followed_command_was_believed_to_be_what_its_handle_saw(lab, polling):
    command = lab.rome().launch("Surface", BING).follow(polling=polling)
    (life,) = lives(lab)
    assert believed(life) == [change.to_status for change in command.seen()]
    begins = [round(belief.begin, 3) for belief in life.believed]
    assert begins == [round(change.at, 3) for change in command.seen()]


@pytest.mark.parametrize(("device", "end"), [("Surface", "completed"), ("HoloLens", "executionFailed")])
def test_what_a_status_monitor_told_is_believed_and_the_end_is_the_same_in_graphs_words(device, end):
    lab = Lab(status_monitor=True)
    client, found = plain(lab), lab.rome().device(device)
    order = {"type": "LaunchUri", "payload": {"uri": BING}}
    place = client.post(f"/me/devices/{found.id}/romekit.operations", json=order).headers["Operation-Location"]
    for pause in (0.0, 0.6, 9.0):
        lab.clock.wait(pause)
        client.get(place)
    (life,) = lives(lab)
    assert believed(life) == ["requesting", "Running", end]
    assert [real.span.status for real in life.real if real.learned] == ["requesting", end]


def test_what_the_device_did_and_answered_stands_by_the_command(lab):
    answer = lab.rome().call("Xbox", RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7}).follow().payload()
    (life,) = lives(lab)
    told = sentences.on_device(life, life.real[-1])
    said = ["The app service answered.", f"The answer was {json.dumps(answer)}."]
    assert [each.partition(": ")[2] for each in told] == said
    assert outcomes(life)[-1] == "silent"


@pytest.mark.parametrize(
    ("fault", "end", "said"),
    [
        ("falls asleep", "commandDropped", "fell asleep just before"),
        ("late result", "expired", "reported after the command had ended as expired"),
    ],
)
def test_what_a_device_did_is_said_at_the_end_it_led_to(lab, fault, end, said):
    lab.fault(fault, device="Surface")
    lab.rome().launch("Surface", BING).follow()
    lab.clock.wait(60)
    (life,) = lives(lab)
    assert statuses(life)[-1] == end
    assert said in " ".join(sentences.on_device(life, life.real[-1]))


@pytest.mark.parametrize(("fault", "outcome"), [("answer lost", "lost"), ("malformed answer", "unreadable")])
def test_without_an_answer_the_client_knows_nothing_while_the_device_does_it(lab, fault, outcome):
    lab.fault(fault, where="send")
    with pytest.raises(Unsure):
        lab.rome().launch("Surface", BING)
    lab.clock.wait(30)
    (life,) = lives(lab)
    assert (outcomes(life), believed(life), statuses(life)[-1]) == ([outcome], [""], "completed")


@pytest.mark.parametrize(
    ("fault", "told", "said"),
    [
        ({"what": "slow answer", "value": 5}, ["reported", "reported"], "The answer took 5.00 s"),
        ({"what": "token expired"}, ["reported", "refused", "reported"], "The token was refused: the client learned"),
        ({"what": "oversized answer"}, ["reported", "reported"], ""),
        ({"what": "malformed answer"}, ["reported", "unreadable"], "breaks off"),
    ],
)
def test_what_one_answer_told_is_said_of_it(lab, fault, told, said):
    command = lab.rome().launch("Surface", BING)
    lab.fault(**fault, where="status")
    with pytest.raises(Unreadable) if "unreadable" in told else nullcontext():
        command.refresh()
    (life,) = lives(lab)
    assert outcomes(life) == told
    assert said in sentences.note(life.requests[1])
    assert len(exchange_as_json(life.requests[1])["body"]) < 4000


def test_a_lost_answer_to_a_program_that_sends_no_id_is_told_the_same(lab):
    lab.fault("answer lost", where="send")
    rome = lab.rome()
    device = rome.devices()[0].id
    body = {"type": "LaunchUri", "payload": {"uri": BING}}
    answer = plain(lab).post(f"/me/devices/{device}/commands", json=body)
    assert answer.status_code == 504
    assert outcomes(lives(lab)[0]) == ["lost"]


def test_a_throttled_client_learns_nothing_until_it_may_ask_again(lab):
    rome = lab.rome()
    command = rome.launch("Surface", BING)
    lab.limit(reads=2, window=20)
    with pytest.raises(TimedOut):
        command.follow(deadline=3)
    (life,) = lives(lab)
    assert set(outcomes(life)) == {"reported", "refused"}
    assert any("asked too often and asked to come back" in sentences.note(ask) for ask in life.requests)


def test_commands_sent_and_asked_in_a_batch_are_told_by_its_answer(lab):
    device = lab.rome().devices()[0].id
    body = {"type": "LaunchUri", "payload": {"uri": BING}}
    headers = {"Content-Type": "application/json", "client-request-id": "one"}
    post = {"id": "1", "method": "POST", "url": f"/me/devices/{device}/commands", "body": body, "headers": headers}
    get = {"id": "2", "method": "GET", "url": "/me/devices"}
    answer = plain(lab).post("/$batch", json={"requests": [post, get]}).json()
    (life,) = lives(lab)
    assert (outcomes(life), believed(life)[0]) == (["reported"], "requesting")
    assert life.requests[0].carrier.path == "/beta/$batch"
    shown = dict(exchange_as_json(life.requests[0])["headers"])
    assert shown["Location"] == answer["responses"][0]["headers"]["Location"]


def test_a_long_poll_is_told_nothing_new_by_304_and_the_change_by_200(lab):
    rome = lab.rome()
    command = rome.launch("Surface", BING)
    path = f"/me/devices/{command.device.id}/commands/{command.id}"
    client = plain(lab)
    known = {"If-None-Match": client.get(path).headers["etag"]}
    assert client.get(path, headers=known).status_code == 304
    assert client.get(path, headers={**known, "Prefer": "wait=20"}).status_code == 200
    (life,) = lives(lab)
    assert outcomes(life) == ["reported", "reported", "unchanged", "reported"]
    assert life.real[1].lag == 0.0
    assert "willing to wait" in sentences.note(life.requests[-1])


@pytest.mark.parametrize("many", [3, 24])
def test_commands_followed_together_were_believed_to_be_what_they_ended_as(lab, many):
    """Whoever follows many asks the service's list of changes, which tells of several at once."""
    rome = lab.rome()
    orders = [(device, Launch(BING)) for device in ("Surface", "Xbox", "Phone")] * (many // 3)
    rome.follow_many(rome.send_many(orders))
    assert any("romekit.changes" in exchange.path for exchange in lab.exchanges())
    for life in lives(lab):
        assert believed(life)[-1] == statuses(life)[-1]
        assert life.real[-1].lag is not None


def test_no_token_is_in_anything_that_is_shown(lab):
    rome = lab.rome()
    rome.launch("Surface", BING).follow()
    token = lab.exchanges()[-1].request.headers["authorization"].removeprefix("Bearer ")
    line = lab.truth()
    details = [exchange_as_json(ask) for life in lives(lab) for ask in life.requests]
    assert len(token) > 40
    for told in (details, line.get_state(), line._repr_mimebundle_()[0]):
        assert token not in json.dumps(told, default=str)
    assert ["authorization", "Bearer (taken out)"] in details[0]["request_headers"]


def test_the_line_grows_while_a_command_is_followed_and_at_pace_0_the_last_picture_is_the_whole_truth(lab):
    slow = Lab(pace=0.6)
    line, met = slow.truth(), []
    line.observe(lambda change: met.append([each["status"] for each in change["new"][0]["real"]]), "commands")
    slow.rome().launch("Surface", BING).follow()
    assert (met[0][0], len(met) > 1) == ("requesting", True)
    assert met[-1][-1] == "completed"
    line.close()
    line = lab.truth()
    for _ in range(20):
        lab.rome().launch("Surface", BING).follow()
    data, _ = line._repr_mimebundle_()
    assert data["text/plain"].count("  really ") == 20
    line.close()


def test_asked_again_it_is_the_same_line_closing_it_ends_its_watch_and_it_is_about_the_person_of_the_lab(lab):
    line = lab.truth()
    assert lab.truth() is line
    assert len(lab.clock.errands) == 1
    line.close()
    assert lab.clock.errands == []
    assert lab.truth() is not line
    lab.truth().close()
    lab.rome().launch("Surface", BING)
    line = lab.truth()
    lab.person = SAM
    line.redraw()
    assert line.commands == []
    assert "No command has been sent yet." in line._repr_mimebundle_()[0]["text/html"]
    line.close()


def test_one_command_can_be_looked_at_by_handle_id_or_number_and_one_that_is_not_there_is_refused_in_words(lab):
    rome = lab.rome()
    first, second = rome.launch("Surface", BING), rome.launch("Xbox", BING)
    line = lab.truth(second)
    assert lab.truth(second.id.lower()) is lab.truth(2) is lab.truth("#2") is line
    assert [each["id"] for each in line.commands] == [second.id]
    assert lab.truth(first) is not line
    for wrong in (7, "nonsense", 0, object()):
        with pytest.raises(NotFound, match="Give a command you sent, its id or its number"):
            lab.truth(wrong)


def test_every_fault_there_is_leaves_a_truth_that_can_be_drawn(lab):
    rome = lab.rome()
    for what in FAULTS:
        lab.fault(what)
        try:
            rome.launch("Surface", BING).follow(deadline=5)
        except RomeError:
            lab.clock.wait(1)
        lab.clear_faults()
        lab.wake("Surface")
    drawn = lab.truth()._repr_mimebundle_()[0]
    assert len(lives(lab)) >= 10
    assert "</table>" in drawn["text/html"]


def told_without_asking(lab, receiver):
    return lab.rome().send("Surface", Launch(BING, receiver.uri))


def test_a_client_that_is_told_by_updates_knows_each_status_at_once_and_never_asks(lab):
    line = lab.truth()
    command = told_without_asking(lab, lab.receiver())
    lab.clock.wait(30)
    (life,) = lives(lab)
    assert believed(life) == statuses(life) == ["requesting", "sentToTarget", "executing", "completed"]
    assert [real.lag for real in life.real[1:]] == [0.0, 0.0, 0.0]
    assert [ask.exchange.method for ask in life.requests] == ["POST"] * 4
    assert lab.truth(command).table["told_by"].tolist() == ["POST (201)", "update", "update", "update"]
    assert sentences.learned(life, life.real[2]) == "The client knew at once, from the update that was posted to it."
    assert sentences.why_believed(life, life.believed[2]).startswith("The update that was posted to it said so, at the")
    assert sentences.note(life.requests[1]) == "The service posted it, unasked: it told the client: sentToTarget."
    shown = exchange_as_json(life.requests[1])
    assert (shown["method"], shown["path"], shown["status"]) == ("POST", "http://receiver.romekit.localhost/", "200 OK")
    assert json.loads(shown["request_body"])["status"] == "sentToTarget"
    line.redraw()
    assert [ask["posted"] for ask in line.commands[0]["requests"]] == [False, True, True, True], "the open line, too"


def test_a_late_update_is_late_by_as_much(lab):
    receiver = lab.receiver()
    receiver.answer = 503
    told_without_asking(lab, receiver)
    lab.clock.wait(0.9)
    receiver.answer = 200
    lab.clock.wait(30)
    (life,) = lives(lab)
    assert statuses(life)[1] == "sentToTarget"
    assert life.real[1].lag == pytest.approx(1.0)
    assert sentences.note(life.requests[1]).endswith("It was taken 1.00 s after the change.")
    assert believed(life) == statuses(life), "one after the other, however late"


def test_a_late_update_is_no_news_after_the_client_has_asked(lab):
    receiver = lab.receiver()
    receiver.answer = 503
    command = told_without_asking(lab, receiver)
    while command.refresh().status == "requesting":
        lab.clock.wait(0.1)
    while command.refresh().status == "sentToTarget":
        lab.clock.wait(0.1)
    receiver.answer = 200
    lab.clock.wait(30)
    (life,) = lives(lab)
    assert "old" in outcomes(life)
    assert believed(life) == statuses(life), "what it knows already is never taken back"
    late = next(ask for ask in life.requests if ask.outcome == "old")
    assert "knew something newer by then" in sentences.note(late)


def test_updates_to_somebody_elses_address_tell_this_client_nothing(lab):
    lab.stub.postback.inside[PostAddress("elsewhere.romekit.localhost", 80)] = lambda headers, body: 200
    lab.rome().send("Surface", Launch(BING, "http://elsewhere.romekit.localhost/"))
    lab.clock.wait(30)
    assert all(each.taken for each in lab.stub.postback.log)
    (life,) = lives(lab)
    assert believed(life) == ["requesting"]
