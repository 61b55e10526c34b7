"""The exercises of 05 Status timelines. What is right depends on what was measured, so it is measured here as well."""

from typing import Any, Final

from romekit.core.status import Status
from romekit.lessons.answers import DEVICE_NAME, NUMBER
from romekit.lessons.exercise import Exercise, Slip


def longest(intervals: Any) -> Any:
    """The device of the longest interval in a table of intervals."""
    return intervals.loc[intervals["seconds"].idxmax(), "device"]


def requests(lab: Any, commands: Any) -> int:
    """How many requests were about one of these commands, by their ids."""
    ids = list(commands)
    return sum(any(each in exchange.path for each in ids) for exchange in lab.exchanges())


EXERCISES: Final = (
    Exercise(
        kind=DEVICE_NAME,
        answer=longest,
        right="the first chart shows it too: it is the longest bar.",
        slips=(
            Slip("Living Room Xbox", "Its `executing` looks long. Compare the longest bars in numbers."),
            Slip(lambda word: word in set(Status), "That is a status. Which *device* was in it for so long?", "retry"),
            Slip("Pi", "Write the name in full, as the table does."),
        ),
        hint="Look for the largest number in the column `seconds` of `first`, and who stands beside it.",
        stronger='`first["seconds"].idxmax()` is the label of that row; `first.loc[label, "device"]` looks it up.',
    ),
    Exercise(
        kind=NUMBER,
        answer=requests,
        right="with a post-back address none of them would have been needed.",
        slips=(
            Slip(12, "That is one for each command. Was each of them asked about only once?"),
            Slip(0, "An id of `mine` is one *part* of the `path` of an exchange: look for it with `in`."),
            Slip(24, "That is two for each. They do not all need the same number: count, do not calculate."),
        ),
        instead={
            "list": "Those are requests, or perhaps a number for each command. Add them up, or count them.",
            "set": "A set holds each thing once. Count the exchanges themselves, one by one.",
        },
        hint="Count the exchanges whose `path` has the id of one of the twelve in it; the ids are in `mine`.",
        stronger="`sum(any(one in exchange.path for one in mine) for exchange in …)`: what comes in place of the dots?",
    ),
)
