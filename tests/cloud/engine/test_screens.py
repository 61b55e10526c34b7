"""What a card shows of its device, and that it follows from the events alone."""

import json

import pytest

from romekit.cloud.engine.decide import DEVICE_RULES, cancel, set_app, set_fault, set_presence
from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.screens import GLANCE, QUEUE, cards
from romekit.core.errors import NotFound, WorldError
from romekit.core.model import ECHO, PING_PONG, PROVIDER_APP, RANDOM_NUMBER, Call, Launch
from romekit.core.presence import Presence
from romekit.core.screens import Card, Screen
from tests.cloud.engine.spaces import PAGE, World


@pytest.fixture
def world() -> World:
    return World()


def card(world: World, personality: str = "prompt") -> Card:
    return next(each for each in cards(world.space) if each.personality == personality)


def screen(world: World, order: Launch | Call, personality: str = "prompt") -> Screen:
    """What the device shows when the order has been carried out."""
    world.send(personality, order)
    world.pass_time(30)
    return card(world, personality).screen


def test_there_is_a_card_for_each_device_in_the_order_they_joined_and_its_screen_is_dark_or_empty_at_first(world):
    assert [each.name for each in cards(world.space)] == [device.name for device in world.space.listed()]
    assert card(world).screen == Screen("nothing yet")
    assert card(world, "sleeper").screen.kind == "asleep"
    assert card(world, "offline").screen.kind == "offline"


def pinged(kind: str, **said: str) -> Call:
    return Call(PING_PONG, {"Type": kind, **said})


@pytest.mark.parametrize(
    ("order", "kind", "title", "text"),
    [
        (PAGE, "page", "bing.com", PAGE.uri),
        (Launch("ms-settings:display"), "page", "display", "ms-settings:display"),
        (Launch("https://me:secret@host.example/x"), "page", "host.example", "https://"),
        (Launch("https://a.b/" + "x" * 9000), "page", "a.b", ("https://a.b/" + "x" * 9000)[: GLANCE - 1] + "…"),
        (pinged("Toast", Title="Hello", Subtitle="World!"), "toast", "Hello", "World!"),
        (pinged("LaunchUri", Uri="https://a.example/"), "page", "a.example", "https://a.example/"),
        (pinged("LaunchUri"), "page", "bing.com", "http"),
        (Call(ECHO, {"request": "hi"}), "answer", "Roman Test App", '{"response": "hi"}'),
        (pinged("x"), "answer", "Roman Test App", '{"Type": "Ack"'),
    ],
)
def test_what_was_launched_shown_or_answered_is_on_the_screen_since_then(world, order, kind, title, text):
    shown = screen(world, order)
    did_at = next(event.at for event in world.events if event.kind == "device_did")
    assert (shown.kind, shown.title.partition(",")[0], shown.at) == (kind, title, did_at)
    assert shown.text.startswith(text)
    assert len(shown.text) <= GLANCE


def test_an_answer_that_came_too_late_says_that_nobody_heard_it(world: World) -> None:
    world.ask(set_fault(Fault(what="late result", device=world.device("prompt"), value=90)))
    world.send("prompt", Call(RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7}))
    world.pass_time(300)
    assert card(world).last.status == "expired"
    assert card(world).screen.text == "It answered too late: nobody heard it."


def test_a_sleeping_device_shows_that_it_sleeps_and_afterwards_what_it_showed_before(world: World) -> None:
    page = screen(world, PAGE)
    for presence in ("asleep", "offline"):
        world.ask(set_presence(world.device("prompt"), Presence(presence)))
        assert (card(world).screen.kind, card(world).screen.at) == (presence, world.now)
    world.ask(set_presence(world.device("prompt"), Presence.ONLINE))
    assert card(world).screen == page


def test_what_failed_is_not_on_the_screen_but_told_as_the_last_command(world: World) -> None:
    assert screen(world, Launch("nonsense:x")).kind == "nothing yet"
    last, failed = card(world).last, ("open nonsense:x", "executionFailed", "ProtocolUnavailable")
    assert (last.number, last.order, last.status, last.error) == (1, *failed)


def test_a_command_is_on_its_way_until_it_is_final_also_one_that_was_cancelled_or_that_nobody_answers(world):
    world.send()
    seen = []
    while card(world).commands:
        assert (card(world).waiting, card(world).commands[0].number) == (1, 1)
        seen.append(card(world).commands[0].status)
        world.pass_time(0.05)
    assert list(dict.fromkeys(seen)) == ["requesting", "sentToTarget", "executing"]
    assert (card(world).waiting, card(world).commands) == (0, ())
    sent = world.send("mute")
    world.pass_time(10)
    assert [each.status for each in card(world, "mute").commands] == ["sentToTarget"]
    world.ask(cancel(world.device("mute"), sent))
    assert [each.status for each in card(world, "mute").commands] == ["cancel"]
    world.pass_time(60)
    assert card(world, "mute").waiting == 0


def test_many_commands_are_counted_and_the_first_of_them_shown(world: World) -> None:
    for _ in range(QUEUE + 3):
        world.send()
    shown = card(world)
    assert (shown.waiting, [each.number for each in shown.commands]) == (QUEUE + 3, list(range(1, QUEUE + 1)))
    assert card(world, "slow").waiting == 0


def test_a_card_is_plain_json_and_a_delivery_that_came_twice_is_two_deeds(world: World) -> None:
    world.ask(set_fault(Fault(what="delivered twice", device=world.device("prompt"))))
    screen(world, PAGE)
    assert card(world).deeds == 2
    written = card(world).as_wire()
    assert json.loads(json.dumps(written)) == written
    assert set(written) == set(Card.__dataclass_fields__)


def test_apps_are_called_by_names_that_people_use_can_be_removed_and_installed_and_an_unknown_one_is_named(world):
    device, before = world.device("prompt"), len(world.events)
    usual = {"Roman Test App": True, "App Services Provider": True, "RomeCast": False}
    assert {app.name: app.installed for app in card(world, "sleeper").apps} == usual
    for _ in range(2):
        world.ask(set_app(device, PROVIDER_APP, False))
    assert len(world.events) == before + 1
    assert {app.name for app in card(world).apps if app.installed} == {"Roman Test App", "RomeCast"}
    world.ask(set_app(device, PROVIDER_APP, True))
    assert all(app.installed for app in card(world).apps)
    with pytest.raises(WorldError, match="No app is called 'Tetris'"):
        world.ask(set_app(world.device("prompt"), "Tetris", True))
    with pytest.raises(NotFound):
        world.ask(set_app("nobody", PROVIDER_APP, True))


def test_a_restored_space_shows_the_same_wall(world: World) -> None:
    screen(world, PAGE)
    for personality in ("slow", "mute"):
        world.send(personality)
    world.pass_time(2)
    world.ask(set_presence(world.device("flaky"), Presence.ASLEEP))
    assert cards(DEVICE_RULES.fold(world.events)) == cards(world.space)
