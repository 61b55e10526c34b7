"""Many commands at once: few requests, each order its own fate, and nothing sent twice."""

import httpx
import pytest

import romekit
from romekit.cloud.graph import extensions
from romekit.core.clock import Virtual
from romekit.core.endpoints import EMBEDDED, Cloud
from romekit.core.errors import BadInput, Busy, NotFound, Rejected, SignInNeeded, SomeFailed, TimedOut, Unsure
from romekit.core.model import ECHO, Call, Launch
from romekit.core.polling import Fixed, Growing
from romekit.lab.lab import Lab
from tests.client.services import SURFACE, Says, Service, Tokens

BING = Launch("https://bing.com")
ELSEWHERE = Cloud("elsewhere", "https://graph.example/beta", "https://login.example", "app", simulated=False)


class Batches(Service):
    """A service that answers batches: `judge(item, round)` says what becomes of each request in one."""

    def __init__(self, judge):
        super().__init__()
        self.judge, self.rounds = judge, []

    def answer(self, heard):
        if "romekit.changes" in heard.path:
            return Says(400, {"error": {"code": "BadRequest", "message": "No such segment."}})
        if not heard.path.endswith("$batch"):
            return Says(200, {"value": [SURFACE]})
        self.rounds.append(heard.body["requests"])
        judged = self.judge(self.rounds[-1], len(self.rounds))
        return judged if isinstance(judged, Says | Exception) else Says(200, {"responses": judged})

    @property
    def ids(self):
        """The client-request-ids of all orders, batch by batch."""
        return [[item["headers"]["client-request-id"] for item in items] for items in self.rounds]


def accepted(item, number=None):
    body = {"id": f"c{number or item['id']}", "status": "requesting"}
    return {"id": item["id"], "status": 201, "headers": {}, "body": body}


def refused(item, status, code="BadRequest", **headers):
    error = {"error": {"code": code, "message": f"Not {item['id']}."}}
    return {"id": item["id"], "status": status, "headers": headers, "body": error}


def is_now(item, status):
    return accepted(item) | {"status": 200, "body": {"id": item["url"].rpartition("/")[2], "status": status}}


def all_accepted(items, _=1):
    return [accepted(item) for item in items]


def and_then(follow):
    """A judge who accepts all orders; `follow(item, round)` says what becomes of each question."""
    return lambda items, number: (
        all_accepted(items) if items[0]["method"] == "POST" else [follow(item, number) for item in items]
    )


@pytest.fixture
def clock():
    return Virtual()


def fleet_of(rome, each=1):
    """So many orders for each device, sent."""
    return rome.send_many([(device, BING) for device in rome.devices() for _ in range(each)])


def asked_by(lab, act):
    """What `act` answers, and the requests that it makes in this lab."""
    before = len(lab.exchanges())
    return act(), lab.exchanges()[before:]


def test_orders_go_out_twenty_to_a_request_and_each_is_accepted_once(rome, lab):
    fleet = fleet_of(rome, each=10)
    assert len(fleet) == fleet.size == 70
    assert fleet.check() is fleet
    assert len({command.id for command in fleet}) == 70
    assert sum(exchange.path.endswith("$batch") for exchange in lab.exchanges()) == 4
    assert [command.device.id for command in fleet][::10] == [device.id for device in rome.devices()]
    assert repr(fleet) == "<70 commands: 70 requesting>"


def test_devices_may_be_named_and_orders_may_be_calls_and_no_orders_are_no_requests(shells, rome, lab):
    fleet = rome.send_many([("xbox", Call(romekit.RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7})), ("surface", BING)])
    fleet = rome.follow_many(fleet)
    assert [command.device.name for command in fleet] == ["Living Room Xbox", "Alex's Surface"]
    assert (fleet.statuses(), fleet.is_final) == ({"completed": 2}, True)
    assert 1 <= shells.done(fleet[0].payload())["result"] <= 7
    fleet, asked = asked_by(lab, lambda: rome.follow_many(rome.send_many([])))
    assert (repr(fleet), asked) == ("<0 commands: none accepted>", [])


def test_some_fail_and_each_says_which_it_was_and_why_and_after_a_batch_is_lost_the_others_are_not_sent(shells, clock):
    service = Batches(lambda items, _: [refused(i, 400) if i["id"] in {"2", "3"} else accepted(i) for i in items])
    fleet = shells.of(service, clock=clock).send_many([("surface", Launch(f"https://a.b/{n}")) for n in range(4)])
    assert [command.id for command in fleet] == ["c1", "c4"]
    told = [(each.number, each.words, type(each.error)) for each in fleet.failed]
    assert told == [(2, "open https://a.b/1", Rejected), (3, "open https://a.b/2", Rejected)]
    assert repr(fleet) == "<2 commands: 2 requesting; 2 failures>"
    with pytest.raises(SomeFailed, match="2 of 4 failed.\n  #2 open https://a.b/1 on Surface: Rejected: Not 2") as told:
        fleet.check()
    assert told.value.failed == fleet.failed
    service = Batches(lambda items, _: httpx.ConnectError("nobody is there"))
    fleet = shells.of(service, clock=clock).send_many([("surface", BING)] * 200)
    assert len(service.rounds) == 1
    assert [type(each.error) for each in fleet.failed] == [romekit.errors.Unreachable] * 200
    assert "Not sent, because a batch before it failed" in fleet.failed[-1].error.message


def test_only_what_was_busy_is_sent_again_after_the_longest_pause_under_the_same_id(shells, clock):
    waits = {"2": "3", "4": "7"}

    def judge(items, number):
        if number > 1:
            return [accepted(item, f"again{item['id']}") for item in items]
        busy = {each: {"Retry-After": wait} for each, wait in waits.items()}
        return [refused(i, 429, **busy[i["id"]]) if i["id"] in busy else accepted(i) for i in items]

    rome, began = shells.of(service := Batches(judge), clock=clock), clock.now()
    fleet = rome.send_many([("surface", BING)] * 5)
    assert clock.now() - began == pytest.approx(7)
    first, second = service.ids
    assert second == [first[1], first[3]]
    assert [command.id for command in fleet] == ["c1", "cagain1", "c3", "cagain2", "c5"]


SIGNED_OUT = Says(401, {"error": {"code": "InvalidAuthenticationToken", "message": "No."}})


@pytest.mark.parametrize(
    ("first", "kinds", "rounds"),
    [
        (lambda items: [refused(item, 429, "TooManyRequests") for item in items], [Busy] * 3, 4),
        (lambda items: [refused(items[0], 503), *all_accepted(items[1:])], [Unsure], 1),
        (lambda items: all_accepted(items[1:]), [Unsure], 1),
        (lambda items: httpx.ReadError("reset"), [Unsure] * 3, 1),
        (lambda items: Says(504, "<html>"), [Unsure] * 3, 1),
        (lambda items: Says(200, "{"), [Unsure] * 3, 1),
        (lambda items: Says(200, {}), [Unsure] * 3, 1),
        (lambda items: SIGNED_OUT, [SignInNeeded] * 3, 2),
    ],
    ids=["busy", "a 503", "no answer", "lost", "gateway", "no JSON", "nothing in it", "signed out"],
)
def test_each_order_has_the_error_of_its_own_answer_and_is_not_sent_again_in_vain(shells, clock, first, kinds, rounds):
    service = Batches(lambda items, number: first(items) if number <= rounds else all_accepted(items))
    fleet = shells.of(service, clock=clock).send_many([("surface", BING)] * 3)
    assert [type(each.error) for each in fleet.failed] == kinds
    assert len(service.rounds) == rounds
    if Unsure in kinds:
        assert [each.error.client_request_id for each in fleet.failed] == service.ids[0][: len(kinds)]


class WithoutChanges(Batches):
    """A service whose list of changes cannot be reached the first so many times."""

    def __init__(self, lost):
        super().__init__(
            lambda items, _: [accepted(i) if i["method"] == "POST" else is_now(i, "completed") for i in items]
        )
        self.lost = lost

    def answer(self, heard):
        if "romekit.changes" in heard.path and self.lost:
            self.lost -= 1
            return httpx.ConnectError("refused")
        return super().answer(heard)


def test_orders_are_sent_and_followed_also_when_the_list_of_changes_cannot_be_had(shells, clock):
    fleet = shells.of(WithoutChanges(100), clock=clock).send_many([("surface", BING)] * 25)
    assert (len(fleet), fleet.failed) == (25, [])
    rome = shells.of(service := WithoutChanges(8), clock=clock)
    fleet = rome.send_many([("surface", BING)] * 3)
    assert rome.follow_many(fleet, deadline=600).statuses() == {"completed": 3}
    assert service.lost == 0


def test_what_failed_can_be_sent_again_and_a_lost_answer_runs_nothing_twice(rome, lab):
    lab.fault("answer lost", where="send", value=503, times=3)
    first = fleet_of(rome)
    assert (len(first), len(first.failed)) == (4, 3)
    second = rome.send_many(first.failed)
    assert (len(second), second.failed) == (3, [])
    lab.clock.wait(120)
    assert len([change for change in lab.history() if change.from_status is None]) == 7
    assert len(lab.deeds()) == len(set(lab.deeds()))


def test_a_refused_token_is_renewed_once_for_a_whole_batch_and_for_items_alone(shells, clock):
    def judge(items, number):
        return [refused(item, 401) if number == 1 and item["id"] == "2" else accepted(item) for item in items]

    tokens, service = Tokens(), Batches(judge)
    fleet = shells.of(service, clock=clock, tokens=tokens).send_many([("surface", BING)] * 2)
    assert (len(fleet), tokens.renewals) == (2, 1)
    assert [len(items) for items in service.rounds] == [2, 1]


@pytest.mark.parametrize(
    ("orders", "kind", "said"),
    [
        ([("surface", BING), ("nobody", BING)], NotFound, "Order 2: No device is called 'nobody'"),
        ([("surface", BING), ("alex", BING)], BadInput, "Order 2: 'alex' fits more than one device"),
        ([("surface", "https://bing.com")], BadInput, "Order 1: 'https://bing.com' is not an order"),
        ([("surface", Call(romekit.ECHO, {"a": {1}}))], BadInput, "Order 1: The payload cannot be written as JSON"),
        ([BING], BadInput, "Order 1: .* is not a pair"),
        ([(None, BING)], BadInput, "Order 1: None is not a device"),
        ("surface", BadInput, "is no list of orders"),
        (7, BadInput, "is no list of orders"),
    ],
)
def test_a_slip_in_one_order_is_told_before_any_is_sent(rome, lab, orders, kind, said):
    with pytest.raises(kind, match=said) as slip:
        rome.send_many(orders)
    assert slip.value.hint
    assert not [exchange for exchange in lab.exchanges() if exchange.method == "POST"]


def test_one_question_at_a_time_covers_a_whole_fleet_and_long_lists_are_read_without_a_pause(rome, lab, monkeypatch):
    fleet = fleet_of(rome, each=14)
    fleet, asked = asked_by(lab, lambda: rome.follow_many(fleet))
    assert fleet.is_final
    assert len(asked) < 35
    assert all("romekit.changes" in exchange.path for exchange in asked)
    truth = {change.command: change.to_status for change in lab.history()}
    assert {command.id: command.status for command in fleet} == {command.id: truth[command.id] for command in fleet}
    monkeypatch.setattr(extensions, "CHANGES_PAGE", 10)
    fleet = fleet_of(rome, each=14)
    lab.clock.wait(120)
    fleet, asked = asked_by(lab, lambda: rome.follow_many(fleet))
    assert fleet.is_final
    assert len(asked) > 5
    assert len({exchange.at for exchange in asked}) == 1


def test_commands_that_were_sent_one_by_one_can_be_followed_together_and_with_other_pauses_in_batches(rome, lab):
    commands = [rome.send(device, BING) for device in rome.devices()]
    inner = [getattr(each, "_inner", each) for each in commands]
    fleet = rome.follow_many(inner)
    assert fleet.is_final
    assert [command.id for command in fleet] == [command.id for command in inner]
    assert inner[0].is_final  # the handles that were given
    fleet, began = fleet_of(rome, each=6), lab.clock.now()
    fleet, asked = asked_by(lab, lambda: rome.follow_many(fleet, polling=Fixed(2)))
    rounds = {exchange.at for exchange in asked if exchange.path.endswith("$batch")}
    assert fleet.is_final
    assert sorted(rounds) == pytest.approx([began + 2 * number for number in range(len(rounds))])


@pytest.mark.parametrize("simulated", [True, False])
def test_a_cloud_without_a_list_of_changes_is_asked_in_batches(shells, clock, simulated):
    def judge(items, number):
        if items[0]["method"] == "POST":
            return [accepted(item, f"{number}-{item['id']}") for item in items]
        return [is_now(item, "completed" if number > 4 else "executing") for item in items]

    rome = shells.of(service := Batches(judge), clock=clock, cloud=EMBEDDED if simulated else ELSEWHERE)
    fleet = rome.follow_many(rome.send_many([("surface", BING)] * 25))
    assert fleet.statuses() == {"completed": 25}
    assert any("romekit" in heard.path for heard in service.heard) is simulated


def test_who_cannot_be_followed_is_named_the_others_go_on_and_bad_moments_are_survived(shells, clock):
    def follow(item, _):
        return refused(item, 404, "itemNotFound") if item["url"].endswith("c2") else is_now(item, "completed")

    rome = shells.of(Batches(and_then(follow)), clock=clock, cloud=ELSEWHERE)
    fleet = rome.follow_many(rome.send_many([("surface", BING)] * 3))
    assert [(each.number, type(each.error)) for each in fleet.failed] == [(2, NotFound)]
    assert fleet.statuses() == {"completed": 2, "requesting": 1}
    with pytest.raises(BadInput, match="was accepted") as slip:
        rome.send_many(fleet.failed)
    assert "twice" in slip.value.hint
    completed = and_then(lambda item, number: refused(item, 429) if number == 4 else is_now(item, "completed"))
    bad = {2: httpx.ReadError("reset"), 3: Says(503, "<html>")}
    service = Batches(lambda items, number: bad.get(number) or completed(items, number))
    rome = shells.of(service, clock=clock, cloud=ELSEWHERE)
    assert rome.follow_many(rome.send_many([("surface", BING)] * 3)).statuses() == {"completed": 3}


def test_a_deadline_names_what_is_not_over_following_goes_on_and_a_long_silence_costs_few_requests(rome, lab):
    lab.add_device("Kiosk", "mute")
    fleet, began = rome.send_many([("surface", BING), ("kiosk", BING), ("kiosk", BING)]), lab.clock.now()
    with pytest.raises(TimedOut, match=r"2 of 3 commands are not over: #2 open .* \(sentToTarget\), #3") as late:
        rome.follow_many(fleet, deadline=30)
    assert lab.clock.now() - began == pytest.approx(30)
    assert late.value.hint == "Call follow_many() again to go on waiting."
    assert rome.follow_many(fleet).statuses() == {"completed": 1, "expired": 2}
    fleet = rome.send_many([("kiosk", BING)] * 30)
    _, asked = asked_by(lab, lambda: rome.follow_many(fleet))
    assert len([each for each in asked if "commands" not in each.path]) < 35


def test_progress_is_told_the_state_of_all_and_a_fleet_that_is_final_costs_no_request(rome, lab):
    told = []
    fleet = fleet_of(rome, each=4)
    rome.follow_many(fleet, progress=lambda them: told.append(sum(romekit.is_final(each.status) for each in them)))
    assert told == sorted(told)
    assert told[-1] == 28
    again, asked = asked_by(lab, lambda: rome.follow_many(fleet))
    assert (again.is_final, asked) == (True, [])


@pytest.mark.parametrize("given", [["c1"], [None], 7, "c1"])
def test_what_is_no_command_is_told_in_words(rome, given):
    with pytest.raises(BadInput, match="is not a command|is no list of commands"):
        rome.follow_many(given)


def test_a_throttled_fleet_arrives_all_the_same_and_the_same_seed_is_the_same_fleet(rome, lab, shells):
    rome.devices()
    lab.limit(reads=15, writes=10, window=20)
    fleet = fleet_of(rome, each=3)
    assert fleet.failed == []
    assert rome.follow_many(fleet, polling=Growing()).is_final
    assert len([change for change in lab.history() if change.from_status is None]) == 21

    def story():
        lab = Lab(seed="again")
        rome = shells.at(lab)
        fleet = rome.follow_many(fleet_of(rome, each=5))
        return [(command.id, command.status, command.seen()[-1].at) for command in fleet], len(lab.exchanges())

    assert story() == story()


@pytest.mark.parametrize("refused", [1, 7])
def test_what_was_not_accepted_stays_among_the_failures_when_the_rest_is_followed(rome, lab, refused):
    lab.fault("refused", where="send", value=400, times=refused)
    fleet = rome.follow_many(fleet_of(rome))
    assert [each.number for each in fleet.failed] == [*range(1, refused + 1)]
    assert (len(fleet), fleet.size) == (7 - refused, 7)
    with pytest.raises(SomeFailed):
        fleet.check()


def test_large_orders_go_in_smaller_batches_and_one_that_is_too_large_fails_alone(rome, lab):
    small, large, huge = (("Surface", Call(ECHO, {"text": "x" * size})) for size in (1, 20_000, 70_000))
    sent = rome.send_many([*[small] * 25, huge, *[large] * 5])
    assert (len(sent), [(each.number, type(each.error)) for each in sent.failed]) == (30, [(26, Rejected)])
    assert sum(exchange.path.endswith("$batch") for exchange in lab.exchanges()) == 5, "and the one that is too large"
