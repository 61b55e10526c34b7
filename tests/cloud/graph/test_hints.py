"""A service that says when it is worth asking again, and does not know more than a service can."""

import pytest

from romekit.cloud.engine.decide import set_personality
from romekit.cloud.engine.people import ALEX


@pytest.fixture
def door(door):
    door.graph.hints = True
    return door


def test_a_command_says_when_to_ask_again_if_that_is_switched_on_and_until_it_is_over(door):
    place = door.launched()
    assert door.get(place).headers["retry-after"] == "1"  # reached within 0.2 to 0.4 s; rounded up
    door.graph.hints = False
    assert "retry-after" not in door.get(place).headers
    door.graph.hints = True
    door.clock.advance(10)
    answer = door.get(place)
    assert (answer.json()["status"], "retry-after" in answer.headers) == ("completed", False)


def test_what_has_passed_is_taken_off_and_two_commands_whose_times_differ_get_the_same_hint(door):
    """It is the usual time of such a device that is told, not the planned time of this command."""
    places = [door.launched("Living Room Xbox") for _ in range(5)]
    planned = {command.next_at for command in door.graph.spaces.now(ALEX.upn).in_order()}
    assert len(planned) == 5
    assert {door.get(place).headers["retry-after"] for place in places} == {"2"}
    place = door.launched("Living Room Xbox")
    assert door.get(place).headers["retry-after"] == "2"
    door.clock.advance(0.6)
    assert door.get(place).headers["retry-after"] == "1"


def test_a_device_that_stays_silent_is_asked_about_less_and_less_often(door):
    door.graph.spaces.ask(ALEX.upn, set_personality(door.device(), "mute"))
    place = door.launched()
    hints = []
    for _ in range(6):
        door.clock.advance(4)
        hints.append(float(door.get(place).headers["retry-after"]))
    assert hints == sorted(hints)
    assert hints[-1] > 10
