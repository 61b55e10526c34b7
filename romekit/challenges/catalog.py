"""The challenges there are: what each is about, what its function is given, and what is looked at."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from romekit.challenges import inbox
from romekit.challenges.day import Day
from romekit.challenges.play import Challenge
from romekit.cloud.graph.status_monitor import PATH

DEADLINE: Final = 100.0
#: All but the status monitor: whoever reads the command itself needs no adapter.
MONITOR_ONLY: Final = re.compile(r"romekit\.(?!operations/)|\$batch|/commands")
#: What any client of an asynchronous service is held to.
WIRE: Final = ("waited for Retry-After", "backed off", "stopped at final", "polite", "kept the token to itself")


def _command(day: Day) -> dict[str, Any]:
    sent = day.send(day.device)
    day.begin()
    return {"location": sent.headers["Location"], "deadline": DEADLINE}


def _operation(day: Day) -> dict[str, Any]:
    day.lab.stub.graph.status_monitor = True
    day.wire.closed = MONITOR_ONLY
    sent = day.send(day.device, PATH)
    day.begin()
    return {"location": sent.headers["Operation-Location"], "deadline": DEADLINE}


def _order(day: Day) -> dict[str, Any]:
    day.begin()
    return {"device": day.device, "uri": day.uri}


POLLER: Final = Challenge(
    name="poller",
    title="Your own poller",
    story="A command has been sent; all you have is the address from its Location header. Follow it until its status "
    'is final and return that status, or "unknown" when the deadline (in seconds) passes first. A service may use '
    "words that are newer than your client, it may ask you to come later, and your token may run out.",
    signature='def wait(http, clock, token, location, deadline): ...  # a status, or "unknown"',
    marks=("finished", "told the status", "took an unknown word for not final", "prompt", *WIRE),
    prepare=_command,
    only="status",
)
STATUS_MONITOR: Final = replace(
    POLLER,
    name="status-monitor",
    title="The same thing elsewhere",
    story="An order was answered with 202 Accepted; all you have is the address from its Operation-Location header. At "
    "that address is a status monitor. Follow it until its status is Succeeded, Failed or Canceled, and return what "
    "the poller of lesson 09 returns: 'completed' for Succeeded, the code of the error for the other two, and "
    "'unknown' when the deadline (in seconds) passes first. Retry-After says how long to wait, also on a good answer.",
    prepare=_operation,
)
BAD_DAY: Final = Challenge(
    name="bad-day",
    title="The bad day",
    story="A page that is opened on a device buys a ticket. Write a client that buys exactly one, and that tells the "
    'truth about it: "done", "not done", or "unknown" where nobody can know. On a bad day the service refuses, '
    "answers get lost, tokens run out and devices report late.",
    signature='def buy(http, clock, token, device, uri): ...  # "done" | "not done" | "unknown"',
    marks=(
        *("finished", "got it done", "at most once", "told the truth", "one key for one order"),
        *("took an unknown word for not final", "prompt", *WIRE),
    ),
    prepare=_order,
)
BEING_TOLD: Final = Challenge(
    name="being-told",
    title="Being told",
    story="Three orders are on their way, and each change is posted to you. Tell the customers: tell(order, status), "
    "which takes five seconds. Tell nothing that is false, nothing twice, nothing older than what was told before, and "
    "for each order how it ended. Updates get lost, come twice or out of order, and strangers post, too. So verify "
    "each signature, refuse what was signed more than five minutes ago, answer within two seconds, and ask the service "
    "about an order that was silent for ten. Return when all orders are over.",
    signature="def receive(http, clock, token, listen, secret, orders, tell): ...  # orders: {id: address}\n"
    "    def on_update(headers, body): ...  # the HTTP status of your answer; body is bytes\n"
    "    listen(on_update)",
    marks=(
        *("finished", "told every end", "told nothing false", "told nothing twice", "told nothing old"),
        *("took what is genuine", "refused what is not", "answered at once", "asked only after a silence", *WIRE),
    ),
    prepare=inbox.prepare,
    levels=("calm", "untidy", "hostile", "storm"),
    only="status",
)
#: Each challenge by its name.
ALL: Final = {each.name: each for each in (POLLER, BAD_DAY, BEING_TOLD, STATUS_MONITOR)}
