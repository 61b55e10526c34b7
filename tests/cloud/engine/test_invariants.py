"""What holds in every space, whatever is asked of it and however time passes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from romekit.cloud.engine.codec import from_line
from romekit.cloud.engine.decide import DEVICE_RULES
from romekit.cloud.engine.devices import PERSONALITIES
from romekit.cloud.engine.requests import Cancel, Send, SetPresence
from romekit.core.model import ECHO, RANDOM_NUMBER, Call, Launch
from romekit.core.presence import Presence
from romekit.core.status import is_final
from tests.cloud.engine.spaces import World, as_text, from_text

ORDERS = (
    Launch("https://a.b/ü"),
    Launch("gopher://x"),
    Call(ECHO, {"request": "é\n"}),
    Call(RANDOM_NUMBER, {"minvalue": 0, "maxvalue": 9}),
)
ACTS = st.one_of(
    st.tuples(st.just("send"), st.sampled_from(sorted(PERSONALITIES)), st.sampled_from(ORDERS)),
    st.tuples(st.just("wait"), st.floats(0, 20).map(lambda s: round(s, 3)), st.none()),
    st.tuples(st.just("presence"), st.sampled_from(sorted(PERSONALITIES)), st.sampled_from(list(Presence))),
    st.tuples(st.just("cancel"), st.integers(0, 9), st.none()),
)


def lived(acts):
    """A world in which the acts have happened; what is refused changes nothing."""
    world = World()
    for act, first, second in acts:
        if act == "send":
            world.ask(Send(world.device(first), second))
        elif act == "wait":
            world.pass_time(first)
        elif act == "presence":
            world.ask(SetPresence(world.device(first), second))
        else:
            open_ones = [c for c in world.space.in_order() if not is_final(c.status) and "cancel" not in c.status]
            if open_ones:
                chosen = open_ones[first % len(open_ones)]
                world.ask(Cancel(chosen.device, chosen.id))
    return world


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, max_size=20))
def test_folding_in_pieces_equals_folding_at_once_and_a_text_file_restores_the_space(acts):
    world, fold = lived(acts), DEVICE_RULES.fold
    half = len(world.events) // 2
    folded = [
        fold(world.events),
        fold(world.events[half:], fold(world.events[:half])),
        fold(from_text(as_text(world.events))),
    ]
    assert {DEVICE_RULES.due(each, world.now)[0] == world.space for each in folded} == {True}


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, max_size=15), st.lists(st.floats(0, 100), max_size=6))
def test_looking_on_the_way_changes_nothing(acts, looks):
    world = lived(acts)
    straight = DEVICE_RULES.due(world.space, world.now + 100)
    space, events = world.space, []
    for look in sorted(looks):
        space, more = DEVICE_RULES.due(space, world.now + look)
        events += more
    space, more = DEVICE_RULES.due(space, world.now + 100)
    assert (space, events + more) == straight


def test_a_line_that_is_no_event_says_so():
    import pytest

    from romekit.core.errors import WorldError

    for line in ("", "{}", '{"kind":"party"}', '{"kind":"space_opened"}', "[1]"):
        with pytest.raises(WorldError, match="not an event"):
            from_line(line)
