"""Every one of the fourteen statuses on demand, by a personality, a fault or a cancellation: a line each."""

import pytest

from romekit.cloud.engine.decide import DEVICE_RULES
from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.requests import Cancel, SetFault
from romekit.core.status import Status
from tests.cloud.engine.spaces import World

#: status: the personality that leads to it, in one of twenty worlds; a slow one is asked to stop after half a second
RECIPES = dict.fromkeys((Status.REQUESTING, Status.SENT_TO_TARGET, Status.EXECUTING, Status.COMPLETED), "prompt")
RECIPES |= {Status.FAILED_TO_SEND: "offline", Status.EXECUTION_FAILED: "policy denied", Status.RETRY: "flaky"}
RECIPES |= {Status.COMMAND_DROPPED: "sleeper", Status.ERROR: "cursed", Status.CUSTOM: "chatty"}
RECIPES |= dict.fromkeys((Status.CANCEL, Status.CANCELLING, Status.CANCELED), "slow")
RECIPES |= {Status.EXPIRED: "prompt"}  # with a fault: it crashes


def path(seed, personality, is_broken):
    """The statuses of one command."""
    world = World(str(seed))
    if is_broken:
        world.ask(SetFault(Fault(what="crash")))
    command = world.send(personality)
    if personality == "slow":
        world.pass_time(0.5)
        world.ask(Cancel(world.device(personality), command))
    world.pass_time(200)
    return world.path(command)


@pytest.mark.parametrize("status", list(Status), ids=str)
def test_every_status_can_be_had(status):
    assert any(status in path(seed, RECIPES[status], status is Status.EXPIRED) for seed in range(20))


def test_a_cancellation_that_comes_too_late_says_so():
    world = World()
    command = world.send("slow")
    while world.command(command).status is not Status.EXECUTING:
        world.pass_time(0.1)
    world.pass_time(world.command(command).ends_at - world.now - 0.05)
    assert DEVICE_RULES.decide(world.space, Cancel(world.device("slow"), command), world.now).events
    world.ask(Cancel(world.device("slow"), command))
    world.pass_time(60)
    assert world.path(command)[-2:] == ["cancel", "completed"]


def test_asking_twice_for_a_stop_is_asking_once():
    world = World()
    command = world.send("slow")
    for _ in range(2):
        world.ask(Cancel(world.device("slow"), command))
    world.pass_time(60)
    assert world.path(command).count("cancel") == 1
