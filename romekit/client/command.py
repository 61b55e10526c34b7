"""A command that was sent: ask for its status, follow it, fetch its answer, tell its history."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from romekit.client import flows
from romekit.client import follow as following
from romekit.client.follow import DEADLINE
from romekit.client.observations import Observations, Progress, RetryPolicy
from romekit.client.steps import Flow
from romekit.core.model import Command, Device
from romekit.core.polling import USUAL, Polling
from romekit.core.status import is_final, is_success
from romekit.core.transition import Transition


class Handle:
    """What is known of a sent command, without asking again."""

    def __init__(self, patience: RetryPolicy, sightings: Observations) -> None:
        self._patience = patience
        #: What this handle has seen so far; `follow_many` goes on with it.
        self.sightings = sightings

    @property
    def id(self) -> str:
        """The id the service gave it."""
        return self.sightings.id

    @property
    def device(self) -> Device:
        """The device it was sent to, as listed then."""
        return self.sightings.device

    @property
    def latest(self) -> Command:
        """The service's latest answer about it."""
        return self.sightings.latest

    @property
    def status(self) -> str:
        """The status seen last. It costs no request: `refresh()` asks."""
        return self.sightings.latest.status

    @property
    def error(self) -> str | None:
        """What the device said went wrong, if it did."""
        return self.sightings.latest.error

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
        return self.sightings.as_transitions()

    def __repr__(self) -> str:
        ending = f", {self.error}" if self.error else ""
        return f"<{self.sightings.order} on {self.device.name or self.device.id}: {self.status}{ending}>"

    def _told(self, history: list[Transition] | None) -> list[Transition]:
        mine = [each for each in history or [] if each.command == self.id]
        return mine or self.sightings.as_transitions()


class SentCommand(Handle):
    """The blocking handle."""

    def __init__(self, run: Callable[[Flow[Any]], Any], patience: RetryPolicy, sightings: Observations) -> None:
        super().__init__(patience, sightings)
        self._run = run

    def refresh(self) -> SentCommand:
        """Ask for the status once."""
        self._run(flows.get_status(self._patience, self.sightings))
        return self

    def follow(
        self, *, deadline: float = DEADLINE, polling: Polling = USUAL, progress: Progress | None = None
    ) -> SentCommand:
        """Ask until the status is final, pausing as `polling` has it; `progress` is called with each answer.

        TimedOut after `deadline` seconds: the command goes on, and so can you, by calling this again. The same holds
        when you interrupt it. `progress=views.progress()` shows a line of how far it is.
        """
        self._run(following.follow(self._patience, self.sightings, deadline, progress, polling))
        return self

    def payload(self) -> dict[str, Any]:
        """What the app service answered; NoAnswer when there is nothing (dossier 4.5)."""
        return dict(self._run(flows.get_payload(self._patience, self.sightings)).content)

    def history(self) -> list[Transition]:
        """Every status change with its cause from romekit's cloud; what this handle saw itself from any other."""
        return self._told(self._run(flows.get_history(self._patience)))

    def cancel(self) -> SentCommand:
        """Ask for it to be stopped. An extension of romekit's cloud: the API has no way to cancel."""
        self._run(flows.cancel(self._patience, self.sightings))
        return self


class AsyncSentCommand(Handle):
    """The awaiting handle: the same methods, awaited."""

    def __init__(
        self, run: Callable[[Flow[Any]], Coroutine[Any, Any, Any]], patience: RetryPolicy, sightings: Observations
    ) -> None:
        super().__init__(patience, sightings)
        self._run = run

    async def refresh(self) -> AsyncSentCommand:
        """See SentCommand.refresh."""
        await self._run(flows.get_status(self._patience, self.sightings))
        return self

    async def follow(
        self, *, deadline: float = DEADLINE, polling: Polling = USUAL, progress: Progress | None = None
    ) -> AsyncSentCommand:
        """See SentCommand.follow."""
        await self._run(following.follow(self._patience, self.sightings, deadline, progress, polling))
        return self

    async def payload(self) -> dict[str, Any]:
        """See SentCommand.payload."""
        return dict((await self._run(flows.get_payload(self._patience, self.sightings))).content)

    async def history(self) -> list[Transition]:
        """See SentCommand.history."""
        return self._told(await self._run(flows.get_history(self._patience)))

    async def cancel(self) -> AsyncSentCommand:
        """See SentCommand.cancel."""
        await self._run(flows.cancel(self._patience, self.sightings))
        return self
