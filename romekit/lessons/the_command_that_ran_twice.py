"""The exercises of 07 The command that ran twice."""

from typing import Any, Final

from romekit.lessons.answers import LETTER, NUMBER
from romekit.lessons.exercise import Exercise, Slip


def opened(lab: Any, address: str) -> int:
    """How often devices really opened this address."""
    return sum(deed.endswith(address) for deed in lab.deeds())


def has_lost_a_status(lab: Any) -> bool:
    return any(each.method == "GET" and "/commands/" in each.path and each.status >= 500 for each in lab.exchanges())


def keys(lab: Any, address: str) -> set[str]:
    """The keys with which this address was posted."""
    posts = [each for each in lab.exchanges() if each.method == "POST" and address.encode() in each.request_body]
    return {each.request_headers.get("client-request-id", "") for each in posts}


EXERCISES: Final = (
    Exercise(
        kind=LETTER,
        answer="b",
        right="PUT says how the order *is*, and HTTP promises that a second PUT of the same changes nothing.",
        slips=(
            Slip("a", "A POST to a collection makes a new thing, each time. What is there after the second one?"),
            Slip("c", "A POST to one thing acts on it, each time. How many tickets are added by the second one?"),
            Slip(lambda word: "order" in word, "The letter in front of it is enough.", "PUT /orders/4711"),
        ),
        hint="Give one of the letters. For which *method* does HTTP promise that repeating is safe?",
        stronger="it is not the address that decides. Two of them have the same method, which promises nothing.",
    ),
    Exercise(
        kind=NUMBER,
        answer=1,
        right="losing the answer to a GET costs nothing but another GET.",
        slips=(
            Slip(2, 'Was the fault set with `where="status"`, and are you counting the deeds of this page only?'),
            Slip(0, "No deed was found. Was the command followed to its end, and is its page the one you count?"),
            Slip(lambda count: count > 2, "Count only the deeds with the address you have just launched.", 9),
        ),
        instead={"list": "Those are the deeds themselves. How many are they? `len(…)` counts."},
        hint="Set the fault, launch a page nobody has opened before, follow, and count it in `lab.deeds()`.",
        stronger='`lab.fault("answer lost", where="status")`, then launch and follow, then '
        "`len(deeds(…))` with your page in place of the dots.",
        seen=lambda lab: opened(lab, "example.org/read") == 1 and has_lost_a_status(lab),
        unseen="the number is right, but the lab has not seen both: a status request that was answered with an error, "
        "and `https://example.org/read` opened once. Set the fault, then launch and follow.",
    ),
    Exercise(
        kind=NUMBER,
        answer=2,
        right="two keys are two orders to the service. A key is made for one order, and kept for its *repeats*.",
        slips=(
            Slip(1, "Then both requests had the same key, or only one was sent. Give the second one a key of its own."),
            Slip(0, "Let some time pass before you count: the device needs a second or two."),
            Slip(201, "That is what the service answered. How many tickets were bought?"),
            Slip(409, "That is one key for two different orders. Here it is one order, with two keys."),
        ),
        instead={"list": "Those are answers or deeds. How many tickets were *bought*? `len(deeds(…))` counts them."},
        hint="Post the same address twice, with two `client-request-id`s, let 5 seconds pass, and count the deeds.",
        stronger="the cells with `tickets=4` show how; the key is any GUID, and the deeds are those with your address.",
        seen=lambda lab: opened(lab, "buy?tickets=8") == 2 and len(keys(lab, "buy?tickets=8")) == 2,
        unseen="the number is right, but the lab has not seen it: `tickets=8` posted with two keys, and bought twice.",
    ),
)
