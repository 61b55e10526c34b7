"""The exercises of 02 Devices. What is right is looked up in the lab's world, which a reader may have changed."""

from __future__ import annotations

from typing import Any, Final

from romekit.lessons.answers import NUMBER, WORD, WORDS
from romekit.lessons.exercise import Exercise, Slip


def on_windows(lab: Any) -> int:
    """How many devices of the lab's person run Windows."""
    devices = lab.stub.spaces.now(lab.person.upn).listed()
    return sum(device.platform == "Windows" for device in devices)


def broke_their_word(commands: Any) -> set[str]:
    """The devices that were listed as Online and did not do what they were sent."""
    return {each.device.name for each in commands if each.device.status == "Online" and not each.is_success}


def _short(value: Any) -> bool:
    return bool({"HoloLens", "Laptop", "Studio", "Travel"} & value)


EXERCISES: Final = (
    Exercise(
        kind=NUMBER,
        answer=on_windows,
        right="all of them but the phone, the Xbox and the Raspberry Pi included.",
        slips=(
            Slip(7, "That is how many devices there are. Which of them runs something else?"),
            Slip(1, "That is how many do *not* run Windows, or one row. How many do?"),
            Slip(lambda count: 1 < count < 6, "Some hide it well. Go by the column `platform`, not by the names.", 3),
            Slip(0, "None? Windows is written with a capital W in the column `platform`."),
        ),
        hint="Count the rows whose `platform` is Windows.",
        stronger='`views.device_table(rome.devices())["platform"] == "Windows"` is a column of yes and no; add it up.',
    ),
    Exercise(
        kind=WORD,
        answer="Online",
        right="and this time the hint is true.",
        slips=(
            Slip(
                "Offline",
                "That is the old picture, or one that was taken before you woke it. What you hold never changes by "
                "itself: list again.",
            ),
            Slip("Unknown", "That is the phone's. Find the Attic PC in the list."),
            Slip("Attic PC is online.", "That is what the lab said. What does the *list* say now?"),
            Slip("Attic PC", "That is its name. What is its `status`?"),
        ),
        instead={
            "device": "That is the whole device. Its `status` is what was asked for.",
            "list": "That is the whole list. Which of them is the Attic PC, and what is its `status`?",
        },
        hint="Wake it first, then call `rome.devices()` again and look for the Attic PC.",
        stronger='after `lab.wake("Attic")`, take `rome.devices()` anew; `rome.device("Attic")` finds it there.',
    ),
    Exercise(
        kind=WORDS,
        answer=broke_their_word,
        right="one slept behind its word, one was forbidden to keep it. The list cannot know either.",
        slips=(
            Slip(lambda names: "Attic PC" in names, "The Attic PC said `Offline`, and kept its word.", {"Attic PC"}),
            Slip(
                lambda names: "Alex's Phone" in names,
                "The phone promised nothing: it said `Unknown`. And what did it do?",
                {"Alex's Phone"},
            ),
            Slip(_short, "Write the names as the list does, in full.", {"HoloLens", "Laptop"}),
            Slip(
                lambda names: bool({"Alex's Surface", "Living Room Xbox", "Workshop Pi"} & names),
                "One of yours did open the page. Look for the commands that did not end as `completed`.",
                {"Alex's Surface"},
            ),
            Slip(lambda names: len(names) == 1, "There is another one.", {"Travel Laptop"}),
            Slip(frozenset(), "The set is empty, and yet two lists above disagree. Compare them name by name."),
        ),
        hint="Go through `commands`: each has a `device`, with the `status` it was listed with, and says `is_success`.",
        stronger='`{each.device.name for each in commands if …}`: the condition asks for a status of "Online" and for '
        "no success.",
    ),
)
