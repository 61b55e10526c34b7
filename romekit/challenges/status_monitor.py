"""The same thing elsewhere: the poller follows a status monitor in Azure's style, with an adapter between the two."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from romekit.challenges.day import Day
from romekit.challenges.poller import CHALLENGE as POLLER
from romekit.challenges.poller import sent
from romekit.cloud.graph.status_monitor import PATH

STORY: Final = (
    "An order was answered with 202 Accepted; all you have is the address from its Operation-Location header. At that "
    "address is a status monitor. Follow it until its status is Succeeded, Failed or Canceled, and return what the "
    "poller of lesson 09 returns: 'completed' for Succeeded, the code of the error for the other two, and 'unknown' "
    "when the deadline (in seconds) passes first. Retry-After says how long to wait, also on a good answer."
)
#: All but the status monitor: whoever reads the command itself needs no adapter.
CLOSED: Final = re.compile(r"romekit\.(?!operations/)|\$batch|/commands")


def _prepare(day: Day) -> dict[str, Any]:
    day.lab.stub.graph.status_monitor = True
    day.wire.closed = CLOSED
    return sent(day, PATH, "Operation-Location")


CHALLENGE: Final = replace(
    POLLER,
    name="status-monitor",
    title="The same thing elsewhere",
    story=STORY,
    prepare=_prepare,
    hints=(
        "Which of Graph's words means the same as Succeeded? For Failed and Canceled look into the error.",
        "Put an object between the poller and http: it sends each request on, and translates the answer.",
        "The status monitor says Retry-After on a 200 as well: let the adapter wait before it asks again.",
    ),
)
