"""The wall of a lab follows whatever happens in it, and its buttons do what they say."""

import time

import romekit
from romekit import views
from romekit.cloud.engine.people import SAM
from romekit.core.model import PROVIDER_APP


def card(lab: romekit.Lab, name: str = "Alex's Surface") -> dict:
    return next(each for each in lab.wall().cards if each["name"] == name)


def press(lab: romekit.Lab, name: str = "Alex's Surface", **wish: object) -> None:
    lab.wall().press({"device": card(lab, name)["device"], **wish})


def test_a_lab_has_one_wall_and_another_only_when_that_is_closed(lab: romekit.Lab) -> None:
    wall = lab.wall()
    assert lab.wall() is wall
    wall.close()
    lab.put_to_sleep("Surface")
    assert lab.wall() is not wall
    assert card(lab)["presence"] == "asleep"
    lab.wake("Surface")
    assert card(lab)["presence"] == "online"


def test_it_shows_each_step_of_a_command_as_it_happens(lab: romekit.Lab) -> None:
    seen: list[str] = []
    lab.wall().observe(lambda change: seen.append(_step(change["new"][0])), "cards")
    lab.rome().launch("Surface", "https://bing.com").follow()
    assert list(dict.fromkeys(seen)) == ["requesting", "sentToTarget", "executing", "page https://bing.com"]
    assert lab.wall().at == lab.clock.now()


def _step(card: dict) -> str:
    return card["commands"][0]["status"] if card["commands"] else f"{card['screen']['kind']} {card['screen']['text']}"


def test_what_the_labs_owner_does_is_on_the_wall_at_once_and_it_is_of_whoever_has_signed_in(lab: romekit.Lab) -> None:
    lab.wall()
    lab.put_to_sleep("Surface")
    assert card(lab)["screen"]["kind"] == "asleep"
    lab.uninstall("Surface", PROVIDER_APP)
    assert [app["name"] for app in card(lab)["apps"] if not app["installed"]] == ["App Services Provider"]
    lab.add_device("Fresh Laptop")
    assert card(lab, "Fresh Laptop")["presence"] == "online"
    assert lab.wall().title == "Alex Rivera's devices"
    lab.person = SAM
    lab.rome().devices()
    assert lab.wall().title == "Sam Okafor's devices"
    assert card(lab, "Sam's Surface")["presence"] == "online"


def test_a_button_changes_the_lab_its_apps_and_its_time_and_what_is_due_happens(lab: romekit.Lab) -> None:
    for presence in ("online", "asleep", "offline"):
        press(lab, "Travel Laptop", presence=presence)
        assert card(lab, "Travel Laptop")["presence"] == lab._device("Travel Laptop").presence == presence
    for installed in (False, True):
        press(lab, app=PROVIDER_APP, installed=installed)
        assert (PROVIDER_APP in lab._device("Surface").apps) is installed
    command, start = lab.rome().launch("Surface", "https://bing.com"), lab.clock.now()
    lab.wall().press({"pass": 10})
    assert lab.clock.now() == start + 10
    assert card(lab)["screen"]["kind"] == "page"
    assert command.refresh().status == "completed"


def test_at_a_pace_the_button_does_not_keep_whoever_pressed_it_and_the_stretches_add_up() -> None:
    lab = romekit.Lab(pace=0.2)
    start = lab.clock.now()
    begin = time.monotonic()
    lab.wall().press({"pass": 10})
    lab.wall().press({"pass": 10})
    assert time.monotonic() - begin < 1.8  # and not the two seconds that even the first takes
    while lab.wall().at < start + 20 and time.monotonic() - begin < 20:
        time.sleep(0.01)
    assert lab.clock.now() == lab.wall().at == start + 20


def test_what_cannot_be_done_is_said_on_the_wall(lab: romekit.Lab) -> None:
    for wish in ({"presence": "dancing"}, {"app": "Tetris", "installed": True}):
        press(lab, **wish)
        assert lab.wall().trouble
    lab.wall().press({"device": "nobody", "presence": "asleep"})
    assert "nobody" in lab.wall().trouble


def test_two_labs_print_the_same_wall() -> None:
    walls = []
    for _ in range(2):
        lab = romekit.Lab()
        lab.rome().launch("Surface", "https://bing.com").follow()
        walls.append([lab.wall()._repr_mimebundle_()[0][kind] for kind in ("text/plain", "text/html")])
    assert walls[0] == walls[1]


def test_what_belongs_to_an_earlier_lab_says_so():
    lab = romekit.Lab()
    signing, rome, wall, line = lab.sign_in(), lab.rome(), lab.wall(), lab.truth()
    small, form = lab.wall(compact=True), views.launch_form(rome.devices(), rome.send)
    assert (wall.title, line.notice) == ("Alex Rivera's devices", "")
    assert "earlier" not in form.children[0].value
    lab = romekit.Lab()
    assert (wall.title, line.notice) == ("Alex Rivera's devices, in an earlier lab", "This belongs to an earlier lab.")
    assert small.title == wall.title
    assert "in an earlier lab: run this cell again" in form.children[0].value
    assert rome.launch("Surface", "https://bing.com").follow().is_success, "its client goes on all the same"
    assert signing.rome().devices()
    assert (lab.wall().title, lab.truth().notice) == ("Alex Rivera's devices", "")
