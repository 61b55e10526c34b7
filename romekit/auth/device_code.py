"""Signing in with a device code: show a code, let the person type it elsewhere, ask until they have.

MSAL's own waiting sleeps whole intervals, cannot be watched and ends at the first network hiccup, so this asks MSAL
once per interval and does the waiting itself, on the clock it is given (msal-recipes 2.1).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from threading import RLock
from typing import Any, Final

from romekit.auth.session import Session, error_of, problem_of
from romekit.core.clock import Clock
from romekit.core.endpoints import Cloud
from romekit.core.errors import RomeError, SignInDeclined, SignInExpired, SignInNeeded
from romekit.core.interrupts import SIGN_IN_STOPPED, CalmAwait, CalmStop

WAITING, SIGNED_IN, CANCELLED = "waiting", "signed in", "cancelled"
DECLINED, EXPIRED, FAILED = "declined", "expired", "failed"
ENDS: Final[dict[type[RomeError], str]] = {SignInDeclined: DECLINED, SignInExpired: EXPIRED}
#: So many times in a row nothing may come back.
_HICCUPS = 5


class SignIn:
    """One sign-in under way. `state` is waiting, signed in, declined, expired, cancelled or failed.

    `on_change` is called with this object whenever something changed that a person would like to see.
    """

    def __init__(
        self, app: Any, cloud: Cloud, clock: Clock, *, on_change: Callable[[SignIn], None] | None = None
    ) -> None:
        self._app = app
        self._cloud = cloud
        self._clock = clock
        self.on_change = on_change or (lambda _: None)
        self._hiccups = 0
        self._one_at_a_time = RLock()  # a page in the browser and a waiting cell may both look
        self._session: Session | None = None
        self._problem: RomeError | None = None
        self._begin()

    def _begin(self) -> None:
        try:
            flow = self._app.initiate_device_flow(scopes=list(self._cloud.scopes))
        except Exception as problem:  # noqa: BLE001 (every problem becomes an error of ours)
            raise problem_of(problem) from None
        if "user_code" not in flow:
            raise error_of(flow)
        self._flow = flow
        self.state = WAITING
        self.user_code: str = flow["user_code"]
        self.verification_uri: str = flow["verification_uri"]
        # MSAL's own loop never ends at an interval of 0, and takes whole seconds only.
        flow["interval"] = max(1, round(float(flow.get("interval", 5))))
        self.interval = float(flow["interval"])
        self.expires_at = self._clock.now() + float(flow.get("expires_in", 900))

    def __repr__(self) -> str:
        return f"SignIn({self.state})"

    @property
    def seconds_left(self) -> float:
        """How long the code is good for."""
        return max(0.0, self.expires_at - self._clock.now())

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to this sign-in."""
        return self.state != WAITING

    def poll(self) -> bool:
        """Ask once, without waiting; True when it is over, one way or the other."""
        with self._one_at_a_time:
            if not self.is_over:
                self._poll()
            return self.is_over

    def _poll(self) -> None:
        if not self.seconds_left:
            return self._end(EXPIRED, SignInExpired("Nobody typed the code in time."))
        self._flow["latest_attempt_at"] = 0  # we keep the pace ourselves, MSAL would print a warning
        try:
            answer = self._app.acquire_token_by_device_flow(self._flow, exit_condition=lambda _: True)
        except Exception as problem:  # noqa: BLE001 (a hiccup of the network is no reason to give up)
            self._hiccups += 1
            return self._end(FAILED, problem_of(problem)) if self._hiccups >= _HICCUPS else None
        self._hiccups = 0
        if "access_token" in answer:
            self._session = Session(self._app, self._cloud.scopes, answer)
            return self._end(SIGNED_IN, None)
        if answer.get("error") in {"authorization_pending", "slow_down"}:
            self.interval = float(self._flow.get("interval", self.interval))
            return None
        refused = error_of(answer)
        return self._end(ENDS.get(type(refused), FAILED), refused)

    def cancel(self) -> None:
        """Stop waiting. The code runs out by itself."""
        self._end(CANCELLED, SignInNeeded("The sign-in was cancelled."))

    def begin_again(self) -> None:
        """Start over with a new code when the first has run out; a cell that is waiting goes on with it."""
        with self._one_at_a_time:
            if self.state != EXPIRED:
                return
            self._begin()
            self._hiccups, self._problem = 0, None
        self.on_change(self)

    def result(self, *, before_poll: Callable[[], None] | None = None) -> Session:
        """Wait for the person; the session, or the error that ended it. Interrupting cancels the sign-in."""
        try:
            with CalmStop(SIGN_IN_STOPPED):
                for pause in self.pauses(before_poll):
                    self._clock.wait(pause)
        except KeyboardInterrupt:
            self.cancel()
            raise
        return self.session()

    async def result_async(self, *, before_poll: Callable[[], None] | None = None) -> Session:
        from asyncio import CancelledError  # a coroutine has imported asyncio already

        try:
            with CalmAwait(SIGN_IN_STOPPED):
                for pause in self.pauses(before_poll):
                    await self._clock.wait_async(pause)
        except CancelledError:
            self.cancel()
            raise
        return self.session()

    def pauses(self, before_poll: Callable[[], None] | None = None) -> Generator[float]:
        """The waiting as a list of short pauses, so that a click in between is noticed within a quarter second."""
        next_poll = self._clock.now()
        while not self.is_over:
            if before_poll is not None:
                before_poll()
            if self._clock.now() >= next_poll:
                next_poll = self._clock.now() + self.interval
                if self.poll():
                    return
                self.on_change(self)
            yield min(0.25, max(0.0, next_poll - self._clock.now()))

    def session(self) -> Session:
        """The session of a sign-in that succeeded; the error of one that did not."""
        if self._session is not None:
            return self._session
        raise self._problem or SignInNeeded("The sign-in is still waiting for the person.")

    def _end(self, state: str, problem: RomeError | None) -> None:
        if self.is_over:  # cancelled, also while an answer was on its way
            return
        self.state, self._problem = state, problem
        self.user_code, self._flow = "", {}  # codes are secrets for as long as they are good
        self.on_change(self)
