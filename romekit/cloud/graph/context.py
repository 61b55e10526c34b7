"""What a handler may use: the record that every handler is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from romekit.cloud.engine.decide import set_fault
from romekit.cloud.engine.faults import Fault
from romekit.cloud.engine.space import CommandNow
from romekit.cloud.graph.auth import Caller, Policy
from romekit.cloud.graph.faults import FaultInjector
from romekit.cloud.graph.messages import GraphRequest, GraphResponse
from romekit.cloud.graph.request_log import RequestLog
from romekit.cloud.graph.throttling import Throttle
from romekit.cloud.store.ledger import Spaces
from romekit.core.model import MODERN, Order, Profile


class Webhooks(Protocol):
    """Takes commands that were sent with a `postBackUri` (webhooks/queue.py)."""

    def check(self, order: Order) -> None:
        """BadInput, if an order wants its updates posted where they may not go."""

    def follow(self, caller: Caller, command: CommandNow, request: GraphRequest, *, is_new: bool) -> dict[str, str]:
        """Post the command's updates from now on; the headers its sender is answered with."""


@dataclass(slots=True)
class Context:
    """Spaces, the key that tokens are sealed with, and everything else that a handler may use.

    `retired` makes the service what it is since 30 September 2020 (dossier 7.1, last row; ours in detail). With
    `hints` it says when it is worth asking again, with `status_monitor` it also takes commands as Azure does
    (status_monitor.py). `answer_part` answers one request of a batch.
    """

    spaces: Spaces
    key: bytes
    profile: Profile = MODERN
    policy: Policy = field(default_factory=Policy)
    throttle: Throttle = field(default_factory=Throttle)
    faults: FaultInjector = field(default_factory=FaultInjector)
    request_log: RequestLog = field(default_factory=RequestLog)
    webhooks: Webhooks | None = None
    retired: bool = False
    hints: bool = False
    status_monitor: bool = False
    identity_fault: Callable[[str, str], object] = field(default=lambda account, what: None)
    answer_part: Callable[[GraphRequest], GraphResponse] = field(init=False, repr=False)

    def set_fault(self, account: str, fault: Fault) -> None:
        """Inject a fault into an account's space, or into its tokens."""
        self.spaces.ask(account, set_fault(fault))
        if fault.kind.side == "identity":
            self.identity_fault(account, fault.what)
