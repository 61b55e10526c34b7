"""Every account's space: opened with the demo devices the first time somebody looks.

Where others have written, or this server before its clock was put back, a space may be ahead of the time of day. Then
the clock goes on from there: otherwise everything in the space would stand still until the time of day has caught up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock

from romekit.cloud.engine.decide import Decision
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.requests import AddDevice, Open
from romekit.cloud.engine.seed import DEMO_DEVICES
from romekit.cloud.engine.space import Space
from romekit.cloud.store.contract import Store
from romekit.cloud.store.ledger import Ledger
from romekit.cloud.store.rules import DEVICE_RULES
from romekit.core.clock import Clock


class Spaces:
    """The spaces of all accounts, on one clock, in one store."""

    def __init__(
        self, store: Store, clock: Clock, seed: str = "romekit", devices: Sequence[AddDevice] = DEMO_DEVICES
    ) -> None:
        self.clock = clock
        self.store = store
        self._seed = seed
        self._devices = devices
        self._ledgers: dict[str, Ledger[Space]] = {}
        self._lasting: dict[str, Ledger[Space]] = {}  # those of which something is kept, so that they stay open
        self._lock = Lock()
        #: What an account's space begins with: its seed, and its devices.
        self.plan: Callable[[str], tuple[str, Sequence[AddDevice]]] = self._as_everybody

    def now(self, account: str) -> Space:
        """The account's space as it is now."""
        ledger, now = self._present(account)
        return ledger.at(now)

    def seen(self, account: str) -> Space:
        """The account's space as it was seen last: for its devices and its faults, which time alone does not change."""
        return self.ledger(account).seen()

    def ask(self, account: str, request: object) -> Decision:
        """Decide a request in the account's space, now."""
        ledger, now = self._present(account)
        return ledger.ask(request, now)

    def ask_and_look(self, account: str, request: object) -> tuple[Decision, Space]:
        """Decide a request in the account's space, now; the decision, and the space in which it is so."""
        ledger, now = self._present(account)
        return ledger.ask_and_look(request, now)

    def events(self, account: str) -> list[Event]:
        """Everything that has happened in the account's space."""
        ledger, now = self._present(account)
        return ledger.events(now)

    def save(self) -> None:
        """Let the store keep a snapshot of every long space, so that the next server opens it at once."""
        for ledger in list(self._ledgers.values()):
            ledger.save()

    def ledger(self, account: str) -> Ledger[Space]:
        ledger = self._lasting.get(account)
        if ledger is None:
            with self._lock:
                ledger = self._opened(account)
        return ledger

    def _present(self, account: str) -> tuple[Ledger[Space], float]:
        """The account's ledger, and the time it is there: never before what was seen in it."""
        ledger = self.ledger(account)
        return ledger, self.clock.reach(ledger.latest)

    def _opened(self, account: str) -> Ledger[Space]:
        """Until its beginning is kept for good a space may be lost, and then it is opened once more."""
        ledger = self._ledgers.get(account) or Ledger(self.store, f"space:{account}", DEVICE_RULES)
        now = self.clock.reach(ledger.latest)
        if not ledger.at(now).account:
            seed, devices = self.plan(account)
            ledger.ask_all([Open(seed, account), *devices], now)
        self._ledgers[account] = ledger
        if ledger.kept:
            self._lasting[account] = ledger
        return ledger

    def _as_everybody(self, account: str) -> tuple[str, Sequence[AddDevice]]:
        owner = account.partition("@")[0].capitalize()
        return self._seed, [replace(each, name=each.name.replace("Alex", owner)) for each in self._devices]
