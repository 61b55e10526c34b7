"""A receiver of updates inside a lab: an address without a socket, and everything that was posted to it.

A receiver of your own has to do what `is_genuine` does: take the secret from the answer to the POST that sent the
command, sign what arrives with it, and compare the signatures (romekit.cloud.webhooks.queue has the headers).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from romekit.cloud.webhooks.addresses import PostAddress
from romekit.cloud.webhooks.queue import WebhookQueue
from romekit.core.clock import Clock
from romekit.core.endpoints import DEMO_CLIENT
from romekit.core.errors import not_picklable
from romekit.core.model import Command

#: How many seconds old a signature may be.
FRESH: Final = 300.0


@dataclass(frozen=True, slots=True)
class Received:
    """One update as it arrived: when, its number, and the command as it was after that transition."""

    at: float
    number: int
    command: Command
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False, default=b"")

    @property
    def status(self) -> str:
        return self.command.status


class Receiver:
    """Keeps what is posted to its `uri` and is genuine. Set `answer` to another status than 200 to refuse updates.

    `on_update` is called after each update that it keeps.
    """

    def __init__(
        self, postback: WebhookQueue, account: str, clock: Clock, *, on_update: Callable[[], object] = lambda: None
    ) -> None:
        number = len(postback.inside) + 1
        place = PostAddress(f"receiver{number if number > 1 else ''}.romekit.localhost", 80)
        self.uri = f"http://{place.host}/"
        self.answer = 200
        self.received: list[Received] = []
        self._clock, self._on_update = clock, on_update
        self._secret = postback.secret(DEMO_CLIENT, account)
        postback.inside[place] = self._take

    def __reduce__(self) -> Any:
        raise not_picklable("A receiver", "Make one over there.")

    def __repr__(self) -> str:
        return f"Receiver at {self.uri}: {len(self.received)} received"

    def statuses(self, command: str) -> list[str]:
        """The statuses that came for one command, by its id."""
        return [each.status for each in self.received if each.command.id == command]

    def _take(self, headers: Mapping[str, str], body: bytes) -> int:
        now = self._clock.now()
        if not is_genuine(self._secret, headers["X-Romekit-Signature"], body, now):
            return 401
        if 200 <= self.answer < 300:
            command = Command.from_wire(json.loads(body))
            self.received.append(Received(now, int(headers["X-Romekit-Sequence"]), command, headers, body))
            self._on_update()
        return self.answer


def is_genuine(secret: str, signature: str, body: bytes, now: float) -> bool:
    """Whether a body was signed with this secret, and not long ago."""
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    time = parts.get("t", "")
    try:
        is_fresh = abs(now - float(time)) <= FRESH
    except ValueError:
        return False
    expected = hmac.new(secret.encode(), time.encode() + b"." + body, sha256).hexdigest()
    return is_fresh and hmac.compare_digest(expected.encode(), parts.get("v1", "").encode())
