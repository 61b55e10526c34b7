"""Webhooks: each status of a command is posted to the `postBackUri` it was sent with.

The documentation has one sentence on it, and no client is known to have used it; how it is done here is ours (dossier
5.4). After each transition the command is posted as GET shows it then, with these headers:

    client-request-id      the id of the request that sent the command
    X-Romekit-Sequence     1 for the first transition, 2 for the second; a repeat has the number it had before
    X-Romekit-Timestamp    when the transition happened, in seconds since 1970 UTC
    X-Romekit-Signature    t=…,v1=…: when this was posted, and the hex HMAC-SHA256 of "t.body" with the app's secret

**The secret** comes with the 201, in `X-Romekit-PostBack-Secret`. Each app has its own for each person, so that none
can forge another's updates. It is derived from the sealing key, so that servers which share that key need no other.

**In order, at least once**: a transition waits until the one before was taken, which is posted again after each of
PAUSES; then the rest of the command is given up, because the fifth status without the fourth would be misleading. Each
receiver has a thread of its own, so that a slow one delays no other. What is followed and what was taken is noted in a
stream of the store, so that the next server goes on; with several servers an update may then come twice.
"""

from __future__ import annotations

import hmac
import json
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import inf
from typing import Final, NamedTuple

from romekit.cloud.engine.events import CommandMoved, Event, UpdatesPromised, UpdatesTaken
from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.space import CommandNow, Space
from romekit.cloud.graph.auth import Caller
from romekit.cloud.graph.messages import SECRET, GraphRequest
from romekit.cloud.store.contract import Conflict
from romekit.cloud.store.ledger import Spaces
from romekit.cloud.webhooks.addresses import PostAddress, Resolve, Target, addresses_of, resolved, target_of
from romekit.cloud.webhooks.updates import Post, StatusUpdate, as_body, forged, signed
from romekit.core.clock import Clock, Virtual
from romekit.core.errors import RomeError
from romekit.core.model import Order, Profile
from romekit.core.status import Status, is_final

#: Seconds between one try and the next. Ours.
PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
#: How many tries the log keeps.
LOGGED: Final = 1000
#: How many receivers have a thread of their own; all others share one.
MOST_THREADS: Final = 50
SHARED: Final = PostAddress("", 0)
STREAM: Final = "webhooks"
#: Seconds until a clock that stands still (in a class whose time is stopped) is looked at again.
STANDS_STILL: Final = 0.25
#: How many seconds ago the fault "old update" was signed.
RECORDED: Final = 600.0

#: A receiver in this process: given headers and body, it answers a status.
Inbox = Callable[[Mapping[str, str], bytes], int]


class Attempt(NamedTuple):
    """One try to post a transition, and what came of it."""

    at: float
    command: str
    number: int
    taken: bool
    outcome: str


@dataclass(slots=True)
class Followed:
    """A command that is followed, and the updates that are not taken yet, oldest first."""

    account: str
    command: CommandNow
    target: Target
    secret: str = field(repr=False)
    request: str
    taken: int = 0
    lane: PostAddress = SHARED
    waiting: deque[StatusUpdate] = field(default_factory=deque)
    tries: int = 0
    not_before: float = 0.0
    is_over: bool = False
    held: list[Post] = field(default_factory=list)

    @property
    def due(self) -> float:
        """When something is to be posted next; infinity when nothing is."""
        return max(self.waiting[0].at, self.not_before) if self.waiting else inf

    def note(self, event: CommandMoved, profile: Profile) -> None:
        """Another transition; it is to be posted unless it was taken before a restart."""
        number = self.command.moves + 1
        self.command = replace(self.command, status=Status(event.to_status), moves=number, error=event.error)
        if number > self.taken:
            self.waiting.append(StatusUpdate(number, event.at, as_body(self.command, profile)))

    def settle(self, taken: bool, now: float) -> str:
        """What follows from a try to post the oldest update, in words."""
        if taken:
            self.taken = self.waiting.popleft().number
            self.tries, self.not_before = 0, 0.0
            self.is_over = not self.waiting and is_final(self.command.status)
            return ""
        if self.tries == len(PAUSES):
            self.waiting.clear()
            self.is_over = True
            return "; given up"
        pause = PAUSES[self.tries]
        self.tries += 1
        self.not_before = round(now + pause, 6)
        return f"; again in {pause:g} s"


class ErrandThread:
    """Runs an errand when its time on the wall clock has come. The thread exists only while something is planned."""

    def __init__(self, next_at: Callable[[], float | None], run: Callable[[], None], clock: Clock) -> None:
        self._next_at, self._run, self._clock = next_at, run, clock
        self._changed, self._lock = threading.Event(), threading.Lock()
        self.thread: threading.Thread | None = None
        self._closed = False

    def wake(self) -> None:
        """Look again: something may have become due, or may be due earlier."""
        with self._lock:
            self._changed.set()
            if self.thread is None and not self._closed:
                self.thread = threading.Thread(target=self._work, daemon=True, name="romekit errands")
                self.thread.start()

    def close(self) -> None:
        """End for good, after what is being done right now."""
        with self._lock:
            self._closed = True
            self._changed.set()
            thread = self.thread
        if thread is not None:
            thread.join(timeout=10)

    def _work(self) -> None:
        try:
            while not self._closed:
                self._changed.clear()
                now, at = self._clock.now(), self._next_at()
                if at is None:
                    with self._lock:  # the next `wake` starts a new thread
                        if not self._changed.is_set():
                            self.thread = None
                            return
                elif at <= now:
                    self._run()
                elif not self._changed.wait(at - now) and self._clock.now() == now:
                    self._changed.wait(STANDS_STILL)
        finally:
            with self._lock:
                if self.thread is threading.current_thread():
                    self.thread = None


class WebhookQueue:
    """Follows the commands that were sent with a `postBackUri`. On virtual time it is an errand of the clock."""

    def __init__(self, spaces: Spaces, profile: Profile, key: bytes) -> None:
        self.listed: set[PostAddress] = set()
        self.here = True  # whether this machine's loopback may be posted to
        self.inside: dict[PostAddress, Inbox] = {}
        self.resolve: Resolve = resolved
        self.meet: Callable[[Space, str], list[Fault]] = lambda space, device: []
        self.log: deque[Attempt] = deque(maxlen=LOGGED)
        self._spaces, self._clock, self._profile = spaces, spaces.clock, profile
        self._key = hmac.digest(key, b"post-back", "sha256")
        self._followed: dict[str, Followed] = {}
        self._read: dict[str, int] = {}  # for each account that is followed, how many of its events are known
        self._unwatch: dict[str, Callable[[], None]] = {}
        self._lanes: dict[PostAddress, ErrandThread] = {}
        self._noted = 0  # how long the stream of notes is
        self._lock = threading.RLock()
        self._closed = False

    def check(self, order: Order) -> None:
        """BadInput, if an order wants its updates posted where they may not go."""
        if not self._profile.skeleton:  # a skeleton prints the word postbackURI
            self._target(order)

    def follow(self, caller: Caller, command: CommandNow, request: GraphRequest, *, is_new: bool) -> dict[str, str]:
        """Post the command's updates from now on; the headers its sender is answered with."""
        if self._profile.skeleton:
            return {}
        if is_new:
            name, now = request.client_request_id, self._clock.now()
            plain = name if name.isascii() and name.isprintable() else request.request_id
            promise = UpdatesPromised(at=now, account=caller.upn, command=command.id, app=caller.app, request=plain)
            self._note(promise)
            self._begin(promise)
        return {SECRET: self.secret(caller.app, caller.upn)}

    def resume(self) -> None:
        """Go on with what the server before this one has not posted."""
        notes = self._spaces.store.read(STREAM)
        self._noted = len(notes)
        promised = {note.command: note for note in notes if isinstance(note, UpdatesPromised)}
        taken = {note.command: note for note in notes if isinstance(note, UpdatesTaken)}
        for id_, promise in promised.items():
            done = taken.get(id_)
            if done is None or not done.is_over:
                with suppress(RomeError):  # a space that cannot be read, or an address that is not allowed any more
                    self._begin(promise, done.number if done else 0)

    def secret(self, app: str, account: str) -> str:
        """What an app's updates for a person are signed with: text, to be used as it is."""
        return hmac.digest(self._key, json.dumps([app, account]).encode(), "sha256").hex()

    def next_at(self, lane: PostAddress | None = None) -> float | None:
        with self._lock:
            self._read_on()
            followed = self._in_lane(lane)
            planned = [self._spaces.ledger(account).next_due() for account in {each.account for each in followed}]
            soonest = min([at for at in planned if at is not None] + [each.due for each in followed], default=inf)
        return None if soonest == inf else soonest

    def run(self, lane: PostAddress | None = None) -> None:
        with self._lock:
            self._read_on()
        while True:
            with self._lock:
                first = min(self._in_lane(lane), key=lambda each: (each.due, each.command.number), default=None)
            if first is None or first.due > self._clock.now():
                return
            self._post(first, first.waiting[0])

    def close(self) -> None:
        """Post nothing any more; what is left is posted by the next server."""
        self._closed = True
        for lane in list(self._lanes.values()):
            lane.close()
        with self._lock:
            for each in list(self._followed.values()):
                self._end(each)

    def _target(self, order: Order) -> Target:
        return target_of(order.post_back_uri or "", self.listed | self.inside.keys(), here=self.here)

    def _begin(self, promise: UpdatesPromised, taken: int = 0) -> None:
        account = promise.account
        ledger = self._spaces.ledger(account)
        with self._lock:
            command = self._spaces.now(account).commands.get(promise.command)
            if command is None:
                return
            target, secret = self._target(command.order), self.secret(promise.app, account)
            followed = Followed(account, replace(command, moves=0), target, secret, promise.request, taken)
            if account not in self._read:
                self._read[account] = ledger.kept
                self._unwatch[account] = ledger.watch(self._wake)
            self._followed[command.id] = followed
            if command.moves:  # rare: it moved before it was followed, or it was followed before a restart
                known = ledger.events(self._clock.now())[: self._read[account]]
                self._note_moves(known, {command.id: followed})
            followed.lane = self._lane(target.place)
        self._wake()

    def _lane(self, receiver: PostAddress) -> PostAddress:
        """The lane for a receiver: its own, unless there are too many."""
        if receiver not in self._lanes and len(self._lanes) >= MOST_THREADS:
            self._lanes = {each: lane for each, lane in self._lanes.items() if lane.thread}
            receiver = receiver if len(self._lanes) < MOST_THREADS else SHARED
        if receiver not in self._lanes:
            next_at, run = lambda: self.next_at(receiver), lambda: self.run(receiver)
            self._lanes[receiver] = ErrandThread(next_at, run, self._clock)
        return receiver

    def _in_lane(self, lane: PostAddress | None) -> list[Followed]:
        return [each for each in self._followed.values() if lane in (None, each.lane)]

    def _wake(self) -> None:
        """Something has changed. Virtual time posts it when time moves, never inside of a request."""
        if self._closed:
            return
        if not isinstance(self._clock, Virtual):
            for lane in list(self._lanes.values()):
                lane.wake()
        elif self not in self._clock.errands:
            self._clock.errands.append(self)

    def _read_on(self) -> None:
        for account, known in list(self._read.items()):
            ledger = self._spaces.ledger(account)
            try:
                events = ledger.events(self._clock.now(), known)
                self._spaces.store.uncommitted.settle()  # what the store may still lose is not posted
                there = ledger.at(self._clock.now()).commands
            except RomeError:
                continue  # nothing new is known; it is looked at again with the next change
            self._read[account] = known + len(events)
            self._note_moves(events, self._followed)
            for each in list(self._followed.values()):
                if each.account == account and each.command.id not in there:  # lost; its sender got an error
                    self._end(each)

    def _note_moves(self, events: Sequence[Event], followed: Mapping[str, Followed]) -> None:
        for event in events:
            if isinstance(event, CommandMoved) and event.command in followed:
                followed[event.command].note(event, self._profile)

    def _post(self, followed: Followed, update: StatusUpdate) -> None:
        taken = False
        try:
            status = self._posted(followed, update)
            outcome, taken = f"answered {status}", 200 <= status < 300
        except Exception as problem:  # noqa: BLE001 (whatever a receiver does, the service goes on)
            outcome = f"{type(problem).__name__}: {problem}".rstrip(".: ")
        now, id_ = self._clock.now(), followed.command.id
        with self._lock:
            outcome += followed.settle(taken, now)
        self.log.append(Attempt(now, id_, update.number, taken, outcome))
        if taken or followed.is_over:
            self._note(UpdatesTaken(at=now, command=id_, number=followed.taken, is_over=followed.is_over))
        if followed.is_over:
            with self._lock:
                self._end(followed)

    def _posted(self, followed: Followed, update: StatusUpdate) -> int:
        """Post an update, and what the faults that strike it add to it or take away; the status it is answered."""
        now, command = self._clock.now(), followed.command
        faults = {fault.what for fault in self.meet(self._spaces.now(followed.account), command.device)}
        genuine = signed(followed.request, followed.secret, update, now)
        if "old update" in faults:
            self._try(followed, signed(followed.request, followed.secret, update, now - RECORDED))
        if "forged update" in faults:
            self._try(followed, signed(followed.request, "a guess", forged(command, update, self._profile), now))
        if "update overtaken" in faults:
            followed.held.append(genuine)
        if faults & {"update overtaken", "update lost"}:
            return 200
        status = self._deliver(followed.target, genuine)
        more, followed.held = [*([genuine] if "update twice" in faults else []), *followed.held], []
        for each in more:
            self._try(followed, each)
        return status

    def _try(self, followed: Followed, post: Post) -> None:
        """Deliver what nobody repeats: what becomes of it is of no concern."""
        with suppress(Exception):
            self._deliver(followed.target, post)

    def _deliver(self, target: Target, post: Post) -> int:
        if target.place in self.inside:
            return self.inside[target.place](*post)
        from romekit.cloud.webhooks import delivery  # httpx is only needed where updates go over a socket

        return delivery.post(target, addresses_of(target, self.resolve), *post)

    def _note(self, note: UpdatesPromised | UpdatesTaken) -> None:
        """Store what a restart has to know, where a store outlives its server."""
        store = self._spaces.store
        while store.outlives and not self._closed:
            try:
                with self._lock:
                    written = store.append(STREAM, self._noted, [note])
                    self._noted += 1
                written.wait()
                return
            except Conflict:  # another server has noted something
                self._noted = len(store.read(STREAM))
            except RomeError:  # it cannot be stored now: after a restart the update comes once more
                return

    def _end(self, followed: Followed) -> None:
        account = followed.account
        self._followed.pop(followed.command.id, None)
        if account in self._read and all(each.account != account for each in self._followed.values()):
            del self._read[account]
            self._unwatch.pop(account)()
