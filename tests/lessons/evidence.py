"""What the checks of some exercises have to look at, as the notebooks make it."""

from typing import Any

import romekit
from romekit import views
from romekit.lab.race import race
from romekit.lessons import LESSONS, checks

Given = dict[tuple[str, int], tuple[Any, ...]]


def evidence() -> Given:
    """By lesson and number of the exercise."""
    lab = romekit.Lab()
    rome = lab.rome()
    commands = [rome.launch(device, "https://bing.com") for device in rome.devices()]
    first = views.interval_table([change for command in commands for change in command.follow().history()])
    many = [rome.launch("Pi", "https://bing.com").follow() for _ in range(12)]
    return {
        ("devices", 1): (lab,),
        ("devices", 3): (commands,),
        ("race_the_pollers", 1): (race,),
        ("race_the_pollers", 2): (race(), race),
        ("status_timelines", 1): (first,),
        ("status_timelines", 2): (lab, {command.id for command in many}),
    }


#: Every exercise there is: its lesson, and its number in it.
EXERCISES = [(lesson, number) for lesson in LESSONS for number in range(1, len(checks(lesson).exercises) + 1)]
