"""Your own poller: follow a command to its end from its address alone."""

from __future__ import annotations

from typing import Any, Final

from romekit.challenges.day import Day
from romekit.challenges.play import Challenge

DEADLINE: Final = 100.0
STORY: Final = (
    "A command has been sent; all you have is the address from its Location header. Follow it until its status is "
    'final and return that status, or "unknown" when the deadline (in seconds) passes first. A service may use words '
    "that are newer than your client, it may ask you to come later, and your token may run out."
)


def sent(day: Day, collection: str, header: str) -> dict[str, Any]:
    """Send the order of a day; what the function is given: the address that this header names, and a deadline."""
    body = {"type": "LaunchUri", "payload": {"uri": day.uri}}
    headers = {"Authorization": f"Bearer {day.tokens.token()}"}
    with day.lab.http() as http:
        answer = http.post(f"/me/devices/{day.device}/{collection}", json=body, headers=headers)
    day.begin()
    return {"location": answer.headers[header], "deadline": DEADLINE}


CHALLENGE: Final = Challenge(
    name="poller",
    title="Your own poller",
    story=STORY,
    signature='def wait(http, clock, token, location, deadline): ...  # a status, or "unknown"',
    marks=(
        "finished",
        "told the status",
        "waited for Retry-After",
        "backed off",
        "stopped at final",
        "took an unknown word for not final",
        "polite",
        "prompt",
        "kept the token to itself",
    ),
    prepare=lambda day: sent(day, "commands", "Location"),
    hints=(
        "Which of the fourteen statuses are final? Everything else, known or not, means: ask again.",
        "Let the pauses grow, so that a quick command is seen quickly and a slow one costs few requests.",
        "After 429 and 503 the header Retry-After says in how many seconds to ask again. Ask no sooner.",
    ),
    only="status",
)
