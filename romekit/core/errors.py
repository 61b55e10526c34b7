"""Everything that can go wrong, each with a hint of what to try next.

RomeError
├── BadInput          something you passed cannot be sent; `field` names it, nothing was sent
├── SignInNeeded      no token, or one that is no longer accepted
│   ├── SignInDeclined    the person said no
│   ├── SignInExpired     nobody typed the code in time
│   └── ConsentNeeded     the person has not yet allowed this scope
├── SignInMisconfigured   the app registration is wrong; signing in again will not help
├── NotAllowed        signed in, but this account or app may not do this
├── NotFound          no such device, command or address
├── Rejected          the service understood the request and refused it
├── Busy              the service cannot just now; `retry_after` says when to come back
├── Unreachable       no answer came, and nothing can have happened
├── Unsure            no answer came, and the command may have been accepted
├── SomeFailed        of many commands, some could not be sent or followed; `failed` says which and why
├── TimedOut          we stopped waiting; the command has not stopped
├── NoAnswer          the command holds no answer to fetch
├── ServiceRetired    Microsoft switched this service off on 30 September 2020
├── Unreadable        an answer came that is not what this API says
├── NotInstalled      a package that this needs is not here
└── WorldError        the simulated world was asked for something it does not have
    └── IllegalMove       a status change that is not in the table
"""

from __future__ import annotations

from collections.abc import Sequence


class RomeError(Exception):
    """The root of the tree. `str(error)` is the message and, after it, what to try next."""

    default_hint = ""

    def __init_subclass__(cls, hint: str | None = None) -> None:
        if hint is not None:
            cls.default_hint = hint

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        field: str | None = None,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint
        self.field = field
        self.status = status
        self.code = code
        self.request_id = request_id

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: the frames between are ours and would help nobody."""
        lines = [f"\x1b[1m{type(self).__name__}\x1b[0m: {self.message}"]  # bold: no red can be read on every ground
        return [*lines, f"  {self.hint}"] if self.hint else lines


class BadInput(RomeError):
    """Something you passed cannot be sent. `field` names it; nothing was sent."""


class SignInNeeded(RomeError, hint="Sign in again."):
    """There is no token, or the one there is was refused."""


class SignInDeclined(SignInNeeded, hint="Start a new sign-in if that was a mistake."):
    """The person said no on the consent page."""


class SignInExpired(SignInNeeded, hint="Start a new sign-in to get a new code."):
    """Nobody typed the code before it ran out."""


class ConsentNeeded(SignInNeeded, hint="Sign in again and allow the scopes on the consent page."):
    """The person has not yet allowed one of the scopes."""


class SignInMisconfigured(
    RomeError,
    hint="Check the app registration: personal accounts, public client flows allowed, Device.Read and Device.Command.",
):
    """The identity provider refused the app itself, not the person."""


class NotAllowed(
    RomeError, hint="Device commands need a personal account and the scopes Device.Read and Device.Command."
):
    """Signed in, but this account or app may not do this (HTTP 403)."""


class NotFound(RomeError, hint="List the devices again; ids and names come from there."):
    """No such device, command or address (HTTP 404)."""


class Rejected(RomeError, hint="The message says what was refused; it will be refused again as it is."):
    """The service understood the request and refused it (HTTP 400, 405, 409, 413, 415)."""


class Busy(RomeError, hint="Wait and try again; nothing was done."):
    """The service cannot just now, and nothing was done (HTTP 429, 502, 503, 504, 507). `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: float | None = None, **rest: object) -> None:
        super().__init__(message, **rest)  # type: ignore[arg-type]  # the keywords of RomeError
        self.retry_after = retry_after


class Unreachable(RomeError, hint="Check that the server runs and that its address is right."):
    """No answer came, and nothing can have happened."""


class Unsure(
    RomeError,
    hint="romekit does not send a command twice by itself. Look at the device or at the history, then decide.",
):
    """No clear answer came to a POST: the command may or may not have been accepted.

    `client_request_id` is the id it was sent with; repeating it with the same id is asking about the same command.
    """

    def __init__(self, message: str, *, client_request_id: str = "", **rest: object) -> None:
        super().__init__(message, **rest)  # type: ignore[arg-type]  # the keywords of RomeError
        self.client_request_id = client_request_id


class SomeFailed(
    RomeError, hint="Each entry of `failed` has its error; rome.send_many(failed) sends those again under the same ids."
):
    """Of many commands some could not be sent, or not be followed. `failed` lists each, with its own error."""

    def __init__(self, message: str, *, failed: Sequence[object] = (), **rest: object) -> None:
        super().__init__(message, **rest)  # type: ignore[arg-type]  # the keywords of RomeError
        self.failed = list(failed)


class TimedOut(RomeError, hint="Call follow() again to go on waiting."):
    """We stopped waiting; the command has not stopped. `command.follow()` goes on where this left off."""


class NoAnswer(RomeError, hint="Only an app service call that is `completed` has one."):
    """The command holds no answer to fetch."""


class ServiceRetired(RomeError, hint="A simulated cloud answers instead: lab = romekit.Lab()."):
    """Microsoft switched this service off on 30 September 2020."""


class Unreadable(RomeError, hint="Is something else, a proxy perhaps, answering at this address?"):
    """An answer came that is not what this API says."""


class NotInstalled(RomeError, ImportError):
    """A package that this needs is not installed here."""


class WorldError(RomeError):
    """The simulated world was asked for something it does not have."""


class IllegalMove(WorldError):
    """A status change that is not in the table of romekit.core.status."""


def not_picklable(what: str, hint: str) -> BadInput:
    """The error for an object that another process cannot use."""
    return BadInput(f"{what} cannot be pickled or copied: it belongs to this process.", hint=hint)
