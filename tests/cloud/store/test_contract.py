"""What a store promises, held against all three."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event as Flag

import pytest

from romekit.cloud.engine.events import CommandAccepted, CommandAnswered, Event, FaultsCleared, PresenceChanged
from romekit.cloud.store.contract import Conflict, Written
from romekit.core.clock import BEGINNING
from romekit.core.model import AppService, Call, Launch
from tests.postgres import programs

AT = BEGINNING


def cleared(number: int) -> Event:
    return FaultsCleared(at=AT + number)


def accepted(order) -> Event:
    return CommandAccepted(at=AT, command="C", device="d", order=order, who="service", why="Because.", request="r")


STRANGE = [
    accepted(Launch("https://a.b/?q=ä\u2028\U0001f600&x='\"")),
    accepted(Call(AppService("n\\ame", "p"), {"deep": [1, 2.5, None, {"\x00": "\n"}], "": "zero \x00"}, "http://a")),
    CommandAnswered(at=AT + 0.1, command="C", content={"big": 10**30, "small": 1e-300, "text": "x" * 70_000}),
    PresenceChanged(at=1 / 3, device="d", presence="asleep", who="device", why="It fell asleep; -- DROP TABLE"),
]


def kept(store, stream, at, events) -> Written:
    written = store.append(stream, at, events)
    written.wait()
    return written


def test_what_was_kept_is_read_back_the_same_from_any_place_and_a_stream_nobody_wrote_is_empty(store):
    assert (store.read("nobody"), store.streams()) == ([], [])
    kept(store, "s", 0, STRANGE)
    assert store.read("s") == STRANGE
    events = [cleared(number) for number in range(5)]
    kept(store, "t", 0, events[:2])
    kept(store, "t", 2, events[2:])
    assert [store.read("t", after) for after in range(7)] == [events[after:] for after in range(7)]


def test_streams_do_not_know_each_other(store):
    kept(store, "a", 0, [cleared(1)])
    kept(store, "b", 0, [cleared(2), cleared(3)])
    kept(store, "a", 1, [cleared(4)])
    assert (store.read("a"), store.read("b")) == ([cleared(1), cleared(4)], [cleared(2), cleared(3)])
    assert store.streams() == ["a", "b"]


def test_a_stream_may_be_called_anything(store):
    names = ['"a"', "NULL", "\\", "a,b", "{}", "two\nlines", "ä '; --", ""]
    waiting = [store.append(name, 0, [cleared(number), cleared(-number)]) for number, name in enumerate(names)]
    for written in waiting:
        written.wait()
    assert [store.read(name) for name in names] == [[cleared(each), cleared(-each)] for each in range(len(names))]
    assert store.streams() == sorted(names)


@pytest.mark.parametrize("at", [0, 1, 3, 100])
def test_whoever_does_not_know_how_long_it_is_gets_a_conflict_and_changes_nothing(store, at):
    kept(store, "s", 0, [cleared(1), cleared(2)])
    with pytest.raises(Conflict, match="decide again"):
        kept(store, "s", at, [cleared(3), cleared(4), cleared(5)])
    assert store.read("s") == [cleared(1), cleared(2)], "an append is kept whole or not at all"
    kept(store, "s", 2, [cleared(3)])
    assert len(store.read("s")) == 3


def test_many_can_be_handed_over_before_the_first_is_kept(store):
    written = [store.append("s", number, [cleared(number)]) for number in range(200)]
    for each in written:
        each.wait()
    assert store.read("s") == [cleared(number) for number in range(200)]


def test_of_those_who_come_at_once_one_is_kept(store):
    ready = Barrier(8)

    def one(number: int) -> str:
        ready.wait()
        try:
            kept(store, "s", 0, [cleared(number)])
        except Conflict:
            return "conflict"
        return "kept"

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(one, range(8))) == ["conflict"] * 7 + ["kept"]
    assert len(store.read("s")) == 1


def test_whoever_wants_to_know_is_told_of_each_change_once_it_is_kept(store):
    told, done = [], Flag()

    def hear(at, events):
        told.append((at, [*events]))
        if at + len(events) == 3:
            done.set()

    forget = store.changes("s", hear)
    kept(store, "other", 0, [cleared(9)])
    kept(store, "s", 0, [cleared(1)])
    kept(store, "s", 1, [cleared(2), cleared(3)])
    assert done.wait(5)
    assert told == [(0, [cleared(1)]), (1, [cleared(2), cleared(3)])]
    forget()
    kept(store, "s", 3, [cleared(4)])
    kept(store, "s", 4, [cleared(5)])
    assert len(told) == 2


def test_what_was_built_on_something_lost_is_lost_too(store):
    kept(store, "s", 0, [cleared(1)])
    try:
        lost = store.append("s", 0, [cleared(2)])
        with pytest.raises(Conflict):
            lost.wait()
    except Conflict:
        return  # it was refused at once, so nothing could be built on it
    with pytest.raises(Conflict):
        store.append("s", 1, [cleared(3)], relies_on=lost)
    assert store.read("s") == [cleared(1)]


def test_it_is_all_there_when_it_is_opened_again_also_what_was_only_handed_over_when_it_was_closed(durable, opening):
    open_it = opening(durable)
    first = open_it()
    kept(first, "s", 0, STRANGE)
    for number in range(50):
        first.append("t", number, [cleared(number)])
    first.close()
    again = open_it()
    assert (again.read("s"), len(again.read("t")), again.streams()) == (STRANGE, 50, ["s", "t"])
    kept(again, "t", 50, [cleared(2)])


def test_debian_s_postgresql_is_found_where_debian_puts_it():
    found = programs()
    assert found is None or (found / "initdb").exists()
