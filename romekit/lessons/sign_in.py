"""The exercises of 01 Sign in."""

from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from romekit.lessons.answers import STATUS_CODE, WORD
from romekit.lessons.exercise import Exercise, Slip, posted


def has_waited(lab: Any) -> bool:
    """Whether the lab's clock has moved on at once by the 900 seconds for which a device code can be used."""
    times = [*(exchange.at for exchange in lab.exchanges()), lab.clock.now()]
    return any(later - earlier >= 900 for earlier, later in pairwise(times))


EXERCISES: Final = (
    Exercise(
        kind=replace(WORD, wants="the error word of MSAL's answer, in quotation marks"),
        answer="expired_token",
        right="the code is too old, and the app has to start again with a new one.",
        slips=(
            Slip("authorization_pending", "The code can still be used. How long does it live? Move on further."),
            Slip("bad_verification_code", "That code was used before. `ask_once` asks about `flow`: start a new one."),
            Slip(
                "authorization_declined", "That is the flow Alex said no to. Start a new `flow`, which `ask_once` uses."
            ),
            Slip("slow_down", "You asked again before the interval was over. Start a new flow, move on, and ask once."),
        ),
        instead={
            "dict": "That is MSAL's whole answer. Which of its entries is the error word?",
            "nothing": "`None` is what `clock.advance` gives. Call `ask_once()` after it, and take its `error`.",
            "number": "That is a number of seconds, or an error code. The question asks for a word: `error`.",
        },
        hint="Three steps in this order: a new `flow`, then move on with the clock, then ask once.",
        stronger="begin with `flow = app.initiate_device_flow([…])`; only after that call `lab.clock.advance(901)`.",
        seen=has_waited,
        unseen="the word is right, but no code has run out in this lab. Move its clock on by 901 seconds, and ask.",
    ),
    Exercise(
        kind=STATUS_CODE,
        answer=201,
        right="with the scope Device.Command the service creates the command.",
        slips=(
            Slip(403, "Still not allowed. Did you ask for both scopes, and put the answer into `tokens`?"),
            Slip(401, "The token was not accepted at all. Is there an access token in `tokens`?"),
            Slip(200, "That is the answer to a GET. A command that was created has another number: send the POST."),
            Slip(400, "The service did not understand the body. Take the same `json=…` as above."),
            Slip(404, "There is nothing at that address. Take the same path as above, with the id of the Surface."),
        ),
        hint="Ask for both scopes in one flow, let Alex approve, put the answer into `tokens`, and send the same POST.",
        stronger="`initiate_device_flow([one, other])`, then `lab.approve(…)` as above, then "
        "`tokens = ask_once()`, then the `call(…)` that was refused, and its `.status_code`.",
        seen=lambda lab: 201 in [status for status, _ in posted(lab)],
        unseen="the number is right, but no POST has been accepted in this lab. Send it with the new token.",
    ),
)
