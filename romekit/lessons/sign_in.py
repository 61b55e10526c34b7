"""The exercises of 01 Sign in."""

from __future__ import annotations

from typing import Final

from romekit.lessons.answers import ERROR_WORD, STATUS_CODE
from romekit.lessons.exercise import Exercise, Slip

EXERCISES: Final = (
    Exercise(
        kind=ERROR_WORD,
        answer="expired_token",
        right="the code is dead, and the app has to begin again.",
        slips=(
            Slip(
                "authorization_pending",
                "The code is still alive, and nobody has typed it *yet*. How long does it live? Move on further.",
            ),
            Slip("bad_verification_code", "That code was used before. `ask_once` asks about `flow`: start a new one."),
            Slip(
                "authorization_declined",
                "That is the flow Alex said no to. `ask_once` asks about `flow`: start a new one.",
            ),
            Slip("slow_down", "You asked twice within the interval. Start a new flow, move on, and ask once."),
        ),
        instead={"dict": "That is the whole answer. Which of its entries is the error word?"},
        hint="Three steps in this order: a new `flow`, then move on with the clock, then ask once.",
        stronger="begin with `flow = app.initiate_device_flow([…])`; only after that call `lab.clock.advance(901)`.",
    ),
    Exercise(
        kind=STATUS_CODE,
        answer=201,
        right="with the scope Device.Command the command is created.",
        slips=(
            Slip(
                403,
                "Still not allowed. Did you ask for both scopes, and is the answer in `tokens`, where `call` looks?",
            ),
            Slip(401, "The token was not accepted at all. Is there an access token in `tokens`?"),
            Slip(
                200,
                "That is the answer to a question (GET). Creating something has a number of its own: send the POST.",
            ),
            Slip(400, "The service did not understand the body. Take the same `json=…` as above."),
            Slip(404, "There is nothing at that address. Take the same path as above, with the id of the Surface."),
        ),
        hint="Ask for both scopes in one flow, let Alex approve, put the answer into `tokens`, and send the same POST.",
        stronger="`initiate_device_flow([one, other])`, then `lab.approve(…)` as above, then "
        "`tokens = ask_once()`, then the `call(…)` that was refused, and its `.status_code`.",
    ),
)
