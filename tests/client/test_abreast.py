"""Flows side by side without threads: who asks when, whose answer is whose, and what becomes of the others."""

import asyncio
from contextlib import suppress

import httpx
import pytest

from romekit.client.abreast import Abreast
from romekit.client.client import AsyncRome
from romekit.client.steps import Ask, Pause, Reply, Together
from romekit.core.endpoints import served
from romekit.core.errors import Unreachable


class Recorded:
    """A way that writes down what happens on it; `answers` are what a question gets instead of a reply."""

    def __init__(self, abreast, answers=None):
        self.abreast = abreast
        self.story = []
        self._answers = answers or {}

    def begin(self, ask):
        self.story.append(f"ask {ask.path}")
        if isinstance(answer := self._answers.get(f"begin {ask.path}"), BaseException):
            raise answer
        return _Underway(self, ask, self._answers.get(ask.path))

    def close(self):
        """Nothing to close."""


class _Underway:
    def __init__(self, way, ask, answer):
        self._way, self._ask, self._answer = way, ask, answer

    def reply(self):
        self._way.story.append(f"hear {self._ask.path}")
        if self._answer is not None:
            raise self._answer
        return Reply(200, {}, self._ask.path.encode(), self._ask)

    def abandon(self):
        self._way.story.append(f"leave {self._ask.path}")


def asking(*paths):
    heard = []
    for path in paths:
        heard.append((yield Ask("GET", path)).content.decode())
    return heard


def run(way, flows, perform=None):
    return Abreast(way, perform or way.story.append).run(flows)


def test_so_many_questions_as_the_way_carries_are_under_way_and_the_oldest_is_heard_first():
    way = Recorded(2)
    assert run(way, [asking("a", "b"), asking("c"), asking("d")]) == [["a", "b"], ["c"], ["d"]]
    assert way.story == ["ask a", "ask c", "hear a", "ask b", "hear c", "ask d", "hear b", "hear d"]


def test_a_way_that_carries_one_question_takes_one_flow_after_the_other():
    way = Recorded(1)
    assert run(way, [asking("a", "b"), asking(), asking("c")]) == [["a", "b"], [], ["c"]]
    assert way.story == ["ask a", "hear a", "ask b", "hear b", "ask c", "hear c"]


def test_flows_are_begun_when_there_is_room_for_them():
    way = Recorded(2)
    run(way, (way.story.append(f"make {path}") or asking(path) for path in "abc"))
    assert way.story == ["make a", "ask a", "make b", "ask b", "hear a", "make c", "ask c", "hear b", "hear c"]


def test_no_flows_return_nothing():
    assert run(Recorded(4), []) == []


@pytest.mark.parametrize("where", ["begin a", "a"])
def test_a_flow_decides_what_it_makes_of_a_problem(where):
    def patient():
        try:
            yield Ask("GET", "a")
        except Unreachable:
            yield Pause(3)
            return (yield Ask("GET", "b")).content

    way = Recorded(2, {where: Unreachable("gone")})
    assert run(way, [patient(), asking("c")]) == [b"b", ["c"]]
    assert Pause(3) in way.story


@pytest.mark.parametrize(("problem", "left"), [(Unreachable("gone"), "cd"), (KeyboardInterrupt(), "bcd")])
def test_when_one_fails_what_is_under_way_is_let_go_and_nothing_more_is_asked(problem, left):
    way = Recorded(3, {"b": problem})
    with pytest.raises(type(problem)):
        run(way, [asking("a"), asking("b"), asking("c"), asking("d"), asking("e")])
    let_go = [f"leave {path}" for path in left]
    assert way.story == ["ask a", "ask b", "ask c", "hear a", "ask d", "hear b", *let_go]


def test_what_is_met_later_does_not_seem_to_come_of_what_was_mended():
    def patient():
        with suppress(Unreachable):
            yield Ask("GET", "a")
        yield Pause(3)

    def interrupted(step):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        run(Recorded(1, {"a": Unreachable("gone")}), [patient()], interrupted)
    assert stopped.value.__context__ is None


def test_flows_inside_a_flow_run_over_the_same_way_while_the_others_wait():
    way = Recorded(2)

    def outer():
        return (yield Together([asking("b"), asking("c")]))

    answers = run(way, [asking("a"), outer()], lambda step: run(way, step.flows))
    assert answers == [["a"], [["b"], ["c"]]]
    assert way.story == ["ask a", "ask b", "ask c", "hear b", "hear c", "hear a"]


def failing():
    yield asking("/a")
    yield asking("/b")
    raise ValueError("no third one")


def test_when_a_flow_cannot_be_made_what_is_under_way_is_let_go():
    way = Recorded(4)
    with pytest.raises(ValueError, match="no third one"):
        run(way, failing())
    assert way.story == ["ask /a", "ask /b", "leave /a", "leave /b"]


def test_the_awaiting_client_asks_for_nothing_when_a_flow_cannot_be_made():
    asked = []

    async def answer(request):
        asked.append(request)
        return httpx.Response(200)

    async def story():
        rome = AsyncRome(
            served("http://127.0.0.1:1"), None, http=httpx.AsyncClient(transport=httpx.MockTransport(answer))
        )
        with pytest.raises(ValueError, match="no third one"):
            await rome._perform(Together(failing()))
        await asyncio.sleep(0.05)
        await rome.aclose()

    asyncio.run(story())
    assert asked == []
