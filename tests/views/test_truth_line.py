"""The widget: what it holds, what it hands over, and what is left of it where no widget runs."""

import json
import threading
import time

import pytest

from romekit.views import TruthLine, truth_of
from romekit.views.truth.life import Life
from romekit.views.truth.line import LEAST, RedrawThrottle
from tests.views.exchanges import Said, seen, sent
from tests.views.stories import QUICK, SLOW, told

FOLLOWED = [sent(0.0), seen(0.4, "sentToTarget"), seen(1.5, "completed")]


class Scene:
    """A world to look at, and everything a widget sent about it."""

    def __init__(self) -> None:
        self.history = list(QUICK)
        self.exchanges: list[Said] = list(FOLLOWED)
        self.sent: list[dict[str, dict[str, object]]] = []

    def look(self) -> list[Life]:
        return truth_of(self.history, self.exchanges)

    def numbers(self) -> list[list[int]]:
        return [sorted(map(int, each["exchanges"])) for each in self.sent]


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def line(scene: Scene) -> TruthLine:
    line = TruthLine(scene.look)
    line.send = lambda content, buffers=None: scene.sent.append(content)
    return line


def state(line: TruthLine) -> dict[str, object]:
    return {name: value for name, value in line.get_state().items() if not name.startswith("_")}


def test_its_state_holds_both_tracks_no_exchange_and_only_the_newest_commands(line, scene):
    held = state(line)
    assert [each["name"] for each in held["commands"]] == ["#1"]
    assert set(held["styles"]) == {"requesting", "sentToTarget", "executing", "completed", "not told"}
    assert "headers" not in json.dumps(held, default=str)
    scene.history = [change for number in range(1, 8) for change in told(number, [(float(number), "requesting")])]
    line = TruthLine(scene.look, most=5)
    assert [each["name"] for each in line.commands] == ["#3", "#4", "#5", "#6", "#7"]
    assert line.older == 2
    assert len(line.table) == 7


def test_new_exchanges_are_handed_over_once_and_again_only_when_the_page_asks(scene, line):
    scene.exchanges.append(seen(2.0, "completed"))
    line.redraw()
    line.redraw()
    assert scene.numbers() == [[3]]
    line._on_message(line, {"want": [0, 99, "x"]}, [])
    line._on_message(line, {"want": None}, [])
    assert scene.numbers() == [[3], [0]]
    assert scene.sent[1]["exchanges"]["0"]["method"] == "POST"


def test_what_is_printed_or_exported_is_the_whole_picture_as_it_is_now_and_two_of_them_print_the_same(scene, line):
    scene.history += SLOW
    data, _ = line._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "Living Room Xbox" in data["text/plain"]
    assert "<table" in data["text/html"]
    assert repr(line) == "Truth line: 2 commands"
    first, second = (TruthLine(Scene().look)._repr_mimebundle_()[0] for _ in range(2))
    for mime in ("text/plain", "text/html"):
        assert first[mime] == second[mime]


def test_a_closed_one_does_not_look_any_more_and_tells_whoever_wants_to_know(scene, line):
    ended = []
    line.at_end(lambda: ended.append(1))
    line.close()
    line.close()  # as ipywidgets does when it is thrown away
    scene.history += SLOW
    line.changed()
    time.sleep(2 * LEAST)
    assert (ended, len(line.commands)) == ([1], 1)


def test_a_thousand_changes_are_a_few_pictures_and_the_last_is_among_them():
    seen_at, world = [], [0]
    soon = RedrawThrottle(lambda: seen_at.append(world[0]))
    for count in range(1000):
        world[0] = count
        soon()
    deadline = time.monotonic() + 5
    while seen_at[-1] != 999 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert seen_at[0] == 0
    assert seen_at[-1] == 999
    assert len(seen_at) <= 4


def test_two_pictures_are_never_made_at_once():
    inside, most = [0], [0]

    def slow() -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.3)  # longer than it usually rests between two
        inside[0] -= 1

    soon = RedrawThrottle(slow)
    threads = [threading.Thread(target=lambda: [soon() for _ in range(50)]) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    time.sleep(3 * LEAST)
    soon.close()
    assert most[0] == 1
