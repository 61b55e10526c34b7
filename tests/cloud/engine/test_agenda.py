"""An agenda gives back what was put into it, earliest first, and no version of it ever changes."""

from __future__ import annotations

from heapq import heappop, heappush

from hypothesis import given
from hypothesis import strategies as some

from romekit.cloud.engine.agenda import Entry, Underway, entries, put, rest

TIMES = some.integers(0, 300).map(float)


def drained(agenda):
    while agenda is not None:
        yield agenda.first
        agenda = rest(agenda)


@given(some.lists(some.one_of(TIMES, some.none()), max_size=400))
def test_putting_and_taking_in_any_order_is_as_with_a_heap(steps):
    agenda, heap = None, []
    for number, at in enumerate(steps):
        if at is not None:
            entry = Entry(at, number, f"C{number}")
            agenda = put(agenda, entry)
            heappush(heap, entry)
        elif agenda is not None:
            assert agenda.first == heappop(heap)
            agenda = rest(agenda)
        assert sorted(entries(agenda)) == sorted(heap)
    assert list(drained(agenda)) == [heappop(heap) for _ in range(len(heap))]


def test_thousands_come_out_in_order_and_ties_in_the_order_of_sending():
    agenda = None
    for number in range(5000):
        agenda = put(agenda, Entry(float(number * 7919 % 1000), number, "C"))
    found = list(drained(agenda))
    assert found == sorted(found)
    assert len(found) == 5000


def test_a_version_that_is_kept_stays_as_it_was():
    versions = []
    agenda = None
    for number in range(200):
        agenda = put(agenda, Entry(float(-number), number, "C"))
        versions.append(agenda)
    before = [sorted(entries(each)) for each in versions]
    for each in versions:
        list(drained(put(each, Entry(-1000.0, 1000, "C"))))
    assert [sorted(entries(each)) for each in versions] == before


def test_an_agenda_holds_nothing_that_is_over():
    agenda = None
    for number in range(10_000):
        agenda = put(agenda, Entry(float(number), number, "C"))
        agenda = rest(agenda) if number % 2 else agenda
    assert sum(len(run.entries) for run in agenda.runs) <= 2 * 5000 + 64


@given(some.lists(TIMES, min_size=1, max_size=200), TIMES, some.lists(TIMES, max_size=40))
def test_what_is_due_comes_out_at_once_as_it_would_one_by_one(planned, now, more):
    """Something new may be planned while time passes, for before `now` or for later."""
    agenda = None
    for number, at in enumerate(planned):
        agenda = put(agenda, Entry(at, number, "C"))
    underway, one_by_one, taken, expected = Underway(agenda, now), agenda, [], []
    coming = [Entry(at, 1000 + number, "D") for number, at in enumerate(more)]
    while underway.due:
        taken.append(underway.take())
        if coming:
            put(underway, coming[0])
        expected.append(one_by_one.first)
        one_by_one = rest(one_by_one)
        if coming:
            one_by_one = put(one_by_one, coming.pop(0))
    assert taken == expected
    assert list(drained(underway.finished())) == list(drained(one_by_one))
    assert sorted(entries(agenda)) == sorted(Entry(at, number, "C") for number, at in enumerate(planned))
