"""A sign-in in a Lab: the card a notebook shows, and a simulated person who approves by themselves after a while."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Mapping
from importlib.util import find_spec
from typing import Any, Final

from romekit.auth.device_code import EXPIRED, SignIn
from romekit.auth.session import Session
from romekit.client.client import Rome
from romekit.cloud.engine.people import PEOPLE
from romekit.core.arguments import check
from romekit.core.errors import SignInExpired, SignInNeeded, not_picklable
from romekit.lab.context import LabContext
from romekit.lab.pages import is_in_a_tab

#: Seconds for which whoever awaits a sign-in with a card goes on after the code has run out, and between two looks.
AGAIN: Final = 300.0
INTERVAL: Final = 0.25
#: What the kernel's environment has on a hub and on Binder, whose loopback no reader's browser reaches.
HUBS: Final = ("JUPYTERHUB_SERVICE_PREFIX", "JUPYTERHUB_USER", "BINDER_SERVICE_HOST", "BINDER_LAUNCH_HOST")
NEXT: Final = "Write rome = await lab.sign_in(), or rome = lab.sign_in().rome()."


class NotAwaited(SignInNeeded, AttributeError, hint=NEXT):
    """A sign-in was used as if it were the client."""


class LabSignIn:
    """A sign-in in a Lab: it shows itself as a card, and waits when you `await` it.

    `client` makes the signed-in client from the session.
    """

    def __init__(
        self, context: LabContext, signing: SignIn, client: Callable[[Session], Rome], approve_after: float | None
    ) -> None:
        self._context, self._signing, self._client, self._pages = context, signing, client, context.pages
        self._card: Any = None
        self._is_polling = False
        self._approve_after = approve_after
        self._begin()
        signing.on_change = self._show

    def _begin(self) -> None:
        after = self._approve_after
        hint = "Give a number of seconds, or None to wait for somebody."
        check(isinstance(after, int | float | None), "approve_after", after, hint)
        self._approve_at = None if after is None else self._context.clock.now() + after
        self._visits = self._pages.visits

    @property
    def state(self) -> str:
        """waiting, signed in, declined, expired, cancelled or failed."""
        return self._signing.state

    def __reduce__(self) -> Any:
        raise not_picklable("A sign-in", "Sign in again over there.")

    def __repr__(self) -> str:
        return f"Sign-in of {self._context.person.name}, simulated: {self.state}"

    def __getattr__(self, name: str) -> Any:
        """Say what is missing when somebody uses the sign-in as the client that it leads to."""
        if name.startswith("_") or not hasattr(Rome, name):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        raise NotAwaited(f"This is a sign-in that you have not waited for, so it has no {name} yet.")

    def approve(self) -> None:
        """Approve as the lab's person, as if they had typed the code."""
        if not self._signing.is_over:
            self._context.stub.identity.approve(self._signing.user_code, self._context.person.upn)
            self._signing.poll()

    def cancel(self) -> None:
        self._signing.cancel()

    def new_code(self) -> None:
        """Start over with a new code once the first has run out; the card shows it."""
        self._begin()
        self._signing.begin_again()

    def session(self) -> Session:
        """Wait, blocking; the session."""
        self._use_real_time()
        return self._completed(self._signing.result(before_poll=self._approve_in_time))

    def rome(self) -> Rome:
        """Wait, blocking; the signed-in client."""
        return self._client(self.session())

    def __await__(self) -> Generator[Any, Any, Rome]:
        return self._wait().__await__()

    async def _wait(self) -> Rome:
        self._use_real_time()
        is_watched = self._approve_at is None or self._context.clock.pace
        if is_watched and self._card is None and "ipykernel" in sys.modules:
            display_now(self)  # nobody could sign in without it
        while True:
            try:
                session = await self._signing.result_async(before_poll=self._approve_in_time)
                return self._client(self._completed(session))
            except SignInExpired:
                if not await self._is_begun_again():
                    raise

    async def _is_begun_again(self) -> bool:
        """Whether somebody asks the card for a new code; whoever awaits the sign-in goes on for a while to see."""
        end = self._context.clock.now() + AGAIN
        while self._card is not None and self.state == EXPIRED and self._context.clock.now() < end:
            await self._context.clock.wait_async(INTERVAL)
        return self.state != EXPIRED

    def _completed(self, session: Session) -> Session:
        """Make whoever has signed in the lab's person: somebody may have picked another one on the page."""
        self._context.person = next((each for each in PEOPLE if each.upn == session.account), self._context.person)
        return session

    def _use_real_time(self) -> None:
        """Somebody real is to type the code, so the time must be real: at pace 0 it would run out in an instant."""
        if self._approve_at is None and not self._context.clock.pace:
            self._context.clock.pace = 1.0

    def _poll(self) -> None:
        """Something happened on the pages: show on the card whether this sign-in was decided, awaited or not."""
        if not self._is_polling:
            self._is_polling = True
            try:
                self._signing.poll()
            finally:
                self._is_polling = False

    def _approve_in_time(self) -> None:
        """Approve for whoever does nothing; whoever has opened the page is not overtaken while they type."""
        is_time = self._approve_at is not None and self._context.clock.now() >= self._approve_at
        if is_time and self._pages.visits == self._visits:
            self.approve()

    def _below(self, server: str) -> str:
        """The page's link below the notebook server's own address, which the card has seen in the browser."""
        before = self._pages.public
        self._signing.verification_uri = self._signing.verification_uri.replace(before, self._pages.below(server))
        return self._signing.verification_uri

    def _ran_out(self) -> None:
        """The card has counted down to nothing. If nobody waited, the lab's time stood still: let it pass."""
        if not self._signing.is_over:
            self._context.clock.advance(self._signing.seconds_left)
            self._poll()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        if self._card is None:
            self._card = card_of(
                self._signing,
                simulated=True,
                approve=self.approve,
                approve_label=f"Approve as {self._context.person.name.split()[0]}",
                cancel=self.cancel,
                new_code=self.new_code,
                run_out=self._ran_out,
                below=self._below if find_spec("jupyter_server_proxy") else None,
            )
            self._show(self._signing)
            self._context.stub.identity.ledger.watch(self._poll)
        return self._card._repr_mimebundle_(**options)

    def _show(self, signing: SignIn) -> None:
        if self._card is not None:
            show_state(self._card, signing)


def display_now(shown: object) -> None:
    from IPython.display import display  # whoever runs a kernel has it

    display(shown)  # type: ignore[no-untyped-call]  # IPython types only parts


# ── the card: the room that signs in knows no widgets, and the card knows no sign-in ────────────────────────────────


def card_of(signing: SignIn, *, simulated: bool, **options: Any) -> Any:
    from romekit.views import SignInCard  # ipywidgets is only needed by whoever looks

    return SignInCard(
        signing.user_code,
        signing.verification_uri,
        signing.seconds_left,
        simulated=simulated,
        kernel=kernel_place(os.environ) if simulated else "here",
        **options,
    )


def kernel_place(environ: Mapping[str, str]) -> str:
    """Where the kernel runs: in a `tab`, on a `hub` whose loopback no reader's browser reaches, or `here`."""
    if is_in_a_tab():
        return "tab"
    return "hub" if any(environ.get(name) for name in HUBS) else "here"


def show_state(card: Any, signing: SignIn) -> None:
    match signing.state:
        case "waiting" if card.stage == "waiting":
            card.waiting(signing.seconds_left)
        case "waiting":
            card.begin(signing.user_code, signing.verification_uri, signing.seconds_left)
        case "signed in":
            card.end("signed_in", signing.session().account)
        case end:
            card.end(end, "The sign-in failed. Run the cell again to start a new one.")
