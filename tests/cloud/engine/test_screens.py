"""What a card shows of its device, and that it follows from the events alone."""

import json

import pytest

from romekit.cloud.engine.decide import DEVICE_RULES
from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.requests import Cancel, SetApp, SetFault, SetPresence
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


def test_there_is_a_card_for_each_device_in_the_order_in_which_they_joined(world: World) -> None:
    assert [each.name for each in cards(world.space)] == [device.name for device in world.space.listed()]


def test_before_anything_happened_a_screen_is_dark_or_empty(world: World) -> None:
    assert card(world).screen == Screen("nothing yet")
    assert card(world, "sleeper").screen.kind == "asleep"
    assert card(world, "offline").screen.kind == "offline"


def test_a_launched_page_is_on_the_screen_with_its_address_since_it_was_opened(world: World) -> None:
    shown = screen(world, PAGE)
    opened_at = next(event.at for event in world.events if event.kind == "device_did")
    assert (shown.kind, shown.title, shown.text, shown.at) == ("page", "bing.com", PAGE.uri, opened_at)


def test_an_address_that_is_not_the_webs_is_a_page_as_well(world: World) -> None:
    assert screen(world, Launch("ms-settings:display")).title == "display"
    assert screen(world, Launch("https://me:secret@host.example/x")).title == "host.example"


def test_a_toast_is_on_the_screen_with_its_two_lines(world: World) -> None:
    shown = screen(world, Call(PING_PONG, {"Type": "Toast", "Title": "Hello", "Subtitle": "World!"}))
    assert (shown.kind, shown.title, shown.text) == ("toast", "Hello", "World!")


@pytest.mark.parametrize(("said", "opened"), [({"Uri": "https://a.example/"}, "a.example"), ({}, "bing.com")])
def test_the_ping_pong_app_opens_a_page_when_it_is_told_to(world: World, said: dict[str, str], opened: str) -> None:
    shown = screen(world, Call(PING_PONG, {"Type": "LaunchUri", **said}))
    assert (shown.kind, shown.title) == ("page", opened)


@pytest.mark.parametrize(
    ("order", "answer"),
    [(Call(ECHO, {"request": "hi"}), '{"response": "hi"}'), (Call(PING_PONG, {"Type": "x"}), '{"Type": "Ack"')],
)
def test_what_an_app_service_answered_is_on_the_screen(world: World, order: Call, answer: str) -> None:
    shown = screen(world, order)
    assert (shown.kind, shown.title.partition(",")[0]) == ("answer", "Roman Test App")
    assert shown.text.startswith(answer)


def test_an_answer_that_came_too_late_says_that_nobody_heard_it(world: World) -> None:
    world.ask(SetFault(Fault(what="late result", device=world.device("prompt"), value=90)))
    world.send("prompt", Call(RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7}))
    world.pass_time(300)
    assert card(world).last.status == "expired"
    assert card(world).screen.text == "It answered too late: nobody heard it."


def test_a_sleeping_device_shows_that_it_sleeps_and_afterwards_what_it_showed_before(world: World) -> None:
    page = screen(world, PAGE)
    for presence in ("asleep", "offline"):
        world.ask(SetPresence(world.device("prompt"), Presence(presence)))
        assert (card(world).screen.kind, card(world).screen.at) == (presence, world.now)
    world.ask(SetPresence(world.device("prompt"), Presence.ONLINE))
    assert card(world).screen == page


def test_what_failed_is_not_on_the_screen_but_told_as_the_last_command(world: World) -> None:
    assert screen(world, Launch("nonsense:x")).kind == "nothing yet"
    last, failed = card(world).last, ("open nonsense:x", "executionFailed", "ProtocolUnavailable")
    assert (last.number, last.order, last.status, last.error) == (1, *failed)


def test_a_command_is_on_its_way_until_it_is_final(world: World) -> None:
    world.send()
    seen = []
    while card(world).commands:
        assert (card(world).waiting, card(world).commands[0].number) == (1, 1)
        seen.append(card(world).commands[0].status)
        world.pass_time(0.05)
    assert list(dict.fromkeys(seen)) == ["requesting", "sentToTarget", "executing"]
    assert (card(world).waiting, card(world).commands) == (0, ())


def test_a_command_that_was_cancelled_or_that_nobody_answers_is_not_lost_from_sight(world: World) -> None:
    sent = world.send("mute")
    world.pass_time(10)
    assert [each.status for each in card(world, "mute").commands] == ["sentToTarget"]
    world.ask(Cancel(world.device("mute"), sent))
    assert [each.status for each in card(world, "mute").commands] == ["cancel"]
    world.pass_time(60)
    assert card(world, "mute").waiting == 0


def test_many_commands_are_counted_and_the_first_of_them_shown(world: World) -> None:
    for _ in range(QUEUE + 3):
        world.send()
    shown = card(world)
    assert (shown.waiting, [each.number for each in shown.commands]) == (QUEUE + 3, list(range(1, QUEUE + 1)))
    assert card(world, "slow").waiting == 0


def test_long_texts_end_where_a_glance_ends(world: World) -> None:
    shown = screen(world, Launch("https://a.b/" + "x" * 9000))
    assert len(shown.text) == GLANCE
    assert shown.text.endswith("…")


def test_a_delivery_that_came_twice_is_two_deeds(world: World) -> None:
    world.ask(SetFault(Fault(what="delivered twice", device=world.device("prompt"))))
    screen(world, PAGE)
    assert card(world).deeds == 2


def test_apps_are_called_by_names_that_people_use_and_can_be_removed_and_installed(world: World) -> None:
    device, before = world.device("prompt"), len(world.events)
    usual = {"Roman Test App": True, "App Services Provider": True, "RomeCast": False}
    assert {app.name: app.installed for app in card(world, "sleeper").apps} == usual
    for _ in range(2):
        world.ask(SetApp(device, PROVIDER_APP, False))
    assert len(world.events) == before + 1
    assert {app.name for app in card(world).apps if app.installed} == {"Roman Test App", "RomeCast"}
    world.ask(SetApp(device, PROVIDER_APP, True))
    assert all(app.installed for app in card(world).apps)


def test_an_app_or_a_device_that_is_not_there_is_named(world: World) -> None:
    with pytest.raises(WorldError, match="No app is called 'Tetris'"):
        world.ask(SetApp(world.device("prompt"), "Tetris", True))
    with pytest.raises(NotFound):
        world.ask(SetApp("nobody", PROVIDER_APP, True))


def test_a_restored_space_shows_the_same_wall(world: World) -> None:
    screen(world, PAGE)
    for personality in ("slow", "mute"):
        world.send(personality)
    world.pass_time(2)
    world.ask(SetPresence(world.device("flaky"), Presence.ASLEEP))
    assert cards(DEVICE_RULES.fold(world.events)) == cards(world.space)


def test_a_card_is_plain_json(world: World) -> None:
    screen(world, PAGE)
    written = card(world).as_wire()
    assert json.loads(json.dumps(written)) == written
    assert set(written) == set(Card.__dataclass_fields__)
