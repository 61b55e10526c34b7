"""Orders whose updates are posted to the program that is played: what arrived, and what it answered and told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from romekit.challenges import bounds
from romekit.challenges.day import Day
from romekit.challenges.evidence import LONGEST_ANSWER, Arrival, Told
from romekit.challenges.scenario import DEVICES
from romekit.cloud.graph.messages import SECRET
from romekit.cloud.webhooks.queue import RECORDED
from romekit.core.model import Command
from romekit.lab.receiver import Received, is_genuine

#: Seconds that it takes to tell a customer.
TELLING: Final = 5.0
#: What a program does with an update: it answers an HTTP status.
Handler = Callable[[Mapping[str, str], bytes], Any]


def prepare(day: Day) -> dict[str, Any]:
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
        at, begun, answer, problem = self._day.clock.now(), self._day.since(), 503, "nobody listens yet"
        if self._handler is not None:
            try:
                said, answer, problem = self._handler(dict(headers), body), 500, ""
                if isinstance(said, int):
                    answer = said
                else:
                    problem = f"on_update returned {said!r:.99}, which is no HTTP status."
            except Exception as error:  # noqa: BLE001 (a web server answers 500, whatever it was)
                answer, problem = 500, bounds.sentence(error, bounds.of_the_file_of(self._handler))
        command = json.loads(body)
        flaw = self._flaw(headers, body, at)
        self._day.arrived.append(
            Arrival(begun, command["id"], command["status"], flaw, answer, self._day.since(), problem)
        )
        if 200 <= answer < 300 and not flaw:
            number = int(headers["X-Romekit-Sequence"])
            self._received.append(Received(self._day.clock.now(), number, Command.from_wire(command), headers, body))
        if self._day.since() - begun > LONGEST_ANSWER:
            raise TimeoutError(f"no answer within {LONGEST_ANSWER:g} s")
        return answer

    def _flaw(self, headers: Mapping[str, str], body: bytes, now: float) -> str:
        """What is wrong with an update; empty when it is genuine."""
        signed = headers["X-Romekit-Signature"]
        if is_genuine(self.secret, signed, body, now):
            return ""
        return "old" if is_genuine(self.secret, signed, body, now - RECORDED) else "forged"
