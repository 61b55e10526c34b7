"""A sign-in in a Lab: the card a notebook shows, and a simulated person who approves by themselves after a while."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

from romekit.auth.device_code import EXPIRED, SignIn
from romekit.auth.session import Session
from romekit.client.client import Rome
from romekit.cloud.engine.people import PEOPLE
from romekit.core.errors import BadInput, SignInExpired
from romekit.lab.sign_in_card import card_of, show_state

if TYPE_CHECKING:  # the lab makes these, so it is the one to import
    from romekit.lab.lab import Lab

#: Seconds for which whoever awaits a sign-in with a card goes on after the code has run out, and how often it looks.
AGAIN: Final = 300.0
GLANCE: Final = 0.25


class LabSignIn:
    """A sign-in in a Lab: it shows itself as a card, and waits when you `await` it."""

    def __init__(self, lab: Lab, signing: SignIn, approve_after: float | None) -> None:
        self._lab = lab
        self._signing = signing
        self._card: Any = None
        self._looking = False
        self._approve_after = approve_after
        self._begin()
        signing.on_change = self._show

    def _begin(self) -> None:
        after = self._approve_after
        if after is not None and not isinstance(after, int | float):
            hint = "Give a number of seconds, or None to wait for somebody."
            raise BadInput(f"approve_after cannot be {after!r}.", field="approve_after", hint=hint)
        self._approve_at = None if after is None else self._lab.clock.now() + after

    @property
    def state(self) -> str:
        """waiting, signed in, declined, expired, cancelled or failed."""
        return self._signing.state

    def __repr__(self) -> str:
        return f"Sign-in of {self._lab.person.name}, simulated: {self.state}"

    def approve(self) -> None:
        """Approve as the lab's person, as if they had typed the code."""
        if not self._signing.is_over:
            self._lab.stub.identity.approve(self._signing.user_code, self._lab.person.upn)
            self._signing.poll()

    def cancel(self) -> None:
        """Stop waiting."""
        self._signing.cancel()

    def new_code(self) -> None:
        """Start over with a new code once the first has run out; the card shows it."""
        self._begin()
        self._signing.begin_again()

    def session(self) -> Session:
        """Wait, blocking; the session."""
        self._give_time()
        return self._settled(self._signing.result(before_poll=self._approve_in_time))

    def rome(self) -> Rome:
        """Wait, blocking; the signed-in client."""
        return self._lab.rome(self.session())

    def __await__(self) -> Generator[Any, Any, Rome]:
        return self._wait().__await__()

    async def _wait(self) -> Rome:
        self._give_time()
        while True:
            try:
                session = await self._signing.result_async(before_poll=self._approve_in_time)
            except SignInExpired:
                if not await self._is_begun_again():
                    raise
            else:
                return self._lab.rome(self._settled(session))

    async def _is_begun_again(self) -> bool:
        """Whether somebody asks the card for a new code: whoever awaits goes on for a while to see."""
        end = self._lab.clock.now() + AGAIN
        while self._card is not None and self.state == EXPIRED and self._lab.clock.now() < end:
            await self._lab.clock.wait_async(GLANCE)
        return self.state != EXPIRED

    def _settled(self, session: Session) -> Session:
        """The lab is about whoever has signed in: somebody may have picked another person on the page."""
        self._lab.person = next((each for each in PEOPLE if each.upn == session.account), self._lab.person)
        return session

    def _give_time(self) -> None:
        """Somebody real is to type the code, so the time must be real: at pace 0 it would run out in an instant."""
        if self._approve_at is None and not self._lab.clock.pace:
            self._lab.clock.pace = 1.0

    def _look(self) -> None:
        """Something happened on the pages: has this sign-in been decided? The card is to show it, awaited or not."""
        if not self._looking:
            self._looking = True
            try:
                self._signing.poll()
            finally:
                self._looking = False

    def _approve_in_time(self) -> None:
        if self._approve_at is not None and self._lab.clock.now() >= self._approve_at:
            self.approve()

    def _ran_out(self) -> None:
        """Somebody has watched the card count down to nothing. If nobody waited, the lab's time stood still: it ran."""
        if not self._signing.is_over:
            self._lab.clock.advance(self._signing.seconds_left)
            self._look()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        if self._card is None:
            self._card = card_of(
                self._signing,
                simulated=True,
                approve=self.approve,
                approve_label=f"Approve as {self._lab.person.name.split()[0]}",
                cancel=self.cancel,
                new_code=self.new_code,
                run_out=self._ran_out,
            )
            self._show(self._signing)
            self._lab.stub.identity.ledger.watch(self._look)
        return self._card._repr_mimebundle_(**options)

    def _show(self, signing: SignIn) -> None:
        if self._card is not None:
            show_state(self._card, signing)
