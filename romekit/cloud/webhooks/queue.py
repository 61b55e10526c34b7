"""Being told instead of asking: each status of a command is posted to the `postBackUri` it was sent with.

The documentation has one sentence on it and no client is known to have used it, so how it is done here is ours (dossier
5.4). What is posted is the command as GET shows it after a transition, once for each. Its creation is not one of them:
the 201 has told the sender, who knows the id from nowhere else. Around it stand these headers:

    client-request-id      the id of the request that sent the command
    X-Romekit-Sequence     1 for the first transition, 2 for the second; a repeat has the number it had before
    X-Romekit-Timestamp    when the transition happened, in seconds since 1970 UTC
    X-Romekit-Signature    t=…,v1=…: when this was posted, and the hex HMAC-SHA256 of "t.body" with the app's secret

**The secret** comes with the 201, in `X-Romekit-PostBack-Secret`: whoever may send a command may know it, and nothing
has to be agreed on before. Each app has its own for each person, so none can forge what another is told. It is made of
the sealing key, but one way, so that servers which share that key need not share another. Only time and body are
sealed: what a receiver acts upon is the body's status, and a number only tells it what it has seen already.

**In order, at least once** (updates.py), and `log` tells each try. What is still to be told is kept in memory only, by
the server that took the command: one that stops forgets it, and a client that must know asks.
"""

from __future__ import annotations

import hmac
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import inf
from threading import RLock
from typing import Final

from romekit.cloud.engine.events import CommandMoved
from romekit.cloud.engine.space import CommandNow
from romekit.cloud.graph.auth import Caller
from romekit.cloud.graph.messages import SECRET, GraphRequest
from romekit.cloud.store.ledger import Spaces
from romekit.cloud.webhooks.addresses import PostAddress, Resolve, addresses_of, resolved, target_of
from romekit.cloud.webhooks.background import InBackground
from romekit.cloud.webhooks.updates import Attempt, Followed, StatusUpdate
from romekit.core.clock import Virtual
from romekit.core.errors import RomeError
from romekit.core.model import Order, Profile

LOGGED: Final = 1000

#: A receiver in this process: given headers and body, it answers a status.
Inbox = Callable[[Mapping[str, str], bytes], int]


class WebhookQueue:
    """Follows the commands that were sent with a `postBackUri`. An Errand, for whichever clock there is."""

    def __init__(self, spaces: Spaces, profile: Profile, key: bytes) -> None:
        self.listed: set[PostAddress] = set()
        self.here = True  # where many share a server, its loopback is nobody's
        self.inside: dict[PostAddress, Inbox] = {}
        self.resolve: Resolve = resolved
        self.log: deque[Attempt] = deque(maxlen=LOGGED)
        self._spaces, self._clock, self._profile = spaces, spaces.clock, profile
        self._key = hmac.digest(key, b"post-back", "sha256")
        self._followed: dict[str, Followed] = {}
        self._read: dict[str, int] = {}  # for each account that is followed, how many of its events are known
        self._forget: dict[str, Callable[[], None]] = {}
        self._lock = RLock()
        self._background = InBackground(self, self._clock)

    def check(self, order: Order) -> None:
        """BadInput, if an order wants its updates where they may not go."""
        if order.post_back_uri is not None and not self._profile.skeleton:  # a skeleton prints the word postbackURI
            target_of(order.post_back_uri, self.listed | self.inside.keys(), here=self.here)

    def follow(self, caller: Caller, command: CommandNow, request: GraphRequest, *, is_new: bool) -> dict[str, str]:
        """Tell from now on what becomes of a command; the headers its sender is answered with."""
        uri = command.order.post_back_uri
        if uri is None or self._profile.skeleton:
            return {}
        secret = self.secret(caller.app, caller.upn)
        if is_new:
            target = target_of(uri, self.listed | self.inside.keys(), here=self.here)
            name = request.client_request_id
            plain = name if name.isascii() and name.isprintable() else request.request_id
            self._begin(Followed(caller.upn, command, target, secret, plain))
        return {SECRET: secret}

    def secret(self, app: str, account: str) -> str:
        """What an app's updates for a person are signed with: text, to be used as it is."""
        return hmac.digest(self._key, json.dumps([app, account]).encode(), "sha256").hex()

    def next_at(self) -> float | None:
        with self._lock:
            self._read_on()
            planned = [self._spaces.ledger(account).next_due() for account in self._read]
            times = [at for at in planned if at is not None] + [each.due for each in self._followed.values()]
            soonest = min(times, default=inf)
        return None if soonest == inf else soonest

    def run(self) -> None:
        with self._lock:
            self._read_on()
        while (followed := self._first_due()) is not None:
            self._tell(followed, followed.untold[0])

    def close(self) -> None:
        """Tell nothing any more."""
        self._background.close()
        with self._lock:
            for each in list(self._followed.values()):
                self._end(each)

    # ── what is to be told ──────────────────────────────────────────────────────────────────────────────────────────

    def _begin(self, followed: Followed) -> None:
        account, command = followed.account, followed.command
        with self._lock:
            if account not in self._read:
                ledger = self._spaces.ledger(account)
                # One that has moved before we could look is rare; its moves are found from the beginning.
                self._read[account] = 0 if command.moves else ledger.kept
                self._forget[account] = ledger.watch(self._look)
            followed.command = replace(command, moves=0)
            self._followed[command.id] = followed
        self._look()

    def _look(self) -> None:
        """Something has changed. On virtual time it is told when time moves, never inside of a request."""
        if not isinstance(self._clock, Virtual):
            self._background.wake()
        elif self not in self._clock.errands:
            self._clock.errands.append(self)

    def _read_on(self) -> None:
        for account, known in list(self._read.items()):
            ledger = self._spaces.ledger(account)
            try:
                events = ledger.events(self._clock.now(), known)
                self._spaces.store.uncommitted.settle()  # nobody is told what the store may still lose
                there = ledger.at(self._clock.now()).commands
            except RomeError:
                continue  # nothing new is known; it is looked at again with the next change
            self._read[account] = known + len(events)
            for event in events:
                if isinstance(event, CommandMoved) and event.command in self._followed:
                    self._followed[event.command].note(event, self._profile)
            for each in [each for each in self._followed.values() if each.account == account]:
                if each.command.id not in there:  # the store could not keep it, and its sender was told so
                    self._end(each)

    # ── telling it ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _first_due(self) -> Followed | None:
        with self._lock:
            first = min(self._followed.values(), key=lambda each: (each.due, each.command.number), default=None)
        return first if first is not None and first.due <= self._clock.now() else None

    def _tell(self, followed: Followed, update: StatusUpdate) -> None:
        taken = False
        try:
            status = self._posted(followed, update)
            outcome, taken = f"answered {status}", 200 <= status < 300
        except Exception as problem:  # noqa: BLE001 (whatever a receiver does, the service goes on)
            outcome = f"{type(problem).__name__}: {problem}".rstrip(".: ")
        now = self._clock.now()
        with self._lock:
            if taken:
                followed.taken()
            else:
                outcome = f"{outcome}; {followed.not_taken(now)}"
            if followed.is_over:
                self._end(followed)
        told = (followed.command.id, update.number, update.status, str(followed.target))
        self.log.append(Attempt(now, *told, taken, outcome))

    def _posted(self, followed: Followed, update: StatusUpdate) -> int:
        headers, target = followed.headers(update, self._clock.now()), followed.target
        if target.place in self.inside:
            return self.inside[target.place](headers, update.body)
        from romekit.cloud.webhooks.delivery import post  # httpx is only needed by whoever is told over a socket

        return post(target, addresses_of(target, self.resolve), headers, update.body)

    def _end(self, followed: Followed) -> None:
        account = followed.account
        self._followed.pop(followed.command.id, None)
        if account in self._read and all(each.account != account for each in self._followed.values()):
            del self._read[account]
            self._forget.pop(account)()
