"""A command that was sent: its status, its answer, its history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from romekit.client import flows
from romekit.client.exchange import Flow, RetryPolicy
from romekit.client.flows import DEADLINE, Observations, Progress
from romekit.core.arguments import explained
from romekit.core.errors import not_picklable
from romekit.core.interrupts import FOLLOW_STOPPED, CalmAwait, CalmStop
from romekit.core.model import Command, Device
from romekit.core.polling import USUAL, Polling
from romekit.core.status import is_final, is_success
from romekit.core.transition import Transition


class Handle:
    """What is known of a sent command, without asking again."""

    def __init__(self, run: Callable[[Flow[Any]], Any], policy: RetryPolicy, observations: Observations) -> None:
        self._run = run
        self._policy = policy
        #: What this handle has seen so far; `follow_many` goes on with it.
        self.observations = observations

    @property
    def id(self) -> str:
        """The id the service gave it."""
        return self.observations.id

    @property
    def device(self) -> Device:
        """The device it was sent to, as listed then."""
        return self.observations.device

    @property
    def latest(self) -> Command:
        """The service's latest answer about it."""
        return self.observations.latest

    @property
    def status(self) -> str:
        """The status seen last. It costs no request: `refresh()` asks."""
        return self.observations.latest.status

    @property
    def error(self) -> str | None:
        """What the device said went wrong, if it did."""
        return self.observations.latest.error

    @property
    def is_final(self) -> bool:
        """Whether the status seen last will never change."""
        return is_final(self.status)

    @property
    def is_success(self) -> bool:
        """Whether the device did what was asked."""
        return is_success(self.status)

    def seen(self) -> list[Transition]:
        """What this handle saw itself, each status when it saw it first: a client's belief, without causes."""
        return self.observations.as_transitions()

    def __repr__(self) -> str:
        ending = f", {self.error}" if self.error else ""
        return f"<{self.observations.order} on {self.device.name or self.device.id}: {self.status}{ending}>"

    def __reduce__(self) -> Any:
        raise not_picklable("A sent command", "Hand on its id, and ask with a client made over there.")

    def _own(self, history: list[Transition] | None) -> list[Transition]:
        return [each for each in history or [] if each.command == self.id] or self.seen()


@explained("command")
class SentCommand(Handle):
    """The blocking handle."""

    def refresh(self) -> SentCommand:
        """Ask for the status once."""
        self._run(flows.get_status(self._policy, self.observations))
        return self

    def follow(
        self, *, deadline: float = DEADLINE, polling: Polling = USUAL, progress: Progress | None = None
    ) -> SentCommand:
        """Ask until the status is final, pausing as `polling` has it; `progress` is called with each answer.

        TimedOut after `deadline` seconds: the command goes on, and so can you, by calling this again. The same holds
        when you interrupt it. `progress=views.progress()` shows a line of how far it is.
        """
        with CalmStop(FOLLOW_STOPPED):
            self._run(flows.follow(self._policy, self.observations, deadline, progress, polling))
        return self

    def payload(self) -> dict[str, Any]:
        """What the app service answered; NoAnswer when there is nothing (dossier 4.5)."""
        return dict(self._run(flows.get_payload(self._policy, self.observations)).content)

    def history(self) -> list[Transition]:
        """Every status change with its cause from romekit's cloud; what this handle saw itself from any other."""
        return self._own(self._run(flows.get_history(self._policy)))

    def cancel(self) -> SentCommand:
        """Ask for it to be stopped. An extension of romekit's cloud: the API has no way to cancel."""
        self._run(flows.cancel(self._policy, self.observations))
        return self


@explained("await command", like=SentCommand)
class AsyncSentCommand(Handle):
    """The awaiting handle: the same methods, awaited."""

    async def refresh(self) -> AsyncSentCommand:
        await self._run(flows.get_status(self._policy, self.observations))
        return self

    async def follow(
        self, *, deadline: float = DEADLINE, polling: Polling = USUAL, progress: Progress | None = None
    ) -> AsyncSentCommand:
        with CalmAwait(FOLLOW_STOPPED):
            await self._run(flows.follow(self._policy, self.observations, deadline, progress, polling))
        return self

    async def payload(self) -> dict[str, Any]:
        return dict((await self._run(flows.get_payload(self._policy, self.observations))).content)

    async def history(self) -> list[Transition]:
        return self._own(await self._run(flows.get_history(self._policy)))

    async def cancel(self) -> AsyncSentCommand:
        await self._run(flows.cancel(self._policy, self.observations))
        return self
