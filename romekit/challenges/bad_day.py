"""The bad day: an order that must be carried out at most once, whatever gets lost on the way."""

from __future__ import annotations

from typing import Any, Final

from romekit.challenges.day import Day
from romekit.challenges.play import Challenge

STORY: Final = (
    "A page that is opened on a device buys a ticket. Write a client that buys exactly one, and that tells the "
    'truth about it: "done", "not done", or "unknown" where nobody can know. On a bad day the service refuses, '
    "answers get lost, tokens run out and devices report late."
)


def _prepare(day: Day) -> dict[str, Any]:
    day.begin()
    return {"device": day.device, "uri": day.uri}


CHALLENGE: Final = Challenge(
    name="bad-day",
    title="The bad day",
    story=STORY,
    signature='def buy(http, clock, token, device, uri): ...  # "done" | "not done" | "unknown"',
    marks=(
        "finished",
        "got it done",
        "at most once",
        "told the truth",
        "one key for one order",
        "waited for Retry-After",
        "backed off",
        "stopped at final",
        "took an unknown word for not final",
        "polite",
        "prompt",
        "kept the token to itself",
    ),
    prepare=_prepare,
    hints=(
        "Which answers leave you not knowing whether the order was taken? What makes it safe to send it again then?",
        "Give the order one client-request-id before the first try, and keep it for every repeat.",
        "After 401 ask for another token: token(refused=old). After 429 and 5xx wait for Retry-After, or ever longer.",
        'expired says something about the clock, not about the device: is "not done" certain then?',
    ),
)
