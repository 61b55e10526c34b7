"""One line that is written over says how far a wait is, and ends when it does."""

import io
import sys

import romekit
from romekit import views
from romekit.core.model import Command, Launch
from romekit.lab.lab import Lab

BING = "https://bing.com"


def lines(text):
    """What is left of a text on a terminal: of each line what was written over it last."""
    return [line.rpartition("\r")[2].rstrip() for line in text.split("\n")]


def now(status):
    return Command(id="c1", status=status)


def test_it_writes_to_standard_output_if_nobody_says_otherwise_and_nothing_if_nobody_asks(capsys):
    Lab().rome().launch("Surface", BING).follow(progress=views.progress())
    assert lines(capsys.readouterr().out)[0].endswith("completed (4 answers)")
    Lab().rome().launch("Surface", BING).follow()
    assert capsys.readouterr().out == ""


def test_a_fleet_has_a_bar_and_says_how_many_ended_how():
    to, rome = io.StringIO(), Lab().rome()
    fleet = rome.send_many([(device, Launch(BING)) for device in rome.devices()])
    fleet = rome.follow_many(fleet, progress=views.progress(to))
    last = lines(to.getvalue())[0]
    assert last.startswith("█" * 24 + " 7 of 7 over: ")
    ends = {status: count for status, count in fleet.statuses().items() if romekit.is_final(status)}
    assert all(f"{count} {status}" in last for status, count in ends.items())


def test_a_shorter_line_leaves_nothing_of_a_longer_one_and_what_has_not_changed_is_not_written_again():
    to = io.StringIO()
    progress = views.progress(to)
    progress([now("completed"), now("executing")])
    progress([now("executing")])
    shown = to.getvalue().rpartition("\r")[2]
    assert shown.rstrip() == "░" * 24 + " 0 of 1 over"
    assert len(shown) == len("████████████░░░░░░░░░░░░ 1 of 2 over: 1 completed")
    to = io.StringIO()
    progress = views.progress(to)
    for _ in range(5):
        progress([now("executing")])
    assert to.getvalue().count("\r") == 1


def test_each_wait_leaves_the_way_its_command_went_on_a_line_of_its_own_and_an_empty_fleet_is_over():
    to, rome = io.StringIO(), Lab().rome()
    progress = views.progress(to)
    for _ in range(2):
        rome.launch("Surface", BING).follow(progress=progress)
    first, second, rest = lines(to.getvalue())
    assert first == "requesting → sentToTarget → executing → completed (4 answers)"
    assert (second, rest) == ("requesting → executing → completed (4 answers)", "")
    to = io.StringIO()
    views.progress(to)([])
    assert lines(to.getvalue()) == ["█" * 24 + " 0 of 0 over", ""]
    assert repr(views.progress()) == "Progress: a line that changes in place"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_shows_one_line_about_a_long_wait_and_it_is_gone_afterwards(monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    rome = Lab(pace=0.15).rome()
    rome.launch("Surface", BING).follow()
    assert terminal.getvalue() == "", "that was quick"
    rome.launch("Xbox", BING).follow()
    *said, last = terminal.getvalue().split("\r\x1b[K")
    assert "open https://bing.com on Living Room Xbox, executing: " in said[-1]
    assert last == ""
    monkeypatch.setattr(sys, "stderr", file := io.StringIO())
    rome.launch("Xbox", BING).follow()
    assert file.getvalue() == ""
