"""A class as a pure function of its events."""

from itertools import combinations

import pytest
from hypothesis import given, strategies as st

from romekit.cloud.engine.classroom.decide import (
    CLASS_RULES,
    announce,
    join,
    open_class,
    remove,
    set_frozen,
    set_joining,
)
from romekit.cloud.engine.classroom.names import LONGEST, place_of, tidied
from romekit.cloud.engine.classroom.state import NO_CLASS, Quotas
from romekit.cloud.engine.codec import as_line, from_line
from romekit.core.errors import BadInput, RomeError
from romekit.core.names import is_alike

CODE = "WREN-42"


def played(*requests, room=NO_CLASS, at=0.0, kept=None):
    """The class after requests, a second apart; refusals change nothing."""
    for request in requests:
        at += 1.0
        try:
            events = request(room, at).events
        except RomeError:
            continue
        for event in events:
            room = CLASS_RULES.evolve(room, event)
            if kept is not None:
                kept.append(event)
    return room


def opened(**more):
    return played(open_class("Physics 9", "seed", Quotas(**more), CODE))


NAMES = st.sampled_from(["Mia", "mia", "Mía", "Ben", "  Ben ", "李", "x" * LONGEST, "", "a\x00"])
JOINS = st.builds(join, st.sampled_from([CODE, "wren42", "nope"]), NAMES, st.just("hash"), st.booleans())
ACCOUNTS = st.sampled_from(["mia", "mia-2", "ben", "nobody"]).map(lambda stem: f"{stem}@physics-9.romekit.example")
REQUESTS = st.one_of(
    JOINS,
    st.builds(remove, ACCOUNTS),
    st.builds(set_joining, st.booleans()),
    st.builds(set_frozen, st.booleans()),
    st.builds(announce, st.text(max_size=5)),
    st.builds(open_class, st.just("Physics 9"), st.just("other"), st.builds(Quotas, students=st.just(3))),
)


@given(st.lists(REQUESTS, max_size=30))
def test_whatever_is_asked_no_two_in_the_class_have_the_same_name_and_no_account_is_used_twice(requests):
    kept = []
    room = played(*requests, room=opened(), kept=kept)
    names = [student.name for student in room.present()]
    assert not any(is_alike(*pair) for pair in combinations(names, 2))
    joined = [event.account for event in kept if event.kind == "student_joined"]
    assert len(joined) == len(set(joined))
    assert room.seed == "seed"


@given(st.lists(REQUESTS, max_size=30))
def test_a_class_written_down_and_read_again_is_the_same_class(requests):
    kept = []
    room = played(open_class("Physics 9", "seed", Quotas(), CODE), *requests, kept=kept)
    again = NO_CLASS
    for event in kept:
        again = CLASS_RULES.evolve(again, from_line(as_line(event)))
    assert again == room


@given(st.lists(st.builds(set_frozen, st.booleans()), max_size=12), st.floats(0, 100))
def test_the_devices_time_never_goes_back_and_never_faster_than_the_wall(requests, later):
    room, at, before = opened(), 10.0, opened().time_at(10.0)
    for request in requests:
        at += later
        room = played(request, room=room, at=at - 1.0)
        now = room.time_at(at)
        assert before - 1e-6 <= now <= before + later + 1e-6
        before = now
        if (wall := room.wall_at(now + 5)) is not None:
            assert room.time_at(wall) == pytest.approx(now + 5)


def test_opening_the_same_class_again_changes_nothing_and_another_code_replaces_it_and_a_new_one_is_given_one():
    room = opened()
    same = open_class("Physics 9", "seed", Quotas())
    assert same(room, 5.0).events == ()
    mia = played(join(CODE, "Mia", "hash"), open_class("Physics 9", "x", Quotas(commands=9), "HAWK-77"), room=room)
    assert (mia.code, mia.quotas.commands, [each.name for each in mia.present()]) == ("HAWK-77", 9, ["Mia"])
    assert played(open_class("P", "s", Quotas(), "", "EMU-33")).code == "EMU-33"


@pytest.mark.parametrize(
    ("typed", "kept"), [("  Mia \t Rose ", "Mia Rose"), ("Zoe\u0308", "Zo\u00eb"), ("علی\u200cرضا", "علی\u200cرضا")]
)
def test_a_name_has_one_spelling(typed, kept):
    assert tidied(typed) == kept


@pytest.mark.parametrize("name", ["Mia\u3164", "Mia\u034f", "Mia\ufe0f", "\u2800", "Mi\u200da"], ids=ascii)
def test_a_name_with_something_invisible_is_refused_in_these_words(name):
    with pytest.raises(BadInput, match="cannot be seen"):
        tidied(name)


@pytest.mark.parametrize("name", ["Mi\u0430", "Ｍｉａ", "mia"], ids=ascii)
def test_nobody_takes_a_name_that_looks_like_another_students(name):
    room = played(join(CODE, "Mia", "hash"), join(CODE, name, "hash"), room=opened())
    assert [each.name for each in room.present()] == ["Mia"]


def test_a_class_is_what_its_name_says_and_what_is_said_to_it_has_an_end():
    names = ["C", "C++", "C#", "Physics 9", "physics-9!", "physics-9", "Café", "Cafe", "李", "x" * 41, "x" * 42]
    assert len({place_of(name) for name in names}) == len(names)
    assert place_of("Physics 9") == "physics-9"
    assert len(played(announce("so " * 500), room=opened()).announcement) == 300
