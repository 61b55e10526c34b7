"""The exercises of 02 Devices. What is right is looked up in the lists that the lab's service has answered with."""

from typing import Any, Final

from romekit.core.model import Device
from romekit.lessons.answers import NUMBER, WORD, WORDS
from romekit.lessons.exercise import Exercise, Slip, holding


def lists(lab: Any) -> list[list[Device]]:
    """Every list of devices that the service has answered with, the newest last."""
    asked = [each for each in lab.exchanges() if each.path.partition("?")[0].endswith("/me/devices")]
    return [[Device.from_wire(one) for one in each.body["value"]] for each in asked if each.status == 200]


def listed_and_failed(commands: Any) -> set[str]:
    """The devices that were listed as Online and did not do what they were sent."""
    return {each.device.name for each in commands if each.device.status == "Online" and not each.is_success}


EXERCISES: Final = (
    Exercise(
        kind=NUMBER,
        answer=lambda lab: sum(device.platform == "Windows" for device in lists(lab)[-1]),
        right="all of them but the phone run Windows, the Xbox and the Raspberry Pi too.",
        slips=(
            Slip(7, "That is how many devices there are. Which of them runs something else?"),
            Slip(1, "That is how many do *not* run Windows, or one row. How many do?"),
            Slip(lambda count: 1 < count < 6, "Do not go by the names. Go by the column `platform`.", 3),
            Slip(0, "That means none. Windows is written with a capital W in the column `platform`."),
        ),
        instead={
            "list": "Those are the devices themselves. How many are they? `len(…)` counts.",
            "table": "Those are the rows themselves. How many are they? `len(…)` counts.",
            "column": "That is a whole column. If it has a count for each platform, take that of `Windows`. If it has "
            "yes and no, `.sum()` counts the yes.",
        },
        hint="Count the rows whose `platform` is Windows.",
        stronger='`views.device_table(rome.devices())["platform"] == "Windows"` is a column of yes and no; add it up.',
    ),
    Exercise(
        kind=WORD,
        answer="Online",
        right="this time the list is true.",
        slips=(
            Slip("Offline", "A list that you hold never changes by itself. Wake the PC, then list again."),
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
        seen=lambda lab: any(one.name == "Attic PC" and one.status == "Online" for each in lists(lab) for one in each),
        unseen="the word is right, but no list has shown it yet. Wake the Attic PC, then list the devices again.",
    ),
    Exercise(
        kind=WORDS,
        answer=listed_and_failed,
        right="the laptop was asleep, and a policy stopped the HoloLens. A list shows neither.",
        slips=(
            holding("Attic PC", "The Attic PC was listed as `Offline`, and that was true."),
            holding("Alex's Phone", "The phone was listed as `Unknown`, not as `Online`. And what did it do?"),
            holding({"HoloLens", "Laptop", "Studio", "Travel"}, "Write the names as the list does, in full."),
            holding(
                {"Alex's Surface", "Living Room Xbox", "Workshop Pi"},
                "One of yours did open the page. Look for the commands that did not end as `completed`.",
            ),
            Slip(lambda names: len(names) == 1, "There is another one.", {"Travel Laptop"}),
            Slip(frozenset(), "The set is empty. Compare the two lists above, name by name: they differ."),
        ),
        hint="Go through `commands`: each has a `device`, with the `status` it was listed with, and says `is_success`.",
        stronger='`{each.device.name for each in commands if …}`: the condition asks for a status of "Online" and for '
        "no success.",
    ),
)
