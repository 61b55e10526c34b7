"""A sign-in in a Lab: the card a notebook shows, and a simulated person who approves by themselves after a while."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from romekit.api.client import Rome
from romekit.signin.device_code import SignIn
from romekit.signin.session import Session
from romekit.world.people import PEOPLE

if TYPE_CHECKING:  # the lab makes these, so it is the one to import
    from romekit.lab import Lab


class LabSignIn:
    """A sign-in in a Lab: it shows itself as a card, and waits when you `await` it."""

    def __init__(self, lab: Lab, signing: SignIn, approve_after: float | None) -> None:
        self._lab = lab
        self._signing = signing
        self._card: Any = None
        self._looking = False
        self._approve_at = None if approve_after is None else lab.clock.now() + approve_after
        signing.on_change = self._show

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
        return self._lab.rome(self._settled(await self._signing.result_async(before_poll=self._approve_in_time)))

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

    def _repr_mimebundle_(self, **options: Any) -> Any:
        from romekit.views import SignInCard  # ipywidgets is only needed by whoever looks

        if self._card is None:
            signing = self._signing
            self._card = SignInCard(
                signing.user_code,
                signing.verification_uri,
                signing.seconds_left,
                simulated=True,
                approve=self.approve,
                approve_label=f"Approve as {self._lab.person.name.split()[0]}",
                cancel=self.cancel,
            )
            self._show(signing)
            self._lab.stub.identity.ledger.watch(self._look)
        return self._card._repr_mimebundle_(**options)

    def _show(self, signing: SignIn) -> None:
        if self._card is None:
            return
        match signing.state:
            case "waiting":
                self._card.waiting(signing.seconds_left)
            case "signed in":
                self._card.signed_in(signing.session().account)
            case "declined":
                self._card.declined()
            case "expired":
                self._card.expired()
            case "cancelled":
                self._card.cancelled()
            case _:
                self._card.failed("The sign-in failed. Run the cell again to start a new one.")
