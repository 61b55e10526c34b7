import json
import re
from html import unescape
from threading import Thread
from typing import Any

import pytest

from romekit.cloud.engine.decide import AddDevice, send, set_presence
from romekit.cloud.engine.people import BOTH
from romekit.cloud.engine.screens import cards
from romekit.core.errors import NotFound
from romekit.core.model import ECHO, PING_PONG, PROVIDER_APP, Call, Launch
from romekit.core.presence import Presence
from romekit.views import DeviceWall
from tests.cloud.engine.spaces import World

TOAST = Call(PING_PONG, {"Type": "Toast", "Title": "Hello", "Subtitle": "World!"})


@pytest.fixture
def world() -> World:
    """A surface with a page, an Xbox with a toast, a phone with a command on its way, one that failed elsewhere."""
    world, launch = World(), Launch("https://a.b")
    orders = {"prompt": Launch("https://bing.com/rome"), "slow": TOAST, "chatty": Call(ECHO, {"request": "hi"})}
    for device, order in {**orders, "offline": launch}.items():
        world.ask(send(world.device(device), order))
    world.pass_time(40)
    world.ask(send(world.device("flaky"), launch))
    return world


@pytest.fixture
def pressed() -> list[tuple[Any, ...]]:
    return []


@pytest.fixture
def wall(world: World, pressed: list[tuple[Any, ...]]) -> DeviceWall:
    calls = dict.fromkeys(("set_presence", "set_app", "let_pass"), lambda *wish: pressed.append(wish))
    return DeviceWall(cards(world.space), world.now, title="Alex's devices", **calls)


def messages(wall: DeviceWall) -> list[dict[str, Any]]:
    """Everything that goes over to the page from now on."""
    sent: list[dict[str, Any]] = []
    wall._send = lambda message, buffers=None: sent.append(message)
    return sent


def bundle(wall: DeviceWall) -> dict[str, str]:
    return dict(wall._repr_mimebundle_()[0])


def test_the_page_is_given_every_card_the_time_and_which_buttons_there_are(world: World, wall: DeviceWall) -> None:
    assert wall.cards == [card.as_wire() for card in cards(world.space)]
    assert (wall.title, wall.at) == ("Alex's devices", world.now)
    assert (wall.buttons, wall.passes) == (["presence", "apps"], [1, 10])
    assert json.loads(json.dumps(wall.cards)) == wall.cards


def test_a_click_calls_back_with_what_it_is_about_and_a_wall_without_callbacks_has_no_buttons(wall, pressed, world):
    wall._handle_custom_msg({"device": "d", "presence": "asleep"}, [])
    wall._handle_custom_msg({"device": "d", "app": PROVIDER_APP, "installed": False}, [])
    wall._handle_custom_msg({"pass": 10}, [])
    wall._handle_custom_msg({"pass": 1e9}, [])
    wall._handle_custom_msg({"pass": -1}, [])
    assert pressed == [("d", "asleep"), ("d", PROVIDER_APP, False), (10.0,)]
    wall = DeviceWall(cards(world.space), world.now)
    assert (wall.buttons, wall.passes) == ([], [])
    for wish in ({"device": "x", "presence": "asleep"}, {"device": "x", "app": "y", "installed": True}, {"pass": 1}):
        wall.press(wish)
    assert wall.trouble == ""


def test_a_refusal_is_said_on_the_wall_until_the_next_click(world: World) -> None:
    def refuse(device: str, presence: str) -> None:
        if presence == "asleep":
            raise NotFound("No device has this id.", hint="List them again.")

    wall = DeviceWall(cards(world.space), world.now, set_presence=refuse)
    wall.press({"device": "x", "presence": "asleep"})
    assert wall.trouble == "No device has this id. List them again."
    wall.press({"device": "x", "presence": "online"})
    assert wall.trouble == ""


def test_what_has_not_changed_is_not_sent_again(world: World, wall: DeviceWall) -> None:
    sent = messages(wall)
    wall.show(cards(world.space), world.now)
    assert sent == []
    wall.show(cards(world.space), world.now + 1)
    assert [set(each["state"]) for each in sent] == [{"at"}]
    world.ask(set_presence(world.device("prompt"), Presence.ASLEEP))
    wall.show(cards(world.space), world.now + 2)
    assert [set(each["state"]) for each in sent] == [{"at"}, {"at", "cards"}], "one message for both"


def test_it_may_be_brought_up_to_date_from_many_threads(world: World, wall: DeviceWall) -> None:
    before = cards(world.space)
    world.ask(set_presence(world.device("prompt"), Presence.ASLEEP))
    after = cards(world.space)

    def busy(shown: tuple[Any, ...]) -> None:
        for _ in range(30):
            wall.show(shown, world.now)
            assert len(wall.cards) == len(after)

    threads = [Thread(target=busy, args=(shown,)) for shown in (before, after) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall.show(after, world.now)
    assert wall.cards == [card.as_wire() for card in after]


def test_printed_it_is_a_table_of_the_wall(wall: DeviceWall) -> None:
    lines = bundle(wall)["text/plain"].splitlines()
    assert re.fullmatch(r"Alex's devices at 09:00:40 UTC, \d+ devices: \d+ awake, 1 asleep, 1 offline", lines[0])
    assert lines[1].split() == ["device", "kind", "is", "screen", "on", "its", "way", "last"]
    told = {line.partition("  ")[0]: " ".join(line.partition("  ")[2].split()) for line in lines[2:]}
    assert told["Alex's Surface"] == "Tablet awake https://bing.com/rome #1 completed"
    assert told["Living Room Xbox"] == "Xbox awake toast: Hello, World! #2 completed"
    assert told["chatty"] == 'Laptop awake answer: {"response": "hi"} #3 completed'
    assert told["Attic PC"] == "Desktop offline dark #4 failedToSend"
    assert told["Workshop Pi"] == "Hub awake nothing yet #5 requesting"
    assert told["Travel Laptop"] == "Laptop asleep dark"
    assert repr(wall) == f"Device wall, {lines[0].partition('UTC, ')[2]}"


def test_where_no_widget_runs_the_cards_are_html_that_needs_nothing(wall: DeviceWall) -> None:
    html = bundle(wall)["text/html"]
    shown = unescape(re.sub(r"<[^>]+>", "", html))
    for said in (
        "Alex's Surface ● awake",
        "Tablet, Windows. Listed Online.",
        "https://bing.com/rome",
        "Hello",
        "World!",
    ):
        assert said in shown
    for said in ("last: #4 failedToSend", "#5 requesting", "☾ asleep", "No push channel", '{"response": "hi"}'):
        assert said in shown
    assert set(re.findall(r"<(\w+)", html)) <= {"div", "b", "br"}
    assert set(re.findall(r'\s([\w-]+)="', html)) == {"style"}
    assert not re.search(r"url\(|https?://(?!bing|a\.b)", html)


def test_hostile_words_stay_text() -> None:
    world = World()
    evil = "<img src=x onerror=alert(1)>"
    kind = {"manufacturer": "x", "model": None, "kind": evil, "platform": evil, "personality": "prompt"}
    place = world.ask(AddDevice(name=evil, apps=BOTH, **kind))
    world.ask(send(place, Call(PING_PONG, {"Type": "Toast", "Title": evil, "Subtitle": evil})))
    world.pass_time(10)
    html = bundle(DeviceWall(cards(world.space), world.now, title=evil))["text/html"]
    assert "<img" not in html
    assert html.count("&lt;img") == 6


def test_many_on_their_way_are_counted_and_what_a_page_is_sent_of_a_hundred_devices_is_small() -> None:
    world = World()
    for _ in range(8):
        world.ask(send(world.device("prompt"), Launch("https://a.b")))
    shown = bundle(DeviceWall(cards(world.space), world.now))
    assert "#1 requesting, #2 requesting" in shown["text/plain"]
    assert "3 more" in shown["text/html"]
    for number in range(100):
        kind = {"manufacturer": "x", "model": None, "kind": "Phone", "platform": "Android", "personality": "prompt"}
        world.ask(AddDevice(name=f"Phone {number}", **kind))
    wall = DeviceWall(cards(world.space), world.now)
    world.ask(set_presence(world.device("prompt"), Presence.ASLEEP))
    wall.show(cards(world.space), world.now)
    assert len(json.dumps(wall.cards)) < 120_000
