"""Each personality leads a command to its own end, and says why."""

import pytest

from romekit.cloud.engine.decide import AddDevice, cancel, send, set_app, set_fault, set_presence
from romekit.cloud.engine.devices import PERSONALITIES
from romekit.cloud.engine.events import CommandMoved
from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.history import transitions
from romekit.cloud.engine.rules import next_due
from romekit.cloud.engine.space import LIFETIME
from romekit.core.errors import NotFound, WorldError
from romekit.core.model import ECHO, PING_PONG, RANDOM_NUMBER, AppService, Call, Launch
from romekit.core.presence import Presence
from romekit.core.status import Status
from tests.cloud.engine.spaces import PAGE, World


@pytest.fixture
def world():
    return World()


def ended(world, personality="prompt", order=PAGE):
    """A command to the device of this personality, when it has been carried out."""
    command = world.send(personality, order)
    world.pass_time(10)
    return world.command(command)


@pytest.mark.parametrize(
    ("personality", "path"),
    [
        ("prompt", ["requesting", "sentToTarget", "executing", "completed"]),
        ("slow", ["requesting", "sentToTarget", "executing", "completed"]),
        ("sleeper", ["requesting", "sentToTarget", "commandDropped"]),
        ("offline", ["requesting", "failedToSend"]),
        ("policy denied", ["requesting", "sentToTarget", "executing", "executionFailed"]),
        ("chatty", ["requesting", "sentToTarget", "executing", "custom", "completed"]),
        ("mute", ["requesting", "sentToTarget", "expired"]),
        ("cursed", ["requesting", "error"]),
    ],
)
def test_a_launch_takes_the_path_of_the_personality(world, personality, path):
    command = world.send(personality)
    world.pass_time(LIFETIME + 1)
    assert world.path(command) == path


def test_a_flaky_device_retries_succeeds_fails_and_gives_up_over_many_commands(world):
    commands = [world.send("flaky") for _ in range(60)]
    world.pass_time(LIFETIME + 1)
    ends = {world.command(command).status for command in commands}
    assert {Status.COMPLETED, Status.FAILED_TO_SEND, Status.EXECUTION_FAILED} <= ends
    assert any("retry" in world.path(command) for command in commands)


def test_every_move_says_who_and_why(world):
    for personality in PERSONALITIES:
        world.send(personality)
    world.pass_time(LIFETIME + 1)
    told = transitions(world.events)
    assert {each.who for each in told} == {"service", "device", "clock"}
    assert all(each.why.endswith((".", PAGE.uri)) and len(each.why) > 15 for each in told)


def test_an_app_that_is_missing_or_was_uninstalled_is_named(world):
    assert ended(world, "app missing", Call(ECHO, {"request": "hi"})).error == "AppNotInstalled"
    world.ask(set_app(world.device("prompt"), ECHO.package, False))
    assert ended(world, "prompt", Call(ECHO, {"request": 1})).error == "AppNotInstalled"


@pytest.mark.parametrize(
    ("order", "error"),
    [
        (Launch("gopher://old"), "ProtocolUnavailable"),
        (Call(AppService("no.such.service", ECHO.package), {}), "AppServiceUnavailable"),
        (Call(RANDOM_NUMBER, {"minvalue": "1", "maxvalue": 2}), "Failure"),
        (Call(RANDOM_NUMBER, {"minvalue": True, "maxvalue": 2}), "Failure"),
        (Call(RANDOM_NUMBER, {"minvalue": 3, "maxvalue": 2}), "Failure"),
    ],
)
def test_what_a_device_cannot_do_ends_with_the_native_word(world, order, error):
    failed = ended(world, "prompt", order)
    assert (failed.status, failed.error, failed.answer) == (Status.EXECUTION_FAILED, error, None)


PING, ANSWERED = {"CreationDate": "09/01/2020 09:00:00", "TargetId": "t"}, {"CreationDate": "09/01/2020 09:00:01"}


@pytest.mark.parametrize(
    ("order", "answer"),
    [
        (Call(PING_PONG, PING | {"Type": "ping"}), PING | {"Type": "pong"}),
        (Call(PING_PONG, {"Type": "LaunchUri", "Uri": "http://a.b"}), ANSWERED | {"Type": "Ok"}),
        (Call(PING_PONG, {"Type": "Toast", "Title": "Hello"}), ANSWERED | {"Type": "Ack"}),
        (Call(ECHO, {"request": ["any", {"thing": None}]}), {"response": ["any", {"thing": None}]}),
        (Call(RANDOM_NUMBER, {"minvalue": 4, "maxvalue": 5}), {"result": 4}),
        (Call(RANDOM_NUMBER, {"minvalue": 4, "maxvalue": 4}), {"result": 4}),
    ],
)
def test_each_app_service_answers_as_its_sample_does(world, order, answer):
    assert ended(world, "prompt", order).answer == answer


def test_random_numbers_come_from_the_seed():
    def numbers(seed):
        world = World(seed)
        commands = [world.send("prompt", Call(RANDOM_NUMBER, {"minvalue": 0, "maxvalue": 1000})) for _ in range(5)]
        world.pass_time(10)
        return [world.command(command).answer["result"] for command in commands]

    assert numbers("a") == numbers("a") != numbers("b")
    assert all(0 <= number < 1000 for number in numbers("a"))


def test_no_commands_luck_depends_on_another():
    alone, crowded = World(), World()
    first, same = alone.send("flaky"), crowded.send("flaky")
    for _ in range(20):
        crowded.send("slow")
    for world in (alone, crowded):
        world.pass_time(100)
    assert alone.command(first) == crowded.command(same)


@pytest.mark.parametrize(
    ("after", "status", "presence", "end"),
    [(2.5, Status.SENT_TO_TARGET, "asleep", Status.COMMAND_DROPPED), (5, Status.EXECUTING, "offline", Status.EXPIRED)],
    ids=["put to sleep, it drops what is under way", "vanished while it runs, it lets the command expire"],
)
def test_what_becomes_of_a_command_whose_device_goes_away(world, after, status, presence, end):
    command = world.send("slow")
    world.pass_time(after)
    assert world.command(command).status is status
    world.ask(set_presence(world.device("slow"), Presence(presence)))
    world.pass_time(LIFETIME)
    over = world.command(command)
    assert over.status is end
    assert (over.moved_at == over.accepted_at + LIFETIME) is (end is Status.EXPIRED)


def test_a_cancelled_command_ends_as_canceled_however_often_it_was_asked_for(world):
    command = world.send("slow")
    for _ in range(2):
        world.ask(cancel(world.device("slow"), command))
    world.pass_time(30)
    assert world.path(command) == ["requesting", "cancel", "cancelling", "canceled"]


def test_a_cancellation_that_comes_too_late_says_so(world):
    command = world.send("slow")
    while world.command(command).status is not Status.EXECUTING:
        world.pass_time(0.1)
    world.pass_time(world.command(command).ends_at - world.now - 0.05)
    world.ask(cancel(world.device("slow"), command))
    world.pass_time(60)
    assert world.path(command)[-2:] == ["cancel", "completed"]


def test_a_command_whose_device_fell_silent_is_cancelled_after_that_and_not_before(world):
    world.ask(set_fault(Fault(what="crash")))
    command = world.send("prompt")
    world.pass_time(2)  # the device should have reported by now
    world.ask(cancel(world.device("prompt"), command))
    world.pass_time(30)
    assert world.path(command)[-3:] == ["cancel", "cancelling", "error"]
    assert [event.at for event in world.events] == sorted(event.at for event in world.events)


def test_nothing_is_due_when_everything_is_final_and_moves_carry_the_signal_that_made_them(world):
    assert next_due(world.space) is None
    world.ask(set_presence(world.device("sleeper"), Presence.ONLINE))
    command = world.send("sleeper")
    assert next_due(world.space) > world.now
    world.pass_time(60)
    assert (world.command(command).status, next_due(world.space)) == (Status.COMPLETED, None), "it was awake"
    assert [e.signal for e in world.events if isinstance(e, CommandMoved)] == ["deliver", "acknowledge", "finish"]


FIELDS = ("name", "manufacturer", "kind", "platform")


@pytest.mark.parametrize(
    ("request_", "error", "field"),
    [
        (send("nope", PAGE), NotFound, "device"),
        (cancel("nope", "A"), NotFound, "device"),
        (set_presence("nope", Presence.ONLINE), NotFound, "device"),
        (AddDevice(**dict.fromkeys(FIELDS, "x"), model=None, personality="grumpy"), WorldError, "personality"),
    ],
)
def test_what_cannot_be_done_changes_nothing(world, request_, error, field):
    before = list(world.events)
    with pytest.raises(error) as refused:
        world.ask(request_)
    assert refused.value.field == field
    assert world.events == before
