"""Following a command from a form: its progress is shown, it can be stopped and gone on with, nothing blocks."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from threading import Event

import pytest

import romekit
from romekit.core.errors import TimedOut
from romekit.core.model import Command
from romekit.views import Form, launch_form
from tests.views.test_forms import DEVICES, RecordedSend, Sent

PATIENCE = 10.0


class Slow(Sent):
    """A command that is not done before somebody says so; asked again and again meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end, self.asked, self.let_go = Event(), Event(), Event()

    def follow(self, *, progress: Callable[[Command], None] | None = None) -> Sent:
        assert progress is not None
        try:
            while not self.may_end.wait(0.01):
                self.status = "executing"
                progress(Command("c", self.status))
                self.asked.set()
        finally:
            self.let_go.set()
        self.status = "completed"
        progress(Command("c", self.status))
        return self


@pytest.fixture
def slow() -> Iterator[Slow]:
    command = Slow()
    yield command
    command.may_end.set()


@pytest.fixture
def form(slow: Slow) -> Form:
    """A form that follows a slow command after a click."""
    form = launch_form(DEVICES, RecordedSend(slow))
    form.button.click()
    assert slow.asked.wait(PATIENCE)
    return form


def test_a_click_comes_back_while_the_command_is_followed(form: Form, slow: Slow) -> None:
    assert form.button.disabled
    assert (form.stop.description, form.stop.disabled) == ("Stop waiting", False)
    assert "requesting → executing" in form.status.value
    slow.may_end.set()
    form.wait(PATIENCE)
    assert "✓ completed" in form.status.value
    assert (form.button.disabled, form.stop.disabled) == (False, True)


def test_progress_says_how_long_how_often_and_what_was_seen_and_a_second_click_sends_nothing(form, slow):
    assert "Following for 0 s, asked" in form.progress.value
    assert ": executing" in form.progress.value
    assert "aria-live" not in form.progress.value
    slow.may_end.set()
    form.wait(PATIENCE)
    assert "Followed for 0 s, asked" in form.progress.value
    assert ": completed" in form.progress.value
    send = form._hand_over
    form.button.click()
    assert isinstance(send, RecordedSend)
    assert len(send.orders) == 1


def test_stop_waiting_says_that_the_command_goes_on_and_follow_on_goes_on_with_it(form: Form, slow: Slow) -> None:
    form.stop.click()
    assert "Stopped waiting; the command goes on." in form.status.value
    assert not form.button.disabled
    assert (form.stop.description, form.stop.disabled) == ("Follow on", False)
    assert slow.let_go.wait(PATIENCE)
    form.wait(PATIENCE)
    assert "Stopped waiting; the command goes on." in form.status.value
    slow.may_end.set()
    form.stop.click()
    form.wait(PATIENCE)
    assert form.command is slow
    assert "✓ completed" in form.status.value
    assert form.stop.disabled


def test_another_command_can_be_sent_after_stopping_and_the_first_says_nothing_more(form: Form, slow: Slow) -> None:
    form.stop.click()
    form.wait(PATIENCE)
    form._hand_over = RecordedSend(Sent("completed"))
    form.press_send()
    slow.may_end.set()
    assert "requesting → completed" in form.status.value


@pytest.mark.parametrize("end", [TimedOut("Not done after 90 s."), KeyboardInterrupt()], ids=["late", "interrupted"])
def test_a_deadline_or_an_interrupt_of_press_send_leaves_form_and_command_usable(end: BaseException) -> None:
    class Ended(Sent):
        def follow(self, *, progress: Callable[[Command], None] | None = None) -> Sent:
            raise end

    form = launch_form(DEVICES, RecordedSend(Ended()))
    with pytest.raises(KeyboardInterrupt) if isinstance(end, KeyboardInterrupt) else nullcontext():
        form.press_send()
    told = "Stopped waiting; the command goes on." if isinstance(end, KeyboardInterrupt) else "Call follow() again"
    assert told in form.status.value
    assert "requesting" in form.status.value
    assert (form.stop.description, form.stop.disabled, form.button.disabled) == ("Follow on", False, False)
    assert form.command is not None


def test_where_there_are_no_threads_a_click_does_it_all_on_the_spot(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(thread: object) -> None:
        raise RuntimeError("can't start new thread")  # what Python says in a browser

    monkeypatch.setattr("threading.Thread.start", none_left)
    form = launch_form(DEVICES, RecordedSend())
    form.button.click()
    assert "✓ completed" in form.status.value


def test_a_form_in_a_lab_can_be_stopped_and_the_lab_goes_on() -> None:
    lab = romekit.Lab(pace=1.0)
    lab.add_device("Old Laptop", "slow")
    rome = lab.rome()
    form = launch_form([rome.device("Old Laptop")], rome.send)
    form.button.click()
    while form.stop.disabled and not form._done_at:
        form.wait(0.005)
    form.stop.click()
    assert "Stopped waiting" in form.status.value
    form.wait(PATIENCE)
    command = form.command
    assert command is not None
    lab.clock.pace = 0
    command.follow()
    assert command.status == "completed"
    assert rome.launch("Surface", "https://bing.com").follow().is_success
