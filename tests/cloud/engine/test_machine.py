"""A model against the world: whatever is asked in whatever order, a command's life keeps its rules after every step."""

import json
from itertools import chain

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from romekit.cloud.engine.codec import as_line, from_line
from romekit.cloud.engine.decide import DEVICE_RULES, cancel, clear_faults, send, set_app, set_fault, set_presence
from romekit.cloud.engine.devices import PERSONALITIES
from romekit.cloud.engine.events import CommandMoved, DeviceDid, ResultCameLate
from romekit.cloud.engine.faults import FAULTS, Fault
from romekit.core.errors import BadInput, Rejected, WorldError
from romekit.core.model import ECHO, Call, Launch
from romekit.core.presence import Presence
from romekit.core.status import NEXT, Signal, Status, is_final
from tests.cloud.engine.spaces import World, as_text, from_text

DEVICE_FAULTS = sorted(what for what, kind in FAULTS.items() if kind.side == "device")
PERSONALITY = st.sampled_from(sorted(PERSONALITIES))
ORDERS = st.sampled_from([Launch("https://a.b"), Launch("gopher://x"), Call(ECHO, {"request": 1})])


class CommandsLive(RuleBasedStateMachine):
    """The model knows the table of statuses and nothing of how the world works."""

    commands = Bundle("commands")

    @initialize(seed=st.integers(0, 5))
    def begin(self, seed):
        self.world = World(f"machine {seed}")
        self.status: dict[str, Status] = {}
        self.read = 0

    @rule(target=commands, personality=PERSONALITY, order=ORDERS)
    def send(self, personality, order):
        return self.world.ask(send(self.world.device(personality), order))

    @rule(target=commands, personality=PERSONALITY, request=st.sampled_from(["a", "b"]))
    def send_with_an_id(self, personality, request):
        before = self.world.space.sent
        try:
            command = self.world.ask(send(self.world.device(personality), Launch("https://a.b"), request))
        except Rejected:
            assert self.world.space.sent == before
            return multiple()
        assert self.world.ask(send(self.world.device(personality), Launch("https://a.b"), request)) == command
        return command

    @rule(seconds=st.floats(0, 30).map(lambda s: round(s, 3)))
    def wait(self, seconds):
        self.world.pass_time(seconds)

    @rule(personality=PERSONALITY, presence=st.sampled_from(list(Presence)))
    def presence(self, personality, presence):
        self.world.ask(set_presence(self.world.device(personality), presence))

    @rule(personality=PERSONALITY)
    def remove_the_apps(self, personality):
        self.world.ask(set_app(self.world.device(personality), ECHO.package, False))

    @rule(what=st.sampled_from(DEVICE_FAULTS), chance=st.sampled_from([1.0, 0.5]), skip=st.integers(0, 1))
    def break_something(self, what, chance, skip):
        self.world.ask(set_fault(Fault(what=what, chance=chance, skip=skip, times=2)))

    @rule()
    def mend_everything(self):
        self.world.ask(clear_faults())

    @rule(command=commands)
    def cancel(self, command):
        now = self.world.space.commands[command]
        try:
            self.world.ask(cancel(now.device, command))
        except Rejected:
            assert is_final(now.status)
        else:
            assert not is_final(now.status)

    @invariant()
    def every_move_is_legal_caused_and_in_time(self):
        for event in self.world.events[self.read :]:
            assert event.at <= self.world.now
            if isinstance(event, CommandMoved):
                before = self.status.get(event.command, Status.REQUESTING)
                assert not is_final(before)
                assert event.from_status == before
                assert NEXT[before][Signal(event.signal)] == event.to_status
                assert event.who in {"service", "device", "client", "clock", "fault"}
                assert len(event.why) > 10
                self.status[event.command] = Status(event.to_status)
            if isinstance(event, ResultCameLate):
                assert is_final(self.status[event.command])
        self.read = len(self.world.events)

    @invariant()
    def what_is_shown_is_what_happened(self):
        for command in self.world.space.commands.values():
            assert command.status == self.status.get(command.id, Status.REQUESTING)
        did = [event for event in self.world.events if isinstance(event, DeviceDid)]
        assert len(did) == sum(device.deeds for device in self.world.space.devices.values())

    @rule(looks=st.lists(st.floats(0, 100), max_size=4).map(sorted))
    def looking_on_the_way_changes_nothing(self, looks):
        space, events, end = self.world.space, [], self.world.now + 100
        for look in looks:
            space, more = DEVICE_RULES.due(space, self.world.now + look)
            events += more
        space, more = DEVICE_RULES.due(space, end)
        assert (space, events + more) == DEVICE_RULES.due(self.world.space, end)

    @invariant()
    def what_is_planned_is_what_is_not_over(self):
        open_ones = [command.planned for command in self.world.space.commands.values() if command.planned]
        assert [*chain(*self.world.space.agenda)] == sorted(open_ones)

    def teardown(self):
        self.world.pass_time(300)
        self.every_move_is_legal_caused_and_in_time()
        assert all(is_final(command.status) for command in self.world.space.commands.values())
        half, fold = len(self.world.events) // 2, DEVICE_RULES.fold
        assert fold(self.world.events[half:], fold(self.world.events[:half])) == fold(self.world.events)
        replayed, _ = DEVICE_RULES.due(DEVICE_RULES.fold(from_text(as_text(self.world.events))), self.world.now)
        assert replayed == self.world.space
        assert as_text(from_text(as_text(self.world.events))) == as_text(self.world.events)


CommandsLive.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestCommandsLive = CommandsLive.TestCase


@pytest.mark.parametrize("line", ["", "{}", '{"kind":"party"}', '{"kind":"space_opened"}', "[1]", "[" * 100_000])
def test_a_line_that_is_no_event_says_so(line):
    with pytest.raises(WorldError, match="not an event"):
        from_line(line)


@pytest.mark.parametrize("uri", ["https://a.b/\x07", "https:", "no scheme", ""])
def test_an_address_that_is_refused_today_is_still_read_from_a_store(uri):
    world = World()
    world.ask(send(world.device("prompt"), Launch("https://old.example")))
    old = json.dumps(uri)[1:-1]
    events = [from_line(as_line(event).replace("https://old.example", old)) for event in world.events]
    assert [command.order.uri for command in DEVICE_RULES.fold(events).commands.values()] == [uri]
    with pytest.raises(WorldError, match="not an event"):
        from_line(as_line(world.events[-1]).replace('"https://old.example"', "5"))
    with pytest.raises(BadInput, match=r"payload\.uri"):
        Launch(uri)
