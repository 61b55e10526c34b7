"""The challenges there are: what each is about, what its function is given, and what is looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from romekit.challenges import bounds
from romekit.challenges.day import LONGEST_ANSWER, Arrival, Day, Told
from romekit.challenges.play import Challenge
from romekit.challenges.scenario import DEVICES
from romekit.cloud.graph.messages import SECRET
from romekit.cloud.graph.status_monitor import PATH
from romekit.cloud.webhooks.queue import RECORDED
from romekit.core.model import Command
from romekit.lab.receiver import Received, is_genuine

DEADLINE: Final = 100.0
#: Seconds that it takes to tell a customer.
TELLING: Final = 5.0
#: What a program does with an update: it answers an HTTP status.
Handler = Callable[[Mapping[str, str], bytes], Any]
#: All but the status monitor: whoever reads the command itself needs no adapter.
MONITOR_ONLY: Final = re.compile(r"romekit\.(?!operations/)|\$batch|/commands")
#: What any client of an asynchronous service is held to.
WIRE: Final = ("waited for Retry-After", "backed off", "stopped at final", "polite", "kept the token to itself")


def _command(day: Day, collection: str = "commands", header: str = "Location") -> dict[str, Any]:
    sent = day.send(day.device, collection)
    day.begin()
    return {"location": sent.headers[header], "deadline": DEADLINE}


def _operation(day: Day) -> dict[str, Any]:
    day.lab.stub.graph.status_monitor = True
    day.wire.closed = MONITOR_ONLY
    return _command(day, PATH, "Operation-Location")


def _order(day: Day) -> dict[str, Any]:
    day.begin()
    return {"device": day.device, "uri": day.uri}


def _three_orders(day: Day) -> dict[str, Any]:
    """Send three orders, to the device of the day and to two others, whose updates are posted to the program."""
    names = list(dict.fromkeys((day.scenario.device, *DEVICES[2:6])))[:3]
    day.devices = tuple(map(day.id_of, names))
    inbox = Inbox(day)
    day.begin()
    sent = [day.send(each, postBackUri=inbox.uri) for each in day.devices]
    inbox.secret = sent[0].headers[SECRET]
    orders = {each.json()["id"]: each.headers["Location"] for each in sent}
    return {"listen": inbox.listen, "secret": inbox.secret, "orders": orders, "tell": inbox.tell}


class Inbox:
    """Hands each update that is posted to the program's handler, and notes everything."""

    def __init__(self, day: Day) -> None:
        self._day, self.secret = day, ""
        self._handler: Handler | None = None
        receiver = day.lab.receiver()  # the truth line shows what it has received
        self.uri, self._received = receiver.uri, receiver.received
        [place] = day.lab.stub.postback.inside
        day.lab.stub.postback.inside[place] = self._take

    def listen(self, handler: Handler) -> None:
        """From now on `handler(headers, body)` is called with each update; it answers an HTTP status."""
        self._handler = handler

    def tell(self, order: str, status: str) -> None:
        """Tell the customer of an order what its status is. It takes five seconds."""
        self._day.told.append(Told(self._day.since(), f"{order}", f"{status}"))
        self._day.clock.wait(TELLING)

    def _take(self, headers: Mapping[str, str], body: bytes) -> int:
        if self._day.is_over:
            return 503
        now, at, command = self._day.clock.now(), self._day.since(), json.loads(body)
        answer, problem = self._answer(headers, body)
        answered_at, signed, flaw = self._day.since(), headers["X-Romekit-Signature"], ""
        if not is_genuine(self.secret, signed, body, now):
            flaw = "old" if is_genuine(self.secret, signed, body, now - RECORDED) else "forged"
        arrival = Arrival(at, command["id"], command["status"], flaw, answer, answered_at, problem)
        self._day.arrived.append(arrival)
        if 200 <= answer < 300 and not flaw:
            number = int(headers["X-Romekit-Sequence"])
            self._received.append(Received(self._day.clock.now(), number, Command.from_wire(command), headers, body))
        if answered_at - at > LONGEST_ANSWER:
            raise TimeoutError(f"no answer within {LONGEST_ANSWER:g} s")
        return answer

    def _answer(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """The status that the program answers, and what is wrong when it does not answer one."""
        if self._handler is None:
            return 503, "nobody listens yet"
        try:
            said = self._handler(dict(headers), body)
            return (
                (said, "")
                if isinstance(said, int)
                else (500, f"on_update returned {said!r:.99}, which is no HTTP status.")
            )
        except Exception as error:  # noqa: BLE001 (a web server answers 500, whatever it was)
            return 500, bounds.sentence(error, self._handler)


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
    prepare=_three_orders,
    levels=("calm", "untidy", "hostile", "storm"),
    only="status",
)
#: Each challenge by its name.
ALL: Final = {each.name: each for each in (POLLER, BAD_DAY, BEING_TOLD, STATUS_MONITOR)}
