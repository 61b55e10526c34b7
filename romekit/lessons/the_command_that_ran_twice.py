"""The exercises of 07 The command that ran twice."""

from __future__ import annotations

from typing import Final

from romekit.lessons.answers import LETTER, NUMBER
from romekit.lessons.exercise import Exercise, Slip

EXERCISES: Final = (
    Exercise(
        kind=LETTER,
        answer="b",
        right="it names a thing instead of an action, and looking at a thing twice changes nothing.",
        slips=(
            Slip("a", "Each time it is opened, somebody buys. What is bought the second time?"),
            Slip("c", "Each time it is opened, the cart gets fuller."),
            Slip(
                lambda word: "example.org" in word,
                "The letter in front of it is enough.",
                "https://example.org/cart/add/9",
            ),
        ),
        hint="Give one of the letters. Which address says the same when you open it a second time?",
        stronger="two of them have a verb in them. Look for the one that has none.",
    ),
    Exercise(
        kind=NUMBER,
        answer=1,
        right="losing the answer to a GET costs nothing but another GET.",
        slips=(
            Slip(2, 'Two? Was the fault set with `where="status"`, and are you counting the deeds of this page only?'),
            Slip(0, "No deed was found. Was the command followed to its end, and is its page the one you count?"),
            Slip(lambda count: count > 2, "So many? Count only the deeds with the address you have just launched.", 9),
        ),
        hint="Set the fault, launch a page nobody has opened before, follow, and count it in `lab.deeds()`.",
        stronger='`lab.fault("answer lost", where="status")`, then launch and follow, then '
        "`sum(… in deed for deed in lab.deeds())` with your page in place of the dots.",
    ),
    Exercise(
        kind=NUMBER,
        answer=2,
        right="two names are two orders to the service, however alike they look. A key must be kept for the *repeat*.",
        slips=(
            Slip(1, "Then both requests had the same key, or only one was sent. Give the second one a key of its own."),
            Slip(0, "Let some time pass before you count: the device needs a second or two."),
            Slip(201, "That is what the service answered. How many tickets were bought?"),
            Slip(409, "That is one key for two different orders. Here it is one order, with two keys."),
        ),
        hint="Post the same address twice, with two `client-request-id`s, let 5 seconds pass, and count the deeds.",
        stronger="the cells with `tickets=4` show how; the key is any GUID, and the deeds are those with your address.",
    ),
)
