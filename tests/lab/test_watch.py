"""Whoever watches a lab is told of each change, when it happens."""

import asyncio
import time

from romekit.cloud.engine.people import SAM
from romekit.lab.context import LabWatch
from romekit.lab.lab import Lab


def statuses(lab):
    return [change.to_status for change in lab.history()]


def test_a_watcher_is_told_of_a_command_and_of_each_thing_that_becomes_of_it(lab):
    rome, seen = lab.rome(), []
    LabWatch(lab.context, lambda: seen.append((round(lab.clock.now() - begin, 3), statuses(lab)[-1:])))
    begin = lab.clock.now()
    rome.launch("Surface", "https://bing.com")
    sent = len(seen)
    lab.clock.wait(20)
    moves = [(round(change.at - begin, 3), [change.to_status]) for change in lab.history()]
    assert moves[0] in seen[:sent]
    assert seen[sent:] == moves[1:]
    assert len(moves) == 4


def test_a_watcher_is_told_of_requests_and_of_what_the_owner_does_for_the_labs_person_until_it_is_closed(lab):
    rome, seen = lab.rome(), []
    watch = LabWatch(lab.context, lambda: seen.append(len(lab.exchanges())))
    rome.devices()
    lab.put_to_sleep("Surface")
    assert seen == [1, 1]
    watch.close()
    rome.launch("Surface", "https://bing.com").follow()
    assert (seen, lab.clock.errands) == ([1, 1], [])
    seen = []
    LabWatch(lab.context, lambda: seen.append(lab.person.name))
    lab.person = SAM
    lab.rome().devices()
    count = len(seen)
    lab.take_offline("Surface")
    assert len(seen) > count
    assert set(seen[count - 1 :]) == {SAM.name}


def test_at_a_pace_what_happens_is_seen_when_it_happens_awaited_or_not():
    for wait in (lambda lab: lab.clock.wait(2), lambda lab: asyncio.run(lab.clock.wait_async(2))):
        lab, seen = Lab(pace=1.0), []
        lab.rome().launch("Surface", "https://bing.com")
        LabWatch(lab.context, lambda times=seen: times.append(time.monotonic()))
        begin = time.monotonic()
        wait(lab)
        virtual = [change.at - lab.history()[0].at for change in lab.history()[1:]]
        assert len(seen) == len(virtual) == 3
        assert all(real - begin >= at - 0.01 for real, at in zip(seen, virtual, strict=True))
        assert seen[0] - begin < 1.6  # and not only at the end of the wait
