"""What the checks of the exercises look at: labs in which everything was done that they ask for."""

from functools import cache
from typing import Any

import romekit
from romekit import views
from romekit.lab.race import race
from romekit.lessons import LESSONS, Verdict, checks
from romekit.model import Launch

Given = dict[tuple[str, int], tuple[Any, ...]]

#: What one lab can do one after the other, for the checks of the lessons 00, 02, 03, 04, 06 and 07.
URIS = ("https://bing.com", "ms-settings:", 'https://example.org/?q="hello"')


@cache
def busy() -> romekit.Lab:
    """A lab in which somebody has solved the exercises."""
    lab = romekit.Lab()
    rome = lab.rome()
    for device, uri in [(device, uri) for device in ("Phone", "Xbox") for uri in URIS]:
        rome.launch(device, uri).follow()
    for awake in ("Laptop", "Attic"):
        lab.wake(awake)
        rome.launch(rome.device(awake), URIS[0]).follow()
    for service, message in [
        (romekit.RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 21}),
        (romekit.PING_PONG, {"Type": "LaunchUri"}),
        (romekit.AppService("no.such.service", romekit.ECHO.package), {}),
    ]:
        rome.call("Surface", service, message).follow()
    lab.fault("answer lost", where="status")
    rome.launch("Surface", "https://example.org/read").follow()
    for _ in range(2):
        rome.launch("Surface", "https://example.org/buy?tickets=8").follow()
    lab.fault("refused", where="send", value=400, times=2)
    rome.send_many(rome.send_many([(device, Launch(URIS[0])) for device in rome.devices()]).failed)
    _break(lab, rome)
    lab.clock.advance(901)
    return lab


def _break(lab: romekit.Lab, rome: Any) -> None:
    """A command that is dropped, and one that expires."""
    dropped, lost = rome.launch("Surface", URIS[0]), rome.launch("Xbox", URIS[0])
    lab.put_to_sleep("Surface")
    dropped.follow()
    while lost.refresh().status != "executing":
        lab.clock.wait(0.5)
    lab.take_offline("Xbox")
    lost.follow()


@cache
def evidence() -> Given:
    """By lesson and number of the exercise."""
    lab = romekit.Lab()
    rome = lab.rome()
    commands = [rome.launch(device, "https://bing.com") for device in rome.devices()]
    first = views.interval_table([change for command in commands for change in command.follow().history()])
    many = [rome.launch("Pi", "https://bing.com").follow() for _ in range(12)]
    own: Given = {
        ("devices", 1): (lab,),
        ("devices", 3): (commands,),
        ("race_the_pollers", 1): (race,),
        ("race_the_pollers", 2): (race(), race),
        ("status_timelines", 1): (first,),
        ("status_timelines", 2): (lab, {command.id for command in many}),
    }
    return {each: (busy(),) for each in DOING} | own


def judged(lesson: str, number: int, answer: object) -> Verdict:
    """The verdict on an answer, by a new check that sees all it needs."""
    return checks(lesson)(number, answer, *evidence().get((lesson, number), ()))


#: Every exercise there is: its lesson, and its number in it.
EXERCISES = [(lesson, number) for lesson in LESSONS for number in range(1, len(checks(lesson).exercises) + 1)]
#: Those that ask for something done.
DOING = [(lesson, number) for lesson, number in EXERCISES if checks(lesson).exercises[number - 1].seen]
