"""Every one of the fourteen statuses on demand, by a personality, a fault or a cancellation: a line each."""

import pytest

from romekit.cloud.engine.decide import DEVICE_RULES
from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.history import transitions
from romekit.cloud.engine.requests import Cancel, Send, SetFault
from romekit.core.model import Launch
from romekit.core.status import Status
from tests.cloud.engine.spaces import World

#: status: how to get it, as (personality, fault or None, seconds until a cancellation or None)
RECIPES = {
    Status.REQUESTING: ("prompt", None, None),
    Status.SENT_TO_TARGET: ("prompt", None, None),
    Status.EXECUTING: ("prompt", None, None),
    Status.COMPLETED: ("prompt", None, None),
    Status.FAILED_TO_SEND: ("offline", None, None),
    Status.EXECUTION_FAILED: ("policy denied", None, None),
    Status.COMMAND_DROPPED: ("sleeper", None, None),
    Status.CANCEL: ("slow", None, 0.5),
    Status.CANCELLING: ("slow", None, 0.5),
    Status.CANCELED: ("slow", None, 0.5),
    Status.RETRY: ("flaky", None, None),
    Status.EXPIRED: ("prompt", Fault(what="crash"), None),
    Status.ERROR: ("cursed", None, None),
    Status.CUSTOM: ("chatty", None, None),
}


def path(personality, fault, cancel_after):
    """The statuses of one command: the first of twenty seeds on which the recipe works shows what it gives."""
    seen = []
    for seed in range(20):
        world = World(str(seed))
        if fault:
            world.ask(SetFault(fault))
        command = world.ask(Send(world.device(personality), Launch("https://a.b")))
        if cancel_after:
            world.pass_time(cancel_after)
            world.ask(Cancel(world.device(personality), command))
        world.pass_time(200)
        seen.append([each.to_status for each in transitions(world.events)])
    return seen


@pytest.mark.parametrize("status", list(Status), ids=str)
def test_every_status_can_be_had(status):
    assert any(status in each for each in path(*RECIPES[status]))


def test_a_cancellation_that_comes_too_late_says_so():
    world = World()
    command = world.ask(Send(world.device("slow"), Launch("https://a.b")))
    while world.space.commands[command].status is not Status.EXECUTING:
        world.pass_time(0.1)
    world.pass_time(world.space.commands[command].ends_at - world.now - 0.05)
    decision = DEVICE_RULES.decide(world.space, Cancel(world.device("slow"), command), world.now)
    assert decision.events
    world.ask(Cancel(world.device("slow"), command))
    world.pass_time(60)
    told = [each.to_status for each in transitions(world.events)]
    assert told[-2:] == ["cancel", "completed"]


def test_asking_twice_for_a_stop_is_asking_once():
    world = World()
    command = world.ask(Send(world.device("slow"), Launch("https://a.b")))
    for _ in range(2):
        world.ask(Cancel(world.device("slow"), command))
    world.pass_time(60)
    assert [each.to_status for each in transitions(world.events)].count("cancel") == 1
